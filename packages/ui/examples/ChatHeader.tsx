import { Chat, ChatHeader } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The header of a chat, with a class for a participant who is online, as an element of your choice. */
export function ChatHeaderAnatomy(): ReactElement {
  return (
    <Chat
      header={
        <ChatHeader
          className={({ presence }) => (presence === 'available' ? 'is-there' : undefined)}
          render={<div title="Bo" />}
        />
      }
    />
  );
}
