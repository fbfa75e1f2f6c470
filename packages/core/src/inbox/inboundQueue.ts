/** The queue of incoming events, which waits while the storage is asked for duplicates. */

import { createFifoQueue } from '../collections/fifoQueue.ts';
import { NO_DEADLINE } from '../time/step.ts';
import { SUSPEND_THRESHOLD } from '../persistence/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ChannelEvent, HistoryPage, ReplyTarget } from '../ports/transport.ts';

/** The records found in the storage for a message id. */
export type StoredRecords = (messageId: string) => readonly MessageRecord[];

/** An event of the channel, or a page of history that was requested. */
export type Inbound =
  | ChannelEvent
  | { readonly type: 'olderPage'; readonly page: HistoryPage }
  /** All missed messages have been delivered. */
  | { readonly type: 'caughtUp'; readonly complete: boolean };

export interface InboundQueueOptions {
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** Looks for the messages of events that may be stored but not loaded; undefined where there are none. */
  readonly findStored: (items: readonly Inbound[]) => Promise<StoredRecords> | undefined;
  readonly deliver: (item: Inbound, stored: readonly MessageRecord[]) => void;
  /** It waits for something from now on: its deadline has changed. */
  readonly deadlineChanged: () => void;
}

/**
 * Delivers inbound events in order, each with the stored records of its messages. Events that arrive during a lookup
 * wait, and are then looked up together.
 */
export interface InboundQueue {
  /** When it waits no longer. */
  readonly deadline: number;
  receive(item: Inbound): void;
  /**
   * Pauses delivery. Call the returned function to resume: it runs `act`, then flushes the queue; it returns false if
   * the deadline had passed. At the deadline, `late` is called instead.
   */
  pause(late: () => void): (act: () => void) => boolean;
  /** To be called at the deadline. */
  expire(): void;
  /** Forgets some of what waits. */
  drop(matches: (item: Inbound) => boolean): void;
  /** Forgets what waits, and opens. */
  clear(): void;
}

/** The largest batch of events for one lookup: the page has to paint between the batches of a long backlog. */
const MAX_LOOKUP_BATCH = 200;

/** The longest wait for the storage, in ms. */
export const LOOKUP_TIMEOUT = 5_000;

interface Closed {
  deadline: number;
  readonly late: () => void;
}

export function createInboundQueue({
  now,
  findStored: look,
  deliver: take,
  deadlineChanged: tellClosed,
}: InboundQueueOptions): InboundQueue {
  const waiting = createFifoQueue<Inbound>();
  let closed: Closed | undefined;
  // One look into a storage that hangs is enough until it answers.
  let hangs = false;

  function pass(): void {
    if (closed !== undefined || waiting.length === 0) return;
    const batch = waiting.peek(MAX_LOOKUP_BATCH);
    const looking = hangs ? undefined : look(batch);
    const handOver = (found: StoredRecords): void => {
      const own = closed;
      for (const item of batch) {
        // Handling an event may pause the queue again, or drop the others.
        if (closed !== own) return;
        if (item !== waiting.first) continue;
        waiting.shift();
        take(item, messageIdsOf(item).flatMap(found));
      }
    };
    const open = close(
      () => {
        hangs = true;
        handOver(noRecords);
      },
      looking === undefined ? NO_DEADLINE : LOOKUP_TIMEOUT,
    );
    if (looking === undefined) {
      open(() => handOver(noRecords));
      return;
    }
    tellClosed();
    void looking.then((found) => {
      hangs = false;
      return open(() => handOver(found));
    });
  }

  function close(late: () => void, patience: number): (act: () => void) => boolean {
    const own = (closed = { deadline: now() + patience, late });
    return (act) => {
      const inTime = closed === own;
      if (inTime) reopen(own, act);
      return inTime;
    };
  }

  function reopen(own: Closed, act: () => void): void {
    act();
    if (closed === own) closed = undefined;
    pass();
  }

  return {
    get deadline() {
      return closed?.deadline ?? NO_DEADLINE;
    },
    receive(item) {
      waiting.push(item);
      pass();
    },
    pause: (late) => close(late, LOOKUP_TIMEOUT),
    expire() {
      if (closed === undefined || now() < closed.deadline) return;
      // A timer that comes much too late says that the machine slept: so did what is waited for.
      if (now() >= closed.deadline + SUSPEND_THRESHOLD) closed.deadline = now() + LOOKUP_TIMEOUT;
      else reopen(closed, closed.late);
    },
    drop(matches) {
      waiting.keep((item) => !matches(item));
    },
    clear() {
      waiting.keep(() => false);
      closed = undefined;
    },
  };
}

/** The ids of the messages that an event contains or refers to. */
export function messageIdsOf(item: Inbound): readonly string[] {
  if (item.type === 'message') return idsOf(item.message);
  if (item.type === 'operation') return [item.operation.target];
  if (item.type === 'history') return idsOfPage(item);
  if (item.type === 'olderPage') return idsOfPage(item.page);
  return item.type === 'notification' ? idsOf(item) : [];
}

function idsOfPage({ messages, receipts = [], operations = [] }: Omit<HistoryPage, 'end'>): readonly string[] {
  return [...[...messages, ...receipts].flatMap(idsOf), ...operations.map(({ target }) => target)];
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
