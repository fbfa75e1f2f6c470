import { type InstantMessagingFlow, useFlow, useUnreadTitle } from '@imflow/react';
import {
  Announcer,
  Composer,
  ConnectionBanner,
  FindBar,
  MessageList,
  TypingIndicator,
  useKeyboardInset,
} from '@imflow/ui';
import type { ReactElement } from 'react';
import type { Participant } from '../route/participant.ts';
import { useWords } from '../settings/SettingsProvider.tsx';
import { Header } from './Header.tsx';
import { Inspector } from './Inspector.tsx';
import { Invitation } from './Invitation.tsx';
import { StorageNotice } from './StorageNotice.tsx';
import { draftKeyOf } from './draftKeyOf.ts';
import { useFindShortcut } from './useFindShortcut.ts';
import { useNotice } from '../conversations/useNotice.ts';

const NONE: readonly InstantMessagingFlow[] = [];

interface ConversationProps {
  readonly me: Participant;
  readonly remote: Participant;
  /** Whether the participant is on a server, not in a different tab. */
  readonly onServer?: boolean;
  /** Asks for the account again, once the server has refused it. Default: there is nothing to sign in to. */
  readonly onSignIn?: () => void;
}

/** A conversation of the kit's parts, with the header, the invitation and the storage notice of this application. */
export function Conversation({ me, remote, onServer = false, onSignIn }: ConversationProps): ReactElement {
  const translations = useWords().conversation;
  const { isOpen, bar, open, close } = useFindShortcut();
  const flow = useFlow();
  useUnreadTitle(flow, `${translations.title(me.name, remote.name)} · imflow`);
  // On a server, the page of all conversations shows the notifications.
  useNotice(onServer ? NONE : flow, { [remote.address]: remote.name });
  return (
    <main className="conversation" ref={useKeyboardInset()}>
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
        <MessageList.DayInView />
        <MessageList.ScrollToUnread />
        <MessageList.ScrollToLatest />
        <Announcer />
      </MessageList.Root>
      <TypingIndicator />
      <Composer
        draftKey={draftKeyOf({ localAddress: me.address, remote: remote.address })}
        endedAction={
          onSignIn && (
            <button type="button" className="button" onClick={onSignIn}>
              {translations.signInAgain}
            </button>
          )
        }
      />
      <Inspector />
    </main>
  );
}
