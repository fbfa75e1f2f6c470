import { expect, it } from 'vitest';
import { assert, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import { NO_DEADLINE } from '../time/step.ts';
import type { MessageRecord, MessageStatus } from './messageRecord.ts';
import { withStatus, requeue } from './messageStatus.ts';

type News = { readonly type: MessageStatus; readonly code?: number } | { readonly type: 'retry' };

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

const NEWS: readonly News[] = [
  ...STATUSES.map((type) => ({ type })),
  { type: 'failed', code: 503 },
  { type: 'undeliverable', code: 603 },
];

const QUEUED: MessageRecord = {
  id: 'm1',
  messageId: 'm1',
  direction: 'outgoing',
  sender: 'ana',
  contentType: 'text/plain',
  body: 'hello',
  order: 1,
  at: 0,
  status: 'queued',
  attempts: 0,
  timestamps: { queued: 0 },
  deliveryFailures: [],
  isContentTypeSupported: true,
};

const subject: Subject<MessageRecord, News, never, MessageStatus> = {
  initial: QUEUED,
  memory: 'queued',
  reduce: (record, news) => {
    if (news.type === 'retry') return { state: requeue(record, 0), effects: [] };
    const { type, code } = news;
    const failure =
      code === undefined ? undefined : { code, deliveryFailures: [{ recipient: 'bo', responseCode: code }] };
    return { state: withStatus(record, type, 0, failure), effects: [] };
  },
  deadline: () => NO_DEADLINE,
  times: [],
  // The user may retry only a failed message.
  moves: ({ status }) =>
    [...NEWS, ...(status === 'failed' ? [{ type: 'retry' } as const] : [])].map((event) => ({ event })),
  key: (record, best) => JSON.stringify([record, best]),

  /** Remembers the most advanced status so far. */
  watch(best, { before, event, after }) {
    const rank = (status: MessageStatus): number => STATUSES.indexOf(status);
    if (event.type === 'retry') {
      assert(after.status === 'queued' && after.code === undefined, 'a retry starts again');
      return 'queued';
    }
    const next = rank(event.type) > rank(best) ? event.type : best;
    assert(after.status === next, 'the status is the most advanced one so far');
    assert(rank(after.status) >= rank(before.status), 'no event sets the status back');
    if (after.status === before.status) assert(after.code === before.code, 'a late event changes no code');
    const failed = after.status === 'failed' || after.status === 'undeliverable';
    assert(failed || (after.code === undefined && after.deliveryFailures.length === 0), 'a success has no failures');
    assert((after.retryable !== undefined) === (after.status === 'failed'), 'only a failed message has retryable');
    assert(
      Object.keys(before.timestamps).every((stage) => stage in after.timestamps),
      'no time is removed',
    );
    assert(after.status in after.timestamps, 'each status has its time');
    return next;
  },
};

it('B71 B73 B74 B82 B112 the exhaustive search of message statuses reaches all states, at least 90, in 814 steps', () => {
  const { closed, states, steps } = searchExhaustively(subject);
  expect(closed).toBe(true);
  expect(states).toBeGreaterThanOrEqual(90);
  expect(steps).toBeGreaterThanOrEqual(814);
});
