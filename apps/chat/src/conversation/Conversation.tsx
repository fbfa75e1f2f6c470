import { Announcer, Composer, ConnectionBanner, FindBar, MessageList, TypingIndicator } from '@imflow/ui';
import type { ReactElement } from 'react';
import type { Participant } from '../route/participant.ts';
import { useWords } from '../settings/SettingsProvider.tsx';
import { Header } from './Header.tsx';
import { Invitation } from './Invitation.tsx';
import { StorageNotice } from './StorageNotice.tsx';
import { useFindShortcut } from './useFindShortcut.ts';
import { useUnreadTitle } from './useUnreadTitle.ts';

interface ConversationProps {
  readonly me: Participant;
  readonly remote: Participant;
  /** The other one is on a server, not in another tab. */
  readonly onServer?: boolean;
}

/** The kit's parts, put together with a header, an invitation and a line for trouble of our own. */
export function Conversation({ me, remote, onServer = false }: ConversationProps): ReactElement {
  const translations = useWords().conversation;
  const { isOpen, bar, open, close } = useFindShortcut();
  useUnreadTitle(`${translations.title(me.name, remote.name)} · imflow`);
  return (
    <main className="conversation">
      <h1 className="unseen">{translations.heading(me.name, remote.name)}</h1>
      <Header me={me} remote={remote} onServer={onServer} onFind={open} />
      {isOpen && <FindBar actionsRef={bar} onClose={close} />}
      <StorageNotice />
      <ConnectionBanner />
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.HistoryStatus />
          <MessageList.Items />
          <MessageList.Actions />
          <MessageList.Empty>
            {onServer ? <p>{translations.nothingYet}</p> : <Invitation me={me} remote={remote} />}
          </MessageList.Empty>
        </MessageList.Viewport>
        <MessageList.ScrollToUnread />
        <MessageList.ScrollToLatest />
        <Announcer />
      </MessageList.Root>
      <TypingIndicator />
      <Composer draftKey={`imflow:draft:${me.address}:${remote.address}`} />
    </main>
  );
}
