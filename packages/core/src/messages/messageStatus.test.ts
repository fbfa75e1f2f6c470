import { describe, expect, it } from 'vitest';
import type { MessageRecord, MessageStatus } from './messageRecord.ts';
import { withStatus, isWaiting, outranks, requeue } from './messageStatus.ts';

/** The statuses, from the least to the most advanced. */
const STATUSES: readonly MessageStatus[] = [
  'queued',
  'sending',
  'failed',
  'sent',
  'undeliverable',
  'delivered',
  'displayed',
];

function record(status: MessageStatus, more: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id: 'm1',
    messageId: 'm1',
    direction: 'outgoing',
    sender: 'ana',
    contentType: 'text/plain',
    body: 'hello',
    order: 1,
    at: 0,
    status,
    attempts: 1,
    timestamps: { queued: 0 },
    deliveryFailures: [],
    isContentTypeSupported: true,
    ...more,
  };
}

const PAIRS = STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const));

describe('the statuses of a message', () => {
  it.each(PAIRS)('B73 B112 a status changes from %s to %s only if that is an advance', (from, to) => {
    const forward = STATUSES.indexOf(to) > STATUSES.indexOf(from);
    expect(outranks(from, to)).toBe(forward);
    const before = record(from);
    const after = withStatus(before, to, 5);
    if (forward) expect(after).toMatchObject({ status: to, timestamps: { queued: 0, [to]: 5 } });
    else expect(after.status).toBe(from);
    // A repeated status changes nothing.
    expect(withStatus(after, to, 9)).toBe(after);
  });

  it('B71 a record keeps the details of a failure, and drops them with a later success', () => {
    const deliveryFailures = [{ recipient: 'bo', responseCode: 486 }];
    const failed = withStatus(record('sending'), 'failed', 1, { code: 486, retryable: true });
    expect(failed).toMatchObject({ status: 'failed', code: 486, retryable: true, deliveryFailures: [] });
    const undeliverable = withStatus(failed, 'undeliverable', 2, { code: 603, deliveryFailures });
    expect(undeliverable).toMatchObject({ status: 'undeliverable', code: 603, deliveryFailures });
    expect(undeliverable).not.toHaveProperty('retryable');
    const delivered = withStatus(undeliverable, 'delivered', 3);
    expect(delivered).toMatchObject({ status: 'delivered', deliveryFailures: [] });
    expect(delivered).not.toHaveProperty('code');
    expect(withStatus(record('sending'), 'failed', 1, { code: 400 }).retryable).toBe(false);
  });

  it('B74 a displayed record without a delivery time takes the time of display as that of delivery', () => {
    const displayed = withStatus(record('sent'), 'displayed', 5);
    const late = withStatus(displayed, 'delivered', 7);
    expect(late).toMatchObject({ status: 'displayed', timestamps: { displayed: 5, delivered: 7 } });
    expect(withStatus(late, 'delivered', 9)).toBe(late);
    const inTime = withStatus(withStatus(record('sent'), 'delivered', 3), 'displayed', 5);
    expect(withStatus(inTime, 'delivered', 7)).toBe(inTime);
    expect(withStatus(displayed, 'sent', 7)).toBe(displayed);
  });

  it('B82 only a retry returns a record to queued, with its id, its order and its number of attempts', () => {
    const failed = record('failed', { code: 503, retryable: true, attempts: 3, order: 7 });
    const again = requeue(failed, 9);
    expect(again).toMatchObject({
      id: 'm1',
      order: 7,
      at: 0,
      attempts: 3,
      status: 'queued',
      timestamps: { queued: 9 },
    });
    expect(again).not.toHaveProperty('code');
    expect(again).not.toHaveProperty('retryable');
  });

  it('B115 a record counts as waiting while it is queued or sending', () => {
    expect(STATUSES.filter((status) => isWaiting(record(status)))).toEqual(['queued', 'sending']);
    expect(isWaiting(record('queued', { direction: 'incoming' }))).toBe(false);
  });
});
