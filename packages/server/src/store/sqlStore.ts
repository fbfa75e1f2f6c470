import { migrate } from './migrations.ts';
import { placesOf } from './places.ts';
import { aggregate } from './receiptRows.ts';
import { planOperations, withoutExcerpt, type Replacement } from './operations.ts';
import type { Query, Row, Sql } from './sql.ts';
import {
  APPEND,
  CHANGES_AFTER,
  CURSORS,
  DELETE_BEFORE,
  DELETE_USER,
  ENTRIES_AFTER,
  FIND,
  LOCK,
  MARK,
  OPERATIONS_ON,
  QUOTES_OF,
  RELATED,
  REPLACE,
  RESOLVE_UP_TO,
  SAVE_CURSORS,
  SIGN_IN,
  WAITING,
} from './statements.ts';
import {
  nameOf,
  type EntryStatus,
  type Named,
  type NewEntry,
  type NewReceipt,
  type Store,
  type StoredEntry,
} from './store.ts';

/** The store over a database that speaks the SQL of PostgreSQL. */
export function createSqlStore(sql: Sql): Store {
  /** Receipts for all entries up to one, with the ids of those entries. */
  async function resolveUpTo(receipts: readonly NewReceipt[]): Promise<readonly NewReceipt[]> {
    const open = receipts.filter(({ upTo }) => upTo);
    if (open.length === 0) return receipts;
    const rows = await sql.query('up-to', RESOLVE_UP_TO, [
      open.map(({ conversation }) => conversation),
      open.map(({ author }) => author),
      open.map(({ ids }) => ids.at(-1)),
    ]);
    const idsOf = (index: number): string[] =>
      rows.filter(({ ordinal }) => Number(ordinal) === index + 1).map(({ id }) => String(id));
    return receipts.map((receipt) => {
      const index = open.indexOf(receipt);
      return index === -1 ? receipt : { ...receipt, ids: [...receipt.ids, ...idsOf(index)] };
    });
  }

  /** Entries that refer to others are planned while the logs are locked, by the content of the logs at that time. */
  function appendOperations(entries: readonly NewEntry[], at: number): ReturnType<Store['append']> {
    return sql.transaction(async (query) => {
      await query('lock', LOCK, [entries.map(({ conversation }) => conversation)]);
      const targets = entries.flatMap(({ conversation, target }) =>
        target === undefined ? [] : [{ conversation, id: target }],
      );
      const known = await query('related', RELATED, namesOf([...entries, ...targets]));
      const { accepted, refused, replaced } = planOperations(entries, known.map(namedEntry));
      await replace(query, replaced);
      return { ...(await append(query, accepted, at)), refused };
    });
  }

  return {
    async open() {
      await migrate(sql);
      const [row] = await sql.query('epoch', `select value from imflow_meta where name = 'epoch'`, []);
      return { epoch: String(row?.['value']) };
    },
    async append(entries, at) {
      if (entries.some(({ target }) => target !== undefined)) return appendOperations(entries, at);
      return { ...(await append(sql.query, entries, at)), refused: [] };
    },
    async find(names) {
      if (names.length === 0) return [];
      return (await sql.query('find', FIND, namesOf(names))).map(namedEntry);
    },
    async operationsOn(conversation, ids) {
      return (await sql.query('operations-on', OPERATIONS_ON, [conversation, ids])).map(storedEntry);
    },
    async mark(receipts, at) {
      const rows = aggregate(await resolveUpTo(receipts));
      if (rows.length === 0) return { changed: [], growth: [] };
      const places = placesOf(rows, ({ ordinal }) => ordinal);
      const results = await sql.query('mark', MARK, [
        ...places.columns,
        at,
        rows.map(({ conversation }) => conversation),
        rows.map(({ id }) => id),
        rows.map(({ author }) => author),
        rows.map(({ delivered }) => delivered),
        rows.map(({ displayed }) => displayed),
        rows.map(({ failed }) => failed ?? null),
        places.behind,
      ]);
      const changed = results.filter(({ id }) => id !== null).map(namedStatus);
      return { changed: changed.toSorted(inOrder), growth: places.growthOf(results) };
    },
    async entriesAfter(of, limit) {
      const rows = await sql.query('entries-after', ENTRIES_AFTER, [
        of.map(({ conversation }) => conversation),
        of.map(({ position }) => position),
        of.map(({ upTo }) => upTo),
        limit,
      ]);
      return inQuestions(of.length, rows, storedEntry);
    },
    async changesAfter(of, limit) {
      const rows = await sql.query('changes-after', CHANGES_AFTER, [
        of.map(({ conversation }) => conversation),
        of.map(({ author }) => author),
        of.map(({ upTo }) => upTo),
        of.map(({ revision }) => revision),
        limit,
      ]);
      return inQuestions(of.length, rows, entryStatus).map((changes) => changes.toSorted(inOrder));
    },
    async messagesBefore(conversation, position, limit) {
      const text = `select * from imflow_entries where conversation = $1 and position < $2
        and kind = 'message' order by position desc limit $3`;
      const before = position ?? Number.MAX_SAFE_INTEGER;
      const rows = await sql.query('messages-before', text, [conversation, before, limit]);
      return rows.map(storedEntry).toReversed();
    },
    async heads(conversations) {
      const text = 'select conversation, head from imflow_conversations where conversation = any($1::text[])';
      const rows = await sql.query('heads', text, [conversations]);
      return new Map(rows.map(({ conversation, head }) => [String(conversation), Number(head)]));
    },
    async signIn(devices, at) {
      await sql.query('sign-in', SIGN_IN, [devices.map(({ user }) => user), devices.map(({ device }) => device), at]);
    },
    async waiting(of) {
      const rows = await sql.query('waiting', WAITING, [of.map(({ user }) => user), of.map(({ device }) => device)]);
      return inQuestions(of.length, rows, ({ other }) => String(other));
    },
    async cursors(of) {
      const rows = await sql.query('cursors', CURSORS, [
        of.map(({ user }) => user),
        of.map(({ device }) => device),
        of.map(({ conversation }) => conversation),
      ]);
      const positions = new Map(rows.map(({ ordinal, position }) => [Number(ordinal), Number(position)]));
      return of.map((_, index) => positions.get(index + 1) ?? 0);
    },
    async saveCursors(cursors) {
      const furthest = new Map<string, (typeof cursors)[number]>();
      for (const cursor of cursors) {
        const key = JSON.stringify([cursor.user, cursor.device, cursor.conversation]);
        if ((furthest.get(key)?.position ?? -1) < cursor.position) furthest.set(key, cursor);
      }
      const rows = Array.from(furthest.values());
      if (rows.length === 0) return;
      await sql.query('save-cursors', SAVE_CURSORS, [
        rows.map(({ user }) => user),
        rows.map(({ device }) => device),
        rows.map(({ conversation }) => conversation),
        rows.map(({ position }) => position),
      ]);
    },
    async saveSeen(users, at) {
      const text = `insert into imflow_users (user_id, seen_at)
        select distinct user_id, $2::bigint from unnest($1::text[]) as t(user_id) order by user_id
        on conflict (user_id) do update set seen_at = greatest(imflow_users.seen_at, excluded.seen_at)`;
      await sql.query('save-seen', text, [users, at]);
    },
    async lastSeen(users) {
      const text = 'select user_id, seen_at from imflow_users where user_id = any($1::text[])';
      const rows = await sql.query('last-seen', text, [users]);
      return new Map(rows.map((row) => [String(row['user_id']), Number(row['seen_at'])]));
    },
    async deleteUser(user) {
      return sql.transaction(async (query) => {
        const quotes = (await query('quotes-of', QUOTES_OF, [user])).map(namedEntry);
        await replace(
          query,
          quotes.map(({ conversation, id, payload, erased }) => ({
            conversation,
            id,
            payload: withoutExcerpt(payload),
            erased,
          })),
        );
        const rows = await query('delete-user', DELETE_USER, [user]);
        return Number(rows[0]?.['count'] ?? 0);
      });
    },
    async deleteBefore(at) {
      const rows = await sql.query('delete-before', DELETE_BEFORE, [at]);
      return Number(rows[0]?.['count'] ?? 0);
    },
    close: () => sql.close(),
  };
}

async function append(query: Query, entries: readonly NewEntry[], at: number) {
  if (entries.length === 0) return { stored: [], growth: [] };
  const places = placesOf(entries);
  const rows = await query('append', APPEND, [
    ...places.columns,
    at,
    entries.map(({ conversation }) => conversation),
    entries.map(({ id }) => id),
    entries.map(({ author }) => author),
    entries.map(({ device }) => device),
    entries.map(({ payload }) => payload),
    entries.map(({ kind }) => kind),
    entries.map(({ target }) => target ?? null),
    entries.map(({ sequence }) => sequence),
    entries.map(({ erased = false }) => erased),
    places.behind,
  ]);
  const given = new Map(entries.map((entry) => [nameOf(entry), entry]));
  const stored = rows.flatMap(({ conversation, id, position }) => {
    if (typeof id !== 'string') return [];
    const entry = given.get(nameOf({ conversation: String(conversation), id }));
    if (entry === undefined) return [];
    return [asStored(entry, Number(position), at)];
  });
  return { stored: stored.toSorted((one, other) => one.position - other.position), growth: places.growthOf(rows) };
}

async function replace(query: Query, replaced: readonly Replacement[]): Promise<void> {
  if (replaced.length === 0) return;
  await query('replace', REPLACE, [
    ...namesOf(replaced),
    replaced.map(({ payload }) => payload),
    replaced.map(({ erased }) => erased),
  ]);
}

function namesOf(names: readonly Named[]): readonly (readonly string[])[] {
  return [names.map(({ conversation }) => conversation), names.map(({ id }) => id)];
}

/** The rows of each question of a statement, in the order of the questions; `ordinal` says which one. */
function inQuestions<T>(count: number, rows: readonly Row[], read: (row: Row) => T): T[][] {
  const answers = Array.from({ length: count }, (): T[] => []);
  for (const row of rows) answers[Number(row['ordinal']) - 1]?.push(read(row));
  return answers;
}

// Entries are made field by field: there are many of them, and spreading objects costs several times as much.

function asStored(entry: NewEntry, position: number, at: number): StoredEntry & Named {
  return {
    id: entry.id,
    author: entry.author,
    position,
    revision: position,
    deliveredAt: undefined,
    displayedAt: undefined,
    failedAt: undefined,
    failedCode: undefined,
    device: entry.device,
    payload: entry.payload,
    at,
    kind: entry.kind,
    target: entry.target,
    sequence: entry.sequence,
    erased: entry.erased ?? false,
    conversation: entry.conversation,
  };
}

function inOrder(one: EntryStatus, other: EntryStatus): number {
  return one.revision - other.revision || one.position - other.position;
}

function entryStatus(row: Row): EntryStatus {
  return {
    id: String(row['id']),
    author: String(row['author']),
    position: Number(row['position']),
    revision: Number(row['revision']),
    deliveredAt: optionalNumber(row['delivered_at']),
    displayedAt: optionalNumber(row['displayed_at']),
    failedAt: optionalNumber(row['failed_at']),
    failedCode: optionalNumber(row['failed_code']),
  };
}

/** A spread would make new hidden classes again and again. */
function namedStatus(row: Row): EntryStatus & Named {
  return Object.assign(entryStatus(row), { conversation: String(row['conversation']) });
}

function storedEntry(row: Row): StoredEntry {
  return {
    id: String(row['id']),
    author: String(row['author']),
    position: Number(row['position']),
    revision: Number(row['revision']),
    deliveredAt: optionalNumber(row['delivered_at']),
    displayedAt: optionalNumber(row['displayed_at']),
    failedAt: optionalNumber(row['failed_at']),
    failedCode: optionalNumber(row['failed_code']),
    device: String(row['device']),
    payload: String(row['payload']),
    at: Number(row['at']),
    kind: String(row['kind']) as StoredEntry['kind'],
    target: typeof row['target'] === 'string' ? row['target'] : undefined,
    sequence: Number(row['sequence']),
    erased: row['erased'] === true,
  };
}

function namedEntry(row: Row): StoredEntry & Named {
  return { ...storedEntry(row), conversation: String(row['conversation']) };
}

function optionalNumber(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
