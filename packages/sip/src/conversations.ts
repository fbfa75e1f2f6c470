/** The open channels, and the known features of each participant. */

import type { ChannelEvent, Clock } from '@imflow/core';
import { keyOf } from './address.ts';
import type { SipFrame } from './codecs/frame.ts';
import { OPERATION_TAG } from './codecs/operation.ts';
import { createPendingResponses, type PendingResponses } from './pendingResponses.ts';
import { optionTagsOf } from './requests.ts';
import { createSerialQueue, type SerialQueue } from './serialQueue.ts';

/** One open channel. */
export interface OpenChannel {
  /** The participant as the application names them. */
  readonly remote: string;
  readonly receive: (event: ChannelEvent) => void;
}

/** The state of the conversation with one participant, shared by all channels to them. */
export interface Conversation {
  readonly channels: Set<OpenChannel>;
  readonly queue: SerialQueue;
  /** Requests without a requested receipt: their final response carries the outcome. */
  readonly deferred: PendingResponses;
  /** Requests that are answered 202 once the engine has stored their message. */
  readonly storing: PendingResponses;
  readonly peer: Peer;
}

/** What is known about the capabilities of a participant's client. */
export interface Peer {
  /** Whether it accepts CPIM; undefined until it has sent or refused a CPIM message. */
  cpim: boolean | undefined;
  /** Whether it supports notifications: it has sent one, or a composing notification; false once it has refused one. */
  notifications: boolean | undefined;
  /** Whether the client supports operations on messages; undefined until it has declared them or was queried. */
  operations: boolean | undefined;
  /** When its last messages were sent, by id. */
  readonly sentAt: Map<string, number>;
}

/** How many messages of a participant are remembered for the notifications about them. */
const MAX_REMEMBERED = 1_000;

/** The conversations, by the address of the participant. */
export interface Conversations {
  open(channel: OpenChannel): Conversation;
  /** The conversation of a sender, if a channel is open. */
  find(sender: string): Conversation | undefined;
  /** Emits an event to all channels, each with the participant's address in the form that opened it. */
  emit(conversation: Conversation, event: (sender: string) => ChannelEvent): void;
  all(): readonly Conversation[];
}

export function createConversations(clock: Clock, answer: (request: SipFrame, code: number) => void): Conversations {
  const conversations = new Map<string, Conversation>();
  return {
    open(channel) {
      const key = keyOf(channel.remote);
      const conversation = conversations.get(key) ?? {
        channels: new Set(),
        queue: createSerialQueue(),
        deferred: createPendingResponses(clock, answer),
        storing: createPendingResponses(clock, answer),
        peer: { cpim: undefined, notifications: undefined, operations: undefined, sentAt: new Map() },
      };
      conversations.set(key, conversation);
      conversation.channels.add(channel);
      return conversation;
    },
    find(sender) {
      const conversation = conversations.get(keyOf(sender));
      return conversation !== undefined && conversation.channels.size > 0 ? conversation : undefined;
    },
    emit({ channels }, event) {
      for (const channel of Array.from(channels)) channel.receive(event(channel.remote));
    },
    all: () => Array.from(conversations.values()),
  };
}

export function remember({ sentAt }: Peer, messageId: string, time: number): void {
  sentAt.set(messageId, time);
  const [oldest] = sentAt.keys();
  if (sentAt.size > MAX_REMEMBERED && oldest !== undefined) sentAt.delete(oldest);
}

/** Notes that the participant's client supports operations, as a request or a response announced. */
export function noteOperations(peer: Peer, frame: SipFrame): void {
  if (supportsOperations(frame)) peer.operations = true;
}

/** Whether a request or a response announces that its client supports operations. */
export function supportsOperations(frame: SipFrame): boolean {
  return optionTagsOf(frame, 'supported').includes(OPERATION_TAG);
}
