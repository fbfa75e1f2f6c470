/** The queue of incoming events, which waits while the storage is asked for duplicates. */

import { NO_DEADLINE } from '../time/step.ts';
import { SUSPEND_THRESHOLD } from '../persistence/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ChannelEvent, HistoryPage, ReplyTarget } from '../ports/transport.ts';

/** What was found in the storage: the records that carry a message id. */
export type StoredRecords = (messageId: string) => readonly MessageRecord[];

/** What the wire hands up: an event, or a page of its archive that was asked for. */
export type Inbound =
  | ChannelEvent
  | { readonly type: 'olderPage'; readonly page: HistoryPage }
  /** All that was missed has been handed up. */
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
 * Lets what the wire hands up pass in its order, each with what the storage holds of it. Meanwhile the rest waits, and
 * is then looked up together.
 */
export interface InboundQueue {
  /** When it waits no longer. */
  readonly deadline: number;
  receive(item: Inbound): void;
  /**
   * Nothing passes until `open` is called, which is returned: it does the given act first, and tells whether it was
   * still in time. At the deadline, `late` is called instead.
   */
  pause(late: () => void): (act: () => void) => boolean;
  /** To be called at the deadline. */
  expire(): void;
  /** Forgets some of what waits. */
  drop(matches: (item: Inbound) => boolean): void;
  /** Forgets what waits, and opens. */
  clear(): void;
}

/** How many events are looked up together at the most: a page has to paint between the batches of a long backlog. */
const MAX_LOOKUP_BATCH = 200;

/** How long it waits at the most, in ms. */
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
  let waiting: Inbound[] = [];
  let closed: Closed | undefined;
  // One look into a storage that hangs is enough until it answers.
  let hangs = false;

  function pass(): void {
    if (closed !== undefined || waiting.length === 0) return;
    const batch = waiting.slice(0, MAX_LOOKUP_BATCH);
    const looking = hangs ? undefined : look(batch);
    const handOver = (found: StoredRecords): void => {
      const own = closed;
      for (const item of batch) {
        // What follows from one may close it anew, or have others forgotten.
        if (closed !== own) return;
        if (item !== waiting[0]) continue;
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
      waiting = waiting.filter((item) => !matches(item));
    },
    clear() {
      waiting = [];
      closed = undefined;
    },
  };
}

/** The ids of the messages that an event brings or is about. */
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
