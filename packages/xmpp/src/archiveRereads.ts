/**
 * Reads the archive again some time after a session has begun: a server may archive messages late that it held for an
 * earlier session, of this page or of a closed one, and put them before messages that this device has.
 */

import type { Clock } from '@imflow/core';
import { isBefore } from './archivePosition.ts';

/** The delay of the first reading, in ms; it doubles with each further one. */
const FIRST_DELAY = 10_000;
/**
 * How late a server may archive a message and this device still reads it, in ms. ejabberd 23.01 archives one in 15 s
 * after a connection broke while it passed a page of the archive (docs/guides/xmpp.md).
 */
export const MAX_LATENESS = 3_600_000;
/** The delay of a reading for a message that arrived late, in ms: other late messages may follow it. */
const LATE_DELAY = 1_000;
/** The delay before a reading that failed is repeated, in ms. */
const RETRY_DELAY = 10_000;

/** A pending reading, as it is saved for the next page. */
export interface SavedReread {
  /** How long after a session began, in ms. */
  readonly delay: number;
  /** The position to read from. */
  readonly from: string;
  /** When the session began that has noted the position, in ms since the epoch. */
  readonly begun: number;
  /** When to read, in ms since the epoch. */
  readonly due: number;
}

interface Reread {
  readonly from: string;
  readonly begun: number;
  readonly due: number;
  /**
   * A second reading, for sessions that began while this one waited, so that new sessions do not delay the first
   * reading.
   */
  readonly next?: Reread | undefined;
}

/** The repeated readings of all sessions: at most one in the time of each delay. */
export interface ArchiveRereads {
  /** The pending readings, those of the shortest delay first. */
  readonly pending: readonly SavedReread[];
  /** From where the readings that are due by a time, of `now`, would read. Undefined: there are none. */
  oldest(dueBy: number): string | undefined;
  /**
   * A session has begun, and has read the archive from the oldest position: its own readings are added.
   * @param from the position to read from; undefined if the archive is unknown.
   * @param heldFor how long the server may hold the messages of earlier sessions, in ms.
   * @param read when it began to read: what was due by then is done.
   */
  begin(from: string | undefined, heldFor: number, read: number): void;
  /**
   * A message arrived whose place in the archive is before others that this device has: the archive is read soon, so
   * that the message gets this place.
   * @param overlapping the position of some minutes before.
   */
  messageCameLate(position: string, overlapping: string): void;
  /** The connection is back: overdue readings begin. */
  resume(): void;
  /** The connection is lost: readings wait. */
  pause(): void;
}

/**
 * @param now milliseconds that never run backwards.
 * @param readFrom reads the archive from a position; it rejects where the archive cannot be read now.
 * @param saved the readings that earlier pages have left.
 */
export function createArchiveRereads(
  clock: Clock,
  now: () => number,
  readFrom: (from: string) => Promise<unknown>,
  saved: readonly SavedReread[] = [],
): ArchiveRereads {
  const rereads = new Map<number, Reread>();
  let stopTimer: (() => void) | undefined;
  /** Differs for each connection: a reading of an earlier one schedules nothing. */
  let connection: object | undefined;
  let isReading = false;

  const epoch = clock.now() - now();
  for (const { delay, from, begun, due } of saved) {
    // A clock that was set meanwhile brings a reading forward, or back to its full delay.
    const wait = Math.min(Math.max(due - clock.now(), 0), delay);
    add(delay, { from, begun: begun - epoch, due: now() + wait });
  }

  /** Sessions that begin soon after each other are read for together, and none delays a reading for long. */
  function add(delay: number, added: Reread): void {
    const waiting = rereads.get(delay);
    const { due } = added;
    if (waiting === undefined) rereads.set(delay, added);
    else if (added.begun - waiting.begun <= delay / 2) rereads.set(delay, { ...waiting, due });
    else rereads.set(delay, { ...waiting, next: { ...(waiting.next ?? added), due } });
  }

  /** Positions rise with the sessions: what the oldest reading finds includes what the others would. */
  function oldest(dueBy: number): Reread | undefined {
    const due = Array.from(rereads.values()).filter((each) => each.due <= dueBy);
    return due.toSorted((one, other) => one.begun - other.begun)[0];
  }

  function finish(dueBy: number): void {
    for (const [delay, { due, next }] of Array.from(rereads)) {
      if (due > dueBy) continue;
      if (next === undefined) rereads.delete(delay);
      else rereads.set(delay, next);
    }
  }

  function schedule(wait?: number): void {
    stopTimer?.();
    stopTimer = undefined;
    if (connection === undefined || isReading || rereads.size === 0) return;
    const due = Math.min(...Array.from(rereads.values(), (each) => each.due));
    stopTimer = clock.setTimer(() => void readDue(), wait ?? Math.max(0, due - now()));
  }

  async function readDue(): Promise<void> {
    const [current, begun] = [connection, now()];
    const from = oldest(begun)?.from;
    if (from === undefined) {
      schedule();
      return;
    }
    isReading = true;
    const isRead = await readFrom(from).then(
      () => true,
      () => false,
    );
    isReading = false;
    if (isRead) finish(begun);
    schedule(isRead || current !== connection ? undefined : RETRY_DELAY);
  }

  function resume(): void {
    connection = {};
    schedule();
  }

  return {
    get pending() {
      return Array.from(rereads)
        .toSorted(([one], [other]) => one - other)
        .flatMap(([delay, first]) =>
          [first, first.next ?? []].flat().map((each) => ({
            delay,
            from: each.from,
            begun: each.begun + epoch,
            due: each.due + epoch,
          })),
        );
    },
    oldest: (dueBy) => oldest(dueBy)?.from,
    begin(from, heldFor, read) {
      finish(read);
      if (from !== undefined) {
        const last = Math.max(MAX_LATENESS, heldFor + FIRST_DELAY);
        for (let delay = FIRST_DELAY, before = 0; before < last; delay *= 2) {
          add(delay, { from, begun: now(), due: now() + delay });
          before = delay;
        }
      }
      resume();
    },
    messageCameLate(position, overlapping) {
      const further = isBefore(position, overlapping) ? oldest(Infinity) : rereads.get(LATE_DELAY);
      const due = now() + LATE_DELAY;
      rereads.set(LATE_DELAY, { from: overlapping, begun: now(), ...further, due, next: undefined });
      schedule();
    },
    resume,
    pause() {
      connection = undefined;
      stopTimer?.();
      stopTimer = undefined;
    },
  };
}
