import type { ConversationMeta } from '../ports/storage.ts';
import type { MessageDeliveryFailure, Stamp } from '../ports/transport.ts';
import type { MessageRecord, MessageStatus } from './messageRecord.ts';

const STATUSES: readonly unknown[] = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'displayed',
  'failed',
  'undeliverable',
] satisfies MessageStatus[];

/** A stored value as a record, or undefined where it is none. Fields that are unknown or optional and wrong are left out. */
export function parseRecord(value: unknown): MessageRecord | undefined {
  return soundly(() => (isObject(value) ? parse(value) : undefined), undefined);
}

/** A list of stored values as records; those that are none are left out. */
export function parseRecords(value: unknown): readonly MessageRecord[] {
  const values = soundly<readonly unknown[]>(() => (Array.isArray(value) ? Array.from(value) : []), []);
  return values.map(parseRecord).filter((record) => record !== undefined);
}

function parse(value: Record<string, unknown>): MessageRecord | undefined {
  const { id, messageId, direction, sender, contentType, body, order, at, status } = value;
  const sound =
    isText(id) &&
    isText(messageId) &&
    (direction === 'incoming' || direction === 'outgoing') &&
    typeof sender === 'string' &&
    typeof contentType === 'string' &&
    typeof body === 'string' &&
    isNumber(order) &&
    isNumber(at) &&
    STATUSES.includes(status);
  if (!sound) return undefined;
  const { sentAt, position, attempts, times, code, retryable, deliveryFailures, conflict, acknowledgement, report } =
    value;
  return {
    id,
    messageId,
    direction,
    sender,
    contentType,
    body,
    order,
    at,
    status: status as MessageStatus,
    attempts: isNumber(attempts) ? attempts : 0,
    times: parseTimes(times),
    deliveryFailures: parseFailures(deliveryFailures),
    isContentTypeSupported: value['isContentTypeSupported'] !== false,
    ...(isNumber(sentAt) ? { sentAt } : {}),
    ...stampOf(value),
    ...(typeof position === 'string' ? { position } : {}),
    ...(isNumber(code) ? { code } : {}),
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(value['wantsDisplayed'] === false ? { wantsDisplayed: false as const } : {}),
    ...(conflict === true ? { conflict } : {}),
    ...(acknowledgement === 'owed' || acknowledgement === 'done' ? { acknowledgement } : {}),
    ...(report === 'success' || isNumber(report) ? { report } : {}),
  };
}

/** A stored value as the conversation's meta data; what is wrong is left out. */
export function parseMeta(value: unknown): ConversationMeta {
  return soundly(() => (isObject(value) ? metaOf(value) : {}), {});
}

function metaOf(value: Record<string, unknown>): ConversationMeta {
  const { displayedOrder, remoteDisplayedOrder, remoteDisplayedAt } = value;
  return {
    ...(isNumber(displayedOrder) ? { displayedOrder } : {}),
    ...(isNumber(remoteDisplayedOrder) ? { remoteDisplayedOrder } : {}),
    ...(isNumber(remoteDisplayedAt) ? { remoteDisplayedAt } : {}),
  };
}

/** Recipients with response codes out of an unknown value; at most 100, so that a peer can't fill the memory. */
export function parseFailures(value: unknown): readonly MessageDeliveryFailure[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, 100)
    .filter(isObject)
    .map(({ recipient, responseCode }) => ({ recipient, responseCode }))
    .filter(
      (failure): failure is MessageDeliveryFailure => isText(failure.recipient) && isNumber(failure.responseCode),
    );
}

/** The stamp of an unknown value, if it has a sound one. */
export function stampOf(value: Record<string, unknown>): { stamp?: Stamp } {
  const { stamp } = value;
  if (!isObject(stamp)) return {};
  const { session, sequence } = stamp;
  return isText(session) && isNumber(sequence) ? { stamp: { session, sequence } } : {};
}

/** What reading an unknown value gives; `otherwise` where a getter or a proxy throws. */
export function soundly<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function parseTimes(value: unknown): MessageRecord['times'] {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([stage, at]) => STATUSES.includes(stage) && isNumber(at)));
}
