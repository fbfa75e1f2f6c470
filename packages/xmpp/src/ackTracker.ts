/** Tracks which stanzas the engine has stored, so that the archive is read from the right place. */

import type { ChannelEvent, OutgoingNotification } from '@imflow/core';
import { isBefore } from './archivePosition.ts';
import type { SavedSession } from './savedSession.ts';
import type { Inbound } from './streamManagement.ts';

type SavedPositions = Pick<SavedSession, 'position' | 'overlapping'>;

type Outcome = OutgoingNotification['outcome'] | undefined;

/** Stanzas that arrived and that the engine has not stored yet. */
export interface AckTracker {
  /**
   * The last position of the archive up to which everything is stored, in all conversations; empty where the archive
   * was empty, undefined where its content is unknown.
   */
  readonly position: string | undefined;
  /**
   * The position of a few minutes before, from which the archive is read after a session was lost: a server may put
   * what it held for that session into its archive late, under older positions.
   */
  readonly overlapping: string | undefined;
  /** The last position that has arrived, stored or not; where positions have no order, that of the newest arrival. */
  readonly newest: string | undefined;
  /** The archive is to be read from here. */
  setPosition(position: string): void;
  /**
   * Tracks the events of one stanza, or of one entry of the archive. Returns false where none of them has to be stored.
   */
  track(remote: string, events: readonly ChannelEvent[], position: string | undefined, inbound?: Inbound): boolean;
  /** The engine has stored it. Returns the stanzas that are completely stored now. */
  acknowledge(remote: string, messageId: string, outcome: Outcome): readonly Inbound[];
  /** The session ended: the archive redelivers stanzas that are not stored. */
  forget(): void;
}

interface Tracked {
  readonly inbound: Inbound | undefined;
  readonly position: string | undefined;
  /** The number of its events that are not stored yet. */
  pending: number;
}

/**
 * The most stanzas that are tracked: beyond that, the position stays where it is, and the archive is read from there
 * again.
 */
const MAX_TRACKED = 20_000;

/** The overlap of archive reads, in ms. */
export const ARCHIVE_OVERLAP = 180_000;
/** A position for each such span is remembered, in ms. */
const SAMPLE_SPAN = 1_000;

/**
 * @param now milliseconds that never run backwards.
 * @param saved what an earlier page has saved.
 */
export function createAckTracker(now: () => number, saved: SavedPositions = {}): AckTracker {
  const byKey = new Map<string, Tracked[]>();
  /** In the order of arrival. */
  let queue: Tracked[] = [];
  let position = saved.position;
  let newest = position;
  /** Positions by the time when they were reached, oldest first; the first one is at least as old as the overlap. */
  let reached: { readonly position: string; readonly at: number }[] = [];
  // The time since an earlier page has reached it is not known. Half of the time keeps pages that are reloaded again
  // and again from reading more each time.
  if (saved.overlapping !== undefined) reached.push({ position: saved.overlapping, at: now() - ARCHIVE_OVERLAP / 2 });
  if (position !== undefined) reachedPosition(position);

  function reachedPosition(next: string): void {
    position = next;
    const at = now();
    if (at - (reached.at(-1)?.at ?? -Infinity) >= SAMPLE_SPAN) reached.push({ position: next, at });
    while ((reached[1]?.at ?? Infinity) <= at - ARCHIVE_OVERLAP) reached.shift();
  }

  function advance(): void {
    let count = 0;
    for (const waiting of queue) {
      if (waiting.pending > 0) break;
      if (waiting.position !== undefined) reachedPosition(waiting.position);
      count += 1;
    }
    queue.splice(0, count);
  }

  return {
    get position() {
      return position;
    },
    get overlapping() {
      while ((reached[1]?.at ?? Infinity) <= now() - ARCHIVE_OVERLAP) reached.shift();
      return reached[0]?.position ?? position;
    },
    get newest() {
      return newest;
    },
    setPosition(from) {
      reached = [];
      reachedPosition(from);
    },
    track(remote, events, at, inbound) {
      const keys = events.flatMap((event) => {
        if (event.type === 'message') return [keyOf(remote, event.message.messageId, undefined)];
        if (event.type === 'operation') return [keyOf(remote, event.operation.id, undefined)];
        return event.type === 'notification' ? [keyOf(remote, event.messageId, event.outcome)] : [];
      });
      if (at !== undefined && !isBefore(at, newest)) newest = at;
      const waiting: Tracked = { inbound, position: at, pending: keys.length };
      for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), waiting]);
      if (queue.length < MAX_TRACKED) queue.push(waiting);
      advance();
      return keys.length > 0;
    },
    acknowledge(remote, messageId, outcome) {
      const key = keyOf(remote, messageId, outcome);
      const waiting = byKey.get(key) ?? [];
      byKey.delete(key);
      for (const each of waiting) each.pending -= 1;
      advance();
      return waiting.flatMap(({ pending: left, inbound }) => (left > 0 || inbound === undefined ? [] : [inbound]));
    },
    forget() {
      byKey.clear();
      queue = [];
    },
  };
}

function keyOf(remote: string, messageId: string, outcome: Outcome): string {
  return JSON.stringify([remote, messageId, outcome]);
}
