import { afterEach, describe, expect, it, vi } from 'vitest';
import { PENDING_ORDER } from '../messages/messageRecord.ts';
import { change, incoming, outgoing } from './contract.test.ts';
import { createOutboxJournal } from './outboxJournal.ts';

afterEach(() => {
  vi.restoreAllMocks();
  for (const key of Object.keys(localStorage)) if (key.startsWith('imflow-outbox:')) localStorage.removeItem(key);
});

const hidePage = (): boolean => dispatchEvent(new Event('pagehide'));

/** A write that ends when the test says so. */
function createWrite() {
  let [end, fail] = [(): void => {}, (): void => {}];
  const result = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = () => reject(new Error('The disk is full.'));
  });
  return { run: () => result, end, fail };
}

describe('the journal of messages that a page leaves behind', () => {
  it('B380 has the messages that wait to be sent, of the conversation that is asked for', () => {
    const write = change({ put: [outgoing('sent', PENDING_ORDER, 'queued'), incoming('received', 1)] });
    void createOutboxJournal('one').guard('ana-bo', write, createWrite().run);
    hidePage();
    const next = createOutboxJournal('one');
    expect(next.read('ana-bo').map(({ id }) => id)).toEqual(['sent']);
    expect(next.read('ana-cy')).toEqual([]);
    expect(createOutboxJournal('two').read('ana-bo')).toEqual([]);
    next.remove('ana-bo', ['sent']);
    expect(next.read('ana-bo')).toEqual([]);
    expect(Object.keys(localStorage).filter((key) => key.startsWith('imflow-outbox:'))).toEqual([]);
  });

  it('B380 has what a listener writes while the page goes away', () => {
    const journal = createOutboxJournal('late');
    journal.onPageHide(() => {
      void journal.guard('ana-bo', change({ put: [outgoing('late', PENDING_ORDER, 'queued')] }), createWrite().run);
    });
    hidePage();
    expect(journal.read('ana-bo').map(({ id }) => id)).toEqual(['late']);
  });

  it('B380 has the last version of a message', () => {
    const journal = createOutboxJournal('versions');
    for (const body of ['first', 'second']) {
      const put = [{ ...outgoing('sent', PENDING_ORDER, 'queued'), body }];
      void journal.guard('ana-bo', change({ put }), createWrite().run);
    }
    hidePage();
    expect(journal.read('ana-bo').map(({ body }) => body)).toEqual(['second']);
  });

  it('B380 has nothing of a message that was discarded or has left meanwhile', () => {
    const journal = createOutboxJournal('discarded');
    const put = [outgoing('discarded', PENDING_ORDER, 'queued'), outgoing('left', PENDING_ORDER, 'queued')];
    void journal.guard('ana-bo', change({ put }), createWrite().run);
    const later = change({ put: [outgoing('left', 1, 'sent')], remove: ['discarded'] });
    void journal.guard('ana-bo', later, createWrite().run);
    hidePage();
    expect(journal.read('ana-bo')).toEqual([]);
  });

  it('B380 keeps databases apart whose names begin alike', () => {
    const put = [outgoing('sent', PENDING_ORDER, 'queued')];
    void createOutboxJournal('app:work').guard('ana-bo', change({ put }), createWrite().run);
    hidePage();
    expect(createOutboxJournal('app').read('ana-bo')).toEqual([]);
    expect(createOutboxJournal('app:work').read('ana-bo')).toHaveLength(1);
  });

  it('B380 forgets what is stored where the page lives on, and keeps what could not be stored', async () => {
    const journal = createOutboxJournal('lives');
    const put = [outgoing('sent', PENDING_ORDER, 'queued')];
    const [failing, working] = [createWrite(), createWrite()];
    const failed = journal.guard('ana-bo', change({ put }), failing.run);
    hidePage();
    failing.fail();
    await expect(failed).rejects.toThrow('The disk is full.');
    expect(journal.read('ana-bo')).toHaveLength(1);
    const stored = journal.guard('ana-bo', change({ put }), working.run);
    working.end();
    await stored;
    expect(journal.read('ana-bo')).toEqual([]);
  });

  it('B380 listens to the page only while there is something to lose', async () => {
    const [added, removed] = [vi.spyOn(globalThis, 'addEventListener'), vi.spyOn(globalThis, 'removeEventListener')];
    const write = createWrite();
    const running = createOutboxJournal('quiet').guard('ana-bo', change({}), write.run);
    expect(added).toHaveBeenCalledTimes(1);
    write.end();
    await running;
    expect(removed).toHaveBeenCalledTimes(1);
  });

  it('B380 ignores what others left under its keys, and a browser that refuses localStorage', () => {
    localStorage.setItem('imflow-outbox:others:a', 'no JSON');
    localStorage.setItem('imflow-outbox:others:b', '{"ana-bo":[{"id":1},null,"text"]}');
    const journal = createOutboxJournal('others');
    expect(journal.read('ana-bo')).toEqual([]);
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    void journal.guard('ana-bo', change({ put: [outgoing('sent', PENDING_ORDER, 'queued')] }), createWrite().run);
    expect(hidePage).not.toThrow();
    expect(journal.read('ana-bo')).toEqual([]);
  });
});
