import { afterEach, describe, expect, it, vi } from 'vitest';
import { PENDING_ORDER } from '../messages/messageRecord.ts';
import { change, incoming, outgoing, reaction } from '../../test/storedRecords.ts';
import { createOutboxJournal, type OutboxJournal } from './outboxJournal.ts';

/** The keys of the journals in this file. Tests of databases, in other pages, name theirs `imflow-test-…`. */
const keys = (): string[] => Object.keys(localStorage).filter((key) => /^imflow-outbox:(?!imflow-test-)/.test(key));

afterEach(() => {
  vi.restoreAllMocks();
  for (const key of keys()) localStorage.removeItem(key);
});

const hidePage = (): boolean => dispatchEvent(new Event('pagehide'));

const ids = (journal: OutboxJournal, conversation: string): string[] =>
  journal.read(conversation).changes.flatMap(({ put }) => put.map(({ id }) => id));

/** A write that the test ends. */
function createWrite() {
  let [end, fail] = [(): void => {}, (): void => {}];
  const result = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = () => reject(new Error('The disk is full.'));
  });
  return { run: () => result, end, fail };
}

describe('the journal of messages that a page leaves behind', () => {
  it('B380 the journal has the waiting messages of the requested conversation', () => {
    const write = change({ put: [outgoing('sent', PENDING_ORDER, 'queued'), incoming('received', 1)] });
    void createOutboxJournal('one').guard('ana-bo', write, createWrite().run);
    hidePage();
    const next = createOutboxJournal('one');
    expect(ids(next, 'ana-bo')).toEqual(['sent']);
    expect(next.read('ana-cy').changes).toEqual([]);
    expect(createOutboxJournal('two').read('ana-bo').changes).toEqual([]);
    next.remove('ana-bo', ['sent']);
    expect(next.read('ana-bo').changes).toEqual([]);
    expect(keys()).toEqual([]);
  });

  it('B380 the journal has the writes that a listener makes while the page closes', () => {
    const journal = createOutboxJournal('late');
    journal.onPageHide(() => {
      void journal.guard('ana-bo', change({ put: [outgoing('late', PENDING_ORDER, 'queued')] }), createWrite().run);
    });
    hidePage();
    expect(ids(journal, 'ana-bo')).toEqual(['late']);
  });

  it('B380 the journal has the last version of a message', () => {
    const journal = createOutboxJournal('versions');
    for (const body of ['first', 'second']) {
      const put = [{ ...outgoing('sent', PENDING_ORDER, 'queued'), body }];
      void journal.guard('ana-bo', change({ put }), createWrite().run);
    }
    hidePage();
    expect(journal.read('ana-bo').changes.flatMap(({ put }) => put.map(({ body }) => body))).toEqual(['second']);
  });

  it('B380 the journal drops a message that was discarded or has left since', () => {
    const journal = createOutboxJournal('discarded');
    const put = [outgoing('discarded', PENDING_ORDER, 'queued'), outgoing('left', PENDING_ORDER, 'queued')];
    void journal.guard('ana-bo', change({ put }), createWrite().run);
    const later = change({ put: [outgoing('left', 1, 'sent')], remove: ['discarded'] });
    void journal.guard('ana-bo', later, createWrite().run);
    hidePage();
    expect(journal.read('ana-bo').changes).toEqual([{ put: [], remove: ['discarded'], operations: [] }]);
  });

  it('B380 the journal has the waiting operations that no later write removes, with the messages that they change', () => {
    const journal = createOutboxJournal('operations');
    const put = [incoming('liked', 1), incoming('other', 2)];
    const [a, b] = [reaction('a', 1, 'other'), reaction('b', 2, 'liked')];
    void journal.guard('ana-bo', change({ put, operations: { put: [a], remove: [] } }), createWrite().run);
    void journal.guard('ana-bo', change({ operations: { put: [b], remove: ['a'] } }), createWrite().run);
    void journal.guard('ana-bo', change({}), createWrite().run);
    hidePage();
    expect(journal.read('ana-bo').changes).toMatchObject([{ put: [{ id: 'liked' }], operations: [b] }]);
  });

  it('B380 the journal removes entries that were read, unless their page has written more since', () => {
    const journal = createOutboxJournal('more');
    const write = (id: string): void =>
      void journal.guard('ana-bo', change({ put: [outgoing(id, PENDING_ORDER, 'queued')] }), createWrite().run);
    write('first');
    hidePage();
    const early = createOutboxJournal('more').read('ana-bo');
    write('second');
    hidePage();
    early.forget();
    expect(ids(journal, 'ana-bo')).toEqual(['first', 'second']);
    journal.read('ana-bo').forget();
    expect(ids(journal, 'ana-bo')).toEqual([]);
  });

  it('B380 the journal keeps databases apart whose names share a prefix', () => {
    const put = [outgoing('sent', PENDING_ORDER, 'queued')];
    void createOutboxJournal('app:work').guard('ana-bo', change({ put }), createWrite().run);
    hidePage();
    expect(createOutboxJournal('app').read('ana-bo').changes).toEqual([]);
    expect(createOutboxJournal('app:work').read('ana-bo').changes).toHaveLength(1);
  });

  it('B380 the journal removes stored entries while the page is open, and keeps entries that could not be stored', async () => {
    const journal = createOutboxJournal('lives');
    const put = [outgoing('sent', PENDING_ORDER, 'queued')];
    const [failing, working] = [createWrite(), createWrite()];
    const failed = journal.guard('ana-bo', change({ put }), failing.run);
    hidePage();
    failing.fail();
    await expect(failed).rejects.toThrow('The disk is full.');
    expect(journal.read('ana-bo').changes).toHaveLength(1);
    const stored = journal.guard('ana-bo', change({ put }), working.run);
    working.end();
    await stored;
    expect(journal.read('ana-bo').changes).toEqual([]);
  });

  it('B380 the journal listens to the page only while there are unsaved changes', async () => {
    const [added, removed] = [vi.spyOn(globalThis, 'addEventListener'), vi.spyOn(globalThis, 'removeEventListener')];
    const write = createWrite();
    const running = createOutboxJournal('quiet').guard('ana-bo', change({}), write.run);
    expect(added).toHaveBeenCalledTimes(1);
    write.end();
    await running;
    expect(removed).toHaveBeenCalledTimes(1);
  });

  it('B380 the journal ignores foreign values under its keys, and a browser that refuses localStorage', () => {
    localStorage.setItem('imflow-outbox:others:a', 'no JSON');
    localStorage.setItem(
      'imflow-outbox:others:b',
      '{"ana-bo":{"put":[{"id":1},null,"text"],"remove":[7],"operations":"none"}}',
    );
    const journal = createOutboxJournal('others');
    expect(journal.read('ana-bo').changes).toEqual([]);
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    void journal.guard('ana-bo', change({ put: [outgoing('sent', PENDING_ORDER, 'queued')] }), createWrite().run);
    expect(hidePage).not.toThrow();
    expect(journal.read('ana-bo').changes).toEqual([]);
  });
});
