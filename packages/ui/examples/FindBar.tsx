import { ChatHeader, Composer, FindBar, MessageList } from '@imflow/ui';
import { type ReactElement, useState } from 'react';

/** Between the header and the messages, and only while the user looks for something. */
export function FindBarAnatomy(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ChatHeader />
      <button type="button" onClick={() => setOpen(true)}>
        Find
      </button>
      {isOpen && <FindBar onClose={() => setOpen(false)} />}
      <MessageList />
      <Composer />
    </>
  );
}
