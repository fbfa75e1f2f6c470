/** Validates operations from transports, storages and tabs. */

import { normaliseEmojis } from '../messages/revisions.ts';
import type { IncomingOperation, MessageOperation } from '../ports/operations.ts';
import type { PendingOperation } from '../ports/storage.ts';
import type { ReplyTarget } from '../ports/transport.ts';
import {
  type Checks,
  isName,
  isNonEmptyString,
  isObject,
  isPendingOrder,
  isString,
  isTime,
  isTrue,
  optionalFields,
  parseEach,
} from './guards.ts';
import { truncateText } from '../messages/truncateText.ts';

/** The most emojis in the reactions of one author, and the longest emoji in UTF-16 units; input beyond is ignored. */
export const MAX_EMOJIS = 20;
export const MAX_EMOJI_LENGTH = 64;

/** The longest quote in a reply, in UTF-16 units. */
export const MAX_EXCERPT_LENGTH = 200;

/** Parses an operation; undefined if the value is invalid. */
export function parseOperation(value: unknown): MessageOperation | undefined {
  if (!isObject(value)) return undefined;
  const { id, target, sequence, kind, contentType, body, emojis } = value;
  if (!isName(id) || !isName(target) || !isTime(sequence)) return undefined;
  const head = { id, target, sequence };
  if (kind === 'retract') return { ...head, kind };
  if (kind === 'react') return Array.isArray(emojis) ? { ...head, kind, emojis: parseEmojis(emojis) } : undefined;
  const isEdit = kind === 'edit' && isName(contentType) && isString(body);
  return isEdit ? { ...head, kind, contentType, body } : undefined;
}

/** Parses an operation from a transport; invalid optional fields are removed. */
export function parseIncomingOperation(value: unknown): IncomingOperation | undefined {
  const operation = parseOperation(value);
  if (operation === undefined || !isObject(value)) return undefined;
  const { sender, requestedReceipts } = value;
  if (!isName(sender)) return undefined;
  return { ...operation, sender, ...optionalFields(value, FROM_HISTORY), ...parseRequested(requestedReceipts) };
}

const FROM_HISTORY: Checks<{ fromHistory: true }> = { fromHistory: isTrue };

/** Parses a list of operations; invalid ones are removed. */
export function parseIncomingOperations(value: unknown): readonly IncomingOperation[] {
  return parseEach(value, parseIncomingOperation);
}

/** Parses a list of pending operations; invalid ones are removed. */
export function parsePendingOperations(value: unknown): readonly PendingOperation[] {
  return parseEach(value, (pending) => {
    const operation = isObject(pending) ? parseOperation(pending['operation']) : undefined;
    if (operation === undefined || !isObject(pending)) return undefined;
    const { recordId, order } = pending;
    return isNonEmptyString(recordId) && isPendingOrder(order) ? { operation, recordId, order } : undefined;
  });
}

/** Parses the requested receipts of a message or an operation; undefined if there are none. */
export function parseRequested(value: unknown): Pick<IncomingOperation, 'requestedReceipts'> {
  if (!isObject(value)) return {};
  return {
    requestedReceipts: { delivered: value['delivered'] !== false, displayed: value['displayed'] !== false },
  };
}

/** Parses the target of a reply; undefined if there is none. */
export function parseReplyTo(value: unknown): { replyTo?: ReplyTarget } {
  if (!isObject(value)) return {};
  const { id, sender, excerpt } = value;
  if (!isName(id) || !isName(sender)) return {};
  return { replyTo: { id, sender, excerpt: isString(excerpt) ? truncateText(excerpt, MAX_EXCERPT_LENGTH) : '' } };
}

export function isOperationKind(value: unknown): value is MessageOperation['kind'] {
  return value === 'edit' || value === 'retract' || value === 'react';
}

export function parseEmojis(values: readonly unknown[]): readonly string[] {
  const sound = values.filter(isNonEmptyString).filter((emoji) => emoji.length <= MAX_EMOJI_LENGTH);
  return normaliseEmojis(sound).slice(0, MAX_EMOJIS);
}
