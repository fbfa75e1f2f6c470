/** The pending receipts, with indexes by state. */

import { compareKeys, type KeyedQueue, keyedQueueType } from '../collections/keyedQueue.ts';
import {
  find,
  firstOf,
  itemsBefore,
  itemsFrom,
  lengthOf,
  put,
  remove,
  type SortedList,
} from '../collections/sortedList.ts';
import type { OutgoingNotification } from '../ports/transport.ts';
import { NO_DEADLINE } from '../time/step.ts';

export interface PendingReceipt {
  /** The key of the receipt: one for each revision of a message and each outcome. */
  readonly key: string;
  /** Rises in the order in which receipts were added. */
  readonly sequence: number;
  /** The id of its record. */
  readonly id: string;
  readonly notification: OutgoingNotification;
  /** The message is stored, so the claim that it arrived stays true after a crash. */
  readonly durable: boolean;
  /** How often it was passed to the transport. */
  readonly attempts: number;
  readonly failures: number;
  /** The deadline of the response; `NO_DEADLINE` while it is not in flight. */
  readonly answerBy: number;
}

interface UnstoredReceipt {
  readonly id: string;
  readonly key: string;
}

export interface PendingReceipts {
  /** All pending receipts, by key, in the order in which they were added. */
  readonly pending: KeyedQueue<PendingReceipt>;
  /** Receipts whose messages are not stored yet, sorted by the ids of the records. */
  readonly unstored: SortedList<UnstoredReceipt>;
  /** Receipts that may be sent and were not, sorted by sequence. */
  readonly unsent: SortedList<number>;
  /** Receipts that await a response, sorted by sequence. */
  readonly inFlight: readonly PendingReceipt[];
  /** The displayed receipts, sorted by sequence. */
  readonly displayedPending: SortedList<number>;
}

const PENDING = keyedQueueType<PendingReceipt>(
  ({ key }) => key,
  ({ sequence }) => sequence,
);

export const noPendingReceipts: PendingReceipts = {
  pending: PENDING.empty,
  unstored: [],
  unsent: [],
  inFlight: [],
  displayedPending: [],
};

/** The pending receipts, in the order in which they were added. */
export function pendingReceipts({ pending }: Pick<PendingReceipts, 'pending'>): Iterable<PendingReceipt> {
  return PENDING.all(pending);
}

/** The ids of the records of receipts whose messages are not stored yet. */
export function unstoredReceipts({ unstored }: Pick<PendingReceipts, 'unstored'>): readonly string[] {
  return unstored.flat().map(({ id }) => id);
}

export function pendingReceipt({ pending }: PendingReceipts, key: string): PendingReceipt | undefined {
  return PENDING.get(pending, key);
}

/** The pending displayed receipts, newest first. */
export function* displayedReceipts({ pending, displayedPending }: PendingReceipts): Generator<PendingReceipt> {
  for (const sequence of itemsBefore(displayedPending)) {
    const owed = bySequence(pending, sequence);
    if (owed !== undefined) yield owed;
  }
}

export function hasReceipt({ pending }: PendingReceipts, key: string): boolean {
  return PENDING.has(pending, key);
}

export function countReceipts({ pending }: PendingReceipts): number {
  return lengthOf(pending.items);
}

export function firstReceipt({ pending }: PendingReceipts): PendingReceipt | undefined {
  return PENDING.first(pending);
}

export function lastReceipt({ pending }: PendingReceipts): PendingReceipt | undefined {
  return PENDING.last(pending);
}

/** The first receipt that may be sent and was not. */
export function nextToSend({ pending, unsent }: PendingReceipts): PendingReceipt | undefined {
  const sequence = firstOf(unsent);
  return sequence === undefined ? undefined : bySequence(pending, sequence);
}

/** The records with these ids are stored. */
export function becomeDurable<S extends PendingReceipts>(state: S, ids: ReadonlySet<string>): S {
  if (state.unstored.length === 0) return state;
  let next = state;
  for (const id of ids) {
    for (const { id: other, key } of itemsFrom(state.unstored, (item) => (item.id < id ? -1 : 1))) {
      if (other !== id) break;
      const owed = pendingReceipt(next, key);
      if (owed !== undefined) next = withReceipt(next, { ...owed, durable: true });
    }
  }
  return next;
}

/** Adds a receipt, or replaces the one with its key. */
export function withReceipt<S extends PendingReceipts>(state: S, owed: PendingReceipt): S {
  const { id, key, sequence } = owed;
  const { notification, answerBy, durable } = owed;
  const waits = answerBy === NO_DEADLINE;
  const reports = notification.outcome === 'displayed';
  const others = withoutKey(state.inFlight, key);
  return {
    ...state,
    pending: PENDING.put(state.pending, owed),
    unstored: durable
      ? remove(state.unstored, atUnstored({ id, key }))
      : put(state.unstored, { id, key }, compareUnstored),
    unsent: durable && waits ? put(state.unsent, sequence, compareNumbers) : remove(state.unsent, atNumber(sequence)),
    inFlight: waits ? others : [...others, owed].toSorted((one, other) => one.sequence - other.sequence),
    displayedPending: reports ? put(state.displayedPending, sequence, compareNumbers) : state.displayedPending,
  };
}

export function withoutReceipt<S extends PendingReceipts>(state: S, { id, key, sequence }: PendingReceipt): S {
  return {
    ...state,
    pending: PENDING.delete(state.pending, key),
    unstored: remove(state.unstored, atUnstored({ id, key })),
    unsent: remove(state.unsent, atNumber(sequence)),
    inFlight: withoutKey(state.inFlight, key),
    displayedPending: remove(state.displayedPending, atNumber(sequence)),
  };
}

function withoutKey(items: readonly PendingReceipt[], key: string): readonly PendingReceipt[] {
  return items.some((owed) => owed.key === key) ? items.filter((owed) => owed.key !== key) : items;
}

function bySequence({ items }: KeyedQueue<PendingReceipt>, sequence: number): PendingReceipt | undefined {
  return find(items, (owed) => owed.sequence - sequence);
}

function compareNumbers(one: number, other: number): number {
  return one - other;
}

function atNumber(number: number): (other: number) => number {
  return (other) => other - number;
}

function compareUnstored(one: UnstoredReceipt, other: UnstoredReceipt): number {
  return compareKeys(one.id, other.id) || compareKeys(one.key, other.key);
}

function atUnstored(receipt: UnstoredReceipt): (other: UnstoredReceipt) => number {
  return (other) => compareUnstored(other, receipt);
}
