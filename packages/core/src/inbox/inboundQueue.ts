import { NO_DEADLINE } from '../engine/step.ts';
import { SUSPEND_THRESHOLD } from '../persistence/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ChannelEvent } from '../ports/transport.ts';

/** What was found in the storage: the records that carry a message id. */
export type StoredRecords = (messageId: string) => readonly MessageRecord[];

export interface InboundQueueOptions {
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** Looks for the messages of events that may be stored but not loaded; undefined where there are none. */
  readonly findStored: (events: readonly ChannelEvent[]) => Promise<StoredRecords> | undefined;
  readonly deliver: (event: ChannelEvent, stored: readonly MessageRecord[]) => void;
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
  receive(event: ChannelEvent): void;
  /**
   * Nothing passes until `open` is called, which is returned: it does the given act first, and tells whether it was
   * still in time. At the deadline, `late` is called instead.
   */
  pause(late: () => void): (act: () => void) => boolean;
  /** To be called at the deadline. */
  expire(): void;
  /** Forgets some of what waits. */
  drop(matches: (event: ChannelEvent) => boolean): void;
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
  let waiting: ChannelEvent[] = [];
  let closed: Closed | undefined;
  // One look into a storage that hangs is enough until it answers.
  let hangs = false;

  function pass(): void {
    if (closed !== undefined || waiting.length === 0) return;
    const batch = waiting.slice(0, MAX_LOOKUP_BATCH);
    const looking = hangs ? undefined : look(batch);
    const handOver = (found: StoredRecords): void => {
      const own = closed;
      for (const event of batch) {
        // What follows from one may close it anew, or have others forgotten.
        if (closed !== own) return;
        if (event !== waiting[0]) continue;
        waiting.shift();
        take(event, messageIdsOf(event).flatMap(found));
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
    receive(event) {
      waiting.push(event);
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
      waiting = waiting.filter((event) => !matches(event));
    },
    clear() {
      waiting = [];
      closed = undefined;
    },
  };
}

/** The ids of the messages that an event brings or is about. */
export function messageIdsOf(event: ChannelEvent): readonly string[] {
  if (event.type === 'message') return [event.message.messageId];
  if (event.type === 'history') return [...event.messages, ...(event.receipts ?? [])].flatMap(idsOf);
  return event.type === 'notification' ? idsOf(event) : [];
}

function noRecords(): readonly MessageRecord[] {
  return [];
}

function idsOf({ messageId, covers = [] }: { messageId: string; covers?: readonly string[] }): readonly string[] {
  return [messageId, ...covers];
}
