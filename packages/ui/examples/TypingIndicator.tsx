import { Composer, MessageList, TypingIndicator } from '@imflow/ui';
import type { ReactElement } from 'react';

/** A reserved row between list and composer. */
export function TypingIndicatorAnatomy(): ReactElement {
  return (
    <>
      <MessageList />
      <TypingIndicator />
      <Composer />
    </>
  );
}
