import { ChatHeader, Composer, ConnectionBanner, MessageList, TypingIndicator } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The parts of `<Chat />`. */
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
