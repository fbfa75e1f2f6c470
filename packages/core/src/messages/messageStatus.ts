/** The status of an outgoing message and its transitions, which only lead forward. */

import type { MessageDeliveryFailure } from '../ports/transport.ts';
import { type MessageRecord, type MessageStatus, PENDING_ORDER } from './messageRecord.ts';
import { compareRevisions, firstRevision, mapRevision, revisionId, revisionsOf } from './revisions.ts';

/**
 * The statuses of an outgoing message, each beating those before it. Nothing leads back: a late success beats an
 * earlier time-out or failure, and nothing beats a success. (Only the user's retry takes `failed` to `queued`; see
 * `requeued`.)
 */
const STATUSES: readonly unknown[] = [
  'queued',
  'sending',
  'failed',
  'sent',
  'undeliverable',
  'delivered',
  'displayed',
] satisfies MessageStatus[];

/** The fields of a record that describe a failure. */
export interface FailureDetails {
  readonly code: number;
  readonly retryable?: boolean;
  readonly deliveryFailures?: readonly MessageDeliveryFailure[];
}

/** The object of a status: a message, or one revision of it. */
type Tracked = Pick<
  MessageRecord,
  'status' | 'timestamps' | 'deliveryFailures' | 'code' | 'retryable' | 'heldUntil' | 'uploadPending'
>;

/** Whether a message may change from one status to a different one. */
export function outranks(from: MessageStatus, to: MessageStatus): boolean {
  return STATUSES.indexOf(to) > STATUSES.indexOf(from);
}

export function isStatus(value: unknown): value is MessageStatus {
  return STATUSES.includes(value);
}

/**
 * Returns the record at the next status, or the same record if that would be a step back. `at` is in ms since the
 * epoch; undefined where the time is not known.
 */
export function withStatus<T extends Tracked>(
  record: T,
  status: MessageStatus,
  at: number | undefined,
  failure?: FailureDetails,
): T {
  if (!outranks(record.status, status)) return withLateTime(record, status, at);
  const { code: _code, retryable: _retryable, heldUntil: _held, uploadPending, ...rest } = record;
  return {
    ...rest,
    // The file of a message that has left was uploaded, also if an earlier page could not store that it was.
    ...(status === 'failed' && uploadPending === true ? { uploadPending } : {}),
    status,
    timestamps: at === undefined ? record.timestamps : { ...record.timestamps, [status]: at },
    deliveryFailures: failure?.deliveryFailures ?? [],
    ...(failure === undefined ? {} : { code: failure.code }),
    ...(status === 'failed' ? { retryable: failure?.retryable ?? false } : {}),
  } as unknown as T;
}

/** Returns a failed record as queued again, with the same id and order. */
export function requeue<T extends Tracked>(record: T, at: number): T {
  const { code: _code, retryable: _retryable, ...rest } = record;
  return { ...rest, status: 'queued', timestamps: { queued: at }, deliveryFailures: [] } as unknown as T;
}

/**
 * Returns the record with an attempt counted before sending, so that after a crash it is known as a message that may
 * have left.
 * @param isAhead takes the id of a record, or of a revision.
 */
export function withAttemptsAhead(record: MessageRecord, isAhead: (id: string) => boolean): MessageRecord {
  if (record.direction === 'incoming') return record;
  const message = isAhead(record.id) ? mapRevision(record, record.messageId, withAttempt) : record;
  const newest = revisionId(record);
  return newest !== record.messageId && isAhead(newest) ? mapRevision(message, newest, withAttempt) : message;
}

/** Returns the record with the number of attempts of a different copy that counted more of them. */
export function withAttemptsOf(record: MessageRecord, other: MessageRecord): MessageRecord {
  if (record.direction === 'incoming') return record;
  return revisionsOf(other).reduce(
    (next, { id, attempts }) =>
      mapRevision(next, id, (revision) =>
        revision.status === 'queued' && revision.attempts < attempts ? { ...revision, attempts } : revision,
      ),
    record,
  );
}

/** Whether a message is in the outbox. A message that has arrived is not, even if an edit of it is. */
export function isWaiting(record: MessageRecord): boolean {
  return record.direction === 'outgoing' && record.retracted === undefined && isPending(firstRevision(record));
}

/** Whether the delivery receipt of a received message is still owed. */
export function isReceiptPending({ receipt }: Pick<MessageRecord, 'receipt'>): boolean {
  return receipt === 'owed';
}

/** Whether the transport has not responded to a message or revision yet. */
export function isPending({ status }: Pick<MessageRecord, 'status'>): boolean {
  return status === 'queued' || status === 'sending';
}

/** Whether a message has its final sort key. */
export function isPlaced(record: MessageRecord): boolean {
  return record.order < PENDING_ORDER;
}

/** Whether one record of a message contains newer information than a different one. */
export function isNewerThan(record: MessageRecord, other: MessageRecord): boolean {
  const revisions = compareRevisions(record, other);
  if (revisions !== 0) return revisions > 0;
  return outranks(other.status, record.status) || (isPlaced(record) && !isPlaced(other));
}

function withAttempt<T extends Pick<MessageRecord, 'attempts' | 'status'>>(revision: T): T {
  return revision.status === 'queued' && revision.attempts === 0 ? { ...revision, attempts: 1 } : revision;
}

/** "Delivered" that comes after "displayed" changes no status, but fills in its time. */
function withLateTime<T extends Tracked>(record: T, status: MessageStatus, at: number | undefined): T {
  const late = status === 'delivered' && record.status === 'displayed' && record.timestamps.delivered === undefined;
  return late && at !== undefined ? { ...record, timestamps: { ...record.timestamps, delivered: at } } : record;
}
