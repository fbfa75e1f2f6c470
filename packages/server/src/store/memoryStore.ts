/** A store in memory. */

import { randomUUID } from 'node:crypto';
import { planOperations, withoutExcerpt } from './operations.ts';
import type { Cursor, EntryStatus, Growth, Named, NewEntry, NewReceipt, Store, StoredEntry } from './store.ts';

interface Log {
  readonly users: readonly [string, string];
  head: number;
  /** In the order of positions. */
  readonly entries: StoredEntry[];
  readonly byId: Map<string, number>;
}

/** A store in memory, for tests and development. It copies its input. */
export function createMemoryStore(): Store {
  const epoch = randomUUID();
  const logs = new Map<string, Log>();
  /** By user and device: when it was seen last. */
  const devices = new Map<string, Map<string, number>>();
  const cursors = new Map<string, Cursor>();
  const seen = new Map<string, number>();

  function cursorOf({ user, device, conversation }: Omit<Cursor, 'position'>): number {
    return cursors.get(JSON.stringify([user, device, conversation]))?.position ?? 0;
  }

  function saveCursor(cursor: Cursor): void {
    const { user, device, conversation, position } = cursor;
    if (position > cursorOf(cursor)) cursors.set(JSON.stringify([user, device, conversation]), { ...cursor });
  }

  /** A new device begins at the furthest cursor of its user's devices. */
  function startDevice(user: string, device: string): void {
    const own = Array.from(cursors.values()).filter((cursor) => cursor.user === user);
    for (const cursor of own) saveCursor({ ...cursor, device });
  }

  function mark(receipt: NewReceipt, at: number): (EntryStatus & { conversation: string })[] {
    const log = logs.get(receipt.conversation);
    if (log === undefined) return [];
    log.head += 1;
    const named = receipt.ids.flatMap((id) => log.byId.get(id) ?? []);
    const last = Math.max(-1, ...named.filter((index) => log.entries[index]?.author === receipt.author));
    const indexes = receipt.upTo ? Array.from({ length: last + 1 }, (_, index) => index) : named;
    return indexes.flatMap((index) => {
      const entry = log.entries[index];
      if (entry === undefined || entry.author !== receipt.author || knows(entry, receipt.outcome)) return [];
      if (entry.kind !== 'message' && !named.includes(index)) return [];
      const changed = { ...entry, ...statusOf(receipt, at), revision: log.head };
      log.entries[index] = changed;
      return [{ ...statusFields(changed), conversation: receipt.conversation }];
    });
  }

  /** The entries of the same ids, their targets, and the other operations on the targets. */
  function related(entries: readonly NewEntry[]): (StoredEntry & Named)[] {
    return Array.from(new Set(entries.map(({ conversation }) => conversation))).flatMap((conversation) => {
      const own = entries.filter((entry) => entry.conversation === conversation);
      const names = new Set(own.flatMap(({ id, target }) => (target === undefined ? [id] : [id, target])));
      const isAbout = ({ id, target }: StoredEntry): boolean =>
        names.has(id) || (target !== undefined && names.has(target));
      const known = logs.get(conversation)?.entries ?? [];
      return known.filter(isAbout).map((entry) => ({ ...entry, conversation }));
    });
  }

  function change(conversation: string, id: string, fields: Partial<StoredEntry>): void {
    const log = logs.get(conversation);
    const index = log?.byId.get(id);
    const entry = index === undefined ? undefined : log?.entries[index];
    if (log !== undefined && index !== undefined && entry !== undefined) log.entries[index] = { ...entry, ...fields };
  }

  return {
    async open() {
      return { epoch };
    },
    async append(entries, at) {
      const { accepted, refused, replaced } = planOperations(entries, related(entries));
      for (const { conversation, id, payload, erased } of replaced) change(conversation, id, { payload, erased });
      const growth = new Map<string, Growth>();
      const stored = accepted.map(({ users, erased = false, ...entry }) => {
        const { conversation, id } = entry;
        const log = logs.get(conversation) ?? { users, head: 0, entries: [], byId: new Map<string, number>() };
        logs.set(conversation, log);
        const from = growth.get(conversation)?.from ?? log.head;
        log.head += 1;
        growth.set(conversation, { conversation, from, head: log.head });
        const kept = { ...entry, erased, at, position: log.head, revision: log.head, ...UNKNOWN };
        log.byId.set(id, log.entries.length);
        log.entries.push(kept);
        return kept;
      });
      return { stored, growth: Array.from(growth.values()), refused };
    },
    async find(names) {
      return names.flatMap(({ conversation, id }) => {
        const log = logs.get(conversation);
        const entry = log?.entries[log.byId.get(id) ?? -1];
        return entry === undefined ? [] : [{ ...entry, conversation }];
      });
    },
    async operationsOn(conversation, ids) {
      const entries = logs.get(conversation)?.entries ?? [];
      return entries.filter(
        ({ kind, target, erased }) => kind !== 'message' && !erased && target !== undefined && ids.includes(target),
      );
    },
    async mark(receipts, at) {
      const before = new Map(receipts.map(({ conversation }) => [conversation, logs.get(conversation)?.head ?? 0]));
      const changed = new Map<string, EntryStatus & { conversation: string }>();
      for (const receipt of receipts) {
        for (const status of mark(receipt, at)) changed.set(JSON.stringify([status.conversation, status.id]), status);
      }
      const growth = Array.from(before, ([conversation, from]) => ({
        conversation,
        from,
        head: logs.get(conversation)?.head ?? 0,
      }));
      return { changed: Array.from(changed.values()), growth: growth.filter(({ from, head }) => head > from) };
    },
    async entriesAfter(of, limit) {
      return of.map(({ conversation, position, upTo }) => {
        const entries = logs.get(conversation)?.entries ?? [];
        const first = firstAfter(entries, position);
        return entries.slice(first, Math.min(first + limit, firstAfter(entries, upTo)));
      });
    },
    async changesAfter(of, limit) {
      return of.map(({ conversation, author, upTo, revision }) => {
        const changes = (logs.get(conversation)?.entries ?? [])
          .filter((entry) => entry.author === author && entry.position <= upTo && entry.revision > revision)
          .toSorted((one, other) => one.revision - other.revision || one.position - other.position);
        const last = changes[limit - 1]?.revision ?? Infinity;
        return changes.filter((entry) => entry.revision <= last);
      });
    },
    async messagesBefore(conversation, position = Infinity, limit) {
      const entries = logs.get(conversation)?.entries ?? [];
      return entries.filter((entry) => entry.kind === 'message' && entry.position < position).slice(-limit);
    },
    async heads(conversations) {
      return new Map(
        conversations.flatMap((conversation) => {
          const head = logs.get(conversation)?.head;
          return head === undefined ? [] : [[conversation, head] as const];
        }),
      );
    },
    async signIn(signed, at) {
      for (const { user, device } of signed) {
        const own = devices.get(user) ?? new Map<string, number>();
        devices.set(user, own);
        if (!own.has(device)) startDevice(user, device);
        own.set(device, at);
      }
    },
    async waiting(of) {
      return of.map(({ user, device }) =>
        Array.from(logs).flatMap(([conversation, { users, head }]) => {
          if (!users.includes(user) || head <= cursorOf({ user, device, conversation })) return [];
          return [users[0] === user ? users[1] : users[0]];
        }),
      );
    },
    async cursors(of) {
      return of.map(cursorOf);
    },
    async saveCursors(moved) {
      for (const cursor of moved) saveCursor(cursor);
    },
    async saveSeen(users, at) {
      for (const user of users) seen.set(user, Math.max(at, seen.get(user) ?? 0));
    },
    async lastSeen(users) {
      return new Map(users.flatMap((user) => (seen.has(user) ? [[user, seen.get(user) ?? 0] as const] : [])));
    },
    async deleteUser(user) {
      for (const [key, cursor] of cursors) if (cursor.user === user) cursors.delete(key);
      devices.delete(user);
      seen.delete(user);
      for (const { entries, byId } of logs.values()) {
        entries.forEach((entry, index) => {
          const quoted = entries[byId.get(entry.target ?? '') ?? -1];
          if (quoted?.author === user) entries[index] = { ...entry, payload: withoutExcerpt(entry.payload) };
        });
      }
      return deleteEntries(logs, ({ author }) => author === user);
    },
    async deleteBefore(time) {
      for (const [user, own] of devices) {
        for (const [device, at] of own) {
          if (at >= time) continue;
          own.delete(device);
          retireCursors(cursors, saveCursor, user, device);
        }
      }
      return deleteEntries(logs, ({ at }) => at < time);
    },
    async close() {},
  };
}

const UNKNOWN = { deliveredAt: undefined, displayedAt: undefined, failedAt: undefined, failedCode: undefined };

/**
 * The cursors of a removed device are kept without a device, so that a new device does not begin at the start of the
 * log.
 */
function retireCursors(
  cursors: Map<string, Cursor>,
  save: (cursor: Cursor) => void,
  user: string,
  device: string,
): void {
  for (const [key, cursor] of Array.from(cursors)) {
    if (cursor.user !== user || cursor.device !== device) continue;
    cursors.delete(key);
    save({ ...cursor, device: '' });
  }
}

/** Deletes entries, and with a message the operations on it. */
function deleteEntries(logs: Map<string, Log>, isGone: (entry: StoredEntry) => boolean): number {
  let count = 0;
  for (const log of logs.values()) {
    const gone = new Set(log.entries.filter(isGone).map(({ id }) => id));
    const isKept = ({ id, kind, target = '' }: StoredEntry): boolean =>
      !gone.has(id) && (kind === 'message' || !gone.has(target));
    const kept = log.entries.filter(isKept);
    count += gone.size;
    log.entries.splice(0, Infinity, ...kept);
    log.byId.clear();
    kept.forEach(({ id }, index) => log.byId.set(id, index));
  }
  return count;
}

function statusFields(entry: StoredEntry): EntryStatus {
  const { id, author, position, revision, deliveredAt, displayedAt, failedAt, failedCode } = entry;
  return { id, author, position, revision, deliveredAt, displayedAt, failedAt, failedCode };
}

function knows(entry: EntryStatus, outcome: NewReceipt['outcome']): boolean {
  if (outcome === 'failed') return entry.failedAt !== undefined;
  return (outcome === 'displayed' ? entry.displayedAt : entry.deliveredAt) !== undefined;
}

function statusOf({ outcome, code }: NewReceipt, at: number): Partial<EntryStatus> {
  if (outcome === 'failed') return { failedAt: at, failedCode: code };
  return outcome === 'displayed' ? { displayedAt: at } : { deliveredAt: at };
}

/** The index of the first entry after a position. */
function firstAfter(entries: readonly StoredEntry[], position: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
