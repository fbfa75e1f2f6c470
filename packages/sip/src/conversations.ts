import type { ChannelEvent, Clock } from '@imflow/core';
import { keyOf } from './address.ts';
import type { SipFrame } from './codecs/frame.ts';
import { createHeldAnswers, type HeldAnswers } from './heldAnswers.ts';
import { createQueue, type Queue } from './queue.ts';

/** One open channel. */
export interface OpenChannel {
  /** The participant as the application names them. */
  readonly remote: string;
  readonly receive: (event: ChannelEvent) => void;
}

/** All that concerns one participant, whoever talks with them here. */
export interface Conversation {
  readonly channels: Set<OpenChannel>;
  readonly queue: Queue;
  /** Messages whose answer says what became of them. */
  readonly held: HeldAnswers;
  /** Messages that are accepted once the engine has stored them. */
  readonly arriving: HeldAnswers;
  readonly peer: Peer;
}

/** What a participant's client has shown so far. */
export interface Peer {
  /** Whether it takes CPIM; undefined until it has sent or refused some. */
  cpim: boolean | undefined;
  /** Whether it has notifications: it sent one, or said that it is composing; false once it refused one. */
  notifications: boolean | undefined;
  /** When its last messages were sent, by id. */
  readonly sentAt: Map<string, number>;
}

/** So many of a participant's messages are remembered for the notifications about them. */
const MAX_REMEMBERED = 1_000;

/** The conversations by the address of the participant. */
export interface Conversations {
  open(channel: OpenChannel): Conversation;
  /** That of a sender, if anybody listens. */
  find(sender: string): Conversation | undefined;
  /** Hands an event to all channels, each with the participant's name as it is known there. */
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
        queue: createQueue(),
        held: createHeldAnswers(clock, answer),
        arriving: createHeldAnswers(clock, answer),
        peer: { cpim: undefined, notifications: undefined, sentAt: new Map() },
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
