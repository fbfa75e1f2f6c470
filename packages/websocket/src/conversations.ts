/** The open channels of the transport. */

import type { ChannelEvent } from '@imflow/core';
import type { PendingRequest } from './connection.ts';
import { type AckTracker, createAckTracker } from './ackTracker.ts';

/** One open channel. */
export interface OpenChannel {
  readonly receive: (event: ChannelEvent) => void;
  /** What waits for an answer. */
  readonly pending: Set<Pick<PendingRequest, 'cancel'>>;
}

/** The conversations with an open channel. */
export interface Conversations {
  readonly remotes: Iterable<string>;
  /** Returns whether it is the first channel of its conversation. */
  add(remote: string, channel: OpenChannel): boolean;
  /** Returns whether it was the last one. */
  remove(remote: string, channel: OpenChannel): boolean;
  has(remote: string, channel?: OpenChannel): boolean;
  emit(remote: string, event: ChannelEvent): void;
  /** The server has opened the conversation on this socket, and sends unacknowledged entries from now on. */
  begin(remote: string): void;
  /** What the conversation has received since it was opened on this socket; undefined where it is not. */
  tracker(remote: string): AckTracker | undefined;
  /** A new socket begins, on which nothing is open. */
  restart(): void;
}

interface Conversation {
  readonly channels: Set<OpenChannel>;
  tracker: AckTracker | undefined;
}

export function createConversations(): Conversations {
  const conversations = new Map<string, Conversation>();
  return {
    get remotes() {
      return conversations.keys();
    },
    add(remote, channel) {
      const known = conversations.get(remote);
      if (known !== undefined) {
        known.channels.add(channel);
        return false;
      }
      conversations.set(remote, { channels: new Set([channel]), tracker: undefined });
      return true;
    },
    remove(remote, channel) {
      const conversation = conversations.get(remote);
      if (conversation?.channels.delete(channel) !== true || conversation.channels.size > 0) return false;
      return conversations.delete(remote);
    },
    has(remote, channel) {
      const conversation = conversations.get(remote);
      return conversation !== undefined && (channel === undefined || conversation.channels.has(channel));
    },
    emit(remote, event) {
      for (const channel of Array.from(conversations.get(remote)?.channels ?? [])) channel.receive(event);
    },
    begin(remote) {
      const conversation = conversations.get(remote);
      if (conversation !== undefined) conversation.tracker = createAckTracker();
    },
    tracker: (remote) => conversations.get(remote)?.tracker,
    restart() {
      for (const conversation of conversations.values()) conversation.tracker = undefined;
    },
  };
}
