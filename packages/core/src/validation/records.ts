import { MAX_ORDER, type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import {
  type AllChecks,
  type Checks,
  isFailureCode,
  isFlag,
  isNonEmptyString,
  isNumber,
  isObject,
  isSortKey,
  isString,
  isTime,
  isTrue,
  optionalFields,
  requiredFields,
  tryRead,
} from './guards.ts';
import { isStatus } from '../messages/messageStatus.ts';
import type { ConversationMeta } from '../ports/storage.ts';
import type { MessageDeliveryFailure, FrameSequence } from '../ports/transport.ts';

/** A stored value as a record, or undefined where it is none. Fields that are unknown or optional and wrong are left out. */
export function parseRecord(value: unknown): MessageRecord | undefined {
  return tryRead(() => (isObject(value) ? parse(value) : undefined), undefined);
}

/** A list of stored values as records; those that are none are left out. */
export function parseRecords(value: unknown): readonly MessageRecord[] {
  const values = tryRead<readonly unknown[]>(() => (Array.isArray(value) ? Array.from(value) : []), []);
  return values.map(parseRecord).filter((record) => record !== undefined);
}

/** Written out, so that all records have one shape: put together out of a table they take twice the memory. */
function parse(value: Record<string, unknown>): MessageRecord | undefined {
  const { id, messageId, direction, sender, contentType, body, order, at, status } = value;
  const sound =
    isNonEmptyString(id) &&
    isNonEmptyString(messageId) &&
    (direction === 'incoming' || direction === 'outgoing') &&
    isString(sender) &&
    isString(contentType) &&
    isString(body) &&
    (isSortKey(order) || (direction === 'outgoing' && isPendingOrder(order))) &&
    isTime(at) &&
    isStatus(status);
  if (!sound) return undefined;
  const { attempts, timestamps, deliveryFailures } = value;
  return {
    id,
    messageId,
    direction,
    sender,
    contentType,
    body,
    order,
    at,
    status,
    attempts: Number.isSafeInteger(attempts) && (attempts as number) >= 0 ? (attempts as number) : 0,
    timestamps: parseTimes(timestamps),
    deliveryFailures: parseFailures(deliveryFailures),
    isContentTypeSupported: value['isContentTypeSupported'] !== false,
    ...stampOf(value),
    ...optionalFields<MessageRecord>(value, OPTIONAL),
  };
}

const OPTIONAL: Checks<MessageRecord> = {
  sentAt: isTime,
  position: isNonEmptyString,
  code: isFailureCode,
  retryable: isFlag,
  conflict: isTrue,
  archived: isTrue,
  wantsDisplayed: (value) => value === false,
  receipt: (value) => value === 'owed' || value === 'sent',
  outcome: (value) => value === 'success' || isFailureCode(value),
};

/**
 * A stored value as the conversation's meta data. What is wrong is left out, and `leftOut` is told of it: a marker that is
 * no place in the conversation would call everything read, whatever still comes.
 */
export function parseMeta(value: unknown, leftOut: (name: string) => void = () => undefined): ConversationMeta {
  if (value === undefined) return {};
  const fields = tryRead(() => (isObject(value) ? { ...value } : undefined), undefined);
  if (fields === undefined) leftOut('meta');
  return optionalFields<ConversationMeta>(fields ?? {}, META, (name, field) => {
    if (field !== undefined) leftOut(name);
  });
}

const META: Checks<ConversationMeta> = {
  displayedOrder: isSortKey,
  pendingReadReceipts: (value) => Array.isArray(value) && value.every(isNonEmptyString),
  remoteDisplayedOrder: isSortKey,
  remoteDisplayedAt: isTime,
};

/**
 * Recipients with response codes out of an unknown value; at most 100, so that a peer can't fill the memory. What has a
 * code that is none of a failure is left out: a 200 would say that the message arrived.
 */
export function parseFailures(value: unknown): readonly MessageDeliveryFailure[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, 100)
    .filter(isObject)
    .map((failure) => requiredFields(failure, FAILURE))
    .filter((failure) => failure !== undefined);
}

const FAILURE: AllChecks<MessageDeliveryFailure> = { recipient: isNonEmptyString, responseCode: isFailureCode };

/** The stamp of an unknown value, if it has a sound one. */
export function stampOf(value: Record<string, unknown>): { frameSequence?: FrameSequence } {
  const { frameSequence } = value;
  if (!isObject(frameSequence)) return {};
  const { session, sequence } = frameSequence;
  return isNonEmptyString(session) && isNumber(sequence) ? { frameSequence: { session, sequence } } : {};
}

function isPendingOrder(value: unknown): value is number {
  return isNumber(value) && value >= PENDING_ORDER && value <= PENDING_ORDER + MAX_ORDER;
}

function parseTimes(value: unknown): MessageRecord['timestamps'] {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([stage, at]) => isStatus(stage) && isTime(at)));
}
