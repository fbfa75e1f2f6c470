/** Validates stored records. */

import type { MessageReaction, MessageRecord, MessageRevision, RevisionName } from '../messages/messageRecord.ts';
import {
  type AllChecks,
  type Checks,
  isFailureCode,
  isFlag,
  isName,
  isNonEmptyString,
  isNumber,
  isObject,
  isSortKey,
  isString,
  isTime,
  isPendingOrder,
  isTrue,
  optionalFields,
  requiredFields,
  parseEach,
  tryRead,
} from './guards.ts';
import {
  parseEmojis,
  parseIncomingOperations,
  parseOperation,
  parsePendingOperations,
  parseReplyTo,
} from './operations.ts';
import { MAX_EARLIER_REACTIONS } from '../operations/reactions.ts';
import { isStatus } from '../messages/messageStatus.ts';
import type { ConversationMeta } from '../ports/storage.ts';
import type { MessageDeliveryFailure, FrameSequence } from '../ports/transport.ts';

/** Parses a stored record; undefined if it is invalid. Unknown fields and invalid optional fields are removed. */
export function parseRecord(value: unknown): MessageRecord | undefined {
  return tryRead(() => (isObject(value) ? parse(value) : undefined), undefined);
}

/** Parses a list of stored records; invalid ones are removed. */
export function parseRecords(value: unknown): readonly MessageRecord[] {
  return parseEach(value, parseRecord);
}

/** Written out, so that all records have one shape: built from a table of fields, they take twice the memory. */
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
    attempts: parseAttempts(attempts),
    timestamps: parseTimes(timestamps),
    deliveryFailures: parseFailures(deliveryFailures),
    isContentTypeSupported: value['isContentTypeSupported'] !== false,
    ...stampOf(value),
    ...revisionsIn(value),
    ...parseReplyTo(value['replyTo']),
    ...optionalFields<MessageRecord>(value, OPTIONAL),
  };
}

/** Parses the fields that change after a message was sent; removes invalid ones and those that depend on them. */
function revisionsIn(
  value: Record<string, unknown>,
): Pick<MessageRecord, 'revision' | 'earlierRevisions' | 'retracted' | 'reactions'> {
  const { revision, earlierRevisions, retracted, reactions } = value;
  const name = parseRevisionName(revision);
  const earlier = parseEach(earlierRevisions, parseRevision);
  const sound = parseEach(reactions, parseReaction);
  const shown = isObject(revision) && revision['displayed'] === true ? { displayed: true as const } : {};
  return {
    ...(name === undefined ? {} : { revision: { ...name, ...shown } }),
    ...(name === undefined || earlier.length === 0 ? {} : { earlierRevisions: earlier }),
    ...(isObject(retracted) && isTime(retracted['at']) ? { retracted: { at: retracted['at'] } } : {}),
    ...(sound.length === 0 ? {} : { reactions: sound }),
  };
}

function parseRevisionName(value: unknown): RevisionName | undefined {
  return isObject(value) ? requiredFields<RevisionName>(value, REVISION_NAME) : undefined;
}

const REVISION_NAME: AllChecks<RevisionName> = { id: isName, sequence: isTime, at: isTime };

function parseRevision(value: unknown): MessageRevision | undefined {
  const name = parseRevisionName(value);
  if (name === undefined || !isObject(value)) return undefined;
  const { contentType, body, status, attempts, timestamps, deliveryFailures } = value;
  if (!isString(contentType) || !isString(body) || !isStatus(status)) return undefined;
  return {
    ...name,
    contentType,
    body,
    status,
    attempts: parseAttempts(attempts),
    timestamps: parseTimes(timestamps),
    deliveryFailures: parseFailures(deliveryFailures),
    ...optionalFields<MessageRevision>(value, { code: isFailureCode, retryable: isFlag }),
  };
}

function parseReaction(value: unknown): MessageReaction | undefined {
  const operation = isObject(value) ? parseOperation({ ...value, kind: 'react', target: value['id'] }) : undefined;
  if (operation?.kind !== 'react' || !isObject(value) || !isName(value['author'])) return undefined;
  const { id, sequence, emojis } = operation;
  const earlier = parseEach(value['earlier'], parseEarlierReactions).slice(-MAX_EARLIER_REACTIONS);
  return { author: value['author'], emojis, id, sequence, ...(earlier.length === 0 ? {} : { earlier }) };
}

function parseEarlierReactions(
  value: unknown,
): { readonly id: string; readonly emojis: readonly string[] } | undefined {
  if (!isObject(value) || !isName(value['id']) || !Array.isArray(value['emojis'])) return undefined;
  return { id: value['id'], emojis: parseEmojis(value['emojis']) };
}

function parseAttempts(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0;
}

const OPTIONAL: Checks<MessageRecord> = {
  sentAt: isTime,
  position: isNonEmptyString,
  heldUntil: isTime,
  uploadPending: isTrue,
  code: isFailureCode,
  retryable: isFlag,
  conflict: isTrue,
  archived: isTrue,
  wantsDisplayed: (value) => value === false,
  receipt: (value) => value === 'owed' || value === 'sent',
  outcome: (value) => value === 'success' || isFailureCode(value),
};

/**
 * Parses the stored meta data of a conversation. Invalid fields are removed and reported to `leftOut`: an invalid read
 * marker would mark every later message as read.
 */
export function parseMeta(value: unknown, leftOut: (name: string) => void = () => undefined): ConversationMeta {
  if (value === undefined) return {};
  const fields = tryRead(() => (isObject(value) ? { ...value } : undefined), undefined);
  if (fields === undefined) leftOut('meta');
  const { pendingOperations, unmatchedOperations } = fields ?? {};
  const pending = parsePendingOperations(pendingOperations);
  const unmatched = parseIncomingOperations(unmatchedOperations);
  return {
    ...optionalFields<ConversationMeta>(fields ?? {}, META, (name, field) => {
      if (field !== undefined) leftOut(name);
    }),
    ...(pending.length > 0 ? { pendingOperations: pending } : {}),
    ...(unmatched.length > 0 ? { unmatchedOperations: unmatched } : {}),
  };
}

const META: Checks<ConversationMeta> = {
  displayedOrder: isSortKey,
  pendingReadReceipts: (value) => Array.isArray(value) && value.every(isNonEmptyString),
  remoteDisplayedOrder: isSortKey,
  remoteDisplayedAt: isTime,
  gapAfterOrder: isSortKey,
  markedUnread: isTrue,
};

/**
 * Parses the failed recipients of a message; at most 100, so that a peer cannot fill the memory. Entries without the
 * code of a failure are removed: a 200 would mean that the message arrived.
 */
export function parseFailures(value: unknown): readonly MessageDeliveryFailure[] {
  return parseEach(value, (failure) => (isObject(failure) ? requiredFields(failure, FAILURE) : undefined), 100);
}

const FAILURE: AllChecks<MessageDeliveryFailure> = { recipient: isName, responseCode: isFailureCode };

/** Parses the frame sequence of a value; undefined if it is invalid. */
export function stampOf(value: Record<string, unknown>): { frameSequence?: FrameSequence } {
  const { frameSequence } = value;
  if (!isObject(frameSequence)) return {};
  const { session, sequence } = frameSequence;
  return isName(session) && isNumber(sequence) ? { frameSequence: { session, sequence } } : {};
}

function parseTimes(value: unknown): MessageRecord['timestamps'] {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([stage, at]) => isStatus(stage) && isTime(at)));
}
