/** Counters of XEP-0198 wrap here. */
const WRAP = 2 ** 32;
/** More stanzas than this do not wait for the application; the oldest then count as handled. */
const MAX_UNHANDLED = 1_000;

/** A stanza that came in, and whether it is safe with this side. */
export interface Inbound {
  handled: boolean;
}

interface Outbound {
  readonly id: string | undefined;
  readonly settle: (taken: boolean) => void;
}

/**
 * The counters of XEP-0198 of one session, over all streams that carry it. Unlike a client that acknowledges what it
 * has read, `handled` counts what the application has made safe, in order; so what is lost in a crash comes again.
 */
export interface StreamManagement {
  /** How many stanzas are handled; what an `<a/>` or a `<resume/>` says. */
  readonly handled: number;
  /** Counts a stanza that came in. Undefined for a repetition of one that is handled: it is to be dropped. */
  received(): Inbound | undefined;
  /** The stanza is safe. Returns whether `handled` grew. */
  handle(inbound: Inbound): boolean;
  /** Counts a stanza that goes out; returns how many that makes. */
  sent(id: string | undefined, settle: (taken: boolean) => void): number;
  /** The server has taken so many stanzas. */
  acknowledged(h: number): void;
  /** The stream broke: nothing that is under way will be answered. */
  broken(): void;
  /** A new stream asks to go on with the session; from here on the server repeats. Returns what `<resume/>` says. */
  resuming(): number;
  /** The session goes on: the server has taken so many. Returns the ids that it has. */
  resumed(h: number): readonly string[];
}

/** @param handledBefore where a session of an earlier page goes on. */
export function createStreamManagement(handledBefore = 0): StreamManagement {
  const inbound: Inbound[] = [];
  let handled = handledBefore;
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
    const count = Math.min((h - acknowledged + WRAP) % WRAP, outbound.length);
    const gone = outbound.splice(0, count);
    acknowledged = h;
    return gone;
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
      for (const { settle } of outbound) settle(false);
    },
    resuming() {
      cursor = 0;
      return handled;
    },
    resumed(h) {
      const ids = taken(h).flatMap(({ id }) => id ?? []);
      outbound = [];
      return ids;
    },
  };
}
