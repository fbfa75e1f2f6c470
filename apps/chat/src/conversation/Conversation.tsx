import { Announcer, Composer, ConnectionBanner, MessageList, TypingIndicator } from '@imflow/ui';
import type { ReactElement } from 'react';
import type { Person } from '../route/person.ts';
import { Header } from './Header.tsx';
import { Invitation } from './Invitation.tsx';
import { Trouble } from './Trouble.tsx';
import { useUnreadTitle } from './useUnreadTitle.ts';

interface ConversationProps {
  readonly me: Person;
  readonly remote: Person;
  /** The other one is on a server, not in another tab. */
  readonly onServer?: boolean;
}

/** The kit's parts, put together with a header, an invitation and a line for trouble of our own. */
export function Conversation({ me, remote, onServer = false }: ConversationProps): ReactElement {
  useUnreadTitle(`${me.name} with ${remote.name} · imflow`);
  return (
    <main className="conversation">
      <h1 className="unseen">
        {me.name}’s conversation with {remote.name}
      </h1>
      <Header me={me} remote={remote} onServer={onServer} />
      <Trouble />
      <ConnectionBanner />
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.Head />
          <MessageList.Items />
          <MessageList.Empty>
            {onServer ? <p>Nothing has been said yet.</p> : <Invitation me={me} remote={remote} />}
          </MessageList.Empty>
        </MessageList.Viewport>
        <MessageList.Jump />
        <Announcer />
      </MessageList.Root>
      <TypingIndicator />
      <Composer draftKey={`imflow:draft:${me.address}:${remote.address}`} />
    </main>
  );
}
