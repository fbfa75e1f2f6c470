/** Validates the values that transports, storages and tabs hand to the engine. */

import { FlowError } from '../errors/FlowError.ts';
import {
  type AllChecks,
  requiredFields,
  type Checks,
  isFailureCode,
  isFlag,
  isNumber,
  isObject,
  isName,
  isString,
  isTime,
  isTrue,
  optionalFields,
  parseEach,
  tryRead,
} from './guards.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import { parseHistoryReceipts, parseNotification } from './receipts.ts';
import { stampOf } from './records.ts';
import { parseIncomingOperation, parseIncomingOperations, parseReplyTo, parseRequested } from './operations.ts';
import type { StoredConversation, StoredPage } from '../ports/storage.ts';
import {
  type ChannelEvent,
  type HistoryMatches,
  type HistoryPage,
  type IncomingMessage,
  type SendResult,
  TransportFailure,
  type TransportStatus,
} from '../ports/transport.ts';
import { truncateText } from '../messages/truncateText.ts';

/** A page of history with more receipts is cut. */
const MAX_HISTORY_RECEIPTS = 10_000;

/** A page of history with more operations is cut. */
const MAX_HISTORY_OPERATIONS = 10_000;

/** The result of one search step with more messages is cut. */
const MAX_HISTORY_MATCHES = 10_000;

/** Receives the name of each field that is present, invalid, and therefore removed. */
export type LeftOut = (name: string) => void;

/**
 * Parses an event of a transport. The transport may be third-party code, and forwards input of other users. Returns
 * undefined for an invalid value; invalid optional fields are removed.
 */
export function parseChannelEvent(value: unknown, leftOut: LeftOut = () => undefined): ChannelEvent | undefined {
  return tryRead(() => (isObject(value) ? parse(value, leftOut) : undefined), undefined);
}

/** Parses the status of a transport; undefined if it is invalid. */
export function parseStatus(value: unknown): TransportStatus | undefined {
  return tryRead(() => {
    const { state, error } = isObject(value) ? value : {};
    if (state === 'offline' || state === 'connecting' || state === 'online') return { state };
    if (state !== 'closed') return undefined;
    return error instanceof FlowError ? { state, error } : { state };
  }, undefined);
}

/** Parses a page of the server's history. */
export function parseHistoryPage(value: unknown, leftOut: LeftOut = () => undefined): HistoryPage {
  const page = isObject(value) ? value : {};
  return tryRead(() => ({ ...parseHistory(page, leftOut), end: page['end'] !== false }), NO_HISTORY);
}

/** Parses the result of a step of a search in the history. */
export function parseHistoryMatches(value: unknown): HistoryMatches {
  const { messageIds, next } = fieldsOf(value, ['messageIds', 'next']);
  const found = parseEach(messageIds, (id) => (isName(id) ? id : undefined), MAX_HISTORY_MATCHES);
  return isName(next) ? { messageIds: found, next } : { messageIds: found };
}

/** Parses the response to a message. An invalid response counts as an acceptance, since it is not a refusal. */
export function parseSendResult(value: unknown): SendResult {
  const fields = tryRead<Record<string, unknown>>(() => (isObject(value) ? { ...value } : {}), {});
  return {
    outcome: fields['outcome'] === 'delivered' ? 'delivered' : 'accepted',
    ...optionalFields<SendResult>(fields, { notificationExpected: isFlag }),
  };
}

/** Parses an exception of a transport. Anything but a valid TransportFailure counts as a retryable failure 500. */
export function parseFailure(error: unknown): TransportFailure {
  const sound = tryRead(
    () => error instanceof TransportFailure && isFailureCode(error.code) && isFlag(error.retryable),
    false,
  );
  if (sound) return error as TransportFailure;
  return new TransportFailure(500, 'The transport failed unexpectedly.', { retryable: true, cause: error });
}

/** Parses the stored conversation. Its records are validated when they are loaded. */
export function parseStored(value: unknown): StoredConversation {
  const fields = fieldsOf(value, ['outbox', 'pendingReceipts', 'meta', 'operations']);
  const { outbox, pendingReceipts, meta, operations } = fields;
  return {
    ...parseStoredPage(value),
    outbox: listOf(outbox),
    pendingReceipts: listOf(pendingReceipts),
    meta,
    operations: operations === undefined ? undefined : listOf(operations),
  };
}

/** Parses an older page of a storage. */
export function parseStoredPage(value: unknown): StoredPage {
  const { records, hasOlder, oldest } = fieldsOf(value, ['records', 'hasOlder', 'oldest']);
  const page = listOf(records);
  const keys = page.map(parseSortKey).filter((key) => key !== undefined);
  const first = keys.toSorted(compareSortKeys)[0];
  return { records: page, hasOlder: hasOlder === true, oldest: parseSortKey(oldest) ?? first };
}

/** Parses a message of a different tab. */
export function parseTabMessage(value: unknown): Record<string, unknown> | undefined {
  return tryRead(() => {
    const post: unknown = structuredClone(value);
    return isObject(post) ? post : undefined;
  }, undefined);
}

function parseSortKey(value: unknown): SortKey | undefined {
  return tryRead(() => (isObject(value) ? requiredFields(value, SORT_KEY) : undefined), undefined);
}

const SORT_KEY: AllChecks<SortKey> = { order: isNumber, id: isString };

/** Whether a value is the reason why a wait ended. */
export function isSettledReason(value: unknown): value is 'discarded' | 'retracted' {
  return value === 'discarded' || value === 'retracted';
}

const NO_HISTORY: HistoryPage = { messages: [], end: true };

function fieldsOf(value: unknown, names: readonly string[]): Record<string, unknown> {
  const fields = names.map((name) => [name, tryRead(() => (isObject(value) ? value[name] : undefined), undefined)]);
  return Object.fromEntries(fields) as Record<string, unknown>;
}

/** A value that is not a list counts as an unreadable record. */
function listOf(value: unknown): readonly unknown[] {
  return tryRead(() => (Array.isArray(value) ? Array.from<unknown>(value) : [undefined]), [undefined]);
}

function parse(value: Record<string, unknown>, leftOut: LeftOut): ChannelEvent | undefined {
  switch (value['type']) {
    case 'message': {
      const message = parseMessage(value['message'], leftOut);
      return message && { type: 'message', message };
    }
    case 'operation': {
      const operation = parseIncomingOperation(value['operation']);
      return operation && { type: 'operation', operation };
    }
    case 'history':
      return { type: 'history', ...parseHistory(value, leftOut) };
    case 'composing': {
      const required = requiredFields(value, COMPOSING);
      return (
        required && {
          type: 'composing',
          ...required,
          ...optionalFields<{ refresh: number }>(value, REFRESH),
          ...stampOf(value),
        }
      );
    }
    case 'notification':
      return parseNotification(value);
    case 'participant': {
      const { address, change, to, lastSeen } = value;
      if (!isName(address)) return undefined;
      if (change === 'available') return { type: 'participant', address, change };
      if (change === 'unavailable')
        return { type: 'participant', address, change, ...(isNumber(lastSeen) && lastSeen > 0 && { lastSeen }) };
      return change === 'renamed' && isName(to) ? { type: 'participant', address, change, to } : undefined;
    }
    case 'diagnostic': {
      const { code, message } = value;
      return { type: 'diagnostic', code: truncateText(String(code), 80), message: truncateText(String(message), 500) };
    }
    default:
      return undefined;
  }
}

type Composing = ChannelEvent & { readonly type: 'composing' };

const COMPOSING: AllChecks<Pick<Composing, 'sender' | 'state'>> = { sender: isName, state: isString };
const REFRESH: Checks<{ refresh: number }> = { refresh: (value) => isNumber(value) && value > 0 };

/** Parses the messages, receipts and operations of a page; invalid receipts are removed. */
function parseHistory(
  value: Record<string, unknown>,
  leftOut: LeftOut,
): Pick<HistoryPage, 'messages' | 'receipts' | 'operations'> {
  const receipts = parseHistoryReceipts(value['receipts'], MAX_HISTORY_RECEIPTS);
  const operations = parseIncomingOperations(value['operations']).slice(0, MAX_HISTORY_OPERATIONS);
  return {
    messages: parseMessages(value['messages'], leftOut),
    ...(receipts.length > 0 ? { receipts } : {}),
    ...(operations.length > 0 ? { operations } : {}),
  };
}

function parseMessages(value: unknown, leftOut: LeftOut): readonly IncomingMessage[] {
  if (!Array.isArray(value)) return [];
  const messages = value.map((message: unknown) => parseMessage(message, leftOut));
  const sound = messages.filter((message) => message !== undefined);
  if (sound.length < messages.length) leftOut('messages');
  return sound;
}

function parseMessage(value: unknown, leftOut: LeftOut): IncomingMessage | undefined {
  const required = isObject(value) ? requiredFields(value, MESSAGE) : undefined;
  if (required === undefined || !isObject(value)) return undefined;
  const placed = stampOf(value);
  if (value['frameSequence'] !== undefined && placed.frameSequence === undefined) leftOut('frameSequence');
  return {
    ...required,
    ...placed,
    ...optionalFields<IncomingMessage>(value, OPTIONAL, (name, field) => {
      if (field !== undefined && field !== false) leftOut(name);
    }),
    ...parseRequested(value['requestedReceipts']),
    ...parseReplyTo(value['replyTo']),
  };
}

const MESSAGE: AllChecks<Pick<IncomingMessage, 'messageId' | 'sender' | 'contentType' | 'body'>> = {
  messageId: isName,
  sender: isName,
  contentType: isName,
  body: isString,
};

const OPTIONAL: Checks<IncomingMessage> = {
  sentAt: isTime,
  position: isName,
  fromHistory: isTrue,
  responsePending: isTrue,
};
