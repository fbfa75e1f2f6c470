/** Tracks the entries that a device has received and not stored yet. */

import type { ReceiptOutcome } from './protocol.ts';

/** The frames that a conversation has received and not stored yet. */
export interface AckTracker {
  /**
   * A frame reaches `position` with these keys, which have to be acknowledged. Returns a position that may be
   * acknowledged to the server; undefined where it has not moved.
   */
  track(position: number, keys: readonly string[]): number | undefined;
  /** The engine has stored it. Returns a position likewise. */
  acknowledge(key: string): number | undefined;
}

interface Tracked {
  readonly position: number;
  readonly pending: Set<string>;
}

export function createAckTracker(): AckTracker {
  /** In the order of their positions. */
  let queue: Tracked[] = [];
  let reached = -1;

  function advance(): number | undefined {
    const done = queue.findIndex(({ pending }) => pending.size > 0);
    const safe = done === -1 ? queue : queue.slice(0, done);
    const position = safe.at(-1)?.position;
    queue = queue.slice(safe.length);
    if (position === undefined || position <= reached) return undefined;
    reached = position;
    return position;
  }

  return {
    track(position, keys) {
      queue.push({ position, pending: new Set(keys) });
      return advance();
    },
    acknowledge(key) {
      for (const { pending } of queue) pending.delete(key);
      return advance();
    },
  };
}

/** @param outcome of a receipt; undefined for a message. */
export function ackKey(id: string, outcome?: ReceiptOutcome): string {
  return outcome === undefined ? id : `${outcome} ${id}`;
}
