/** Sends the log of an open conversation to a device, in order. */

import { type EntriesToWrite, writeEntries } from './frames.ts';
import { receiptEntries, writeEntry } from './payload.ts';
import { PAGE_LENGTH, type Reads } from './reads.ts';
import { conversationOf, type EntryStatus, type Growth, type Store, type StoredEntry } from './store/store.ts';

/** How large the bodies of one frame may be together, in characters; one entry is always allowed. */
const FRAME_LENGTH = 262_144;

/** A conversation that is open on a socket. It sends the device the entries of the log that it lacks, in order. */
export interface Watch {
  readonly conversation: string;
  /** How far the log was sent. */
  readonly pushed: number;
  /** Resolves once the entries that the device had missed when the watch began are sent. Never rejects. */
  readonly missedSent: Promise<void>;
  /** Handles new entries and changes of the log. */
  offer(growth: Growth, stored: readonly StoredEntry[], changed: readonly EntryStatus[]): void;
  /** Handles a hint: the log has grown up to this position. */
  hint(head: number): void;
  /** The device has everything up to here. Returns the cursor to save; undefined if it has not moved. */
  acknowledge(position: number): number | undefined;
  /** Stops sending. Returns the cursor to save, as `acknowledge` does. */
  close(): number | undefined;
}

export interface WatchOptions {
  readonly store: Pick<Store, 'operationsOn'>;
  readonly reads: Pick<Reads, 'entriesAfter' | 'changesAfter'>;
  readonly user: string;
  readonly device: string;
  readonly peer: string;
  /** From where the log is sent. */
  readonly cursor: number;
  /** The head of the log; entries up to it were stored before. */
  readonly head: number;
  /** Sends a frame. @param taken is called once the socket has taken it, or is closed. */
  readonly send: (frame: string, taken?: () => void) => void;
  /** The store failed. */
  readonly fail: (error: unknown) => void;
}

export function createWatch({ store, reads, user, device, peer, cursor, head, send, fail }: WatchOptions): Watch {
  const { conversation } = conversationOf(user, peer);
  let pushed = cursor;
  let acknowledged = cursor;
  /** The entries that the device has not acknowledged. */
  let outstanding = cursor;
  let known = head;
  let isReading = false;
  let isClosed = false;

  const isOpen = (): boolean => !isClosed;

  /**
   * Whether the device is sent an entry: it has its own entries already, and of erased entries only messages are sent.
   */
  function isForDevice({ author, device: from, kind, erased }: StoredEntry): boolean {
    return (author !== user || from !== device) && (kind === 'message' || !erased);
  }

  /** Entries, with the operations on entries whose text was erased, so that no device shows them without a text. */
  async function withRetractions(entries: readonly StoredEntry[]): Promise<readonly StoredEntry[]> {
    const gone = entries.filter(({ kind, erased }) => kind === 'message' && erased).map(({ id }) => id);
    if (gone.length === 0) return entries;
    const names = new Set(entries.map(({ id }) => id));
    const operations = await store.operationsOn(conversation, gone);
    return [...entries, ...operations.filter(({ kind, id }) => kind === 'retract' && !names.has(id))];
  }

  /**
   * The statuses that belong to the log up to `target`. Newer ones are read next, instead of being sent now and then
   * again: whatever can be read is committed, with all before it.
   */
  function upTo<T extends EntryStatus>(target: number, statuses: readonly T[]): readonly T[] {
    for (const { revision } of statuses) known = Math.max(known, revision);
    return statuses.filter(({ revision }) => revision <= target);
  }

  function frame(position: number, entries: readonly StoredEntry[], statuses: readonly EntryStatus[]): EntriesToWrite {
    const own = statuses.filter(({ author }) => author === user);
    return {
      with: peer,
      entries: entries.map(writeEntry),
      receipts: receiptEntries(own),
      position,
      stored: position <= head,
    };
  }

  /** Resolves once the socket has taken the frame, so that a slow one is read for no faster than it reads. */
  function take(each: EntriesToWrite): Promise<void> {
    return new Promise((resolve) => {
      send(writeEntries(each), resolve);
    });
  }

  /** Sends the log from `pushed` to `target`, all of which is committed. */
  async function sendUpTo(target: number): Promise<void> {
    const from = pushed;
    let sent = from;
    const deliver = async (each: EntriesToWrite): Promise<void> => {
      sent = each.position;
      outstanding = target;
      await take(each);
    };
    // First what happened to older entries, without moving the cursor; then newer entries, each with its status, up to
    // which the cursor can move. The cursor then never passes anything that was not sent. Both are read at the same time,
    // which halves the delay of a hint; entries that waited for changes to be sent are read again, since they may be
    // retracted meanwhile.
    const readPage = async (position: number): Promise<readonly StoredEntry[]> =>
      position < target ? reads.entriesAfter({ conversation, position, upTo: target }) : [];
    const readChanges = (revision: number): Promise<readonly EntryStatus[]> =>
      reads.changesAfter({ conversation, author: user, upTo: from, revision });
    let [changes, entries] = await Promise.all([readChanges(from), readPage(from)]);
    while (isOpen() && changes.length > 0) {
      const due = upTo(target, changes);
      if (due.length > 0) await deliver(frame(from, [], due));
      const last = changes.at(-1)?.revision ?? target;
      changes = changes.length < PAGE_LENGTH || due.length < changes.length ? [] : await readChanges(last);
    }
    if (outstanding === target && entries.length > 0) entries = await readPage(from);
    while (isOpen() && entries.length > 0) {
      const arrived = new Set(upTo(target, entries).filter(isKnownToHaveArrived));
      for (const chunk of chunks(entries.filter((entry) => isForDevice(entry) || arrived.has(entry)))) {
        if (isClosed) return;
        const last = chunk.at(-1)?.position ?? target;
        const statuses = chunk.filter((entry) => arrived.has(entry));
        await deliver(frame(last, await withRetractions(chunk.filter(isForDevice)), statuses));
      }
      entries = entries.length < PAGE_LENGTH ? [] : await readPage(entries.at(-1)?.position ?? target);
    }
    if (isClosed) return;
    if (outstanding === target && sent < target) await take(frame(target, [], []));
    pushed = Math.max(pushed, target);
  }

  async function read(): Promise<void> {
    isReading = true;
    try {
      while (isOpen() && pushed < known) await sendUpTo(known);
    } catch (error) {
      if (!isClosed) fail(error);
    } finally {
      isReading = false;
    }
  }

  function hint(reached: number): void {
    known = Math.max(known, reached);
    if (!isClosed && !isReading && pushed < known) void read();
  }

  const missedSent = pushed < known ? read() : Promise.resolve();
  return {
    conversation,
    missedSent,
    get pushed() {
      return pushed;
    },
    offer(growth, stored, changed) {
      if (isClosed || growth.head <= known) return;
      if (isReading || pushed !== growth.from) {
        hint(growth.head);
        return;
      }
      const arrivals = stored.filter(isForDevice);
      // A batch that retracts its own message is rare: it is read again, which completes it.
      if (arrivals.some(({ kind, erased }) => kind === 'message' && erased)) {
        hint(growth.head);
        return;
      }
      known = growth.head;
      pushed = growth.head;
      const statuses = changed.filter(({ author }) => author === user);
      if (arrivals.length === 0 && statuses.length === 0) return;
      outstanding = growth.head;
      send(writeEntries(frame(growth.head, arrivals, statuses)));
    },
    hint,
    acknowledge(position) {
      const reached = Math.min(position, Math.max(pushed, outstanding));
      // Own entries after the last frame need no acknowledgement.
      const cursorNow = reached >= outstanding && !isReading ? Math.max(reached, pushed) : reached;
      if (cursorNow <= acknowledged) return undefined;
      acknowledged = cursorNow;
      return cursorNow;
    },
    close() {
      isClosed = true;
      const isSettled = acknowledged >= outstanding && !isReading && pushed > acknowledged;
      return isSettled ? pushed : undefined;
    },
  };
}

function isKnownToHaveArrived({ deliveredAt, displayedAt, failedAt }: EntryStatus): boolean {
  return deliveredAt !== undefined || displayedAt !== undefined || failedAt !== undefined;
}

function chunks(entries: readonly StoredEntry[]): StoredEntry[][] {
  const all: StoredEntry[][] = [];
  let length = Infinity;
  for (const entry of entries) {
    if (length + entry.payload.length > FRAME_LENGTH) {
      all.push([]);
      length = 0;
    }
    all.at(-1)?.push(entry);
    length += entry.payload.length;
  }
  return all;
}
