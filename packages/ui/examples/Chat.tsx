import { ChatHeader, Composer, ConnectionBanner, MessageList, TypingIndicator } from '@imflow/ui';
import type { ReactElement } from 'react';

/** What `<Chat />` is, in its parts. */
export function ChatAnatomy(): ReactElement {
  return (
    <section className="imflow-chat">
      <ChatHeader />
      <ConnectionBanner />
      <MessageList />
      <TypingIndicator />
      <Composer />
    </section>
  );
}
