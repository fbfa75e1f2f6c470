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

/**
 * The most entries of one page, as many as Prosody returns. ejabberd 23.01 would return 250: where the connection
 * breaks while it sends them, it still tries to send each of the rest to the closed WebSocket, for 15 s each, and
 * archives messages for the user only after that.
 */
const MAX_PAGE = 50;
/** The most archive pages for one catch-up or one page of messages. */
const MAX_PAGES = 1_000;
/** The most entries of one time that are counted after a page. */
const MAX_LATER = 1_000;
/** How many of the newest entries are read where the archive no longer knows the position after which to continue. */
const MAX_FROM_UNKNOWN_POSITION = 1_000;
/**
 * A message that the server receives within this time before the first sign-in of a device, in ms, may never be
 * delivered to that device.
 */
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
  /** Handles a stanza with a result of a query, from the own server. */
  take(result: XmlElement): void;
  /**
   * All entries after a position, in one piece, so that their order is one; without a position only those of the last
   * minute. Undefined if the server refuses, such as one without an archive. After an interruption, a call with the
   * same position continues where the interrupted call ended.
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

interface ResultPage {
  readonly results: readonly Result[];
  readonly complete: boolean;
}

/** `not counted`: nothing on the page needed it. */
type Bounds = Omit<PageBounds, 'later'> & { readonly later?: number | 'not counted' };

export function createArchiveReader(
  requests: IqTracker,
  local: string,
  newId: () => string,
  order: OperationOrder,
  clock: Clock,
  languages: readonly string[] = [],
): ArchiveReader {
  const queries = new Map<string, Result[]>();
  /**
   * The pages that were read before an interruption. Reading continues after them: otherwise a device whose connections
   * are shorter than its catch-up would never complete it.
   */
  let unfinished: { readonly from: string; readonly entries: Entry[] } | undefined;
  /** By archive position, the places of entries among operations. Pages are read from the newest one back. */
  const places = new Map<string, number>();

  /** The newest query, once it is answered or has failed. */
  let latest: Promise<unknown> = Promise.resolve();
  /** Differs for each stream: a query that has waited for its turn is not sent on a later stream. */
  let stream = {};

  /**
   * One query at a time: a server answers them one after another, and the time limit of a query that waits for others
   * would pass before the server has looked at it.
   */
  function ask(query: ArchiveQuery): Promise<ResultPage> {
    const asked = stream;
    const turn = latest.then(() => {
      if (asked !== stream) throw new IqError('broken');
      return askNow(query);
    });
    latest = turn.catch(() => undefined);
    return turn;
  }

  async function askNow(query: ArchiveQuery): Promise<ResultPage> {
    const id = newId();
    const results: Result[] = [];
    queries.set(id, results);
    try {
      const page = { ...query, limit: Math.min(query.limit, MAX_PAGE) };
      const answer = await requests.request('set', encodeArchiveQuery(id, page));
      return { results, complete: isComplete(answer) || results.length === 0 };
    } finally {
      queries.delete(id);
    }
  }

  async function read(query: ArchiveQuery): Promise<{ entries: readonly Entry[]; complete: boolean }> {
    const { results, complete } = await ask(query);
    return { entries: decodePage(results, await boundsOf(query, results)), complete };
  }

  async function boundsOf(query: ArchiveQuery, results: readonly Result[]): Promise<Bounds> {
    const { before = '', after = '' } = query;
    const known = { after: places.get(after), before: places.get(before) };
    const last = results.at(-1);
    if (before === '' || known.before !== undefined || last === undefined) return known;
    const needsPlace = results.some((result) => isOfSameTime(result, last) && isWithoutSequence(result));
    return { ...known, later: needsPlace ? await countLater(query, last) : 'not counted' };
  }

  /**
   * The number of entries after this one that have the same time. An earlier session has read them, and only the
   * archive still knows how many they are.
   */
  async function countLater(query: ArchiveQuery, last: Result): Promise<number> {
    let count = 0;
    for (let after = last.id; count < MAX_LATER;) {
      const about = query.with === undefined ? {} : { with: query.with };
      const { results, complete } = await ask({ ...about, after, limit: MAX_PAGE });
      const end = results.findIndex((result) => !isOfSameTime(result, last));
      count += end === -1 ? results.length : end;
      after = results.at(-1)?.id ?? after;
      if (end !== -1 || complete) break;
    }
    return count;
  }

  /** Whether an entry is an operation of a client that sends no sequence. */
  function isWithoutSequence(result: Result): boolean {
    let isAsked = false;
    decode(result, () => {
      isAsked = true;
      return 0;
    });
    return isAsked;
  }

  function decodePage(results: readonly Result[], { later, ...known }: Bounds): readonly Entry[] {
    const isCounted = later !== 'not counted';
    const sequences = order.ofPage(results.map(timeOf), isCounted ? { ...known, later } : known);
    const last = results.at(-1);
    return results.map((result, index) => {
      const sequence = sequences[index] ?? 0;
      // The places of the last second are valid only where the entries after the page are known.
      if (isCounted || last === undefined || !isOfSameTime(result, last)) rememberIn(places, result.id, sequence);
      return decode(result, () => sequence);
    });
  }

  function decode({ id, forwarded: { message, stamp = '' } }: Result, sequenceAt: () => number): Entry {
    const how = { local, origin: 'archive', position: id, newId: () => id, languages, stamp, sequenceAt } as const;
    return { id, at: Date.parse(stamp), decoded: decodeMessage(message, how) };
  }

  async function readOn(from: string): Promise<readonly Entry[]> {
    const found = unfinished?.from === from ? unfinished.entries.slice() : [];
    unfinished = { from, entries: found };
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const after = found.at(-1)?.id ?? from;
      const query = { ...(after === '' ? {} : { after }), limit: MAX_PAGE };
      const { entries, complete } = await read(query);
      found.push(...entries);
      if (complete) break;
    }
    // A later call may have continued in the meantime: this call then queried on a broken stream.
    if (unfinished.entries === found) unfinished = undefined;
    return found;
  }

  /** The newest entries, oldest first. */
  async function readNewest(count: number): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    while (found.length < count) {
      const limit = count - found.length;
      const { entries, complete } = await read({ before: found[0]?.id ?? '', limit });
      found.unshift(...entries);
      if (complete) break;
    }
    return found;
  }

  /**
   * The start of a device without a position in the archive. The server delivers what it kept when the device becomes
   * available, except for what it archived before that and kept after it (seen on ejabberd 23.01): the server delivers
   * that only to the next session. So the newest entries are read, too; duplicates are dropped by their id. Where the
   * clocks of the device and the server differ by more than the overlap, nothing is read.
   */
  async function readFirst(): Promise<CaughtUp> {
    const now = clock.now();
    const isRecent = ({ at }: Entry): boolean => Math.abs(now - at) <= FIRST_OVERLAP;
    const newest = (await readNewest(1)).at(-1);
    const reached = newest?.id ?? '';
    if (newest === undefined || !isRecent(newest)) return { start: reached, entries: [], reached };
    const { entries, complete } = await read({ before: '', limit: MAX_PAGE });
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
          return readNewest(MAX_FROM_UNKNOWN_POSITION);
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
    forget() {
      queries.clear();
      stream = {};
    },
  };
}

function timeOf({ forwarded: { stamp = '' } }: Result): number {
  return Date.parse(stamp);
}

function isOfSameTime(one: Result, other: Result): boolean {
  return timeOf(one) === timeOf(other);
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
