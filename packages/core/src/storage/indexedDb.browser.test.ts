import { deleteDB, type IDBPDatabase, openDB } from 'idb';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FlowError } from '../errors/FlowError.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import type { SortKey } from '../messages/sortKey.ts';
import type { MessageStorage, StoredMatches } from '../ports/storage.ts';
import { change, incoming, outgoing, reaction } from '../../test/storedRecords.ts';
import { describeStorage } from './contract.test.ts';
import { createIndexedDbStorage } from './indexedDb.ts';
import { createOutboxJournal } from './outboxJournal.ts';
import { createDatabaseConnection } from './indexedDbConnection.ts';
import { rowOf, SCHEMA_VERSION } from './indexedDbSchema.ts';

const names = new Set<string>();
const connections = new Set<{ close(): void }>();

function newName(): string {
  const name = `imflow-test-${crypto.randomUUID()}`;
  names.add(name);
  return name;
}

/** A database as an earlier version of the schema created it. */
function openEarlier(name: string, version: 2 | 3 | 4): Promise<IDBPDatabase> {
  return openDB(name, version, {
    upgrade(database) {
      const messages = database.createObjectStore('messages', { keyPath: ['conversation', 'id'] });
      messages.createIndex('order', ['conversation', 'order']);
      messages.createIndex('messageId', ['conversation', 'messageId']);
      messages.createIndex('waiting', ['conversation', 'waiting']);
      messages.createIndex('links', 'links', { multiEntry: true });
      if (version === 4) messages.createIndex('receipt', ['conversation', 'record.receipt', 'order']);
      if (version >= 3) database.createObjectStore('texts', { keyPath: ['conversation', 'order', 'id'] });
      database.createObjectStore('meta');
    },
  });
}

/** A second connection to the database, as different code would open it. */
async function openRaw(name: string, version?: number): Promise<IDBPDatabase> {
  const database = await openDB(name, version);
  connections.add(database);
  return database;
}

afterEach(async () => {
  for (const connection of connections) connection.close();
  connections.clear();
  await Promise.all(Array.from(names, (name) => deleteDB(name)));
  names.clear();
});

/** How many requests the database has answered, and with how many rows. */
async function cost(work: () => Promise<unknown>): Promise<{ answers: number; rows: number }> {
  let answers = 0;
  let rows = 0;
  const methods = ['getAll', 'getAllKeys', 'get', 'getKey', 'openCursor', 'openKeyCursor', 'count'] as const;
  for (const prototype of [IDBIndex.prototype, IDBObjectStore.prototype]) {
    for (const method of methods) {
      const original = prototype[method] as (this: unknown, ...args: unknown[]) => IDBRequest<unknown>;
      vi.spyOn(prototype, method).mockImplementation(function count(this: unknown, ...args: unknown[]) {
        const request = original.apply(this, args);
        request.addEventListener('success', () => {
          answers += 1;
          rows += Array.isArray(request.result) ? request.result.length : 0;
        });
        return request as never;
      });
    }
  }
  await work();
  vi.restoreAllMocks();
  return { answers, rows };
}

/** All messages that a search finds, in all its steps. */
async function searchAll(
  storage: MessageStorage,
  conversation: string,
  text: string,
): Promise<{ readonly matches: string[]; readonly steps: number }> {
  const matches: string[] = [];
  let steps = 0;
  let before: SortKey | undefined = { order: PENDING_ORDER, id: '' };
  while (before) {
    const found: StoredMatches = await storage.search!(conversation, text, before);
    matches.push(...found.matches.map(({ id }) => id));
    before = found.next;
    steps += 1;
  }
  return { matches, steps };
}

const failure = (text: RegExp): unknown =>
  expect.objectContaining({ name: 'FlowError', code: 'storage', message: expect.stringMatching(text) as unknown });

function closed(): never {
  throw new DOMException('The database connection is closing.', 'InvalidStateError');
}

describeStorage('IndexedDB storage', () => createIndexedDbStorage({ name: newName() }));

describe('IndexedDB storage over time', () => {
  it('the next page reads the messages from the database of the same name', async () => {
    const name = newName();
    await createIndexedDbStorage({ name }).write('c', change({ put: [incoming('m', 1)] }));
    expect((await createIndexedDbStorage({ name }).open('c', 1)).records).toEqual([incoming('m', 1)]);
    expect((await createIndexedDbStorage({ name: newName() }).open('c', 1)).records).toEqual([]);
  });

  it('two connections to one database read each other’s writes', async () => {
    const name = newName();
    const [one, two] = [createIndexedDbStorage({ name }), createIndexedDbStorage({ name })];
    await Promise.all([
      one.write('c', change({ put: [incoming('a', 1)] })),
      two.write('c', change({ put: [incoming('b', 2)] })),
    ]);
    await one.write('c', change({ remove: ['b'] }));
    expect((await two.open('c', 10)).records).toEqual([incoming('a', 1)]);
  });

  it('the database is opened on first use, not before', async () => {
    const open = vi.spyOn(indexedDB, 'open');
    const storage = createIndexedDbStorage({ name: newName() });
    expect(open).not.toHaveBeenCalled();
    await Promise.all([storage.open('c', 1), storage.find('c', ['m'])]);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('corrupt records are returned unchanged', async () => {
    const name = newName();
    const storage = createIndexedDbStorage({ name });
    await storage.write('c', change({ put: [incoming('good', 3)] }));
    const raw = await openRaw(name);
    const rows = [
      { conversation: 'c', id: 'x', order: 1, messageId: 'x', record: { status: 'nonsense', list: [1, new Date(0)] } },
      { conversation: 'c', id: 'y', order: 2, messageId: 'y', waiting: 2, record: 'not even an object' },
      { conversation: 'c', id: 'z', order: 2.5, messageId: 'z' },
    ];
    await Promise.all(rows.map((row) => raw.put('messages', row)));
    await raw.put('operations', { conversation: 'c', id: 'o', pending: 'no operation' });
    await raw.put('meta', 'strange', 'c');
    expect(await storage.open('c', 10)).toEqual({
      oldest: { order: 1, id: 'x' },
      records: [{ status: 'nonsense', list: [1, new Date(0)] }, 'not even an object', undefined, incoming('good', 3)],
      outbox: ['not even an object'],
      pendingReceipts: [],
      operations: ['no operation'],
      meta: 'strange',
      hasOlder: false,
    });
  });

  it('writes have strict durability: they are on the disk when they resolve', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await createIndexedDbStorage({ name: newName() }).write('c', change({ put: [incoming('m', 1)] }));
    expect(transaction.mock.results.map(({ value }) => (value as IDBTransaction).durability)).toEqual(['strict']);
  });

  it('an empty name is refused', () => {
    expect(() => createIndexedDbStorage({ name: '' })).toThrow(FlowError);
  });
});

describe('IndexedDB storage with a long conversation', () => {
  const LENGTH = 100_000;
  const WAITING = 7;
  let storage: MessageStorage;
  const name = `imflow-test-long-${crypto.randomUUID()}`;

  beforeAll(async () => {
    storage = createIndexedDbStorage({ name });
    await storage.open('long', 1);
    const raw = await openDB(name);
    const transaction = raw.transaction('messages', 'readwrite', { durability: 'relaxed' });
    for (let order = 0; order < LENGTH; order += 1) {
      const waiting = order === WAITING ? { waiting: order } : {};
      const id = `m${order}`;
      void transaction.store.put({ conversation: 'long', id, order, messageId: id, ...waiting, record: { order } });
    }
    await transaction.done;
    raw.close();
  }, 60_000);

  it('the last page and the outbox are read with a handful of requests', async () => {
    let opened: unknown;
    const opening = await cost(async () => (opened = await storage.open('long', 50)));
    expect(opened).toMatchObject({ hasOlder: true, outbox: [{ order: WAITING }] });
    const { records } = opened as { records: { order: number }[] };
    expect(records.map(({ order }) => order)).toEqual(Array.from({ length: 50 }, (_, index) => LENGTH - 50 + index));
    expect(opening).toEqual({ answers: 8, rows: 51 });
  });

  it('a page of a long conversation takes as many requests as one of a short conversation', async () => {
    await storage.write(
      'short',
      change({ put: Array.from({ length: 60 }, (_, order) => incoming(`s${order}`, order)) }),
    );
    const short = await cost(() => storage.loadBefore('short', { order: 55, id: 's55' }, 50));
    const long = await cost(() => storage.loadBefore('long', { order: 60_000, id: 'm60000' }, 50));
    expect(long).toEqual(short);
    // One request more than the page needs: the cursor skips the message before which the page ends.
    expect(long).toEqual({ answers: 5, rows: 50 });
  });

  it('older pages follow each other without a gap', async () => {
    const { records, hasOlder } = await storage.loadBefore('long', { order: 120, id: '' }, 100);
    expect((records as { order: number }[]).map(({ order }) => order)).toEqual(
      Array.from({ length: 100 }, (_, index) => 20 + index),
    );
    expect(hasOlder).toBe(true);
    const rest = await storage.loadBefore('long', { order: 20, id: '' }, 100);
    expect(rest.records).toHaveLength(20);
    expect(rest.hasOlder).toBe(false);
    names.add(name);
  });
});

describe('a search in an IndexedDB storage with a long conversation', () => {
  it('B365 a search reads 10,000 messages with a few dozen requests, in steps of a bounded size', async () => {
    const storage = createIndexedDbStorage({ name: newName() });
    const put = Array.from({ length: 10_000 }, (_, order) =>
      incoming(`m${order}`, order, { body: order === 3 ? 'A needle' : 'Hay and straw. '.repeat(order % 9) }),
    );
    await storage.write('c', change({ put }));
    let found: unknown;
    const { answers, rows } = await cost(async () => (found = await searchAll(storage, 'c', 'NEEDLE')));
    expect(found).toEqual({ matches: ['m3'], steps: expect.toSatisfy((steps: number) => steps > 1 && steps < 10) });
    expect(rows).toBeLessThan(200);
    expect(answers).toBeLessThan(40);
  });

  it('B365 a change of the status alone leaves the search index unchanged', async () => {
    const storage = createIndexedDbStorage({ name: newName() });
    await storage.write('c', change({ put: [outgoing('m', 1, 'sent')] }));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    await storage.write('c', change({ put: [outgoing('m', 1, 'delivered')] }));
    const stores = (): string[] => put.mock.contexts.map((store) => (store as IDBObjectStore).name);
    expect(stores()).toEqual(['messages']);
    await storage.write('c', change({ put: [{ ...outgoing('m', 1, 'delivered'), body: 'Another' }] }));
    expect(stores()).toEqual(['messages', 'messages', 'texts']);
    put.mockRestore();
  });
});

describe('failures of the IndexedDB storage', () => {
  it('a full quota rejects with a clear error, stores nothing of that write, and later writes work again', async () => {
    const name = newName();
    const storage = createIndexedDbStorage({ name });
    await storage.write('c', change({ put: [outgoing('a', 1, 'queued')] }));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function refuse() {
      throw new DOMException('No room.', 'QuotaExceededError');
    });
    const write = storage.write('c', change({ put: [incoming('b', 2)], remove: ['a'] }));
    await expect(write).rejects.toEqual(failure(/quota/));
    await expect(write).rejects.toHaveProperty('cause.name', 'QuotaExceededError');
    put.mockRestore();
    expect((await storage.open('c', 10)).records).toEqual([outgoing('a', 1, 'queued')]);
    await storage.write('c', change({ put: [incoming('b', 2)] }));
    expect((await storage.open('c', 10)).records).toHaveLength(2);
  });

  it('a write rejects when the transaction fails after all requests succeeded', async () => {
    const storage = createIndexedDbStorage({ name: newName() });
    await storage.open('c', 1);
    const original = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function failLate(
      this: IDBDatabase,
      ...args
    ) {
      const transaction = original.apply(this, args);
      // The last request of the write is followed by an abort, as by a full disk at commit.
      const { objectStore } = transaction;
      transaction.objectStore = (storeName) => {
        const store = objectStore.call(transaction, storeName);
        const { put } = store;
        store.put = (value: unknown, key?: IDBValidKey) => {
          const request = put.call(store, value, key);
          request.addEventListener('success', () => transaction.abort());
          return request;
        };
        return store;
      };
      return transaction;
    });
    await expect(storage.write('c', change({ put: [incoming('m', 1)] }))).rejects.toEqual(failure(/write messages/));
    expect((await storage.open('c', 1)).records).toEqual([]);
  });

  it('a missing IndexedDB rejects with a clear error, and the next call tries again', async () => {
    const storage = createIndexedDbStorage({ name: newName() });
    const open = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    await expect(storage.open('c', 1)).rejects.toEqual(failure(/unavailable/));
    expect((await storage.open('c', 1)).records).toEqual([]);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('the storage reconnects once when the browser closed its connection without an event', async () => {
    const storage = createIndexedDbStorage({ name: newName() });
    await storage.write('c', change({ put: [incoming('m', 1)] }));
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    transaction.mockImplementationOnce(closed);
    expect((await storage.open('c', 1)).records).toEqual([incoming('m', 1)]);
    transaction.mockImplementationOnce(closed).mockImplementationOnce(closed);
    await expect(storage.open('c', 1)).rejects.toEqual(failure(/read messages/));
    expect((await storage.open('c', 1)).records).toEqual([incoming('m', 1)]);
  });

  it('the storage closes when the database is deleted, and opens a new one', async () => {
    const name = newName();
    const storage = createIndexedDbStorage({ name });
    await storage.write('c', change({ put: [incoming('m', 1)] }));
    const [blocked, outdated] = [vi.fn<() => void>(), vi.fn<() => void>()];
    storage.onOutdated?.(outdated);
    await deleteDB(name, { blocked });
    expect(outdated).not.toHaveBeenCalled();
    expect(blocked).not.toHaveBeenCalled();
    await storage.write('c', change({ put: [incoming('n', 2)] }));
    expect((await storage.open('c', 10)).records).toEqual([incoming('n', 2)]);
  });

  it('B300 an old page makes way for a newer version, and reports at once and from then on that it is outdated', async () => {
    const name = newName();
    const storage = createIndexedDbStorage({ name });
    await storage.write('c', change({ put: [incoming('m', 1)] }));
    const [told, stopped] = [vi.fn<() => void>(), vi.fn<() => void>()];
    storage.onOutdated?.(told);
    storage.onOutdated?.(stopped)();
    await openRaw(name, 99);
    expect(told).toHaveBeenCalledTimes(1);
    expect(stopped).not.toHaveBeenCalled();
    const outdated = expect.objectContaining({
      code: 'outdated',
      message: expect.stringMatching(/newer version/) as unknown,
    });
    await expect(storage.write('c', change({ put: [incoming('n', 2)] }))).rejects.toEqual(outdated);
    await expect(storage.open('c', 1)).rejects.toEqual(outdated);
    await expect(createIndexedDbStorage({ name }).open('c', 1)).rejects.toEqual(outdated);
  });

  it('an upgrade that an older tab blocks is reported, and continues once that tab is closed', async () => {
    const name = newName();
    await createIndexedDbStorage({ name }).write('c', change({ put: [incoming('m', 1)] }));
    const old = await openRaw(name);
    const upgraded = createDatabaseConnection(name, SCHEMA_VERSION + 1);
    const read = (): Promise<unknown> => upgraded.run('read', (database) => database.getAll('messages'));
    await expect(read()).rejects.toEqual(failure(/older version.*tab/));
    await expect(read()).rejects.toEqual(failure(/older version.*tab/));
    old.close();
    await vi.waitFor(async () => {
      const rows = (await read()) as { record: MessageRecord }[];
      expect(rows.map(({ record }) => record)).toEqual([incoming('m', 1)]);
    });
    await upgraded.run('read', async (database) => connections.add(database));
  });

  it('B365 the search finds messages that a page of version 2 stored', async () => {
    const name = newName();
    const second = await openEarlier(name, 2);
    const transaction = second.transaction('messages', 'readwrite');
    for (let order = 0; order < 2_100; order += 1) {
      const body = order % 1_000 === 50 ? 'A needle' : 'Hay';
      void transaction.store.put(rowOf(order % 2 === 0 ? 'c' : 'd', incoming(`m${order}`, order, { body })));
    }
    void transaction.store.put({ conversation: 'c', id: 'x', order: 9_999, messageId: 'x', record: 'no record' });
    await transaction.done;
    second.close();
    const storage = createIndexedDbStorage({ name });
    const found = await searchAll(storage, 'c', 'needle');
    expect(found.matches).toEqual(['m2050', 'm1050', 'm50']);
    await storage.write('c', change({ remove: ['m1050'] }));
    expect((await searchAll(storage, 'c', 'needle')).matches).toEqual(['m2050', 'm50']);
  });

  it('B380 the journal of a closed page is stored when the conversation is opened, in one transaction with the stored messages', async () => {
    const name = newName();
    const storage = createIndexedDbStorage({ name });
    const put = [outgoing('kept', PENDING_ORDER, 'queued'), outgoing('discarded', PENDING_ORDER + 1, 'queued')];
    await storage.write('c', change({ put, meta: { displayedOrder: 1 } }));
    const pending = reaction('r', 2, 'kept');
    const edited = { ...outgoing('kept', PENDING_ORDER, 'queued'), revision: { id: 'kept', sequence: 1, at: 1 } };
    const left = change({
      put: [{ ...edited, body: 'edited' }],
      remove: ['discarded'],
      meta: { displayedOrder: 0 },
      operations: { put: [pending], remove: [] },
    });
    void createOutboxJournal(name).guard('c', left, () => new Promise(() => {}));
    dispatchEvent(new Event('pagehide'));
    for (const again of [storage, createIndexedDbStorage({ name })]) {
      const { outbox, operations, meta } = await again.open('c', 10);
      expect(outbox).toMatchObject([{ id: 'kept', body: 'edited' }]);
      expect(operations).toEqual([pending]);
      expect(meta).toEqual({ displayedOrder: 1 });
    }
    expect(createOutboxJournal(name).read('c').changes).toEqual([]);
  });

  it('B381 pending receipts of messages that a page of version 3 stored are read', async () => {
    const name = newName();
    const third = await openEarlier(name, 3);
    await third.put('messages', rowOf('c', incoming('owed', 1, { receipt: 'owed' })));
    await third.put('messages', rowOf('c', incoming('sent', 2, { receipt: 'sent' })));
    await third.put('messages', { conversation: 'c', id: 'x', order: 9_999, messageId: 'x', record: 'no record' });
    third.close();
    const { pendingReceipts } = await createIndexedDbStorage({ name }).open('c', 1);
    expect(pendingReceipts).toEqual([incoming('owed', 1, { receipt: 'owed' })]);
  });

  it('B436 operations that a page of version 4 stored in the meta data are read', async () => {
    const name = newName();
    const fourth = await openEarlier(name, 4);
    const meta = { displayedOrder: 1, pendingOperations: [reaction('r', 1)] };
    await fourth.put('meta', meta, 'c');
    fourth.close();
    const storage = createIndexedDbStorage({ name });
    expect(await storage.open('c', 1)).toMatchObject({ meta, operations: [] });
    await storage.write('c', change({ meta: {}, operations: { put: [reaction('r', 1)], remove: [] } }));
    expect(await storage.open('c', 1)).toMatchObject({ meta: {}, operations: [reaction('r', 1)] });
  });

  it('messages that a page of version 1 stored are kept, and later edits of them are found', async () => {
    const name = newName();
    const first = await openDB(name, 1, {
      upgrade(database) {
        const messages = database.createObjectStore('messages', { keyPath: ['conversation', 'id'] });
        messages.createIndex('order', ['conversation', 'order']);
        messages.createIndex('messageId', ['conversation', 'messageId']);
        messages.createIndex('waiting', ['conversation', 'waiting']);
        database.createObjectStore('meta');
      },
    });
    await first.put('messages', rowOf('c', incoming('m', 1)));
    first.close();
    const storage = createIndexedDbStorage({ name });
    expect((await storage.open('c', 10)).records).toEqual([incoming('m', 1)]);
    const edited = { ...incoming('m', 1), revision: { id: 'edit', sequence: 1, at: 1 } };
    await storage.write('c', change({ put: [edited] }));
    expect(await storage.find('c', ['edit'])).toEqual([edited]);
    expect(await storage.find('c', ['m'])).toEqual([edited]);
  });
});
