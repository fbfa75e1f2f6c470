/** Sends the receipts for received messages: delivered, displayed, failed, and the outcomes of proxied mode. */

import { awaitedOutcome, type ProxiedEffect, type ProxiedEvent, reduceProxied } from '../proxied/machine.ts';
import {
  lastDisplayed,
  MAX_COVERED_MESSAGES,
  type Receipts,
  type ReceiptsEffect,
  type ReceiptsEvent,
  reduceReceipts,
} from './machine.ts';
import { displayedReceipts } from './pendingReceipts.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isReceiptPending } from '../messages/messageStatus.ts';
import { revisionId } from '../messages/revisions.ts';
import type { IncomingMessage, OutgoingNotification } from '../ports/transport.ts';
import { REQUEST_TIMEOUT } from '../outbox/handlers.ts';
import { flushAcks, rejectionKey } from './acks.ts';
import { receiptTarget } from './targets.ts';
import { markUnread } from './markedUnread.ts';
import { neighbouringKeys } from '../inbox/sortKeyGaps.ts';
import {
  diagnose,
  advanceReadMarkers,
  newestFirst,
  putRecord,
  recordOf,
  recordsOf,
  type Transaction,
  setState,
  forwardCommand,
} from '../engine/transaction.ts';

/** SIP response code: overloaded. */
export const SERVICE_UNAVAILABLE = 503;
const TEMPORARILY_UNAVAILABLE = 480;

/** Returns the trust of a sender. If the application's function throws, the sender is untrusted. */
export function trustOf(tx: Transaction, sender: string): 'trusted' | 'untrusted' | 'blocked' {
  try {
    return tx.context.settings.trust(sender);
  } catch (error) {
    diagnose(tx, 'trust-failed', 'The trust function threw; the sender counts as untrusted.', error);
    return 'untrusted';
  }
}

/** Consumed locally: sends the receipt for a message that reached the application. */
export function sendReceipt(
  tx: Transaction,
  record: MessageRecord,
  responsePending: boolean,
  durable: boolean,
  revision: string = revisionId(record),
): void {
  enqueueReceipt(tx, record, { messageId: revision, outcome: 'delivered' }, responsePending, durable);
}

/** Whether a delivery notification is due for a message, or for a change of one. */
export function wantsReceipt(
  tx: Transaction,
  message: Pick<IncomingMessage, 'sender' | 'requestedReceipts' | 'responsePending'>,
): boolean {
  const wanted = message.requestedReceipts?.delivered ?? true;
  return message.responsePending === true || (wanted && maySendReceipt(tx, message.sender));
}

/** Whether a sender may receive a receipt, and the transport can carry it. */
export function maySendReceipt(tx: Transaction, sender: string): boolean {
  return tx.context.capabilities.deliveryNotifications && mayLearn(tx, sender);
}

/** Whether a sender may learn that a message was delivered. */
function mayLearn(tx: Transaction, sender: string): boolean {
  return tx.context.settings.notify.delivered && trustOf(tx, sender) === 'trusted';
}

/** Ignores a message. If the transport awaits a response, responds 480 as if the user were offline. */
export function ignore(tx: Transaction, { messageId, responsePending }: IncomingMessage): void {
  if (responsePending !== true) return;
  const notification = { messageId, outcome: 'failed', code: TEMPORARILY_UNAVAILABLE, asResponse: true } as const;
  tx.effects.push({ type: 'sendUnconfirmed', notification });
}

/** Refuses a message, or an edit of one, with a code, if the transport can report it. */
export function refuse(
  tx: Transaction,
  message: Pick<IncomingMessage, 'messageId' | 'sender' | 'requestedReceipts' | 'responsePending'>,
  code: number,
): void {
  const { messageId, sender, responsePending } = message;
  if (!wantsReceipt(tx, message)) return;
  enqueueReceipt(
    tx,
    { id: rejectionKey(messageId), sender },
    { messageId, outcome: 'failed', code },
    responsePending === true,
  );
}

/** Proxied mode: adds a message to the pending outcomes. Returns false if they are full. */
export function awaitOutcome(tx: Transaction, id: string, held: boolean): boolean {
  dispatchProxied(tx, { type: 'received', id, held });
  return tx.state.proxied.entries.some((entry) => entry.id === id);
}

/** Sends the receipt for a message again; in proxied mode, once the outcome is known. */
export function repeatOutcome(
  tx: Transaction,
  record: MessageRecord,
  responsePending: boolean,
  durable = true,
  revision: string = revisionId(record),
): void {
  if (!isProxied(tx)) {
    sendReceipt(tx, record, responsePending, durable, revision);
  } else if (record.outcome !== undefined) {
    sendOutcome(tx, record, record.outcome, responsePending);
  } else if (!awaitOutcome(tx, record.id, responsePending)) {
    putRecord(tx, { ...record, outcome: SERVICE_UNAVAILABLE });
    sendOutcome(tx, record, SERVICE_UNAVAILABLE, responsePending);
  }
}

/** Proxied mode: the application reports the outcome of a message. */
export function reportOutcome(tx: Transaction, id: string, outcome: 'success' | number): void {
  const record = receiptTarget(tx, id);
  const entry = awaitedOutcome(tx.state.proxied, id);
  if (record === undefined || entry === undefined) return;
  putRecord(tx, { ...record, outcome });
  dispatchProxied(tx, { type: 'reported', id });
  sendOutcome(tx, record, outcome, entry.held);
}

/** Marks all messages up to one as displayed by the local user. */
export function markDisplayed(tx: Transaction, id: string): void {
  const last = recordOf(tx, id);
  if (tx.state.receipts.hasFocus && tx.state.markedUnread === true) markUnread(tx, false);
  const from = Math.max(tx.state.readMarkers.displayedOrder, lastDisplayed(tx.state.receipts)?.order ?? -Infinity);
  if (last === undefined) return;
  if (last.order <= from) {
    // The user saw it with a different text.
    if (isUnseenRevision(last)) displayRecords(tx, [last], false);
    return;
  }
  const records: MessageRecord[] = [];
  for (const record of newestFirst(tx, id)) {
    if (record.order <= from) break;
    records.push(record);
  }
  displayRecords(tx, records.toReversed(), false);
}

/** Marks a message and those after it as not displayed: it was only read from the archive. */
export function markMessageUnread(tx: Transaction, record: MessageRecord): void {
  const { readMarkers } = tx.state;
  if (record.order > readMarkers.displayedOrder) return;
  const { previous } = neighbouringKeys(tx, record.order);
  const displayedOrder = previous === -Infinity ? record.order - 1 : previous;
  setState(tx, { readMarkers: { ...readMarkers, displayedOrder } });
  tx.writesMeta = true;
  setState(tx, { unreadCount: countUnread(tx) });
}

/**
 * Marks messages as displayed that the user has seen in a different tab.
 * @param revisions for each id, which text was on the screen there: an edit may have come to this tab only.
 */
export function markDisplayedInOtherTab(
  tx: Transaction,
  ids: readonly string[],
  revisions: readonly (string | undefined)[],
): void {
  const seen = new Map(ids.map((id, index) => [id, revisions[index]]));
  // A message that was retracted since has only its id left.
  displayRecords(tx, recordsOf(tx, ids), true, (record) => seen.get(record.id) ?? revisionId(record));
}

/** Stores the messages that are still to be reported, so that they are reported after a crash too. */
function storePendingReadReceipts(tx: Transaction): void {
  const { role, history, receipts } = tx.state;
  // Pending receipts of earlier runs are known only when the storage has been read.
  if (role === 'follower' || !history.ready || history.readFailures > 0) return;
  const unreported = lastUnreported(receipts);
  if (unreported.join() === tx.state.pendingReadReceipts.join()) return;
  setState(tx, { pendingReadReceipts: unreported });
  tx.writesMeta = true;
}

/** The ids in the newest pending displayed receipts, at most as many as are stored. */
function lastUnreported(receipts: Receipts): readonly string[] {
  const parts: (readonly string[])[] = [];
  let count = 0;
  for (const { notification } of displayedReceipts(receipts)) {
    const { messageId, messageIds = [messageId] } = notification;
    parts.push(messageIds);
    count += messageIds.length;
    if (count >= MAX_COVERED_MESSAGES) break;
  }
  return parts.toReversed().flat().slice(-MAX_COVERED_MESSAGES);
}

/** Whether the local user has not seen the text that an edited message shows now. */
function isUnseenRevision({ direction, revision }: MessageRecord): boolean {
  return direction === 'incoming' && revision !== undefined && revision.displayed !== true;
}

function isIncoming({ direction }: MessageRecord): boolean {
  return direction === 'incoming';
}

/** Counts messages as displayed, and reports them to the senders that may receive receipts. */
export function displayRecords(
  tx: Transaction,
  records: readonly MessageRecord[],
  attended: boolean,
  seenRevision: (record: MessageRecord) => string = revisionId,
): void {
  const mayTell = (record: MessageRecord): boolean =>
    tx.context.settings.notify.displayed &&
    record.wantsDisplayed !== false &&
    // A message that is not known to have arrived cannot have been displayed.
    (!isProxied(tx) || record.outcome === 'success') &&
    trustOf(tx, record.sender) === 'trusted';
  dispatchReceipts(tx, {
    type: 'seen',
    attended,
    messages: records.filter(isIncoming).map((record) => ({
      id: record.id,
      messageId: seenRevision(record),
      order: record.order,
      notify: mayTell(record),
    })),
  });
}

/** Dispatches an event to the receipts machine and executes its effects. */
export function dispatchReceipts(tx: Transaction, event: ReceiptsEvent): void {
  const settings = {
    sendTimeout: tx.context.settings.sendTimeout,
    // In a follower, the leader sends the receipts.
    displayed: tx.state.role === 'leader' && tx.context.capabilities.displayedNotifications,
  };
  const step = reduceReceipts(tx.state.receipts, event, tx.context.now, settings);
  setState(tx, { receipts: step.state });
  for (const effect of step.effects) executeReceiptsEffect(tx, effect);
  storePendingReadReceipts(tx);
}

/** Dispatches an event to the proxied-mode machine and executes its effects. */
export function dispatchProxied(tx: Transaction, event: ProxiedEvent): void {
  const { deliveryReportTimeout, maxPendingDeliveryReports } = tx.context.settings;
  const settings = { timeout: deliveryReportTimeout, cap: maxPendingDeliveryReports };
  const step = reduceProxied(tx.state.proxied, event, tx.context.now, settings);
  setState(tx, { proxied: step.state });
  for (const effect of step.effects) executeProxiedEffect(tx, effect);
}

export function countUnread(tx: Transaction): number {
  const { get, countIncomingAfter } = tx.context.table;
  const { displayedOrder } = tx.state.readMarkers;
  const counts = (record: MessageRecord | undefined): boolean =>
    record !== undefined && isUnread(record) && record.order > displayedOrder;
  let count = countIncomingAfter(displayedOrder);
  for (const [id, record] of tx.changes) count += Number(counts(record)) - Number(counts(get(id)));
  return count;
}

/** Whether a message counts as unread behind the marker. */
function isUnread({ direction, retracted }: MessageRecord): boolean {
  return direction === 'incoming' && retracted === undefined;
}

export function isProxied(tx: Transaction): boolean {
  return tx.context.settings.messageConsumptionMode === 'proxied-to-remote-entity';
}

/** @param held whether the outcome is sent as the deferred response, not as a notification. */
function enqueueReceipt(
  tx: Transaction,
  { id, sender }: Pick<MessageRecord, 'id' | 'sender'>,
  notification: OutgoingNotification,
  held: boolean,
  durable = true,
): void {
  // A response is required, but must not reveal more than the sender may know.
  const withholdDelivery = notification.outcome === 'delivered' && !mayLearn(tx, sender);
  const outgoing = held
    ? { ...notification, asResponse: true, ...(withholdDelivery ? { withholdDelivery } : {}) }
    : notification;
  dispatchReceipts(tx, { type: 'enqueue', id, notification: outgoing, durable });
}

/** Sends an outcome as the deferred response or as a notification; nothing is sent if the sender requests or may receive none. */
function sendOutcome(tx: Transaction, record: MessageRecord, reported: 'success' | number, held: boolean): void {
  const { id, messageId, receipt } = record;
  const notification: OutgoingNotification =
    reported === 'success' ? { messageId, outcome: 'delivered' } : { messageId, outcome: 'failed', code: reported };
  if (held || receipt !== undefined) enqueueReceipt(tx, record, notification, held);
  else dispatchProxied(tx, { type: 'done', id });
}

function executeReceiptsEffect(tx: Transaction, effect: ReceiptsEffect): void {
  switch (effect.type) {
    case 'send':
      tx.effects.push({ type: 'sendNotification', owed: effect.owed });
      return;
    case 'displayed':
      advanceReadMarkers(tx, { displayedOrder: effect.order }, false);
      if (tx.state.role === 'leader') noteSeenRevisions(tx, effect.ids, new Set(effect.revisions));
      setState(tx, { unreadCount: countUnread(tx) });
      if (tx.state.role === 'follower') {
        forwardCommand(tx, { kind: 'seen', ids: effect.ids, revisions: effect.revisions });
      } else {
        tx.writesMeta = true;
      }
      return;
    case 'settled': {
      flushAcks(tx, [rejectionKey(effect.owed.notification.messageId)]);
      const record = receiptTarget(tx, effect.owed.id);
      if (effect.owed.notification.outcome !== 'displayed') dispatchProxied(tx, { type: 'done', id: effect.owed.id });
      const isAbout = record !== undefined && revisionId(record) === effect.owed.notification.messageId;
      if (isAbout && isReceiptPending(record)) putRecord(tx, { ...record, receipt: 'sent' });
      return;
    }
    case 'dropped': {
      const { id, notification } = effect.owed;
      diagnose(tx, 'notification-refused', `The transport refused a ${notification.outcome} notification.`);
      const record = receiptTarget(tx, id);
      const pending = tx.state.proxied.entries.some((entry) => entry.id === id);
      if (record?.outcome === undefined || !pending || notification.outcome === 'displayed') return;
      // The application may report again before the deadline.
      const { outcome: _outcome, ...withoutOutcome } = record;
      putRecord(tx, withoutOutcome);
      dispatchProxied(tx, { type: 'refused', id });
    }
  }
}

/** Marks the texts that edited messages show now as seen, if these revisions were on the screen. */
function noteSeenRevisions(tx: Transaction, ids: readonly string[], seen: ReadonlySet<string>): void {
  for (const record of recordsOf(tx, ids)) {
    if (record.revision === undefined || !isUnseenRevision(record) || !seen.has(record.revision.id)) continue;
    putRecord(tx, { ...record, revision: { ...record.revision, displayed: true } });
  }
}

function executeProxiedEffect(tx: Transaction, effect: ProxiedEffect): void {
  const record = receiptTarget(tx, effect.id);
  switch (effect.type) {
    case 'expired':
      diagnose(
        tx,
        'delivery-report-missing',
        'The application did not report on a message in time; the engine reported failure 408.',
      );
      if (record === undefined) return;
      putRecord(tx, { ...record, outcome: REQUEST_TIMEOUT });
      sendOutcome(tx, record, REQUEST_TIMEOUT, effect.held);
      return;
    case 'released':
      if (!effect.held || record === undefined) return;
      tx.effects.push({
        type: 'sendUnconfirmed',
        notification: {
          messageId: record.messageId,
          outcome: 'failed',
          code: TEMPORARILY_UNAVAILABLE,
          asResponse: true,
        },
      });
      return;
    case 'overflowed':
      diagnose(
        tx,
        'delivery-reports-full',
        'Too many messages await a report of the application; one was refused with 503.',
      );
  }
}
