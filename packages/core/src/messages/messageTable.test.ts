import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageRecord } from './messageRecord.ts';
import { createMessageTable, type MessageTable } from './messageTable.ts';

function record(id: string, more: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id,
    messageId: id,
    direction: 'outgoing',
    sender: 'ana',
    contentType: 'text/plain',
    body: id,
    order: 1,
    at: 0,
    status: 'queued',
    attempts: 0,
    timestamps: {},
    deliveryFailures: [],
    isContentTypeSupported: true,
    ...more,
  };
}

function put(table: MessageTable, ...records: readonly MessageRecord[]): boolean {
  return table.apply(new Map(records.map((one) => [one.id, one])));
}

function remove(table: MessageTable, ...ids: readonly string[]): boolean {
  return table.apply(new Map(ids.map((id) => [id, undefined])));
}

function flush(table: MessageTable): void {
  table.flush((error) => {
    throw error;
  });
}

describe('the message table', () => {
  it('B114 the table keeps the order, and its identity, when a record changes', () => {
    const table = createMessageTable();
    expect(put(table, record('a', { order: 1 }), record('b', { order: 2 }))).toBe(true);
    const { order } = table;
    expect(put(table, record('a', { order: 1, status: 'sent' }))).toBe(false);
    expect(table.order).toBe(order);
    expect(table.get('a')?.status).toBe('sent');
    // A different order at the same index moves no message.
    expect(put(table, record('b', { order: 7 }))).toBe(false);
    expect(table.order).toBe(order);
    expect(put(table, record('a', { order: 8 }))).toBe(true);
    expect(Array.from(table.order)).toEqual(['b', 'a']);
    expect(remove(table, 'nobody')).toBe(false);
    expect(remove(table, 'b')).toBe(true);
    expect(table.get('b')).toBeUndefined();
    expect(Array.from(table.order)).toEqual(['a']);
  });

  it('B117 the table moves several messages to their new places at once', () => {
    const table = createMessageTable();
    put(table, record('z', { order: 5 }), record('a', { order: 6 }), record('b', { order: 7 }));
    put(table, record('a', { order: 1 }), record('b', { order: 2 }));
    expect(Array.from(table.order)).toEqual(['a', 'b', 'z']);
  });

  it('B114 the table calls only the subscribers of a changed message, once a transaction', () => {
    const table = createMessageTable();
    put(table, record('a'), record('b', { order: 2 }));
    flush(table);
    const heard: unknown[] = [];
    const stop = table.store('a').subscribe((now, before) => heard.push(['a', before?.status, now?.status]));
    table.store('b').subscribe((now) => heard.push(['b', now?.status]));
    table.store('c').subscribe((now, before) => heard.push(['c', before?.status, now?.status]));
    put(table, record('a', { status: 'sending' }));
    put(table, record('a', { status: 'sent' }));
    expect(heard).toEqual([]);
    flush(table);
    flush(table);
    expect(heard).toEqual([['a', 'queued', 'sent']]);
    put(table, record('c', { order: 3 }));
    flush(table);
    remove(table, 'c');
    flush(table);
    expect(heard.slice(1)).toEqual([
      ['c', undefined, 'queued'],
      ['c', 'queued', undefined],
    ]);
    stop();
    stop();
    put(table, record('a', { status: 'delivered' }));
    flush(table);
    expect(heard).toHaveLength(3);
    expect(table.store('a').getState()).toBe(table.get('a'));
    expect(table.store('a').getInitialState()).toBe(table.get('a'));
  });

  it('B87 the table calls all subscribers, also when one of them throws', () => {
    const table = createMessageTable();
    put(table, record('a'));
    flush(table);
    const heard: string[] = [];
    const errors: unknown[] = [];
    table.store('a').subscribe(() => {
      throw new Error('a bug of the application');
    });
    table.store('a').subscribe((now) => heard.push(now?.status ?? ''));
    put(table, record('a', { status: 'sent' }));
    table.flush((error) => errors.push(error));
    expect(heard).toEqual(['sent']);
    expect(errors).toHaveLength(1);
  });

  it('B93 the table finds all records of a message id', () => {
    const table = createMessageTable();
    put(table, record('a'), record('a~2', { messageId: 'a', order: 2 }), record('a~3', { messageId: 'a', order: 3 }));
    expect(table.withMessageId('a').map(({ id }) => id)).toEqual(['a', 'a~2', 'a~3']);
    // A record whose own id differs because of a conflict is a different message.
    expect(table.withMessageId('a~2')).toEqual([]);
    expect(table.withMessageId('b')).toEqual([]);
    remove(table, 'a~2');
    expect(table.withMessageId('a').map(({ id }) => id)).toEqual(['a', 'a~3']);
  });

  it('B115 the table counts own messages that wait and own messages that failed', () => {
    const table = createMessageTable();
    put(table, record('a'), record('b', { order: 2, status: 'sending' }), record('c', { order: 3, status: 'failed' }));
    put(table, record('d', { order: 4, direction: 'incoming', status: 'delivered' }));
    expect(table.counts).toEqual({ waiting: 2, failed: 1 });
    put(table, record('a', { status: 'failed' }), record('b', { order: 2, status: 'sent' }));
    expect(table.counts).toEqual({ waiting: 0, failed: 2 });
    remove(table, 'a', 'c');
    expect(table.counts).toEqual({ waiting: 0, failed: 0 });
  });

  it('B114 B117 the table is like a sorted list after any changes, and old views of the order never change', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    // Orders are unique in a conversation, so the id is added to each as a fraction.
    const order = fc.integer({ min: -5, max: 5 });
    const change = fc.tuple(id, fc.option(order, { freq: 4 }));
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 12 }), (turns) => {
        const table = createMessageTable();
        const model = new Map<string, number>();
        const views: { readonly view: MessageTable['order']; readonly ids: readonly string[] }[] = [];
        for (const turn of turns) {
          const changes = new Map<string, MessageRecord | undefined>();
          for (const [one, base] of turn) {
            const unique = base === null ? undefined : base + one.charCodeAt(0) / 1_000;
            changes.set(one, unique === undefined ? undefined : record(one, { order: unique }));
          }
          const before = table.order;
          const idsBefore = Array.from(before);
          const changed = table.apply(changes);
          for (const [one, value] of changes) {
            if (value === undefined) model.delete(one);
            else model.set(one, value.order);
          }
          const ids = [...model].toSorted(([, a], [, b]) => a - b).map(([one]) => one);
          expect(Array.from(table.order)).toEqual(ids);
          expect(table.order !== before).toBe(changed);
          if (ids.join() !== idsBefore.join()) expect(changed).toBe(true);
          views.push({ view: table.order, ids });
          for (const old of views) {
            expect(old.view.length).toBe(old.ids.length);
            expect(Array.from(old.view)).toEqual(old.ids);
            for (const [place, one] of old.ids.entries()) {
              expect(old.view[place]).toBe(one);
              expect(old.view.indexOf(one)).toBe(place);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
