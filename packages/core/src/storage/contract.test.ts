import { describe, expect, it } from 'vitest';
import { change, incoming, outgoing, reaction } from '../../test/storedRecords.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import type { MessageStorage, StoredMatches, StoredPage } from '../ports/storage.ts';
import { createMemoryStorage } from './memory.ts';

const EMPTY = { records: [], outbox: [], pendingReceipts: [], operations: [], meta: undefined, hasOlder: false };

/** The key before all messages of an order. */
const at = (order: number): SortKey => ({ order, id: '' });

const ids = (records: readonly unknown[]): string[] => records.map((record) => (record as MessageRecord).id);

/** The tests of every storage. `create` returns a new empty one. */
export function describeStorage(name: string, create: () => MessageStorage): void {
  describe(name, () => {
    it('a new storage is empty', async () => {
      const storage = create();
      expect(await storage.open('c', 50)).toEqual(EMPTY);
      expect(await storage.loadBefore('c', at(0), 50)).toEqual({ records: [], hasOlder: false });
      expect(await storage.find('c', ['m'])).toEqual([]);
    });

    it('a storage returns stored values unchanged', async () => {
      const storage = create();
      const record = incoming('m1', 1, {
        deliveryFailures: [{ recipient: 'bo', responseCode: 486 }],
        body: 'naïve 👩‍👩‍👧 \u0000',
        sentAt: 7,
      });
      await storage.write('c', change({ put: [record], meta: { displayedOrder: -0.5 } }));
      const stored = await storage.open('c', 50);
      expect(stored).toMatchObject({ records: [record], outbox: [], meta: { displayedOrder: -0.5 }, hasOlder: false });
      expect(stored.records).toEqual([record]);
    });

    it('a storage returns the newest page of ordered messages, whatever the order of writing', async () => {
      const storage = create();
      const orders = [3, -2, 0.5, PENDING_ORDER + 1, 1, -7.25, PENDING_ORDER, 2];
      await storage.write('c', change({ put: orders.map((order) => incoming(`m${order}`, order)) }));
      const { records, hasOlder } = await storage.open('c', 4);
      expect((records as MessageRecord[]).map(({ order }) => order)).toEqual([0.5, 1, 2, 3]);
      expect(hasOlder).toBe(true);
      const older = await storage.loadBefore('c', at(2), 3);
      expect((older.records as MessageRecord[]).map(({ order }) => order)).toEqual([-2, 0.5, 1]);
      expect(older.hasOlder).toBe(true);
      const oldest = await storage.loadBefore('c', at(-2), 3);
      expect((oldest.records as MessageRecord[]).map(({ order }) => order)).toEqual([-7.25]);
      expect(oldest.hasOlder).toBe(false);
    });

    it.each([
      [1, ['m3'], true],
      [2, ['m2', 'm3'], true],
      [3, ['m1', 'm2', 'm3'], false],
      [4, ['m1', 'm2', 'm3'], false],
    ])('a storage knows whether there is more than a page of %i', async (limit, page, more) => {
      const storage = create();
      await storage.write('c', change({ put: [incoming('m1', 1), incoming('m2', 2), incoming('m3', 3)] }));
      const opened = await storage.open('c', limit);
      expect([ids(opened.records), opened.hasOlder]).toEqual([page, more]);
      const before = await storage.loadBefore('c', at(4), limit);
      expect([ids(before.records), before.hasOlder]).toEqual([page, more]);
    });

    it('B162 a storage pages through messages of equal order by id, and leaves none out', async () => {
      const storage = create();
      const keys = [
        ...['m10', 'm2', 'M1', 'é', '\u{1F600}', '', 'm'].map((id) => ({ order: 1, id: `x${id}` })),
        ...Array.from({ length: 9 }, (_, index) => ({ order: 2, id: `y${index}` })),
        { order: 2 + Number.EPSILON * 2, id: 'a' },
        { order: 3, id: 'b' },
      ];
      await storage.write('c', change({ put: keys.map(({ id, order }) => incoming(id, order)) }));
      for (const limit of [1, 2, 3, 5, 50]) {
        const pages: string[][] = [];
        let page: StoredPage = await storage.open('c', limit);
        for (;;) {
          pages.unshift(ids(page.records));
          expect(page.oldest).toEqual({ id: pages[0]?.[0], order: (page.records[0] as MessageRecord).order });
          if (!page.hasOlder || page.oldest === undefined) break;
          page = await storage.loadBefore('c', page.oldest, limit);
        }
        expect(pages.flat()).toEqual(keys.toSorted(compareSortKeys).map(({ id }) => id));
      }
      const between = await storage.loadBefore('c', { order: 2, id: 'y45' }, 3);
      expect([ids(between.records), between.hasOlder]).toEqual([['y2', 'y3', 'y4'], true]);
    });

    it('a storage returns the outbox whatever the age of its messages', async () => {
      const storage = create();
      const put = [
        outgoing('old', 1, 'sending'),
        outgoing('failed', 2, 'failed'),
        outgoing('sent', 3, 'sent'),
        incoming('theirs', 4),
        incoming('odd', 5, { status: 'queued' }),
        outgoing('new', PENDING_ORDER, 'queued'),
      ];
      await storage.write('c', change({ put }));
      const { records, outbox } = await storage.open('c', 1);
      expect([ids(records), ids(outbox)]).toEqual([['odd'], ['old', 'new']]);
    });

    it('B434 a storage keeps each waiting operation until it is removed, whatever else is written', async () => {
      const storage = create();
      const [first, second, third] = [reaction('first', 1), reaction('second', 2), reaction('third', 3)];
      await storage.write('c', change({ operations: { put: [first, second], remove: [] } }));
      await storage.write('d', change({ operations: { put: [third], remove: ['first'] } }));
      await storage.write('c', change({ meta: { displayedOrder: 1 } }));
      expect((await storage.open('c', 1)).operations).toEqual([first, second]);
      const moved = { ...second, order: second.order + 5 };
      await storage.write('c', change({ operations: { put: [moved], remove: ['first', 'unknown'] } }));
      expect((await storage.open('c', 1)).operations).toEqual([moved]);
      expect((await storage.open('d', 1)).operations).toEqual([third]);
    });

    it('B381 a storage returns the messages with owed receipts, whatever their age, by order', async () => {
      const storage = create();
      const put = [
        incoming('newer', 2, { receipt: 'owed' }),
        incoming('older', 1, { receipt: 'owed' }),
        incoming('told', 3, { receipt: 'sent' }),
        incoming('off', 4),
        outgoing('mine', 5, 'sent'),
        incoming('now told', 6, { receipt: 'owed' }),
        incoming('gone', 7, { receipt: 'owed' }),
      ];
      await storage.write('c', change({ put }));
      await storage.write('c', {
        put: [incoming('now told', 6, { receipt: 'sent' })],
        add: [incoming('new', 8, { receipt: 'owed' })],
        remove: ['gone'],
      });
      await storage.write('c2', change({ put: [incoming('elsewhere', 1, { receipt: 'owed' })] }));
      const { pendingReceipts = [] } = await storage.open('c', 1);
      expect(ids(pendingReceipts)).toEqual(['older', 'newer', 'new']);
    });

    it.each([999, 1_000, 1_001, 1_300])(
      'B381 a storage returns the newest 1,000 of %i messages with owed receipts',
      async (count) => {
        const storage = create();
        const put = Array.from({ length: count }, (_, order) => incoming(`m${order}`, order, { receipt: 'owed' }));
        await storage.write('c', change({ put }));
        const { pendingReceipts = [] } = await storage.open('c', 1);
        expect(ids(pendingReceipts)).toEqual(put.slice(-1_000).map(({ id }) => id));
      },
    );

    it('a storage inserts a message only if it has none of its id', async () => {
      const storage = create();
      await storage.write('c', change({ put: [outgoing('mine', 1, 'sent')] }));
      await storage.write('c', {
        put: [],
        add: [outgoing('mine', PENDING_ORDER, 'queued'), outgoing('new', PENDING_ORDER + 1, 'queued')],
        remove: [],
      });
      const { records, outbox } = await storage.open('c', 10);
      expect([ids(records), ids(outbox)]).toEqual([['mine'], ['new']]);
    });

    it('a storage changes a message in place: its order, its status and its place in the outbox', async () => {
      const storage = create();
      await storage.write('c', change({ put: [outgoing('mine', PENDING_ORDER, 'queued'), incoming('theirs', 5)] }));
      await storage.write('c', change({ put: [outgoing('mine', 2, 'sent')] }));
      const { records, outbox } = await storage.open('c', 10);
      expect([ids(records), ids(outbox)]).toEqual([['mine', 'theirs'], []]);
    });

    it('a storage removes messages', async () => {
      const storage = create();
      await storage.write('c', change({ put: [outgoing('a', 1, 'queued'), incoming('b', 2), incoming('c', 3)] }));
      await storage.write('c', change({ remove: ['a', 'b', 'never there'] }));
      const { records, outbox } = await storage.open('c', 10);
      expect([ids(records), ids(outbox)]).toEqual([['c'], []]);
      expect(await storage.find('c', ['a'])).toEqual([]);
    });

    it('a storage finds every message with an id, and only in its conversation', async () => {
      const storage = create();
      const reused = incoming('m1#bo', 2, { messageId: 'm1', conflict: true });
      await storage.write('c', change({ put: [incoming('m1', 1), reused, incoming('m2', 3)] }));
      await storage.write('d', change({ put: [incoming('m1', 9)] }));
      expect(ids(await storage.find('c', ['m1'])).toSorted()).toEqual(['m1', 'm1#bo']);
      expect(await storage.find('d', ['m1'])).toEqual([incoming('m1', 9)]);
    });

    it('a storage keeps conversations apart, also those whose names share a prefix', async () => {
      const storage = create();
      await storage.write('c', change({ put: [incoming('m', 1)], meta: { displayedOrder: 1 } }));
      await storage.write('c2', change({ put: [incoming('m', 2), outgoing('x', 3, 'queued')] }));
      await storage.write('c2', change({ remove: ['m'] }));
      const stored = await storage.open('c', 10);
      expect(stored).toMatchObject({
        records: [incoming('m', 1)],
        outbox: [],
        meta: { displayedOrder: 1 },
        hasOlder: false,
      });
      expect((await storage.open('c2', 10)).meta).toBeUndefined();
    });

    it('a storage replaces the metadata of a conversation where a write contains it', async () => {
      const storage = create();
      await storage.write('c', change({ meta: { displayedOrder: 1, remoteDisplayedOrder: 2 } }));
      await storage.write('c', change({ put: [incoming('m', 1)] }));
      expect((await storage.open('c', 1)).meta).toEqual({ displayedOrder: 1, remoteDisplayedOrder: 2 });
      await storage.write('c', change({ meta: { displayedOrder: 3 } }));
      expect((await storage.open('c', 1)).meta).toEqual({ displayedOrder: 3 });
    });

    it('a storage copies its arguments and results, so that a later change of them has no effect', async () => {
      const storage = create();
      const timestamps = { delivered: 1 };
      await storage.write('c', change({ put: [incoming('m', 1, { timestamps: timestamps })] }));
      timestamps.delivered = 99;
      const [first] = (await storage.open('c', 1)).records as { timestamps: { delivered: number } }[];
      if (first !== undefined) first.timestamps.delivered = 77;
      expect((await storage.find('c', ['m']))[0]).toHaveProperty('timestamps.delivered', 1);
    });

    it.each(['put', 'add'] as const)(
      'a storage writes all or nothing, where one of "%s" cannot be stored',
      async (how) => {
        const storage = create();
        await storage.write('c', change({ put: [incoming('kept', 1)] }));
        const bad = incoming('bad', 4, { body: (() => {}) as unknown as string });
        const write = storage.write('c', {
          put: [incoming('good', 2)],
          add: [incoming('new', 3)],
          [how]: [incoming('first', 5), bad],
          remove: ['kept'],
          meta: { displayedOrder: 1 },
        });
        await expect(write).rejects.toThrow();
        const stored = await storage.open('c', 10);
        expect(stored).toMatchObject({ outbox: [], meta: undefined, hasOlder: false });
        expect(stored.records).toEqual([incoming('kept', 1)]);
      },
    );

    it('B222 a search finds messages by their newest text, newest first, without case, accents and width; CJK by substring', async () => {
      const storage = create();
      const put = [
        incoming('a', 1, { body: 'Voilà, ein CAFÉ' }),
        incoming('b', 2, { body: 'Cafe\u0301 später' }),
        incoming('c', 3, { body: 'ｃａｆｅ' }),
        incoming('d', 4, { body: '明日は喫茶店に行く' }),
        incoming('e', 5, { body: '', retracted: { at: 1 } }),
        incoming('f', 6, {
          body: '<p>A <b>ca</b>fe &amp; <i class="cafe">tea</i></p>',
          contentType: 'text/html; charset=utf-8',
        }),
        incoming('g', 7, { body: '{"cafe":1}', contentType: 'application/vnd.example' }),
        incoming('h', 8, {
          body: 'tea',
          earlierRevisions: [{ ...incoming('h', 8), body: 'cafe', id: 'h', sequence: 0 }],
        }),
        outgoing('waits', PENDING_ORDER, 'queued'),
      ];
      await storage.write('c', change({ put }));
      await storage.write('d', change({ put: [incoming('other', 9, { body: 'cafe' })] }));
      const found = async (text: string, before = at(PENDING_ORDER)): Promise<string[]> =>
        (await storage.search!('c', text, before)).matches.map(({ id }) => id);
      expect(await found('cafe')).toEqual(['f', 'c', 'b', 'a']);
      expect(await found(' CAFÉ ')).toEqual(['f', 'c', 'b', 'a']);
      expect(await found('cafe', at(3))).toEqual(['b', 'a']);
      expect(await found('茶店')).toEqual(['d']);
      expect(await found('& tea')).toEqual(['f']);
      expect(await found('class')).toEqual([]);
      expect(await found('  ')).toEqual([]);
    });

    it('B222 a search of a long conversation proceeds in steps, which leave nothing out', async () => {
      const storage = create();
      const put = Array.from({ length: 2_300 }, (_, order) =>
        incoming(`m${order}`, order, { body: order % 100 === 7 ? 'a needle' : 'hay '.repeat(150) }),
      );
      await storage.write('c', change({ put }));
      const found: string[] = [];
      let steps = 0;
      let before: SortKey | undefined = at(PENDING_ORDER);
      while (before) {
        const { matches, next }: StoredMatches = await storage.search!('c', 'NEEDLE', before);
        found.push(...matches.map(({ id }) => id));
        before = next;
        steps += 1;
      }
      expect(found).toEqual(Array.from({ length: 23 }, (_, index) => `m${2_207 - index * 100}`));
      expect(steps).toBeGreaterThan(2);
    });

    it('B365 a search finds the current texts after any writes, edits, moves, retractions and removals', async () => {
      const storage = create();
      const expected = new Map<string, MessageRecord>();
      // The same numbers each time.
      let seed = 7;
      const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
      for (let write = 0; write < 30; write += 1) {
        const put = Array.from({ length: 60 }, () => {
          // Few orders, so that many are equal, and ids that are written again with different texts and orders.
          const body = `${random(3) === 0 ? 'A needle' : 'Hay'}\n${'and straw '.repeat(random(60))}`;
          const isRetracted = random(9) === 0;
          const changes = isRetracted ? { body: '', retracted: { at: 1 } } : { body };
          return incoming(`m${random(1_500)}`, random(900) - 100, changes);
        });
        const removed = Array.from({ length: 10 }, () => `m${random(1_500)}`);
        const added = incoming(`m${random(1_500)}`, random(900), { body: 'An added needle' });
        const unique = Array.from(new Map(put.map((record) => [record.id, record])).values());
        for (const id of removed) expected.delete(id);
        for (const record of unique) expected.set(record.id, record);
        if (!expected.has(added.id)) expected.set(added.id, added);
        await storage.write('c', { put: unique, add: [added], remove: removed });
        await storage.write('c2', change({ put: [incoming(`n${write}`, random(900), { body: 'Needle of another' })] }));
      }
      const found: SortKey[] = [];
      let before: SortKey | undefined = at(PENDING_ORDER);
      while (before) {
        const { matches, next }: StoredMatches = await storage.search!('c', 'needle', before);
        found.push(...matches);
        before = next;
      }
      const wanted = Array.from(expected.values()).filter(({ body }) => body.includes('needle'));
      const sorted = wanted.toSorted(compareSortKeys).toReversed();
      expect(found).toEqual(sorted.map(({ order, id }) => ({ order, id })));
      const middle = sorted[Math.floor(sorted.length / 2)]!;
      const { matches } = await storage.search!('c', 'needle', { order: middle.order, id: middle.id });
      const after = sorted.slice(sorted.indexOf(middle) + 1).map(({ id }) => id);
      expect(after.slice(0, matches.length)).toEqual(matches.map(({ id }) => id));
    });

    it('a storage accepts a write that changes nothing', async () => {
      const storage = create();
      await storage.write('c', change({}));
      expect(await storage.open('c', 1)).toEqual(EMPTY);
    });
  });
}

describeStorage('memory storage', createMemoryStorage);
