import { describe, expect, it } from 'vitest';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import type { StorageWrite } from '../ports/storage.ts';
import { incoming, outgoing, reaction } from '../../test/storedRecords.ts';
import type { OutboxChanges } from './outboxJournal.ts';
import { restoredWrite } from './restoreOutbox.ts';

const waiting = outgoing('m', PENDING_ORDER, 'queued');
const edited: MessageRecord = { ...waiting, body: 'edited', revision: { id: 'm', sequence: 7, at: 7 } };

/** The write that restores the changes of a closed page, given the stored records. */
function restored(left: Partial<OutboxChanges>, stored: readonly MessageRecord[] = []): StorageWrite {
  const byId = new Map(stored.map((record) => [record.id, record]));
  return restoredWrite({ put: [], remove: [], operations: [], ...left }, (id) => byId.get(id));
}

describe('restoring the journal of a closed page', () => {
  it('B380 the journal restores a message, an edit of a waiting one, and a retried one', () => {
    expect(restored({ put: [waiting] }).put).toEqual([waiting]);
    expect(restored({ put: [edited] }, [waiting]).put).toEqual([edited]);
    expect(restored({ put: [waiting] }, [outgoing('m', PENDING_ORDER, 'failed')]).put).toEqual([waiting]);
  });

  it('B380 the journal keeps that a message may have left when its text was edited', () => {
    const [record] = restored({ put: [edited] }, [{ ...waiting, attempts: 1 }]).put;
    expect(record).toMatchObject({ body: 'edited', attempts: 1 });
  });

  it('B380 the journal gives way to newer records of another tab', () => {
    expect(restored({ put: [waiting] }, [waiting]).put).toEqual([]);
    expect(restored({ put: [waiting] }, [edited]).put).toEqual([]);
    expect(restored({ put: [waiting] }, [outgoing('m', 1, 'sent')]).put).toEqual([]);
  });

  it('B380 the journal removes messages that were discarded before they left, and none that arrived', () => {
    expect(restored({ remove: ['m', 'unknown'] }, [waiting]).remove).toEqual(['m']);
    expect(restored({ remove: ['m'] }, [outgoing('m', 1, 'failed')]).remove).toEqual(['m']);
    expect(restored({ remove: ['m'] }, [outgoing('m', 1, 'delivered')]).remove).toEqual([]);
  });

  it('B380 the journal restores operations', () => {
    const operations = [reaction('c', 3), reaction('b', 4)];
    expect(restored({ operations }).operations).toEqual({ put: operations, remove: [] });
  });

  it('B380 the journal merges a reaction with the stored message', () => {
    const given = { id: 'c', author: 'ana', emojis: ['👍'], sequence: 5, at: 5 };
    const stored = incoming('m', 1, { receipt: 'sent' });
    const { put } = restored({ put: [incoming('m', 1, { reactions: [given] })] }, [stored]);
    expect(put).toMatchObject([{ receipt: 'sent', reactions: [{ author: 'ana', emojis: ['👍'] }] }]);
  });
});
