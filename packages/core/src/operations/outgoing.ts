/** Edits, retracts and reacts for the local user, here and through the outbox. */

import {
  forwardCommand,
  putRecord,
  raiseEvent,
  recordOf,
  setState,
  settle,
  type Transaction,
} from '../engine/transaction.ts';
import { assignSortKey } from '../inbox/sortKeys.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import {
  applyOperation,
  firstRevision,
  revisionId,
  type RevisionState,
  stateOf,
  withoutNewestRevision,
} from '../messages/revisions.ts';
import { discard, settleRevisions } from '../outbox/commands.ts';
import { isInFlight } from '../outbox/machine.ts';
import type { EditOperation, MessageOperation, ReactOperation, RetractOperation } from '../ports/operations.ts';
import {
  addOperation,
  dispatchOutbox,
  dropOperations,
  enqueue,
  leaveOutbox,
  pendingOperation,
} from '../outbox/handlers.ts';
import { operationsOn } from './pendingOperations.ts';
import { purgeExcerpts } from './purge.ts';
import { isUnsent, noteRewrite } from './rewrites.ts';
import { reactionsOf, withOwnReactions } from './reactions.ts';

type Request<T extends MessageOperation> = Omit<T, 'target' | 'sequence'>;

/** A call of the local user: edit, retract or react. */
export type OperationRequest = Request<EditOperation> | Request<RetractOperation> | Request<ReactOperation>;

/** How many operations are remembered by their ids. */
const MAX_PERFORMED_OPERATIONS = 200;

/** Why an operation on a message is a misuse of the API, as a sentence; undefined if it is allowed. */
export function misuseOf(record: MessageRecord, kind: MessageOperation['kind']): string | undefined {
  if (record.conflict === true) return 'has an id that is not its own';
  if (record.retracted !== undefined) return kind === 'retract' ? undefined : 'was retracted';
  const { status } = firstRevision(record);
  if (kind === 'react') return status === 'failed' || status === 'undeliverable' ? `is ${status}` : undefined;
  if (record.direction === 'incoming') return 'is not an own one';
  return kind === 'edit' && status === 'undeliverable' ? 'is undeliverable' : undefined;
}

/**
 * Applies an operation of the local user. A message that has not left changes in place; otherwise the operation enters
 * the outbox behind its message.
 */
export function operate(tx: Transaction, recordId: string, request: OperationRequest): void {
  if (tx.state.role === 'follower') {
    forwardCommand(tx, { kind: 'operate', id: recordId, request });
    return;
  }
  // A follower forwards it again where it has not seen the result.
  if (tx.state.performedOperations.includes(request.id)) return;
  setState(tx, {
    performedOperations: [...tx.state.performedOperations, request.id].slice(-MAX_PERFORMED_OPERATIONS),
  });
  const record = recordOf(tx, recordId);
  // The message may have been removed or changed since the call, in this tab or in a different one.
  if (record === undefined || misuseOf(record, request.kind) !== undefined || record.retracted !== undefined) {
    settle(tx, request.id, record ?? { status: 'queued', deliveryFailures: [] }, true, 'discarded');
    return;
  }
  if (request.kind === 'edit') edit(tx, record, request);
  else if (request.kind === 'retract') retract(tx, record, request);
  else react(tx, record, request);
}

function edit(tx: Transaction, record: MessageRecord, request: Request<EditOperation>): void {
  if (hasNeverLeft(tx, record)) {
    rewrite(tx, record, request);
    return;
  }
  const superseded = revisionId(record);
  const waits = pendingOperation(tx, superseded) !== undefined && !isInFlight(tx.state.outbox, superseded);
  // Of several waiting edits only the last one is sent.
  if (waits) dropOperations(tx, record.id, 'discarded', ({ operation }) => operation.id === superseded);
  const base = waits ? withoutNewestRevision(record) : record;
  const first = stateOf(firstRevision(record));
  const failed = first.status === 'failed';
  const operation = { ...request, ...placeOf(tx, record, request.kind) };
  // The edit of a failed message is sent when the message is sent again.
  const state = failed ? { ...first, attempts: 0 } : queuedState(tx);
  const next = applyOperation(base, operation, record.sender, state, tx.context.wall);
  change(tx, next, operation, record.sender);
  if (failed) settle(tx, operation.id, next, true);
  else addOperation(tx, next, operation);
}

function retract(tx: Transaction, record: MessageRecord, request: Request<RetractOperation>): void {
  if (hasNeverLeft(tx, record) || isUnsent(tx, record)) {
    settle(tx, request.id, record, true, 'discarded');
    discard(tx, record.id);
    return;
  }
  const operation = { ...request, ...placeOf(tx, record, request.kind) };
  const retracted = applyOperation(record, operation, record.sender, queuedState(tx), tx.context.wall);
  // The message no longer waits: items behind it follow it, whichever response comes first.
  const next = assignSortKey(tx, retracted);
  change(tx, next, operation, record.sender);
  settleRevisions(tx, record, 'retracted');
  // Neither the message nor an edit of it is sent again.
  dropOperations(tx, record.id, 'retracted');
  leaveOutbox(tx, record.id);
  addOperation(tx, next, operation);
  purgeExcerpts(tx, record.messageId);
}

function react(tx: Transaction, record: MessageRecord, request: Request<ReactOperation>): void {
  const author = tx.context.localAddress;
  const operation = { ...request, ...placeOf(tx, record, 'react') };
  const waiting = operationsOn(tx.state.operations, record.id).find(
    ({ operation: { kind, id } }) => kind === 'react' && !isInFlight(tx.state.outbox, id),
  );
  if (waiting !== undefined) dropOperations(tx, record.id, 'discarded', (pending) => pending === waiting);
  const next = withOwnReactions(record, operation, author, waiting?.operation.id);
  change(tx, next, operation, author);
  addOperation(tx, next, operation);
}

/** Changes the text of a message that has not left: it is sent with the new text. */
function rewrite(tx: Transaction, record: MessageRecord, request: Request<EditOperation>): void {
  const { sequence } = placeOf(tx, record, request.kind);
  const { contentType, body } = request;
  const revision = { id: record.messageId, sequence, at: tx.context.wall };
  const next: MessageRecord = { ...record, contentType, body, revision };
  putRecord(tx, next);
  if (next.status === 'failed') {
    settle(tx, request.id, next, true);
    return;
  }
  noteRewrite(tx, record, request.id);
  tx.effects.push({ type: 'follow', id: request.id, messageId: record.id });
  // The message waits until the new text is stored, and its hold does not start again.
  const durable = !tx.context.hasStorage;
  dispatchOutbox(tx, { type: 'rewritten', id: record.id, durable });
  enqueue(tx, next, durable);
}

/**
 * Whether the text cannot have arrived: the message was never passed to the transport, or was refused at the first
 * attempt.
 */
function hasNeverLeft(tx: Transaction, record: MessageRecord): boolean {
  if (record.direction !== 'outgoing' || revisionId(record) !== record.messageId) return false;
  if (record.uploadPending === true || isUnsent(tx, record)) return true;
  const { status, attempts, retryable } = record;
  return status === 'failed' && attempts === 1 && retryable !== true;
}

/** Gives an operation its place among those of its author on this message. */
function placeOf(
  tx: Transaction,
  record: MessageRecord,
  kind: MessageOperation['kind'],
): Pick<MessageOperation, 'target' | 'sequence'> {
  const { wall, localAddress } = tx.context;
  const last = kind === 'react' ? reactionsOf(record, localAddress)?.sequence : record.revision?.sequence;
  return { target: record.messageId, sequence: Math.max(wall, (last ?? 0) + 1) };
}

function change(tx: Transaction, next: MessageRecord, { kind }: MessageOperation, author: string): void {
  putRecord(tx, next);
  raiseEvent(tx, 'messageChanged', { message: next, change: kind, author });
}

function queuedState(tx: Transaction): RevisionState {
  return { status: 'queued', attempts: 0, timestamps: { queued: tx.context.wall }, deliveryFailures: [] };
}
