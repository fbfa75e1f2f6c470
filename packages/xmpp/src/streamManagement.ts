/** The counters of stream management (XEP-0198). */

/** The value at which the counters of XEP-0198 wrap. */
const WRAP = 2 ** 32;
/** More stanzas than this do not wait for the application; the oldest then count as handled. */
const MAX_UNHANDLED = 1_000;

/** A received stanza, and whether it is stored on this side. */
export interface Inbound {
  handled: boolean;
}

interface Outbound {
  readonly id: string | undefined;
  readonly settle: (taken: boolean, isOldest?: boolean) => void;
}

/**
 * The counters of XEP-0198 of one session, over all streams that carry it. Unlike a client that acknowledges what it
 * has read, `handled` counts what the application has stored, in order, so stanzas lost in a crash are delivered again.
 */
export interface StreamManagement {
  /** How many stanzas are handled: the count of an `<a/>` or a `<resume/>`. */
  readonly handled: number;
  /** Counts a received stanza. Returns undefined for a repetition of a handled one, which has to be dropped. */
  received(): Inbound | undefined;
  /** The engine has stored the stanza. Returns whether `handled` grew. */
  handle(inbound: Inbound): boolean;
  /** Counts a sent stanza; returns the new count. */
  sent(id: string | undefined, settle: (taken: boolean, isOldest?: boolean) => void): number;
  /** How many stanzas the server has acknowledged. */
  acknowledged(h: number): void;
  /**
   * The stream broke: stanzas in flight will not be answered. The oldest one with an id is settled as the oldest: it may
   * have broken the stream.
   */
  broken(): void;
  /** A new stream requests a resumption; from here on the server repeats stanzas. Returns the count of `<resume/>`. */
  resuming(): number;
  /** Whether the server has taken more stanzas than this side has sent: another page uses the same session. */
  isShared(h: number): boolean;
  /** The session was resumed, with the count of stanzas that the server has. Returns the ids of those. */
  resumed(h: number): readonly string[];
}

/** @param handledBefore for the resumed session of an earlier page, which has sent an unknown number of stanzas. */
export function createStreamManagement(handledBefore?: number): StreamManagement {
  const inbound: Inbound[] = [];
  let handled = handledBefore ?? 0;
  let knowsSent = handledBefore === undefined;
  /** How many of `inbound` the current stream has brought. */
  let cursor = 0;
  let outbound: Outbound[] = [];
  let acknowledged = 0;

  function advance(): boolean {
    const before = handled;
    while (cursor > 0 && inbound[0]?.handled === true) {
      inbound.shift();
      cursor -= 1;
      handled = (handled + 1) % WRAP;
    }
    return handled !== before;
  }

  function taken(h: number): Outbound[] {
    const ahead = (h - acknowledged + WRAP) % WRAP;
    // A count that runs backwards, or is missing, settles no stanza in flight.
    if (ahead >= WRAP / 2) return [];
    acknowledged = h;
    return outbound.splice(0, Math.min(ahead, outbound.length));
  }

  return {
    get handled() {
      return handled;
    },
    received() {
      const known = inbound[cursor];
      cursor += 1;
      if (known !== undefined) {
        if (!known.handled) return known;
        advance();
        return undefined;
      }
      const fresh = { handled: false };
      inbound.push(fresh);
      if (inbound.length > MAX_UNHANDLED && inbound[0] !== undefined) {
        inbound[0].handled = true;
        advance();
      }
      return fresh;
    },
    handle(stanza) {
      stanza.handled = true;
      return advance();
    },
    sent(id, settle) {
      outbound.push({ id, settle });
      return (acknowledged + outbound.length) % WRAP;
    },
    acknowledged(h) {
      for (const { settle } of taken(h)) settle(true);
    },
    broken() {
      const oldest = outbound.find(({ id }) => id !== undefined);
      for (const each of outbound) each.settle(false, each === oldest);
    },
    resuming() {
      cursor = 0;
      return handled;
    },
    isShared(h) {
      const excess = (h - acknowledged - outbound.length + WRAP * 2) % WRAP;
      return knowsSent && excess > 0 && excess < WRAP / 2;
    },
    resumed(h) {
      const ids = knowsSent ? taken(h).flatMap(({ id }) => id ?? []) : [];
      knowsSent = true;
      // From here on, the server counts from its own number.
      acknowledged = h;
      outbound = [];
      return ids;
    },
  };
}
