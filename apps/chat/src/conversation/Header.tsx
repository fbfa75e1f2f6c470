import { ChatHeader } from '@imflow/ui';
import type { ReactElement } from 'react';
import { BackLink } from '../conversations/BackLink.tsx';
import { Icon } from '../Icon.tsx';
import { conversationLink } from '../route/conversationLink.ts';
import type { Participant } from '../route/participant.ts';
import { SettingsMenu } from '../settings/SettingsMenu.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';
import { FindButton } from './FindButton.tsx';

interface HeaderProps {
  readonly me: Participant;
  readonly remote: Participant;
  readonly onServer: boolean;
  readonly onFind: () => void;
}

/**
 * The header of a conversation: the participant, the local user, and a link to the other side if that is in this browser.
 * On a server, the settings are in the header of the list of conversations.
 */
export function Header({ me, remote, onServer, onFind }: HeaderProps): ReactElement {
  const translations = useWords();
  const open = translations.openTab(remote.name);
  return (
    <div className="conversation-header">
      {onServer && <BackLink />}
      <ChatHeader className="conversation-remote" />
      <span className="conversation-me">{translations.conversation.youAre(me.name)}</span>
      <FindButton onClick={onFind} />
      {!onServer && (
        <a
          className="icon-button"
          href={conversationLink(remote, me)}
          target="_blank"
          rel="noopener"
          aria-label={open}
          title={open}
        >
          <Icon name="newTab" />
        </a>
      )}
      {!onServer && <SettingsMenu />}
    </div>
  );
}
