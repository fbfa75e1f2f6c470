'use client';

import type { FileTransfer, Transport } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import '@imflow/ui/files.css';
import '@imflow/ui/styles.css';
import type { ReactElement } from 'react';

// Messages survive a reload, and the tabs of the user share one connection.
const storage = createIndexedDbStorage();
const tabs = createWebLocksTabCoordinator();

export interface ConversationProps {
  /** The connection of the user who is signed in: make it once, in a module of its own. */
  readonly transport: Transport;
  /** Address of the participant. */
  readonly remote: string;
  readonly name: string;
  /** Where files are uploaded; without it, the chat has no files. Make it once, like the transport. */
  readonly files?: FileTransfer;
}

/** A conversation with one participant. It fills its container, which has to have a height. */
export function Conversation({ transport, remote, name, files }: ConversationProps): ReactElement {
  return (
    <FlowProvider transport={transport} remote={remote} storage={storage} tabs={tabs} {...(files && { files })}>
      <Chat name={name} draftKey={`draft of ${transport.localAddress} to ${remote}`} />
    </FlowProvider>
  );
}
