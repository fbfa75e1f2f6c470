/** Reads the archive of the local user page by page (XEP-0313). */

import type {
  Clock,
  HistoryPage,
  HistoryReceipt,
  HistoryRequest,
  IncomingMessage,
  IncomingOperation,
} from '@imflow/core';
import { type ArchiveQuery, encodeArchiveQuery, isComplete } from './archive.ts';
import { type Forwarded, forwardedIn } from './carbons.ts';
import { decodeMessage, type DecodedMessage, messagesIn, operationsIn } from './messageStanza.ts';
import { IqError, type IqTracker } from './iq.ts';
import type { OperationOrder, PageBounds } from './operationOrder.ts';
import { rememberIn } from './boundedMap.ts';
import type { XmlElement } from './xml.ts';

const CATCH_UP_PAGE = 100;
/** The most archive pages for one catch-up or one page of messages. */
const MAX_PAGES = 1_000;
/** How many of the newest pages are read where the archive no longer knows the place from where to go on. */
const MAX_PAGES_FROM_UNKNOWN_POSITION = 10;
/** What the server got so short a time before a device's first sign-in, in ms, may never be delivered to it. */
const FIRST_OVERLAP = 60_000;

/** An entry of the archive. */
export interface Entry {
  readonly id: string;
  /** When the server got it, in ms since the epoch. */
  readonly at: number;
  /** Undefined where it is no part of a conversation between two. */
  readonly decoded: DecodedMessage | undefined;
}

/** The missed messages, and their place in the archive. */
export interface CaughtUp {
  /** The position before the entries; empty if they are the first ones. */
  readonly start: string;
  readonly entries: readonly Entry[];
  /** The last position of the archive; empty if the archive is empty. */
  readonly reached: string;
}

/** Reads the local user's archive (XEP-0313). */
export interface ArchiveReader {
  /** A stanza with a result of a query came, from the own server. */
  take(result: XmlElement): void;
  /**
   * All entries after a position, in one piece, so that their order is one; without a position only those of the last
   * minute. Undefined if the server refuses, such as one without an archive.
   */
  catchUp(from: string | undefined): Promise<CaughtUp | undefined>;
  /** A page of messages of one conversation; the archive may hold other things between them. */
  loadHistory(remote: string, request: HistoryRequest): Promise<HistoryPage>;
  /** The stream broke. */
  forget(): void;
}

interface Result {
  readonly id: string;
  readonly forwarded: Forwarded;
}

export function createArchiveReader(
  requests: IqTracker,
  local: string,
  newId: () => string,
  order: OperationOrder,
  clock: Clock,
  languages: readonly string[] = [],
): ArchiveReader {
  const queries = new Map<string, Result[]>();
  /** By archive position, the places of entries among operations. Pages are read from the newest one back. */
  const places = new Map<string, number>();

  async function read(query: ArchiveQuery): Promise<{ entries: readonly Entry[]; complete: boolean }> {
    const id = newId();
    const results: Result[] = [];
    queries.set(id, results);
    try {
      const answer = await requests.request('set', encodeArchiveQuery(id, query));
      return {
        entries: decodePage(results, boundsOf(query)),
        complete: isComplete(answer) || results.length === 0,
      };
    } finally {
      queries.delete(id);
    }
  }

  function boundsOf({ before = '', after = '' }: ArchiveQuery): PageBounds {
    return { after: places.get(after), ...(before === '' ? {} : { before: places.get(before) ?? 'unknown' }) };
  }

  function decodePage(results: readonly Result[], bounds: PageBounds): readonly Entry[] {
    const times = results.map(({ forwarded: { stamp = '' } }) => Date.parse(stamp));
    const sequences = order.ofPage(times, bounds);
    return results.map((result, index) => {
      const sequence = sequences[index] ?? 0;
      rememberIn(places, result.id, sequence);
      return decode(result, sequence);
    });
  }

  function decode({ id, forwarded: { message, stamp = '' } }: Result, sequence: number): Entry {
    const sequenceAt = (): number => sequence;
    const how = { local, origin: 'archive', position: id, newId: () => id, languages, stamp, sequenceAt } as const;
    return { id, at: Date.parse(stamp), decoded: decodeMessage(message, how) };
  }

  async function readOn(from: string): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const after = found.at(-1)?.id ?? from;
      const query = { ...(after === '' ? {} : { after }), limit: CATCH_UP_PAGE };
      const { entries, complete } = await read(query);
      found.push(...entries);
      if (complete) break;
    }
    return found;
  }

  /** The newest pages, oldest first. */
  async function readNewest(pages: number, limit: number): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    for (let page = 0; page < pages; page += 1) {
      const { entries, complete } = await read({ before: found[0]?.id ?? '', limit });
      found.unshift(...entries);
      if (complete) break;
    }
    return found;
  }

  /**
   * Where a device begins that knows nothing of the archive. The server delivers what it kept when the device becomes
   * available, except for what it archived before that and kept after it (seen on ejabberd 23.01): that comes only to
   * the next session. So the newest entries are read, too; copies fall out by their id. Where the clocks of the device
   * and the server differ by more than the overlap, nothing is read.
   */
  async function readFirst(): Promise<CaughtUp> {
    const now = clock.now();
    const isRecent = ({ at }: Entry): boolean => Math.abs(now - at) <= FIRST_OVERLAP;
    const newest = (await readNewest(1, 1)).at(-1);
    const reached = newest?.id ?? '';
    if (newest === undefined || !isRecent(newest)) return { start: reached, entries: [], reached };
    const { entries, complete } = await read({ before: '', limit: CATCH_UP_PAGE });
    const first = entries.findIndex(isRecent);
    if (first === -1) return { start: reached, entries: [], reached };
    const start = first === 0 && complete ? '' : (entries[Math.max(0, first - 1)]?.id ?? reached);
    return { start, entries: entries.slice(first), reached: entries.at(-1)?.id ?? reached };
  }

  return {
    take(result) {
      const { queryid = '', id = '' } = result.attributes;
      const forwarded = forwardedIn(result);
      if (forwarded !== undefined) queries.get(queryid)?.push({ id, forwarded });
    },
    async catchUp(from) {
      try {
        if (from === undefined) return await readFirst();
        const entries = await readOn(from).catch((error: unknown) => {
          if (from === '' || !isRefusal(error) || error.condition !== 'item-not-found') throw error;
          return readNewest(MAX_PAGES_FROM_UNKNOWN_POSITION, CATCH_UP_PAGE);
        });
        return { start: from, entries, reached: entries.at(-1)?.id ?? from };
      } catch (error) {
        if (isRefusal(error)) return undefined;
        throw error;
      }
    },
    async loadHistory(remote, { before = '', limit }) {
      const messages: IncomingMessage[] = [];
      const receipts: HistoryReceipt[] = [];
      const operations: IncomingOperation[] = [];
      let oldest = before;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const { entries, complete } = await read({ with: remote, before: oldest, limit });
        messages.unshift(...entries.flatMap(({ decoded }) => messagesIn(decoded?.events ?? [])));
        receipts.unshift(...entries.flatMap(receiptsIn));
        operations.unshift(...entries.flatMap(({ decoded }) => operationsIn(decoded?.events ?? [])));
        oldest = entries[0]?.id ?? oldest;
        if (complete || messages.length >= limit)
          return { messages: messages.slice(-limit), receipts, operations, end: complete && messages.length <= limit };
      }
      return { messages, receipts, operations, end: false };
    },
    forget: () => queries.clear(),
  };
}

/** The receipts and markers of an entry (XEP-0184, XEP-0333), as of when the server got them. */
function receiptsIn({ at, decoded }: Entry): HistoryReceipt[] {
  return (decoded?.events ?? []).flatMap((event) => {
    if (event.type !== 'notification') return [];
    const { type: _type, ...receipt } = event;
    return [{ ...receipt, ...(Number.isFinite(at) ? { at } : {}) }];
  });
}

function isRefusal(error: unknown): error is IqError {
  return error instanceof IqError && error.reason === 'refused';
}
