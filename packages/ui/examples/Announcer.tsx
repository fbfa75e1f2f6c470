import { Announcer, Composer, MessageList } from '@imflow/ui';
import type { ReactElement } from 'react';

/** `MessageList` and `Chat` have an announcer; parts of your own need one beside them. */
export function AnnouncerAnatomy(): ReactElement {
  return (
    <>
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.Items />
        </MessageList.Viewport>
      </MessageList.Root>
      <Announcer />
      <Composer />
    </>
  );
}
