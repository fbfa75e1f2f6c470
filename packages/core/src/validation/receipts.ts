/** Validates receipts for own messages: those of a transport, and those that are stored. */

import type { ChannelEvent, HistoryReceipt, OutgoingNotification } from '../ports/transport.ts';
import {
  type AllChecks,
  isFailureCode,
  isName,
  isObject,
  isTime,
  isTrue,
  optionalFields,
  parseEach,
  requiredFields,
} from './guards.ts';
import { parseFailures } from './records.ts';

type Notification = ChannelEvent & { readonly type: 'notification' };

/** The most messages that a read marker can cover; a longer list is cut. */
const MAX_COVERED = 1_000;

export function isOutcome(value: unknown): value is OutgoingNotification['outcome'] {
  return value === 'delivered' || value === 'displayed' || value === 'failed';
}

/** Parses a delivery notification; undefined if it is invalid. Invalid optional fields are removed. */
export function parseNotification(value: Record<string, unknown>): Notification | undefined {
  const said = requiredFields(value, NOTIFICATION);
  if (said === undefined) return undefined;
  const { messageIds } = value;
  const failures = parseFailures(value['failures']);
  return {
    type: 'notification',
    ...said,
    ...optionalFields<{ upTo: true; code: number }>(value, { upTo: isTrue, code: isFailureCode }),
    ...(Array.isArray(messageIds) ? { messageIds: messageIds.slice(0, MAX_COVERED).filter(isName) } : {}),
    ...(failures.length > 0 ? { failures } : {}),
  };
}

const NOTIFICATION: AllChecks<Pick<Notification, 'sender' | 'messageId' | 'outcome'>> = {
  sender: isName,
  messageId: isName,
  outcome: isOutcome,
};

/** Parses the first `limit` receipts of a list; invalid ones are removed. */
export function parseHistoryReceipts(values: unknown, limit: number): readonly HistoryReceipt[] {
  return parseEach(values, (receipt) => (isObject(receipt) ? parseHistoryReceipt(receipt) : undefined), limit);
}

function parseHistoryReceipt(value: Record<string, unknown>): HistoryReceipt | undefined {
  const notification = parseNotification(value);
  if (notification === undefined) return undefined;
  const { type: _type, ...receipt } = notification;
  return { ...receipt, ...optionalFields<{ at: number }>(value, { at: isTime }) };
}
