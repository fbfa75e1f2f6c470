/** The work on one input: reads and changes of the state, and the effects and events that follow from it. */

import type { OutgoingNotification, TransportCapabilities } from '../ports/transport.ts';
import type { FlowSettings } from './settings.ts';
import type { MessageTable } from '../messages/messageTable.ts';
import type { EngineState, HistoryState } from './state.ts';
import type { FlowEffect, RaisedEvent } from './effects.ts';
import type { MessageRecord, MessageStatus } from '../messages/messageRecord.ts';
import { hasId, revisionIds } from '../messages/revisions.ts';
import { withOperation, withoutOperation, operationOf } from '../operations/pendingOperations.ts';
import { targetsWithRevision, targetWithId } from '../operations/targets.ts';
import type { PendingOperation } from '../ports/storage.ts';
import { advancedReadMarkers } from '../receipts/readMarkers.ts';
import type { FlowEvents, SendInstantMessageResult } from './publicTypes.ts';
import type { TabCommand, TabPost } from '../tabs/protocol.ts';

/** Why a wait ended, where the status of the message does not show it. */
export type SettledReason = NonNullable<SendInstantMessageResult['code']>;

/** The inputs of a transaction that it only reads. */
export interface TransactionContext {
  readonly remote: string;
  readonly localAddress: string;
  readonly capabilities: TransportCapabilities;
  readonly settings: FlowSettings;
  readonly hasStorage: boolean;
  /** Other tabs may hold the same conversation. */
  readonly hasTabs: boolean;
  readonly table: Pick<
    MessageTable,
    'countIncomingAfter' | 'firstFrom' | 'get' | 'linkedTo' | 'namesakes' | 'order' | 'withMessageId'
  >;
  /** Milliseconds that never run backwards, for deadlines. */
  readonly now: number;
  /** Milliseconds since the epoch, for people. */
  readonly wall: number;
  /** A number in [0, 1), made for this transaction. */
  readonly jitter: number;
}

/** The work on one input: the state so far, and the effects and events that follow. */
export interface Transaction {
  /** The transaction's own copy, which `update` changes. */
  readonly state: EngineState;
  readonly context: TransactionContext;
  readonly effects: FlowEffect[];
  readonly raised: RaisedEvent[];
  /** Records that change in the table, or leave it. */
  readonly changes: Map<string, MessageRecord | undefined>;
  /** Records to be stored, or to be removed from the storage. */
  readonly writes: Map<string, MessageRecord | undefined>;
  /** Records to be stored unless another tab has stored them. */
  readonly insertIfAbsent: Map<string, MessageRecord>;
  /** Stored records that this input is about, without a place in the table. `addStoredOnly` adds to them. */
  readonly storedOnly: Map<string, MessageRecord>;
  /** Ids of the records of `storedOnly` that have changed. Other tabs may have loaded them. */
  readonly changedStoredOnly: Set<string>;
  /** Ids of the records of `changes` and `storedOnly`, by the ids of their messages and revisions. */
  readonly byMessageId: Map<string, Set<string>>;
  /** Operations of the local user that began or, if undefined, ended; by id. */
  readonly operationChanges: Map<string, PendingOperation | undefined>;
  /** Operations to be stored, or to be removed from the storage. */
  readonly operationWrites: Map<string, PendingOperation | undefined>;
  /** Ids of the records whose operations changed. */
  readonly operatedRecords: Set<string>;
  /** The meta data are to be stored, and all operations of `operationWrites` with them. */
  writesMeta: boolean;
  /** The stored records of this input could not be looked up. */
  missesStored: boolean;
}

export function createTransaction(machines: EngineState, context: TransactionContext): Transaction {
  return {
    state: { ...machines },
    context,
    effects: [],
    raised: [],
    changes: new Map(),
    writes: new Map(),
    insertIfAbsent: new Map(),
    storedOnly: new Map(),
    changedStoredOnly: new Set(),
    byMessageId: new Map(),
    operationChanges: new Map(),
    operationWrites: new Map(),
    operatedRecords: new Set(),
    writesMeta: false,
    missesStored: false,
  };
}

/** Adds a stored record that has no place in the table. */
export function addStoredOnly(tx: Transaction, record: MessageRecord): void {
  tx.storedOnly.set(record.id, record);
  indexRecord(tx, record);
}

/** Adds a stored record that has changed since a running read of the storage or another tab may have read it. */
export function addChangedStoredOnly(tx: Transaction, record: MessageRecord): void {
  addStoredOnly(tx, record);
  tx.changedStoredOnly.add(record.id);
}

/** The stored records that have changed and have no place in the table. */
export function changedStoredOnly(tx: Transaction): readonly MessageRecord[] {
  return Array.from(tx.changedStoredOnly, (id) => tx.storedOnly.get(id)).filter((record) => record !== undefined);
}

function indexRecord(tx: Transaction, record: MessageRecord): void {
  for (const id of revisionIds(record)) {
    const known = tx.byMessageId.get(id);
    if (known === undefined) tx.byMessageId.set(id, new Set([record.id]));
    else known.add(record.id);
  }
}

export function setState(tx: Transaction, change: Partial<EngineState>): void {
  Object.assign(tx.state, change);
}

export function setHistory(tx: Transaction, change: Partial<HistoryState>): void {
  setState(tx, { history: { ...tx.state.history, ...change } });
}

/**
 * Advances the read markers; invalid values are ignored. They only move forward, and are stored unless `store` is
 * false.
 */
export function advanceReadMarkers(tx: Transaction, given: Readonly<Record<string, unknown>>, stored = true): void {
  const marks = advancedReadMarkers(tx.state.readMarkers, given);
  if (marks === tx.state.readMarkers) return;
  setState(tx, { readMarkers: marks });
  if (stored) tx.writesMeta = true;
}

/** The record with this id, including the changes of this transaction. */
export function recordOf(tx: Transaction, id: string): MessageRecord | undefined {
  if (tx.changes.has(id)) return tx.changes.get(id);
  return tx.context.table.get(id) ?? tx.storedOnly.get(id) ?? readTarget(tx, id);
}

/** From now on, the input is about this record of a waiting operation. */
function readTarget(tx: Transaction, id: string): MessageRecord | undefined {
  const target = targetWithId(tx.state.operationTargets, id);
  if (target !== undefined) addStoredOnly(tx, target);
  return target;
}

/** The records with these ids, including the changes of this transaction. Unknown ids are skipped. */
export function recordsOf(tx: Transaction, ids: Iterable<string>): readonly MessageRecord[] {
  return Array.from(ids, (id) => recordOf(tx, id)).filter((record) => record !== undefined);
}

/** The records of the table, including the changes of this transaction, newest first; from the given one on. */
export function* newestFirst(tx: Transaction, from?: string): Generator<MessageRecord> {
  const { order } = tx.context.table;
  for (let index = from === undefined ? order.length - 1 : order.indexOf(from); index >= 0; index -= 1) {
    const record = recordOf(tx, order.at(index) ?? '');
    if (record !== undefined) yield record;
  }
}

/** All records with a message id, from the table or looked up in the storage. */
export function recordsWithMessageId(tx: Transaction, messageId: string): readonly MessageRecord[] {
  return recordsWithRevision(tx, messageId).filter((record) => record.messageId === messageId);
}

/**
 * All records that may reply to this id or have reactions with this id, from the table or looked up in the storage;
 * without those that this transaction adds to the table.
 */
export function recordsLinkedTo(tx: Transaction, id: string): readonly MessageRecord[] {
  const linked = tx.context.table.linkedTo(id).map((record) => record.id);
  return recordsOf(tx, new Set([...linked, ...tx.storedOnly.keys()]));
}

/** All records whose message or revision has this id, from the table or looked up in the storage. */
export function recordsWithRevision(tx: Transaction, id: string): readonly MessageRecord[] {
  const ids = new Set<string>();
  for (const record of tx.context.table.withMessageId(id)) ids.add(record.id);
  const others = [...(tx.byMessageId.get(id) ?? []), ...targetsWithRevision(tx.state.operationTargets, id)];
  for (const recordId of others) {
    const record = recordOf(tx, recordId);
    if (record !== undefined && hasId(record, id)) ids.add(recordId);
  }
  return recordsOf(tx, ids);
}

/** Puts a record, and stores it by default. */
export function putRecord(tx: Transaction, record: MessageRecord, stored = true): void {
  if (tx.storedOnly.has(record.id)) {
    addChangedStoredOnly(tx, record);
  } else {
    tx.changes.set(record.id, record);
    indexRecord(tx, record);
  }
  if (stored && tx.context.hasStorage) tx.writes.set(record.id, record);
}

export function removeRecord(tx: Transaction, id: string): void {
  tx.changes.set(id, undefined);
  if (tx.context.hasStorage) tx.writes.set(id, undefined);
}

/** Adds an operation of the local user, or replaces the one with its id. */
export function putOperation(tx: Transaction, pending: PendingOperation): void {
  const { operation, recordId } = pending;
  setState(tx, { operations: withOperation(tx.state.operations, pending) });
  tx.operationChanges.set(operation.id, pending);
  tx.operatedRecords.add(recordId);
}

/** Removes an operation of the local user. Returns whether there was one. */
export function removeOperation(tx: Transaction, id: string): boolean {
  const pending = operationOf(tx.state.operations, id);
  if (pending === undefined) return false;
  setState(tx, { operations: withoutOperation(tx.state.operations, id) });
  tx.operationChanges.set(id, undefined);
  tx.operatedRecords.add(pending.recordId);
  return true;
}

/** Stores an operation, or removes it from the storage. */
export function storeOperation(tx: Transaction, id: string): void {
  if (tx.context.hasStorage) tx.operationWrites.set(id, operationOf(tx.state.operations, id));
  tx.writesMeta = true;
}

export const REFUSAL = 'refused:';

export function raiseEvent<K extends keyof FlowEvents>(tx: Transaction, name: K, event: FlowEvents[K]): void {
  tx.raised.push({ name, event } as unknown as RaisedEvent);
}

/** The known outcome of a sent message or revision. */
export type SendOutcome = Pick<MessageRecord, 'status' | 'deliveryFailures' | 'code'>;

/**
 * Resolves the waits for the outcome of a message or an operation, by the id of the record or the operation.
 * @param final no later result will follow.
 */
export function settle(
  tx: Transaction,
  id: string,
  { status, deliveryFailures, code }: SendOutcome,
  final: boolean,
  reason?: SettledReason,
): void {
  const outcome = { status, deliveryFailures, ...(code === undefined ? {} : { code }) };
  tx.effects.push({ type: 'settle', id, outcome, final, reason });
}

export function raiseStatusChanged(tx: Transaction, message: MessageRecord, previousStatus: MessageStatus): void {
  if (message.status !== previousStatus) raiseEvent(tx, 'messageStatusChanged', { message, previousStatus });
}

/** Raises the receipt of the participant as an event. */
export function raiseReceiptReceived(
  tx: Transaction,
  { id, deliveryFailures }: MessageRecord,
  outcome: OutgoingNotification['outcome'],
): void {
  const failedDeliveryAttemptExists = deliveryFailures.length > 0;
  raiseEvent(tx, 'deliveryNotificationReceived', {
    messageId: id,
    outcome,
    failedDeliveryAttemptExists,
    deliveryFailures,
  });
}

/** Posts to the other tabs. */
export function postToTabs(tx: Transaction, post: TabPost): void {
  tx.effects.push({ type: 'post', post });
}

/** Forwards a command to the leader, or to the next one. */
export function forwardCommand(tx: Transaction, command: TabCommand): void {
  setState(tx, { forwardedCommands: [...tx.state.forwardedCommands, command] });
  postToTabs(tx, command);
}

export function diagnose(tx: Transaction, code: string, message: string, cause?: unknown): void {
  raiseEvent(tx, 'diagnostic', { code, message, ...(cause === undefined ? {} : { cause }) });
}
