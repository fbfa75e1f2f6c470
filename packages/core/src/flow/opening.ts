import type { FlowError } from '../errors/FlowError.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { goesBeyond, isPlaced, isWaiting } from '../messages/messageStatus.ts';
import { isNumber, isObject, isPlace, parseMeta, parseRecord, soundly } from '../messages/parseRecord.ts';
import type { ConversationMeta, StoredConversation, StoredPage } from '../ports/storage.ts';
import { countUnread, resumeDebt, resumeReports } from './notifying.ts';
import { enqueue, feedOutbox, isCovered, notified, progress } from './sending.ts';
import { feedStoring } from './storing.ts';
import {
  diagnose,
  mark,
  postToTabs,
  put,
  raiseStatusChanged,
  recordOf,
  recordsOf,
  type Turn,
  update,
  updateHistory,
} from './turn.ts';
import { fulfil } from './wishes.ts';

/** The storage has been read: its last page comes in, and its outbox goes on. */
export function opened(turn: Turn, stored: StoredConversation): void {
  const records = takeIn(turn, stored.records);
  const waiting = takeIn(turn, stored.outbox).filter(isWaiting);
  storeUnstored(turn, [...records, ...waiting], stored.hasOlder);
  const placed = records.filter(isPlaced);
  const lastOrder = placed.reduce((last, record) => Math.max(last, record.order), 0);
  const nextOrder = Math.max(turn.machines.nextOrder, Math.floor(lastOrder) + 1);
  const meta = takeMarkers(turn, stored, Math.max(lastOrder, nextOrder - 1));
  const lastPending = waiting.reduce((last, record) => Math.max(last, record.order), PENDING_ORDER);
  updateHistory(turn, { unread: 0, readFrom: readDownTo(turn, stored) });
  update(turn, {
    nextOrder,
    storageError: undefined,
    lastPendingOrder: Math.max(turn.machines.lastPendingOrder, lastPending),
  });
  mark(turn, { ...meta }, false);
  update(turn, { unreported: [...turn.machines.unreported, ...(meta.unreported ?? [])] });
  joinWithMarker(turn, records);
  resume(turn);
  // Some of it may have changed since it was read.
  if (turn.machines.role === 'mirror') postToTabs(turn, { kind: 'hello' });
  becomeReady(turn, stored.hasOlder);
  const { orphans } = turn.machines;
  update(turn, { orphans: [] });
  for (const orphan of orphans) notified(turn, orphan);
}

/**
 * How far both have displayed. A marker is the order of a stored message: one beyond them all would call read what is
 * still to come, and one of a message that could not be read counts for those before it.
 */
function takeMarkers(turn: Turn, stored: StoredConversation, lastOrder: number): ConversationMeta {
  const leaveOut = (name: string): void =>
    diagnose(turn, 'stored-marker-corrupt', `How far the conversation was displayed (${name}) could not be read.`);
  const meta = parseMeta(stored.meta, leaveOut);
  const orders = stored.records.map((value) => soundly(() => orderOf(value), NaN)).filter(isPlace);
  const furthest = Math.max(lastOrder, ...orders);
  const markers: Record<string, unknown> = {};
  for (const [name, value] of Object.entries<unknown>({ ...meta })) {
    if (!name.endsWith('Order') || !isPlace(value)) markers[name] = value;
    else if (value <= furthest) markers[name] = Math.min(value, lastOrder);
    else leaveOut(name);
  }
  return markers;
}

/** The storage could not be read: the flow goes on in memory. */
export function openFailed(turn: Turn, error: FlowError): void {
  // Behind anything that may be stored, should it be readable later.
  update(turn, { storageError: error, nextOrder: Math.max(turn.machines.nextOrder, turn.world.wall) });
  diagnose(turn, 'storage-unreadable', error.message, error);
  resume(turn);
  becomeReady(turn, false);
  const unread = turn.machines.history.unread + 1;
  updateHistory(turn, { unread });
  // Tried again after a while: when the storage takes something, it is read.
  if (turn.machines.storing.state === 'clean') {
    feedStoring(turn, { type: 'failed', jitter: turn.world.jitter, failures: unread });
  }
}

/** An older page of the storage has been read. */
export function olderLoaded(turn: Turn, page: StoredPage): void {
  const before = turn.changes.size;
  const records = takeIn(turn, page.records);
  const count = turn.changes.size - before;
  joinWithMarker(turn, records);
  updateHistory(turn, { loading: false, olderInStorage: page.hasOlder, readFrom: readDownTo(turn, page) });
  update(turn, { unread: countUnread(turn) });
  turn.effects.push({ type: 'olderLoaded', count });
}

/** Reads older messages, from the storage as long as it has any. */
export function loadOlder(turn: Turn): void {
  const { history, lifecycle } = turn.machines;
  if (history.loading) return;
  if (lifecycle.started && !history.ready) {
    updateHistory(turn, { loading: true, failed: false, asked: true });
  } else if (history.olderInStorage || history.olderOnWire) {
    updateHistory(turn, { loading: true, failed: false });
    turn.effects.push({ type: 'loadOlder', from: history.olderInStorage ? 'storage' : 'wire' });
  } else {
    turn.effects.push({ type: 'olderLoaded', count: 0 });
  }
}

/** How far back a page goes, also where it holds what cannot be understood. */
function readDownTo(turn: Turn, { records }: Pick<StoredPage, 'records'>): number {
  const orders = records.map((value) => soundly(() => orderOf(value), Infinity));
  return Math.min(turn.machines.history.readFrom, ...orders);
}

function orderOf(value: unknown): number {
  return isObject(value) && isNumber(value['order']) ? value['order'] : Infinity;
}

/** Whatever was waiting for the stored messages may go. */
function becomeReady(turn: Turn, olderInStorage: boolean): void {
  updateHistory(turn, { ready: true, olderInStorage });
  update(turn, { unread: countUnread(turn) });
  const speaks = turn.machines.role === 'speaker' && turn.machines.lifecycle.connection === 'online';
  if (speaks) feedOutbox(turn, { type: 'open' });
  if (!turn.machines.history.asked) return;
  updateHistory(turn, { loading: false, asked: false });
  loadOlder(turn);
}

/** Own messages that wait, and debts to senders, go on: those of the storage, and those that another tab had in hand. */
export function resume(turn: Turn): void {
  const { role, wishes } = turn.machines;
  if (role === 'mirror') return;
  update(turn, { wishes: [] });
  for (const wished of wishes) fulfil(turn, wished);
  const ids = new Set([...turn.world.table.order, ...turn.changes.keys()]);
  const records = recordsOf(turn, ids);
  resumeReports(turn, records);
  for (const record of records) {
    const { id } = record;
    const durable = !turn.stores.has(id);
    if (isWaiting(record)) enqueue(turn, record, durable);
    if (record.acknowledgement === 'owed') resumeDebt(turn, record, durable);
  }
}

/** Puts stored records into the table without storing them again. Unsound ones stay where they are, unseen. */
function takeIn(turn: Turn, values: readonly unknown[]): MessageRecord[] {
  const records: MessageRecord[] = [];
  for (const value of values) {
    const record = parseRecord(value);
    if (record === undefined) {
      diagnose(turn, 'stored-record-corrupt', 'A stored message could not be read; it is left out.');
      continue;
    }
    // It may have been read before the user discarded or retried the message.
    if (turn.machines.discarded.includes(record.id)) continue;
    const known = recordOf(turn, record.id);
    const wasRetried = known?.status === 'queued' && record.status === 'failed';
    if (known === undefined) put(turn, record, false);
    else if (goesBeyond(record, known) && !wasRetried) catchUp(turn, record, known);
    records.push(record);
  }
  return records;
}

/** Another tab has brought a message further, and died before it told. */
function catchUp(turn: Turn, record: MessageRecord, known: MessageRecord): void {
  put(turn, record, false);
  if (isWaiting(record)) return;
  raiseStatusChanged(turn, record, known.status);
  const final = record.status !== 'sent' || !turn.world.capabilities.deliveryNotifications;
  turn.effects.push({ type: 'settle', record, final });
  feedOutbox(turn, { type: 'done', id: record.id });
}

/** What this tab knows and the storage does not: the last speaker may have died before it was written. */
function storeUnstored(turn: Turn, stored: readonly MessageRecord[], hasOlder: boolean): void {
  if (turn.machines.role === 'mirror') return;
  const byId = new Map(stored.map((record) => [record.id, record]));
  const first = hasOlder ? stored.reduce((least, record) => Math.min(least, record.order), Infinity) : -Infinity;
  for (const id of turn.world.table.order) {
    const known = recordOf(turn, id);
    const other = byId.get(id);
    if (known === undefined || known.order < first) continue;
    if (other === undefined || goesBeyond(known, other)) put(turn, known);
  }
}

/** What the participant displayed while these records were not loaded: what had arrived by then, and no more. */
function joinWithMarker(turn: Turn, records: readonly MessageRecord[]): void {
  const { remoteDisplayedOrder, remoteDisplayedAt } = turn.machines.marks;
  for (const record of records) {
    const arrivedAt = record.times.delivered ?? record.times.sent ?? record.at;
    const covered = record.order <= remoteDisplayedOrder && arrivedAt <= remoteDisplayedAt;
    if (covered && isCovered(turn, record)) progress(turn, record, 'displayed', undefined, true);
  }
}
