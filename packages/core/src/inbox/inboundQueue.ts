/** The queue of incoming events, which waits while the storage is asked for duplicates. */

import { createFifoQueue } from '../collections/fifoQueue.ts';
import { NO_DEADLINE } from '../time/step.ts';
import { SUSPEND_THRESHOLD } from '../persistence/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import type { HistoryPage, ReplyTarget } from '../ports/transport.ts';
import { type BatchedEvent, divideHistory } from './historyBatches.ts';

/** The records found in the storage for a message id. */
export type StoredRecords = (messageId: string) => readonly MessageRecord[];

/** An event of the channel, or a page of history that was requested. */
export type Inbound =
  | BatchedEvent
  | { readonly type: 'olderPage'; readonly page: HistoryPage }
  /** All missed messages have been delivered. */
  | { readonly type: 'caughtUp'; readonly complete: boolean };

export interface InboundQueueOptions {
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** The messages on a page of the conversation. A history is delivered two pages at a time. */
  readonly pageSize: () => number;
  /** Looks up the messages of events that may be stored but not loaded; undefined without such messages. */
  readonly findStored: (items: readonly Inbound[]) => Promise<StoredRecords> | undefined;
  /** @param stored undefined: the storage could not be asked. */
  readonly deliver: (item: Inbound, stored: readonly MessageRecord[] | undefined) => void;
  /** Called after events were delivered without the result of a look-up, which failed or, if `works`, was late. */
  readonly lookupMissed: (works: boolean) => void;
  /** Called when the queue pauses, since its deadline changes. */
  readonly deadlineChanged: () => void;
}

/**
 * Delivers inbound events in order, each with the stored records of its messages. Events that arrive during a lookup
 * wait, and are then looked up together.
 */
export interface InboundQueue {
  /** The end of the pause, in ms of `now`; `NO_DEADLINE` if the queue is not paused. */
  readonly deadline: number;
  receive(item: Inbound): void;
  /**
   * Pauses delivery. Call the returned function to resume: it runs `act`, then flushes the queue; it returns false if
   * the deadline had passed. At the deadline, `late` is called instead.
   */
  pause(late: () => void): (act: () => void) => boolean;
  /** To be called at the deadline. */
  expire(): void;
  /** Removes the matching items from the queue. */
  drop(matches: (item: Inbound) => boolean): void;
  /** Empties the queue and ends the pause. */
  clear(): void;
}

/** The longest wait for the storage, in ms. */
export const LOOKUP_TIMEOUT = 5_000;

/**
 * The most messages that are looked up and delivered in one task: the page has to paint, and the user to write, between
 * the batches of a long backlog. A single event may name more, unless it is a history.
 */
const MAX_BATCH = 100;

/**
 * A break between batches that ends this much later than planned, in ms, shows that the browser slows down the timers
 * of a hidden page. No user watches it, so that the batches that wait need no more breaks.
 */
const THROTTLED = 500;

interface Pause {
  deadline: number;
  readonly late: () => void;
  /** The pause between two batches of a history, which ends at its deadline. */
  readonly isBreak?: boolean;
}

export function createInboundQueue(options: InboundQueueOptions): InboundQueue {
  const { now, pageSize, findStored, deliver, lookupMissed, deadlineChanged } = options;
  const waiting = createFifoQueue<Inbound>();
  let paused: Pause | undefined;
  // While the storage hangs, no second lookup starts.
  let hangs = false;
  /** The last break was too long: see `THROTTLED`. */
  let isThrottled = false;

  /** A loop: a long history may have more batches than calls fit on the stack. */
  function flush(): void {
    while (paused === undefined && waiting.length > 0) {
      const batch = firstBatch(waiting.peek(MAX_BATCH));
      const looking = hangs ? undefined : findStored(batch);
      if (looking === undefined) deliverNow(batch);
      else deliverFound(batch, looking);
    }
    if (waiting.length === 0) isThrottled = false;
  }

  /** Delivers a batch whose messages need no look-up. What arrives meanwhile waits. */
  function deliverNow(batch: readonly Inbound[]): void {
    const own = (paused = { deadline: NO_DEADLINE, late: () => {} });
    deliverBatch(batch, hangs ? undefined : noRecords);
    if (paused === own) paused = undefined;
  }

  function deliverFound(batch: readonly Inbound[], looking: Promise<StoredRecords>): void {
    const resume = pause(() => {
      hangs = true;
      deliverBatch(batch, undefined);
    });
    deadlineChanged();
    void looking.then(
      (found) => {
        hangs = false;
        return resume(() => deliverBatch(batch, found)) || lookupMissed(true);
      },
      () => {
        hangs = false;
        // A message that cannot be looked up counts as new.
        resume(() => deliverBatch(batch, undefined));
        return lookupMissed(false);
      },
    );
  }

  function deliverBatch(batch: readonly Inbound[], found: StoredRecords | undefined): void {
    const own = paused;
    for (const item of batch) {
      // Handling an event may pause the queue again, or drop the others.
      if (paused !== own) return;
      if (item !== waiting.first) continue;
      waiting.shift();
      deliver(item, found && messageIdsOf(item).flatMap(found));
      if (continues(item) && paused === own && !isThrottled) {
        paused = { deadline: now(), late: () => {}, isBreak: true };
        deadlineChanged();
      }
    }
  }

  function pause(late: () => void): (act: () => void) => boolean {
    const own = (paused = { deadline: now() + LOOKUP_TIMEOUT, late });
    return (act) => {
      const inTime = paused === own;
      if (inTime) endPause(own, act);
      return inTime;
    };
  }

  function endPause(own: Pause, act: () => void): void {
    act();
    if (paused === own) paused = undefined;
    flush();
  }

  return {
    get deadline() {
      return paused?.deadline ?? NO_DEADLINE;
    },
    receive(item) {
      if (item.type === 'history') {
        for (const batch of divideHistory(item, Math.min(2 * pageSize(), MAX_BATCH))) waiting.push(batch);
      } else {
        waiting.push(item);
      }
      flush();
    },
    pause,
    expire() {
      if (paused === undefined || now() < paused.deadline) return;
      if (paused.isBreak === true) {
        isThrottled = now() >= paused.deadline + THROTTLED;
        endPause(paused, paused.late);
        return;
      }
      // A very late timer means that the computer was suspended, and the storage with it: wait again.
      if (now() >= paused.deadline + SUSPEND_THRESHOLD) paused.deadline = now() + LOOKUP_TIMEOUT;
      else endPause(paused, paused.late);
    },
    drop(matches) {
      waiting.keep((item) => !matches(item));
    },
    clear() {
      waiting.keep(() => false);
      paused = undefined;
      isThrottled = false;
    },
  };
}

/**
 * The first events that name as many messages as a batch may; at least one event, and none behind a batch of a history
 * that continues.
 */
function firstBatch(events: readonly Inbound[]): readonly Inbound[] {
  let count = 0;
  const end = events.findIndex((event, index) => {
    count += Math.max(messageIdsOf(event).length, 1);
    return count > MAX_BATCH || continues(events[index - 1]);
  });
  return end === -1 ? events : events.slice(0, Math.max(end, 1));
}

function continues(item: Inbound | undefined): boolean {
  return item?.type === 'history' && item.continues === true;
}

/** The ids of the messages that an event contains or refers to. */
export function messageIdsOf(item: Inbound): readonly string[] {
  if (item.type === 'message') return idsOf(item.message);
  if (item.type === 'operation') return idsOfOperation(item.operation);
  if (item.type === 'history') return [...idsOfPage(item), ...(item.after ?? []).flatMap(idsOf)];
  if (item.type === 'olderPage') return idsOfPage(item.page);
  return item.type === 'notification' ? idsOf(item) : [];
}

function idsOfPage({ messages, receipts = [], operations = [] }: Omit<HistoryPage, 'end'>): readonly string[] {
  return [...[...messages, ...receipts].flatMap(idsOf), ...operations.flatMap(idsOfOperation)];
}

/** The ids of an edit find the replies that name the edit in place of its message. */
function idsOfOperation({ kind, id, target }: IncomingOperation): readonly string[] {
  return kind === 'edit' ? [target, id] : [target];
}

function noRecords(): readonly MessageRecord[] {
  return [];
}

function idsOf({
  messageId,
  messageIds = [],
  replyTo,
}: {
  readonly messageId: string;
  readonly messageIds?: readonly string[];
  readonly replyTo?: ReplyTarget;
}): readonly string[] {
  return [messageId, ...messageIds, ...(replyTo === undefined ? [] : [replyTo.id])];
}
