/** The messages and operations that wait in the outbox, with indexes by state. */

import { compareKeys, type KeyedQueue, keyedQueueType } from '../collections/keyedQueue.ts';
import { firstOf, put, remove, type SortedList } from '../collections/sortedList.ts';

export interface OutboxItem {
  readonly id: string;
  /** The message's place in the conversation; the queue is sorted by it, so a retried message keeps its place. */
  readonly order: number;
  /** Written to the storage, so that a crash after sending cannot lose it. */
  readonly durable: boolean;
  /** The stored copy, or the pending write, counts the attempt. The message is not sent before that is stored. */
  readonly writtenAhead: boolean;
  readonly attempts: number;
  readonly failures: number;
  /** The connection or the page was lost before the response to one of its attempts: it may have arrived. */
  readonly unanswered?: true;
  /** It is not sent before this time. Absent: it is not held. */
  readonly heldUntil?: number;
  /** The deadline of the response; `NO_DEADLINE` while the message is queued. */
  readonly answerBy: number;
  /** The wait for the response was restarted, because the page was not running. */
  readonly extended: boolean;
}

export interface WaitingItems {
  /** By id, sorted by order. */
  readonly queue: KeyedQueue<OutboxItem>;
  /** The held items, sorted by the end of their hold. */
  readonly held: SortedList<HeldItem>;
  /** The held items, sorted by order. */
  readonly heldPlaces: SortedList<Place>;
  /** The items that are not written ahead, sorted by order. */
  readonly unwritten: SortedList<Place>;
  /** The items that are not durable, sorted by order. */
  readonly unstored: SortedList<Place>;
  /** Ids of the items that failed and were in flight before. */
  readonly failing: readonly string[];
}

interface HeldItem {
  readonly id: string;
  readonly heldUntil: number;
}

interface Place {
  readonly id: string;
  readonly order: number;
}

const QUEUE = keyedQueueType<OutboxItem>(
  ({ id }) => id,
  ({ order }) => order,
);

export const noWaitingItems: WaitingItems = {
  queue: QUEUE.empty,
  held: [],
  heldPlaces: [],
  unwritten: [],
  unstored: [],
  failing: [],
};

/** All items, in order. */
export function allWaiting({ queue }: WaitingItems): Iterable<OutboxItem> {
  return QUEUE.all(queue);
}

/** The ids of the items that are not durable. */
export function allUnstored({ unstored }: WaitingItems): readonly string[] {
  return unstored.flat().map(({ id }) => id);
}

export function firstWaiting({ queue }: WaitingItems): OutboxItem | undefined {
  return QUEUE.first(queue);
}

export function waitingItem({ queue }: WaitingItems, id: string): OutboxItem | undefined {
  return QUEUE.get(queue, id);
}

/** The earliest time at which a hold ends. */
export function firstHold({ held }: WaitingItems): HeldItem | undefined {
  return firstOf(held);
}

/** The first item that is not written ahead, unless it is held or behind one that is. */
export function nextToWrite({ unwritten, heldPlaces, queue }: WaitingItems): OutboxItem | undefined {
  const [next, held] = [firstOf(unwritten), firstOf(heldPlaces)];
  if (next === undefined || (held !== undefined && comparePlaces(held, next) <= 0)) return undefined;
  return QUEUE.get(queue, next.id);
}

/** Adds an item, or replaces the one with its id. */
export function putItem(waiting: WaitingItems, item: OutboxItem): WaitingItems {
  const { id, heldUntil, order, failures, writtenAhead, durable } = item;
  const { queue, held, heldPlaces, unwritten, unstored, failing } = takeItem(waiting, id);
  const isHeld = heldUntil !== undefined;
  return {
    queue: QUEUE.put(queue, item),
    held: isHeld ? put(held, { id, heldUntil }, compareHolds) : held,
    heldPlaces: isHeld ? put(heldPlaces, { id, order }, comparePlaces) : heldPlaces,
    unwritten: writtenAhead ? unwritten : put(unwritten, { id, order }, comparePlaces),
    unstored: durable ? unstored : put(unstored, { id, order }, comparePlaces),
    failing: failures === 0 ? failing : [...failing, id],
  };
}

/** Removes an item. Returns the same if there is none. */
export function takeItem(waiting: WaitingItems, id: string): WaitingItems {
  const item = QUEUE.get(waiting.queue, id);
  if (item === undefined) return waiting;
  const { heldUntil, failures, writtenAhead, durable } = item;
  const { queue, held, heldPlaces, unwritten, unstored, failing } = waiting;
  const atPlace = (other: Place): number => comparePlaces(other, item);
  const isHeld = heldUntil !== undefined;
  return {
    queue: QUEUE.delete(queue, id),
    held: isHeld ? remove(held, (other) => compareHolds(other, { id, heldUntil })) : held,
    heldPlaces: isHeld ? remove(heldPlaces, atPlace) : heldPlaces,
    unwritten: writtenAhead ? unwritten : remove(unwritten, atPlace),
    unstored: durable ? unstored : remove(unstored, atPlace),
    failing: failures === 0 ? failing : failing.filter((other) => other !== id),
  };
}

/** Changes the item with an id, if there is one. */
export function changeItem(waiting: WaitingItems, id: string, change: Partial<OutboxItem>): WaitingItems {
  const item = QUEUE.get(waiting.queue, id);
  return item === undefined ? waiting : putItem(waiting, { ...item, ...change });
}

function compareHolds(one: HeldItem, other: HeldItem): number {
  return one.heldUntil - other.heldUntil || compareKeys(one.id, other.id);
}

function comparePlaces(one: Place, other: Place): number {
  return one.order - other.order || compareKeys(one.id, other.id);
}
