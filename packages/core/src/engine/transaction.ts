/** The work on one input: reads and changes of the state, and the effects and events that follow from it. */

import type { OutgoingNotification, TransportCapabilities } from '../ports/transport.ts';
import type { FlowSettings } from './settings.ts';
import type { MessageTable } from '../messages/messageTable.ts';
import type { EngineState, HistoryState } from './state.ts';
import type { FlowEffect, RaisedEvent } from './effects.ts';
import type { MessageRecord, MessageStatus } from '../messages/messageRecord.ts';
import { hasId } from '../messages/revisions.ts';
import { advancedReadMarkers } from '../receipts/readMarkers.ts';
import type { FlowEvents, SendInstantMessageResult } from './publicTypes.ts';
import type { TabCommand, TabPost } from '../tabs/protocol.ts';

/** Why nothing more is to be expected, where the status does not say it. */
export type SettledReason = NonNullable<SendInstantMessageResult['code']>;

/** What a transaction may look at. */
export interface TransactionContext {
  readonly remote: string;
  readonly localAddress: string;
  readonly capabilities: TransportCapabilities;
  readonly settings: FlowSettings;
  readonly hasStorage: boolean;
  /** Other tabs may hold the same conversation. */
  readonly hasTabs: boolean;
  readonly table: Pick<MessageTable, 'firstFrom' | 'get' | 'order' | 'withMessageId'>;
  /** Milliseconds that never run backwards, for deadlines. */
  readonly now: number;
  /** Milliseconds since the epoch, for people. */
  readonly wall: number;
  /** A number in [0, 1), made for this transaction. */
  readonly jitter: number;
}

/** One input being worked on: the state so far, and what is to follow from it. */
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
  /** Stored records that this input is about, without a place in the table. */
  readonly storedOnly: Map<string, MessageRecord>;
  writesMeta: boolean;
}

export function createTransaction(machines: EngineState, world: TransactionContext): Transaction {
  return {
    state: { ...machines },
    context: world,
    effects: [],
    raised: [],
    changes: new Map(),
    writes: new Map(),
    insertIfAbsent: new Map(),
    storedOnly: new Map([...machines.operationTargets].filter(([id]) => world.table.get(id) === undefined)),
    writesMeta: false,
  };
}

export function setState(tx: Transaction, change: Partial<EngineState>): void {
  Object.assign(tx.state, change);
}

export function setHistory(tx: Transaction, change: Partial<HistoryState>): void {
  setState(tx, { history: { ...tx.state.history, ...change } });
}

/** Moves marks, unchecked ones too. They only move forward, and are stored unless told otherwise. */
export function advanceReadMarkers(tx: Transaction, given: Readonly<Record<string, unknown>>, stored = true): void {
  const marks = advancedReadMarkers(tx.state.readMarkers, given);
  if (marks === tx.state.readMarkers) return;
  setState(tx, { readMarkers: marks });
  if (stored) tx.writesMeta = true;
}

/** The record of an id as this transaction leaves it. */
export function recordOf(tx: Transaction, id: string): MessageRecord | undefined {
  return tx.changes.has(id) ? tx.changes.get(id) : (tx.context.table.get(id) ?? tx.storedOnly.get(id));
}

/** The records of ids, as this transaction leaves them; ids without one are left out. */
export function recordsOf(tx: Transaction, ids: Iterable<string>): readonly MessageRecord[] {
  return Array.from(ids, (id) => recordOf(tx, id)).filter((record) => record !== undefined);
}

/** The records of the table as this transaction leaves them, newest first, from this one on where it is given. */
export function* newestFirst(tx: Transaction, from?: string): Generator<MessageRecord> {
  const { order } = tx.context.table;
  for (let index = from === undefined ? order.length - 1 : order.indexOf(from); index >= 0; index -= 1) {
    const record = recordOf(tx, order.at(index) ?? '');
    if (record !== undefined) yield record;
  }
}

/** All records that carry a message id, in the table or brought along from the storage. */
export function recordsWithMessageId(tx: Transaction, messageId: string): readonly MessageRecord[] {
  return recordsWithRevision(tx, messageId).filter((record) => record.messageId === messageId);
}

/** All records of a message or one of its revisions that carries an id, in the table or brought along from the storage. */
export function recordsWithRevision(tx: Transaction, id: string): readonly MessageRecord[] {
  const ids = new Set<string>();
  for (const record of tx.context.table.withMessageId(id)) ids.add(record.id);
  for (const record of [...tx.storedOnly.values(), ...tx.changes.values()]) {
    if (record !== undefined && hasId(record, id)) ids.add(record.id);
  }
  return recordsOf(tx, ids);
}

/** Puts a record, and stores it unless told otherwise. */
export function putRecord(tx: Transaction, record: MessageRecord, stored = true): void {
  if (tx.storedOnly.has(record.id)) tx.storedOnly.set(record.id, record);
  else tx.changes.set(record.id, record);
  if (stored && tx.context.hasStorage) tx.writes.set(record.id, record);
}

export function removeRecord(tx: Transaction, id: string): void {
  tx.changes.set(id, undefined);
  if (tx.context.hasStorage) tx.writes.set(id, undefined);
}

export const REFUSAL = 'refused:';

export function raiseEvent<K extends keyof FlowEvents>(tx: Transaction, name: K, event: FlowEvents[K]): void {
  tx.raised.push({ name, event } as unknown as RaisedEvent);
}

/** What is known of a message or a revision that was sent. */
export type SendOutcome = Pick<MessageRecord, 'status' | 'deliveryFailures' | 'code'>;

/**
 * Tells those who wait for what becomes of a message or an operation, by the record's or the operation's id.
 * @param final nothing more is to be expected.
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

/** Tells what the participant reported of a message. */
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

/** Tells the other tabs. */
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
