import { type Transport } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { Chat, ChatHeader, FindBar } from '@imflow/ui';
import { type KeyboardEvent, type ReactElement, useState } from 'react';

export function FindableChat({ transport }: { readonly transport: Transport }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const header = (
    <>
      <ChatHeader />
      {isOpen && <FindBar onClose={() => setOpen(false)} />}
    </>
  );

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault(); // in the chat, instead of the search of the browser
    setOpen(true);
  }

  return (
    <FlowProvider transport={transport} remote="bo">
      <Chat header={header} onKeyDown={onKeyDown} />
    </FlowProvider>
  );
}
