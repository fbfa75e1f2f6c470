import { Announcer, MessageList } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The parts of `<MessageList />`. */
export function MessageListAnatomy(): ReactElement {
  return (
    <MessageList.Root>
      <MessageList.Viewport>
        <MessageList.HistoryStatus />
        <MessageList.Items>{(row) => <MessageList.Item {...row} />}</MessageList.Items>
        <MessageList.Actions />
        <MessageList.Empty />
      </MessageList.Viewport>
      <MessageList.ScrollToUnread />
      <MessageList.ScrollToLatest />
      <Announcer />
    </MessageList.Root>
  );
}
