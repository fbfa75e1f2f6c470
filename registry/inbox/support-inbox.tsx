'use client';

import type { InstantMessagingFlow, Transport } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { useFlows, useUnreadTitle } from '@imflow/react';
import { Chat, ChatHeader, ChatSettings, ConversationList } from '@imflow/ui';
import '@imflow/ui/conversation-list.css';
import '@imflow/ui/styles.css';
import { type ReactElement, useMemo, useState } from 'react';
import './support-inbox.css';

const storage = createIndexedDbStorage();
const tabs = createWebLocksTabCoordinator();

/** A customer whom the agent talks to. */
export interface Customer {
  readonly address: string;
  readonly name: string;
}

export interface SupportInboxProps {
  /** The connection of the agent: make it once, in a module of its own. */
  readonly transport: Transport;
  /**
   * The customers that your backend knows; add those who write first. Pass the same array as long as it has not
   * changed.
   */
  readonly customers: readonly Customer[];
}

/**
 * The conversations of an agent, newest first, and the one that is open; on a narrow page, either the list or the
 * conversation. It fills its container, which has to have a height.
 */
export function SupportInbox({ transport, customers }: SupportInboxProps): ReactElement {
  const sources = useMemo(
    () => customers.map(({ address }) => ({ transport, remote: address, storage, tabs })),
    [transport, customers],
  );
  const names = useMemo(() => Object.fromEntries(customers.map(({ address, name }) => [address, name])), [customers]);
  const flows = useFlows(sources);
  const [chosen, choose] = useState<InstantMessagingFlow>();
  const open = chosen && flows.includes(chosen) ? chosen : undefined;
  const draftKey = ({ remote }: InstantMessagingFlow): string => `draft of ${transport.localAddress} to ${remote}`;
  useUnreadTitle(flows, 'Inbox');

  return (
    <ChatSettings names={names}>
      <div className="support-inbox" data-open={open !== undefined}>
        <div className="support-inbox-list">
          <ConversationList flows={flows} selected={open} onSelect={choose} draftKey={draftKey} search>
            {(row) => <ConversationList.Item {...row} />}
          </ConversationList>
        </div>
        {open ? (
          <Chat
            key={open.remote}
            flow={open}
            draftKey={draftKey(open)}
            header={
              <div className="support-inbox-header">
                <button type="button" className="support-inbox-back" onClick={() => choose(undefined)}>
                  Back
                </button>
                <ChatHeader />
              </div>
            }
          />
        ) : (
          <p className="support-inbox-empty">Choose a conversation.</p>
        )}
      </div>
    </ChatSettings>
  );
}
