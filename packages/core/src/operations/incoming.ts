/** Receives edits, retractions and reactions, also those that arrive before their message. */

import {
  diagnose,
  putRecord,
  raiseEvent,
  recordOf,
  recordsWithRevision,
  setState,
  type Transaction,
} from '../engine/transaction.ts';
import { isContentTypeSupported } from '../inbox/contentTypes.ts';
import { CONTENT_TOO_LARGE, isBodyTooLong } from '../inbox/bodyLimit.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { applyOperation, findRevision, revisionId, type RevisionState } from '../messages/revisions.ts';
import { advanceStatus } from '../outbox/handlers.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import { ackOrDefer, META_KEY } from '../receipts/acks.ts';
import { isFromRemote } from '../receipts/incoming.ts';
import { countUnread, isProxied, refuse, sendReceipt, trustOf, wantsReceipt } from '../receipts/outgoing.ts';
import { purgeExcerpts } from './purge.ts';

/** The most operations that wait for a message that has not arrived. */
export const MAX_UNMATCHED_OPERATIONS = 500;
/** The most text of edits among them, in UTF-16 code units. They are stored together with each change. */
const MAX_UNMATCHED_TEXT = 1_048_576;

/** How an operation arrived: live, or with a page of history, which raises no events. */
type Arrival = 'news' | 'history';

/** Receives an operation from the transport. */
export function receiveOperation(tx: Transaction, operation: IncomingOperation, arrival: Arrival = 'news'): void {
  const record = take(tx, operation, arrival);
  ackOrDefer(tx, { id: record?.id ?? META_KEY, messageId: operation.id });
}

/** Applies the operations of a page of history, in any order. */
export function receiveOperations(
  tx: Transaction,
  operations: readonly IncomingOperation[] | undefined,
  arrival: Arrival,
): void {
  for (const operation of operations ?? []) receiveOperation(tx, operation, arrival);
}

/** Applies the operations that waited for messages which have arrived. */
export function applyUnmatchedOperations(tx: Transaction): void {
  const { unmatchedOperations } = tx.state;
  if (unmatchedOperations.length === 0) return;
  const rest = unmatchedOperations.filter((operation) => targetOf(tx, operation) === undefined);
  if (rest.length === unmatchedOperations.length) return;
  setState(tx, { unmatchedOperations: rest });
  tx.writesMeta = true;
  for (const operation of unmatchedOperations) {
    const record = targetOf(tx, operation);
    if (record !== undefined) apply(tx, record, operation, 'history');
  }
}

/**
 * Returns the record that an operation is about; undefined if it is not known or the operation is ignored.
 */
function take(tx: Transaction, operation: IncomingOperation, arrival: Arrival): MessageRecord | undefined {
  const { sender } = operation;
  if (!isOwn(tx, operation)) {
    if (trustOf(tx, sender) === 'blocked') return undefined;
    if (!isFromRemote(tx, operation)) {
      diagnose(tx, 'operation-foreign', 'An operation came from a sender outside the conversation; it was ignored.');
      return undefined;
    }
  }
  if (!isOwn(tx, operation) && operation.kind === 'edit' && isBodyTooLong(tx, operation.body)) {
    diagnose(tx, 'message-too-long', `An edit to ${operation.body.length} characters was refused with 413.`);
    // Operations of history arrive again, so that each would be refused each time.
    if (arrival === 'news' && operation.fromHistory !== true) {
      refuse(tx, { ...operation, messageId: operation.id }, CONTENT_TOO_LARGE);
    }
    return undefined;
  }
  const record = targetOf(tx, operation);
  if (record === undefined) keep(tx, operation);
  else apply(tx, record, operation, arrival);
  return record;
}

/** The message may come later, or be on a page of history that is still to be read. */
function keep(tx: Transaction, operation: IncomingOperation): void {
  // A reaction that its author removed is not kept, in whatever order the operations arrive.
  if (tx.state.unmatchedOperations.some((other) => takesBack(other, operation))) return;
  const others = tx.state.unmatchedOperations.filter(
    (other) => other.id !== operation.id && !takesBack(operation, other),
  );
  if (others.length >= MAX_UNMATCHED_OPERATIONS) {
    diagnose(tx, 'operations-unmatched', 'Too many operations refer to unknown messages; one was dropped.');
  }
  const kept = newestWithin([...others, operation].slice(-MAX_UNMATCHED_OPERATIONS), MAX_UNMATCHED_TEXT);
  setState(tx, { unmatchedOperations: kept });
  tx.writesMeta = true;
  // An application in proxied mode has to know of operations that it never received.
  if (isProxied(tx)) {
    const problem = 'An operation refers to a message that this flow does not have; no event reports it.';
    diagnose(tx, 'operation-unmatched', problem);
  }
  if (operation.kind === 'retract') purgeExcerpts(tx, operation.target);
}

/** The newest operations whose texts are not longer together than the limit. */
function newestWithin(operations: readonly IncomingOperation[], limit: number): readonly IncomingOperation[] {
  let first = operations.length;
  for (let length = 0; first > 0; first -= 1) {
    const operation = operations[first - 1];
    length += operation?.kind === 'edit' ? operation.body.length : 0;
    if (length > limit && first < operations.length) break;
  }
  return operations.slice(first);
}

/** Whether a retraction covers an edit of the same author. */
function takesBack(retraction: IncomingOperation, edit: IncomingOperation): boolean {
  const isOfOne = retraction.sender === edit.sender && retraction.target === edit.target;
  return retraction.kind === 'retract' && edit.kind === 'edit' && isOfOne;
}

function apply(tx: Transaction, record: MessageRecord, operation: IncomingOperation, arrival: Arrival): void {
  const own = isOwn(tx, operation);
  const { kind, id } = operation;
  if (kind !== 'react' && own !== (record.direction === 'outgoing')) {
    diagnose(
      tx,
      'operation-not-by-author',
      'An operation came from a sender who is not the author of the message; it was ignored.',
    );
    return;
  }
  if (own && findRevision(record, id) !== undefined) {
    // An own operation that the network returns was accepted, even if the send result was lost.
    advanceStatus(tx, record, id, 'sent', undefined, !tx.context.capabilities.deliveryNotifications);
    return;
  }
  const author = own ? tx.context.localAddress : tx.context.remote;
  const next = withFormat(tx, applyOperation(record, operation, author, stateOf(tx, own), tx.context.wall));
  if (next !== record) {
    putRecord(tx, next);
    const shows = kind === 'react' || revisionId(next) === id;
    if (shows && arrival === 'news') raiseEvent(tx, 'messageChanged', { message: next, change: kind, author });
    if (kind === 'retract') {
      setState(tx, { unreadCount: countUnread(tx) });
      purgeExcerpts(tx, record.messageId);
    }
  }
  if (!own) acknowledge(tx, next, operation, arrival === 'news' || next !== record);
  if (tx.state.unmatchedOperations.some(({ target }) => target === id)) applyUnmatchedOperations(tx);
}

/** The author may know which revision arrived; reactions have no ticks. */
function acknowledge(tx: Transaction, record: MessageRecord, operation: IncomingOperation, isNew: boolean): void {
  const { id, kind } = operation;
  if (kind === 'react' || !isNew || isProxied(tx) || findRevision(record, id) === undefined) return;
  if (record.archived === true || !wantsReceipt(tx, operation)) return;
  if (revisionId(record) === id && record.receipt !== 'owed') putRecord(tx, { ...record, receipt: 'owed' });
  sendReceipt(tx, record, false, !tx.context.hasStorage || !tx.writes.has(record.id), id);
}

function stateOf(tx: Transaction, own: boolean): RevisionState {
  const { wall } = tx.context;
  return own
    ? { status: 'sent', attempts: 0, timestamps: { sent: wall }, deliveryFailures: [] }
    : { status: 'delivered', attempts: 0, timestamps: {}, deliveryFailures: [] };
}

function withFormat(tx: Transaction, record: MessageRecord): MessageRecord {
  if (record.direction === 'outgoing' || record.retracted !== undefined) return record;
  const supported = isContentTypeSupported(tx.context.settings.supportedFormats, record.contentType);
  return supported === record.isContentTypeSupported ? record : { ...record, isContentTypeSupported: supported };
}

/**
 * The record that an operation is about; where an id was used twice, that of the operation's author. Some clients name
 * the last edit instead of the message itself.
 */
function targetOf(tx: Transaction, operation: IncomingOperation): MessageRecord | undefined {
  const records = recordsWithRevision(tx, operation.target);
  const direction = isOwn(tx, operation) ? 'outgoing' : 'incoming';
  const found = records.find((record) => operation.kind === 'react' || record.direction === direction) ?? records[0];
  return found && recordOf(tx, found.id);
}

function isOwn(tx: Transaction, { sender }: Pick<IncomingOperation, 'sender'>): boolean {
  return sender === tx.context.localAddress;
}
