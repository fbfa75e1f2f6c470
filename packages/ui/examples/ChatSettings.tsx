import { Chat, ChatSettings, defaultTranslations } from '@imflow/ui';
import type { ReactElement } from 'react';

const translations = {
  send: 'Senden',
  empty: 'Noch keine Nachrichten.',
  ticks: { ...defaultTranslations.ticks, read: 'Gelesen' },
};
const names = { bo: 'Bo' };

export function ChatSettingsAnatomy(): ReactElement {
  return (
    <ChatSettings locale="de" translations={translations} names={names}>
      <Chat />
    </ChatSettings>
  );
}
