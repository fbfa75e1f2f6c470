import type { ChannelEvent, IncomingMessage } from '@imflow/core';
import type { BenchMessage } from '../shared/messages.ts';

/**
 * How the missed messages, or receipts, arrive: in one event of history, in frames of 100 as from `@imflow/server`, one
 * by one, or on pages of the archive that the engine reads.
 */
export type Arrival = 'event' | 'frames' | 'messages' | 'archive' | 'receipts';

const PAGE = 100;
/** How many single frames arrive between two frames of the page. */
const AT_ONCE = 10;

/** The events of each task in which the network delivers something. What the engine reads itself is not among them. */
export function arrivalsOf(
  arrival: Arrival,
  past: readonly BenchMessage[],
  missed: readonly IncomingMessage[],
): readonly (readonly ChannelEvent[])[] {
  switch (arrival) {
    case 'event':
      return [[{ type: 'history', messages: missed }]];
    case 'frames':
      return inGroups(missed, PAGE).map((messages) => [{ type: 'history', messages }]);
    case 'messages':
      return inGroups(
        missed.map((message): ChannelEvent => ({ type: 'message', message })),
        AT_ONCE,
      );
    case 'receipts':
      return inGroups(past.map(receipt), AT_ONCE);
    case 'archive':
      return [];
  }
}

/** A message as the archive has it. */
export function archived({ id, own, body, at }: BenchMessage, index: number): IncomingMessage {
  return {
    messageId: id,
    sender: own ? 'ana' : 'bo',
    contentType: 'text/plain',
    body,
    sentAt: at,
    position: String(index),
    fromHistory: true,
  };
}

function receipt({ id }: BenchMessage): ChannelEvent {
  return { type: 'notification', sender: 'bo', messageId: id, outcome: 'displayed', upTo: true, messageIds: [id] };
}

function inGroups<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
