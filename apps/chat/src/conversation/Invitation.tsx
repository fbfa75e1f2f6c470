import type { ReactElement } from 'react';
import { Icon } from '../Icon.tsx';
import { conversationLink } from '../route/conversationLink.ts';
import { useWords } from '../settings/SettingsProvider.tsx';
import type { Participant } from '../route/participant.ts';

/** The invitation in an empty conversation. */
export function Invitation({ me, remote }: { me: Participant; remote: Participant }): ReactElement {
  const translations = useWords();
  return (
    <div className="invitation">
      <strong>{translations.conversation.sayHello(me.name, remote.name)}</strong>
      <p>{translations.conversation.elsewhere(remote.name)}</p>
      <a className="button" href={conversationLink(remote, me)} target="_blank" rel="noopener">
        {translations.openTab(remote.name)}
        <Icon name="newTab" />
      </a>
    </div>
  );
}
