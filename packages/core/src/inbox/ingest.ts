/** Receives a message: checks, removal of duplicates, trust, and its record. */

import { ackOrDefer, rejectionKey } from '../receipts/acks.ts';
import {
  diagnose,
  putRecord,
  raiseEvent,
  recordOf,
  recordsOf,
  recordsWithMessageId,
  recordsWithRevision,
  setState,
  type Transaction,
} from '../engine/transaction.ts';
import type { IncomingMessage, ReplyTarget } from '../ports/transport.ts';
import { sortKeyOnArrival, assignSortKey } from './sortKeys.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { normalisedContent } from '../messages/normalisedContent.ts';
import { revisionsOf } from '../messages/revisions.ts';
import { applyUnmatchedOperations } from '../operations/incoming.ts';
import { purgeExcerpt } from '../operations/purge.ts';
import { noteReceived } from '../persistence/unverified.ts';
import { CONTENT_TOO_LARGE, isBodyTooLong } from './bodyLimit.ts';
import { isContentTypeSupported, mediaType } from './contentTypes.ts';
import {
  awaitOutcome,
  ignore,
  markMessageUnread,
  refuse,
  repeatOutcome,
  sendReceipt,
  SERVICE_UNAVAILABLE,
  trustOf,
  wantsReceipt,
} from '../receipts/outgoing.ts';
import { dispatchRemoteComposing } from '../typing/handlers.ts';
import { advanceStatus } from '../outbox/handlers.ts';

const UNSUPPORTED_MEDIA_TYPE = 415;

/** Content types of notifications. They are no messages: they are never shown and never acknowledged. */
const NOTIFICATION_TYPES: ReadonlySet<string> = new Set(['message/imdn+xml', 'application/im-iscomposing+xml']);
/**
 * How a message arrived: `live` from the participant, `kept` by the network for the local user, `missed` in a snapshot
 * of history, which may arrive again with each reconnect, `older` on demand.
 */
export type MessageSource = 'live' | 'kept' | 'missed' | 'older';

/** Receives a message of the transport. */
export function receive(tx: Transaction, message: IncomingMessage): void {
  const arrival = message.fromHistory === true ? 'kept' : 'live';
  const known = ingest(tx, message, arrival, () => sortKeyOnArrival(tx, message));
  ackOrDefer(tx, { id: known?.id ?? rejectionKey(message.messageId), messageId: message.messageId });
  // An own message that returned: the network has placed it.
  if (known !== undefined && known.direction === 'outgoing') progressEcho(tx, recordOf(tx, known.id) ?? known);
}

/**
 * Receives a message by the rules for duplicates, trust and formats. Returns its record: a new one, or that of the
 * message that it is a copy of; undefined if it is not shown.
 */
export function ingest(
  tx: Transaction,
  message: IncomingMessage,
  arrival: MessageSource,
  order: (tx: Transaction) => number,
): MessageRecord | undefined {
  const { localAddress, settings } = tx.context;
  const { sender, messageId, contentType, body } = message;
  const own = sender === localAddress;
  if (!own && trustOf(tx, sender) === 'blocked') {
    ignore(tx, message);
    return undefined;
  }
  if (NOTIFICATION_TYPES.has(mediaType(contentType))) {
    diagnose(tx, 'notification-as-message', 'A notification arrived as a message; it was ignored.');
    return undefined;
  }
  // A refused message leaves no record, so it would be refused again with each snapshot of history.
  const mayRefuse = arrival === 'live' || arrival === 'kept';
  if (!own && isBodyTooLong(tx, body)) {
    diagnose(tx, 'message-too-long', `A message of ${body.length} characters was refused with 413.`);
    endComposing(tx, message, arrival);
    if (mayRefuse) refuse(tx, message, CONTENT_TOO_LARGE);
    return undefined;
  }
  const copy = findDuplicate(tx, message);
  if (copy !== undefined) {
    if (!own && (arrival === 'live' || arrival === 'kept')) ingestDuplicate(tx, copy, message, arrival);
    return withArchiveId(tx, recordOf(tx, copy.id) ?? copy, message.position);
  }
  if (!own) endComposing(tx, message, arrival);
  const isSupported = isContentTypeSupported(settings.supportedFormats, contentType);
  if (!own && !isSupported && settings.unsupportedFormat === 'refuse') {
    diagnose(tx, 'content-type-refused', 'A message of an unsupported content type was refused with 415.');
    if (mayRefuse) refuse(tx, message, UNSUPPORTED_MEDIA_TYPE);
    return undefined;
  }
  const id = uniqueId(tx, messageId);
  if (id !== messageId) {
    diagnose(tx, 'message-id-reused', 'A message id was reused with different content or by a different sender.');
  }
  const proxied = !own && arrival !== 'older' && settings.messageConsumptionMode === 'proxied-to-remote-entity';
  if (proxied && !awaitOutcome(tx, id, message.responsePending === true)) {
    // Also in history: the message is not kept here, and its sender must know. The next snapshot may bring it again.
    refuse(tx, message, SERVICE_UNAVAILABLE);
    return undefined;
  }

  // In proxied mode the receipt is owed too, but by the application.
  const owed = !own && arrival !== 'older' && wantsReceipt(tx, message);
  const record: MessageRecord = {
    id,
    messageId,
    direction: own ? 'outgoing' : 'incoming',
    sender,
    contentType,
    body,
    order: order(tx),
    at: tx.context.wall,
    status: own ? 'sent' : 'delivered',
    attempts: 0,
    timestamps: {},
    deliveryFailures: [],
    isContentTypeSupported: isSupported,
    ...(message.sentAt === undefined ? {} : { sentAt: message.sentAt }),
    ...(message.replyTo === undefined ? {} : { replyTo: repliedMessage(tx, message.replyTo) }),
    ...(message.frameSequence === undefined ? {} : { frameSequence: message.frameSequence }),
    ...(message.position === undefined ? {} : { position: message.position }),
    ...(id === messageId ? {} : { conflict: true }),
    ...(!own && arrival === 'older' ? { archived: true as const } : {}),
    ...(message.requestedReceipts?.displayed === false ? { wantsDisplayed: false as const } : {}),
    ...(owed ? { receipt: 'owed' as const } : {}),
  };
  putRecord(tx, record);
  noteReceived(tx, id);
  if (owed && !proxied) sendReceipt(tx, record, message.responsePending === true, !tx.context.hasStorage);
  // Operations on the message may have arrived before it.
  if (tx.state.unmatchedOperations.some(({ target }) => target === messageId)) applyUnmatchedOperations(tx);
  const shown = purgeExcerpt(tx, recordOf(tx, id) ?? record);
  if (own || arrival === 'older' || shown.retracted !== undefined) return shown;
  if (record.order > tx.state.readMarkers.displayedOrder) setState(tx, { unreadCount: tx.state.unreadCount + 1 });
  raiseEvent(tx, 'messageReceived', { message: shown });
  return shown;
}

/** A message ends its sender's composing state. A stored message does so only if its sequence number is newer. */
function endComposing(tx: Transaction, { sender, frameSequence }: IncomingMessage, arrival: MessageSource): void {
  if (arrival !== 'live' && (arrival === 'older' || frameSequence === undefined)) return;
  dispatchRemoteComposing(tx, { type: 'message', sender, frameSequence });
}

/** A duplicate is not shown again, but its sender seems to have missed the acknowledgement: it is repeated. */
function ingestDuplicate(
  tx: Transaction,
  record: MessageRecord,
  message: IncomingMessage,
  arrival: MessageSource,
): void {
  const { archived, ...delivered } = record;
  if (archived === true) {
    // The message was read in the archive before: it is already shown, but is delivered only now.
    putRecord(tx, delivered);
    markMessageUnread(tx, delivered);
    endComposing(tx, message, arrival);
  }
  repeatReceipt(tx, delivered, message, arrival);
  const received = recordOf(tx, record.id);
  // In proxied mode the response may have been sent already, with 503.
  if (archived === true && received !== undefined && received.outcome === undefined) {
    raiseEvent(tx, 'messageReceived', { message: received });
  }
}

function repeatReceipt(tx: Transaction, record: MessageRecord, message: IncomingMessage, arrival: MessageSource): void {
  if (!wantsReceipt(tx, message)) return;
  const held = message.responsePending === true;
  if (record.receipt === undefined) {
    // The message was only read in history so far, or its sender requested no receipt.
    const owed: MessageRecord = { ...record, receipt: 'owed' };
    putRecord(tx, owed);
    repeatOutcome(tx, owed, held, !tx.context.hasStorage, message.messageId);
  } else if (arrival === 'live') {
    repeatOutcome(tx, record, held, true, message.messageId);
  }
}

/** Sets the archive position of a message that was known without one, usually an own message. */
function withArchiveId(tx: Transaction, record: MessageRecord, position: string | undefined): MessageRecord {
  if (position === undefined || record.position !== undefined) return record;
  const placed = { ...record, position };
  putRecord(tx, placed);
  return placed;
}

/** Handles the echo of an own message: the network accepted it, even if the send result was lost. */
export function progressEcho(tx: Transaction, record: MessageRecord): void {
  const final = !tx.context.capabilities.deliveryNotifications;
  if (advanceStatus(tx, record, record.messageId, 'sent', undefined, final) === undefined) {
    const placed = assignSortKey(tx, record);
    if (placed !== record) putRecord(tx, placed);
  }
}

/** The record of a message: same sender and id, and the content that it was sent with or has had since. */
export function findDuplicate(tx: Transaction, message: IncomingMessage): MessageRecord | undefined {
  const { messageId, sender } = message;
  const content = normalisedContent(message);
  const isCopy = (record: MessageRecord): boolean =>
    record.sender === sender &&
    // The content of a retracted message is no longer known.
    (record.retracted !== undefined || revisionsOf(record).some((known) => normalisedContent(known) === content));
  const namesakes = tx.context.table.namesakes(messageId);
  if (namesakes === undefined) return recordsWithMessageId(tx, messageId).find(isCopy);
  const candidates = new Set([...namesakes.copies(sender, content), ...(tx.byMessageId.get(messageId) ?? [])]);
  return recordsOf(tx, candidates).find((record) => record.messageId === messageId && isCopy(record));
}

function uniqueId(tx: Transaction, messageId: string): string {
  const first = (tx.context.table.namesakes(messageId)?.count ?? 0) + 2;
  let id = messageId;
  for (let copy = first; recordOf(tx, id) !== undefined; copy += 1) id = `${messageId}~${copy}`;
  return id;
}

/** Some clients name the edit that they replied to in place of the message. */
function repliedMessage(tx: Transaction, replyTo: ReplyTarget): ReplyTarget {
  const isNamed = recordsWithMessageId(tx, replyTo.id).length > 0;
  const edited = isNamed ? undefined : recordsWithRevision(tx, replyTo.id)[0];
  return edited === undefined ? replyTo : { ...replyTo, id: edited.messageId };
}
