/** Leader and followers: takes over leadership, and replicates each transaction to the followers. */

import {
  addChangedStoredOnly,
  advanceReadMarkers,
  changedStoredOnly,
  diagnose,
  postToTabs,
  putRecord,
  raiseEvent,
  raiseReceiptReceived,
  raiseStatusChanged,
  recordOf,
  recordsOf,
  setHistory,
  setState,
  settle,
  storeOperation,
  type Transaction,
} from '../engine/transaction.ts';
import { dispatchLifecycle } from '../lifecycle/handlers.ts';
import { resume } from '../persistence/hydrate.ts';
import { isOutcome } from '../validation/receipts.ts';
import { isSettledReason, parseTabMessage } from '../validation/transportValues.ts';
import { TAB_MESSAGE_VERSION, type TabPost } from './protocol.ts';
import { dispatchLocalComposing, dispatchRemoteComposing } from '../typing/handlers.ts';
import { isOutdatedPage } from '../persistence/outdated.ts';
import { isUnstored, noteStored, noteUnstored, unstoredRecords } from '../persistence/unstored.ts';
import { noteUnverified } from '../persistence/unverified.ts';
import { applyUnmatchedOperations } from '../operations/incoming.ts';
import { applyHistoryReceipts } from '../receipts/fromHistory.ts';
import { mergeUnmatchedReceipts, parseUnmatchedReceipts } from '../receipts/unmatched.ts';
import { mergeOperations } from '../operations/resume.ts';
import { operationsOn } from '../operations/pendingOperations.ts';
import { noteStoredOrder } from '../operations/rewrites.ts';
import { receiveCommand } from './commands.ts';
import { hello } from './hello.ts';
import { allStateOf, listsOf, mergeMarkedUnread, mergeState, operationChangesOf, stateOf } from './sharedState.ts';
import { isNewerThan, isPlaced, isStatus, isWaiting } from '../messages/messageStatus.ts';
import { withReactionsOf } from '../messages/revisions.ts';
import { isFailureCode, isNonEmptyString, isObject, itemsOf } from '../validation/guards.ts';
import { isOperationKind } from '../validation/operations.ts';
import { parseFailures, parseMeta, parseRecord } from '../validation/records.ts';
import { waitingItems } from '../outbox/machine.ts';
import { enqueue, leaveOutboxAsIn } from '../outbox/handlers.ts';
import { discard, forget } from '../outbox/commands.ts';
import { countUnread, markMessageUnread } from '../receipts/outgoing.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';

/** The most messages that a new tab receives from the leader if the storage is not up to date. */
const MAX_SNAPSHOT_MESSAGES = 1_000;

/** Becomes the leader: takes over the queue and the receipts of the previous leader. */
export function becomeLeader(tx: Transaction): void {
  if (tx.state.role === 'leader') return;
  dispatchLifecycle(tx, { type: 'connection', state: 'offline' });
  setState(tx, { role: 'leader' });
  for (const id of tx.state.unstoredIds.flat()) noteUnverified(tx, id);
  // The last leader may have stored more than it posted.
  if (tx.context.hasStorage) readAgain(tx);
  else resume(tx);
  // This leader reads the archive back to the messages that the last one stored.
  setHistory(tx, { catchUp: 'none' });
  tx.effects.push({ type: 'openChannel' });
  postToTabs(tx, { kind: 'elected' });
}

/** Becomes a follower after a different tab was elected. */
export function becomeFollower(tx: Transaction): void {
  if (tx.state.role === 'follower') return;
  // The new leader may not know the posts that this tab received, and has read the storage before this tab's last write.
  postAll(tx);
  dispatchLifecycle(tx, { type: 'connection', state: 'offline' });
  setState(tx, {
    role: 'follower',
    pendingAcks: [],
    deferredReceipts: [],
    receiptTargets: new Map(),
    // From now on, a different tab may post them again.
    endedOperations: [],
  });
  tx.effects.push({ type: 'closeChannel' });
  introduceFollower(tx);
}

/** Passes the leadership to a different tab, if there is one. This tab may be elected again. */
function resign(tx: Transaction): void {
  becomeFollower(tx);
  tx.effects.push({ type: 'rejoinTabs' });
}

/** Handles a message of a different tab. */
export function receiveTabMessage(tx: Transaction, posted: unknown): void {
  const post = parseTabMessage(posted);
  if (post?.['version'] !== TAB_MESSAGE_VERSION) {
    diagnose(tx, 'tab-post-unknown', 'Another tab posted an invalid message; it was ignored.');
    return;
  }
  if (tx.state.role === 'follower') receiveAsFollower(tx, post);
  else receiveAsLeader(tx, post);
}

/**
 * Posts the changes of this transaction to the followers, if there are any. Called once, at the end of a leader's
 * transaction.
 */
export function replicateToFollowers(tx: Transaction, before: Transaction['state']): void {
  if (!tx.context.hasTabs || tx.state.role === 'follower' || !tx.state.lifecycle.started) return;
  const [old, state] = [stateOf(before), stateOf(tx.state)];
  const changesState = Object.keys(state).some((key) => old[key] !== state[key]);
  const [oldLists, lists] = [listsOf(before), listsOf(tx.state)];
  const changedLists = Object.entries(lists).filter(([key, items]) => oldLists[key] !== items);
  const composing = tx.raised.filter(
    ({ name }) => name === 'remoteComposingStateChanged' || name === 'remoteComposingRefreshed',
  );
  const settled = tx.effects.flatMap((effect) =>
    effect.type === 'settle' ? [{ ...effect.outcome, id: effect.id, final: effect.final, reason: effect.reason }] : [],
  );
  const followed = tx.effects.filter(({ type }) => type === 'follow' || type === 'unfollow');
  const unloaded = changedStoredOnly(tx);
  const notices = composing.length + settled.length + followed.length + unloaded.length;
  const isSilent = tx.changes.size + tx.operationChanges.size + changedLists.length + notices === 0;
  if (isSilent && !changesState) return;
  const operations = new Map(tx.operationChanges);
  // A tab that has just opened may know neither the record nor the operations whose result it shows.
  for (const id of [...tx.changes.keys(), ...unloaded.map((record) => record.id)]) {
    for (const pending of operationsOn(tx.state.operations, id)) operations.set(pending.operation.id, pending);
  }
  postRecords(tx, [...tx.changes.keys()], {
    ...Object.fromEntries(changedLists),
    operationChanges: {
      put: [...operations.values()].filter((pending) => pending !== undefined),
      removed: [...operations].filter(([, pending]) => pending === undefined).map(([id]) => id),
    },
    unloaded,
    stored: unloaded.map(({ id }) => id).filter((id) => !isUnstored(tx, id)),
    composing: composing.map(({ event }) => event),
    received: tx.raised.flatMap(({ name, event }) => (name === 'messageReceived' ? [event.message.id] : [])),
    notified: tx.raised.flatMap(({ name, event }) =>
      name === 'deliveryNotificationReceived' ? [{ id: event.messageId, outcome: event.outcome }] : [],
    ),
    changed: tx.raised.flatMap(({ name, event }) =>
      name === 'messageChanged' ? [{ id: event.message.id, change: event.change, author: event.author }] : [],
    ),
    settled,
    followed,
  });
}

function receiveAsLeader(tx: Transaction, post: Record<string, unknown>): void {
  switch (post['kind']) {
    case 'hello':
      postAll(tx);
      // The requesting tab can store messages, and this one cannot.
      if (isOutdatedPage(tx.state) && post['outdated'] !== true) resign(tx);
      return;
    case 'send':
      adoptMessage(tx, parseQueuedMessage(tx, post['record']));
      return;
    case 'composing':
      dispatchLocalComposing(tx, { type: 'set', state: post['state'] === 'composing' ? 'composing' : 'idle' });
      return;
    case 'transaction':
      mergeLatePost(tx, post);
      return;
    default:
      receiveCommand(tx, post);
  }
}

/** The last post of the previous leader may arrive after this tab was elected, and no other tab may have it. */
function mergeLatePost(tx: Transaction, post: Record<string, unknown>): void {
  mergeRecords(tx, post, (record, known) =>
    known === undefined ? !tx.state.discardedIds.includes(record.id) : isNewerThan(record, known),
  );
  for (const id of itemsOf(post['removed'])) if (isNonEmptyString(id)) discard(tx, id);
  mergeOutcomes(tx, post);
  advanceReadMarkers(tx, post);
  mergeMarkedUnread(tx, post);
  setState(tx, {
    pendingReadReceipts: [
      ...tx.state.pendingReadReceipts,
      ...itemsOf(post['pendingReadReceipts']).filter(isNonEmptyString),
    ],
  });
  const pendingOperations = [...itemsOf(post['operations']), ...itemsOf(operationChangesOf(post)['put'])];
  if (mergeOperations(tx, parseMeta({ pendingOperations, unmatchedOperations: post['unmatchedOperations'] }))) {
    for (const id of tx.operationChanges.keys()) storeOperation(tx, id);
    tx.writesMeta = true;
    applyUnmatchedOperations(tx);
  }
  if (mergeUnmatchedReceipts(tx, parseUnmatchedReceipts(post))) {
    tx.writesMeta = true;
    applyHistoryReceipts(tx, []);
  }
  setState(tx, { unreadCount: countUnread(tx) });
  // The storage may have a newer record, or lack this one. One read serves all posts until then.
  if (!tx.state.history.ready) return;
  if (tx.context.hasStorage) readAgain(tx);
  else resume(tx);
}

function readAgain(tx: Transaction): void {
  setHistory(tx, { ready: false });
  tx.effects.push({ type: 'readStorage' });
}

/** A message that the user sent in another tab. */
function adoptMessage(tx: Transaction, record: MessageRecord | undefined): void {
  if (record === undefined) return;
  if (tx.state.discardedIds.includes(record.id)) {
    postRecords(tx, [record.id], {});
    return;
  }
  const known = recordOf(tx, record.id);
  if (known !== undefined) {
    // The tab has missed the later changes of the message.
    const { id, status, deliveryFailures } = known;
    if (status !== record.status) postRecords(tx, [id], { settled: [{ id, status, deliveryFailures, final: false }] });
    return;
  }
  putRecord(tx, { ...record, status: 'queued' });
  // The other tab stores it too.
  noteStoredOrder(tx, record.order);
  dispatchLocalComposing(tx, { type: 'messageQueued' });
  enqueue(tx, record, !tx.context.hasStorage);
}

/** A posted value as a waiting message of this user. */
function parseQueuedMessage(tx: Transaction, value: unknown): MessageRecord | undefined {
  const record = parseRecord(value);
  const sound = record !== undefined && isWaiting(record) && record.sender === tx.context.localAddress;
  return sound ? record : undefined;
}

function receiveAsFollower(tx: Transaction, post: Record<string, unknown>): void {
  if (post['kind'] === 'elected') {
    introduceFollower(tx);
    return;
  }
  if (post['kind'] === 'send') {
    // No tab leads yet; the next leader will find the message here.
    const record = parseQueuedMessage(tx, post['record']);
    if (record !== undefined && recordOf(tx, record.id) === undefined) putRecord(tx, record, false);
    return;
  }
  if (post['kind'] !== 'transaction') return;
  setState(tx, { forwardedCommands: [] });
  mergeRecords(tx, post, (record, known) => known === undefined || !isOutdated(record, known));
  for (const id of itemsOf(post['removed'])) if (isNonEmptyString(id)) forget(tx, id);
  mergeState(tx, post);
  for (const value of itemsOf(post['composing'])) {
    if (!isObject(value) || !isNonEmptyString(value['participant'])) continue;
    const state = value['state'] === 'composing' ? 'composing' : 'idle';
    dispatchRemoteComposing(tx, { type: 'notified', sender: value['participant'], state });
  }
  mergeOutcomes(tx, post);
}

/** Sends a new leader the queue of this tab, and requests the state that this tab may have missed. */
function introduceFollower(tx: Transaction): void {
  for (const record of recordsOf(tx, tx.context.table.order)) {
    if (isWaiting(record)) postToTabs(tx, { kind: 'send', record });
  }
  for (const command of tx.state.forwardedCommands) postToTabs(tx, command);
  postToTabs(tx, hello(tx));
}

function mergeRecords(
  tx: Transaction,
  post: Record<string, unknown>,
  isWanted: (record: MessageRecord, known: MessageRecord | undefined) => boolean,
): void {
  const received = new Set(itemsOf(post['received']));
  const stored = new Set(itemsOf(post['stored']));
  for (const value of itemsOf(post['records'])) {
    const record = parseRecord(value);
    if (record !== undefined && isWanted(record, recordOf(tx, record.id))) {
      mergeRecord(tx, record, received.has(record.id));
    }
  }
  for (const value of itemsOf(post['unloaded'])) {
    const record = parseRecord(value);
    if (record === undefined) continue;
    const { id } = record;
    const known = recordOf(tx, id);
    if (known !== undefined && !tx.storedOnly.has(id)) {
      if (isWanted(record, known)) mergeRecord(tx, record, false);
      continue;
    }
    // The record may be on a page that is being read.
    if (known === undefined || isWanted(record, known)) addChangedStoredOnly(tx, record);
    if (stored.has(id)) noteStored(tx, id);
    else noteUnstored(tx, id);
    if (tx.state.role === 'leader') noteUnverified(tx, id);
  }
}

/** Posts of a leader and of the previous one may cross. Only a retry sets a status back. */
function isOutdated(record: MessageRecord, known: MessageRecord): boolean {
  return isNewerThan(known, record) && !(known.status === 'failed' && record.status === 'queued');
}

/** Raises the events of the leader in this tab. */
function mergeOutcomes(tx: Transaction, post: Record<string, unknown>): void {
  for (const value of itemsOf(post['notified'])) {
    const record = recordNamed(tx, value);
    const outcome = isObject(value) ? value['outcome'] : undefined;
    if (record !== undefined && isOutcome(outcome)) raiseReceiptReceived(tx, record, outcome);
  }
  for (const value of itemsOf(post['changed'])) {
    const message = recordNamed(tx, value);
    const { change, author } = isObject(value) ? value : {};
    if (message !== undefined && isOperationKind(change) && isNonEmptyString(author)) {
      raiseEvent(tx, 'messageChanged', { message, change, author });
    }
  }
  for (const value of itemsOf(post['followed'])) {
    const { type, id, messageId } = isObject(value) ? value : {};
    if (!isNonEmptyString(id) || !isNonEmptyString(messageId)) continue;
    tx.effects.push({ type: type === 'unfollow' ? 'unfollow' : 'follow', id, messageId });
  }
  for (const value of itemsOf(post['settled'])) {
    if (!isObject(value)) continue;
    const { id, status, deliveryFailures, code, final, reason } = value;
    if (!isNonEmptyString(id)) continue;
    const failure = isFailureCode(code) ? { code } : {};
    const reported = isStatus(status) && { status, deliveryFailures: parseFailures(deliveryFailures), ...failure };
    const outcome = reported || recordOf(tx, id);
    if (outcome) settle(tx, id, outcome, final === true, isSettledReason(reason) ? reason : undefined);
  }
}

function mergeRecord(tx: Transaction, record: MessageRecord, isNew: boolean): void {
  const known = recordOf(tx, record.id);
  putRecord(tx, known === undefined ? record : withReactionsOf(record, known), false);
  if (isPlaced(record)) setState(tx, { nextOrder: Math.max(tx.state.nextOrder, Math.floor(record.order) + 1) });
  leaveOutboxAsIn(tx, record);
  if (known?.archived === true && record.archived !== true) markMessageUnread(tx, record);
  if (known === undefined || known.archived === true) {
    if (isNew && record.direction === 'incoming') raiseEvent(tx, 'messageReceived', { message: record });
  } else {
    raiseStatusChanged(tx, record, known.status);
  }
}

/** The record whose id a posted value names. */
function recordNamed(tx: Transaction, value: unknown): MessageRecord | undefined {
  return isObject(value) && isNonEmptyString(value['id']) ? recordOf(tx, value['id']) : undefined;
}

function postRecords(
  tx: Transaction,
  ids: readonly string[],
  more: Readonly<Record<string, unknown>> & Omit<TabPost & { readonly kind: 'transaction' }, 'kind'>,
): void {
  const records = recordsOf(tx, ids);
  // Without waiting operations, which have no record either.
  const removed = tx.state.discardedIds.filter((id) => ids.includes(id) && recordOf(tx, id) === undefined);
  postToTabs(tx, { kind: 'transaction', records, removed, ...stateOf(tx.state), ...more });
}

/** Posts what a tab may have missed. */
function postAll(tx: Transaction): void {
  const unloaded = unstoredRecords(tx);
  postRecords(tx, [...snapshotForNewTab(tx), ...tx.state.discardedIds], { ...allStateOf(tx.state), unloaded });
}

/** The state that a joining tab may not find in the storage, and would have to send if this tab crashed. */
function snapshotForNewTab(tx: Transaction): Iterable<string> {
  const { state: machines, context } = tx;
  const isStored = context.hasStorage && machines.persistence.state === 'clean';
  const ids = Array.from(context.table.order).slice(isStored ? -context.settings.pageSize : -MAX_SNAPSHOT_MESSAGES);
  return new Set([...Array.from(waitingItems(machines.outbox), ({ id }) => id), ...ids]);
}
