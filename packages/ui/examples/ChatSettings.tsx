import { Chat, ChatSettings, defaultWords } from '@imflow/ui';
import type { ReactElement } from 'react';

const words = {
  send: 'Senden',
  empty: 'Noch keine Nachrichten.',
  ticks: { ...defaultWords.ticks, read: 'Gelesen' },
};
const names = { bo: 'Bo' };

export function ChatSettingsAnatomy(): ReactElement {
  return (
    <ChatSettings locale="de" words={words} names={names}>
      <Chat />
    </ChatSettings>
  );
}
