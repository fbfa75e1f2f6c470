import './conversations.css';
import type { InstantMessagingFlow } from '@imflow/react';
import { ConversationList, type ConversationListActions } from '@imflow/ui';
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { draftKeyOf } from '../conversation/draftKeyOf.ts';
import { Icon } from '../Icon.tsx';
import type { Participant } from '../route/participant.ts';
import { SettingsMenu } from '../settings/SettingsMenu.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';
import { NoticeButton } from './NoticeButton.tsx';
import { useStoredAddresses } from './useStoredAddresses.ts';
import { openConversation, useOpenConversation } from './useOpenConversation.ts';

interface ConversationsProps {
  /** The local user. */
  readonly me: Participant;
  readonly flows: readonly InstantMessagingFlow[];
  /** The addresses of muted conversations. */
  readonly muted: readonly string[];
  readonly onMutedChange: (muted: readonly string[]) => void;
  /** Content below the list. */
  readonly footer?: ReactNode;
  /** The open conversation. */
  readonly children: (open: InstantMessagingFlow) => ReactNode;
}

/** A list of conversations and the open one: side by side, or one at a time on a phone. */
export function Conversations({ me, flows, muted, onMutedChange, footer, children }: ConversationsProps): ReactElement {
  const words = useWords();
  const translations = words.conversations;
  const [pinned, setPinned] = useStoredAddresses('imflow:pinned');
  const address = useOpenConversation();
  const open = flows.find(({ remote }) => remote === address);
  const list = useRef<ConversationListActions>(null);
  const before = useRef(open);

  useEffect(() => {
    // Back in the list, the user continues at the previous row.
    if (before.current && !open) list.current?.focus();
    before.current = open;
  }, [open]);

  return (
    // The main landmark is the open conversation, else the list. It is a role, since a different element would remount the list.
    <div className="conversations" role={open ? undefined : 'main'} data-open={open ? '' : undefined}>
      <nav className="conversations-all" aria-labelledby="conversations-title">
        <header>
          <a
            className="icon-button conversations-home"
            href="/"
            aria-label={translations.home}
            title={translations.home}
          >
            <Icon name="back" />
          </a>
          <div>
            <h1 id="conversations-title">{translations.title}</h1>
            <small>{words.conversation.youAre(me.name)}</small>
          </div>
          <NoticeButton />
          <SettingsMenu />
        </header>
        <ConversationList
          flows={flows}
          selected={open}
          onSelect={({ remote }) => openConversation(remote)}
          actionsRef={list}
          search
          pinned={pinned}
          onPinnedChange={setPinned}
          muted={muted}
          onMutedChange={onMutedChange}
          draftKey={draftKeyOf}
        />
        {footer}
      </nav>
      <div className="conversations-open">
        {open ? (
          children(open)
        ) : (
          <p>
            <Icon name="talk" />
            {translations.choose}
          </p>
        )}
      </div>
    </div>
  );
}
