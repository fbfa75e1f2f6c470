import type { ConversationMeta } from '../ports/storage.ts';
import type { MessageDeliveryFailure, Stamp } from '../ports/transport.ts';
import { FURTHEST_ORDER, type MessageRecord, PENDING_ORDER } from './messageRecord.ts';
import { isStatus } from './messageStatus.ts';

/** A stored value as a record, or undefined where it is none. Fields that are unknown or optional and wrong are left out. */
export function parseRecord(value: unknown): MessageRecord | undefined {
  return soundly(() => (isObject(value) ? parse(value) : undefined), undefined);
}

/** A list of stored values as records; those that are none are left out. */
export function parseRecords(value: unknown): readonly MessageRecord[] {
  const values = soundly<readonly unknown[]>(() => (Array.isArray(value) ? Array.from(value) : []), []);
  return values.map(parseRecord).filter((record) => record !== undefined);
}

/** Written out, so that all records have one shape: put together out of a table they take twice the memory. */
function parse(value: Record<string, unknown>): MessageRecord | undefined {
  const { id, messageId, direction, sender, contentType, body, order, at, status } = value;
  const sound =
    isText(id) &&
    isText(messageId) &&
    (direction === 'incoming' || direction === 'outgoing') &&
    isString(sender) &&
    isString(contentType) &&
    isString(body) &&
    (isPlace(order) || (direction === 'outgoing' && isPendingOrder(order))) &&
    isTime(at) &&
    isStatus(status);
  if (!sound) return undefined;
  const { attempts, times, deliveryFailures } = value;
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
    times: parseTimes(times),
    deliveryFailures: parseFailures(deliveryFailures),
    isContentTypeSupported: value['isContentTypeSupported'] !== false,
    ...stampOf(value),
    ...soundFields<MessageRecord>(value, OPTIONAL),
  };
}

const OPTIONAL: Checks<MessageRecord> = {
  sentAt: isTime,
  position: isText,
  code: isFailureCode,
  retryable: isFlag,
  conflict: isTrue,
  archived: isTrue,
  wantsDisplayed: (value) => value === false,
  acknowledgement: (value) => value === 'owed' || value === 'done',
  report: (value) => value === 'success' || isFailureCode(value),
};

/**
 * A stored value as the conversation's meta data. What is wrong is left out, and `leftOut` is told of it: a marker that is
 * no place in the conversation would call everything read, whatever still comes.
 */
export function parseMeta(value: unknown, leftOut: (name: string) => void = () => undefined): ConversationMeta {
  if (value === undefined) return {};
  const fields = soundly(() => (isObject(value) ? { ...value } : undefined), undefined);
  if (fields === undefined) leftOut('meta');
  return soundFields<ConversationMeta>(fields ?? {}, META, (name, field) => {
    if (field !== undefined) leftOut(name);
  });
}

const META: Checks<ConversationMeta> = {
  displayedOrder: isPlace,
  unreported: (value) => Array.isArray(value) && value.every(isText),
  remoteDisplayedOrder: isPlace,
  remoteDisplayedAt: isTime,
};

/** What makes each field sound. */
export type AllChecks<T> = { readonly [K in keyof T]-?: (value: unknown) => boolean };

/** What makes some fields sound. */
export type Checks<T> = Partial<AllChecks<T>>;

/** The fields of an unknown value, each read once; undefined unless all of them are sound. */
export function allFields<T extends object>(value: Record<string, unknown>, checks: AllChecks<T>): T | undefined {
  const fields = soundFields<T>(value, checks);
  return Object.keys(fields).length === Object.keys(checks).length ? (fields as T) : undefined;
}

/** The fields of an unknown value that are checked and sound, each read once; `leftOut` is told of the others. */
export function soundFields<T>(
  value: Record<string, unknown>,
  checks: Checks<T>,
  leftOut: (name: string, field: unknown) => void = () => undefined,
): Partial<T> {
  const sound: [string, unknown][] = [];
  for (const [name, isSound] of Object.entries<Checks<T>[keyof T]>(checks)) {
    const field = value[name];
    if (isSound?.(field) === true) sound.push([name, field]);
    else leftOut(name, field);
  }
  return Object.fromEntries(sound) as Partial<T>;
}

/**
 * Recipients with response codes out of an unknown value; at most 100, so that a peer can't fill the memory. What has a
 * code that is none of a failure is left out: a 200 would say that the message arrived.
 */
export function parseFailures(value: unknown): readonly MessageDeliveryFailure[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, 100)
    .filter(isObject)
    .map((failure) => allFields(failure, FAILURE))
    .filter((failure) => failure !== undefined);
}

const FAILURE: AllChecks<MessageDeliveryFailure> = { recipient: isText, responseCode: isFailureCode };

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

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isTrue(value: unknown): value is true {
  return value === true;
}

/** A SIP response code of a failure: a whole number from 300 to 699 (RFC 3261 section 21). */
export function isFailureCode(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 300 && (value as number) <= 699;
}

/** A time that a `Date` can hold, in ms since the epoch. Whoever shows another one gets an exception. */
export function isTime(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= LAST_TIME;
}

/** The place of a message in the conversation: a number at most `FURTHEST_ORDER` from 0. */
export function isPlace(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= FURTHEST_ORDER;
}

/** The furthest times from the epoch that a `Date` can hold, in ms (ECMA-262, "Time Values and Time Range"). */
const LAST_TIME = 8.64e15;

function isPendingOrder(value: unknown): value is number {
  return isNumber(value) && value >= PENDING_ORDER && value <= PENDING_ORDER + FURTHEST_ORDER;
}

function parseTimes(value: unknown): MessageRecord['times'] {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([stage, at]) => isStatus(stage) && isTime(at)));
}
