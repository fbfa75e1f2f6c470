import { Chat, ChatHeader } from '@imflow/ui';
import '@imflow/ui/styles.css';
import type { ReactElement } from 'react';
import './theme.css';

export function SupportChat(): ReactElement {
  return (
    <Chat
      className="support-chat"
      data-theme="system" // light or dark, as the user has it
      header={<ChatHeader className={({ presence }) => (presence === 'available' ? 'is-there' : undefined)} />}
    />
  );
}
