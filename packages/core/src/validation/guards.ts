/** Type guards, and readers of unknown objects that never throw. */

import { MAX_ORDER, PENDING_ORDER } from '../messages/messageRecord.ts';

/** A check for every field. */
export type AllChecks<T> = { readonly [K in keyof T]-?: (value: unknown) => boolean };

/** Checks for some fields. */
export type Checks<T> = Partial<AllChecks<T>>;

/** Reads required fields of an unknown value, each once; undefined unless all of them are valid. */
export function requiredFields<T extends object>(value: Record<string, unknown>, checks: AllChecks<T>): T | undefined {
  const fields = optionalFields<T>(value, checks);
  return Object.keys(fields).length === Object.keys(checks).length ? (fields as T) : undefined;
}

/** Reads optional fields of an unknown value, each once; returns the valid ones and reports the others to `leftOut`. */
export function optionalFields<T>(
  value: Record<string, unknown>,
  checks: Checks<T>,
  leftOut: (name: string, field: unknown) => void = () => undefined,
): Partial<T> {
  const sound: [string, unknown][] = [];
  for (const [name, isSound] of Object.entries<Checks<T>[keyof T]>(checks)) {
    const field = value[name];
    if (tryRead(() => isSound?.(field) === true, false)) sound.push([name, field]);
    else leftOut(name, field);
  }
  return Object.fromEntries(sound) as Partial<T>;
}

/** Reads an unknown value; returns `otherwise` if a getter or proxy throws. */
export function tryRead<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** Parses an unknown list of at most `limit` items; invalid ones, and those whose getters throw, are removed. */
export function parseEach<T>(
  value: unknown,
  parseItem: (item: unknown) => T | undefined,
  limit: number = Infinity,
): readonly T[] {
  const items = tryRead<readonly unknown[]>(() => (Array.isArray(value) ? Array.from(value).slice(0, limit) : []), []);
  return items.map((item) => tryRead(() => parseItem(item), undefined)).filter((item) => item !== undefined);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** The maximum length of addresses, ids and other names; longer ones are invalid, so that a peer cannot fill the memory. */
const MAX_NAME_LENGTH = 1_024;

/** Whether a value is a name: a non-empty string of bounded length. */
export function isName(value: unknown): value is string {
  return isNonEmptyString(value) && value.length <= MAX_NAME_LENGTH;
}

export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The items of a list; none of a value that is not a list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isTrue(value: unknown): value is true {
  return value === true;
}

/** Whether a value is the SIP response code of a failure: an integer from 300 to 699 (RFC 3261 section 21). */
export function isFailureCode(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 300 && (value as number) <= 699;
}

/** Whether a value is a time that a `Date` can hold, in ms since the epoch. Formatting any other time throws. */
export function isTime(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= MAX_TIME;
}

/** Whether a value is the order of a message: a number at most `MAX_ORDER` from 0. */
export function isSortKey(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= MAX_ORDER;
}

/** Whether a value is the order of something in the outbox, which is at most `MAX_ORDER` above `PENDING_ORDER`. */
export function isPendingOrder(value: unknown): value is number {
  return isNumber(value) && value >= PENDING_ORDER && value <= PENDING_ORDER + MAX_ORDER;
}

/** The furthest times from the epoch that a `Date` can hold, in ms (ECMA-262, "Time Values and Time Range"). */
const MAX_TIME = 8.64e15;
