/** The largest stanza that the server accepts. */

import { TransportFailure } from '@imflow/core';
import { rememberIn } from './boundedMap.ts';
import { escape, serialize, type XmlElement } from './xml.ts';

/** Every server accepts a stanza of this length, in bytes (RFC 6120 section 13.12). */
const ALWAYS_TAKEN_BYTES = 10_000;
/** What a stanza needs besides the text of its message, in bytes: most of it is a quote of 200 characters. */
const STANZA_OVERHEAD_BYTES = 4_000;
/** A stanza that was the oldest in flight when this many streams broke is not sent again. */
const MAX_BROKEN_STREAMS = 3;

/** The largest stanza that the server accepts, as announced (XEP-0478) or observed. */
export interface SizeLimit {
  /** The longest text of a message, in bytes, as {@link measureText} counts them. */
  readonly maxMessageBytes: number;
  /** @throws TransportFailure 413 for a stanza that the server does not accept. */
  check(id: string, stanza: XmlElement): void;
  /** A stream broke while this was the oldest unacknowledged stanza. */
  broke(id: string, stanza: XmlElement): void;
  /** The server has acknowledged the stanza. */
  taken(id: string): void;
}

/** @param maxStanzaBytes the announced limit; undefined if there is none. */
export function createSizeLimit(maxStanzaBytes: () => number | undefined): SizeLimit {
  /** The number of broken streams, by the id of the long stanza that was the oldest unacknowledged one. */
  const brokenBy = new Map<string, number>();

  return {
    get maxMessageBytes() {
      return Math.max(0, (maxStanzaBytes() ?? Infinity) - STANZA_OVERHEAD_BYTES);
    },
    check(id, stanza) {
      const bytes = bytesOf(stanza);
      if (bytes <= (maxStanzaBytes() ?? Infinity) && (brokenBy.get(id) ?? 0) < MAX_BROKEN_STREAMS) return;
      // The application may try again, perhaps with another server limit.
      brokenBy.delete(id);
      throw new TransportFailure(413, `The server does not accept a message of ${bytes} bytes.`, { retryable: false });
    },
    broke(id, stanza) {
      if (bytesOf(stanza) > ALWAYS_TAKEN_BYTES) rememberIn(brokenBy, id, (brokenBy.get(id) ?? 0) + 1);
    },
    taken: (id) => void brokenBy.delete(id),
  };
}

/** Returns the bytes that a text takes in a stanza, where XML escapes some characters. */
export function measureText(text: string): number {
  return new TextEncoder().encode(escape(text)).length;
}

function bytesOf(stanza: XmlElement): number {
  return new TextEncoder().encode(serialize(stanza)).length;
}
