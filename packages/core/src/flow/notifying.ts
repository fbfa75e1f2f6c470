import {
  awaitedReport,
  type DeliveryReportsEffect,
  type DeliveryReportsEvent,
  reduceDeliveryReports,
} from '../machines/deliveryReports.ts';
import { COVERS_CAP, type ReceiptsEffect, type ReceiptsEvent, reduceReceipts } from '../machines/receipts.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { IncomingMessage, OutgoingNotification } from '../ports/transport.ts';
import { REQUEST_TIMEOUT } from './sending.ts';
import {
  diagnose,
  letWireForget,
  mark,
  newestFirst,
  put,
  recordOf,
  recordsOf,
  refusalOf,
  type Turn,
  update,
  wish,
} from './turn.ts';

/** SIP response code: no more can be taken now. */
export const SERVICE_UNAVAILABLE = 503;
const TEMPORARILY_UNAVAILABLE = 480;

/** How a sender is treated; a function of the application's that throws counts as distrust. */
export function trustOf(turn: Turn, sender: string): 'trusted' | 'untrusted' | 'blocked' {
  try {
    return turn.world.settings.trust(sender);
  } catch (error) {
    diagnose(turn, 'trust-failed', 'The trust function threw; the sender counts as untrusted.', error);
    return 'untrusted';
  }
}

/** Consumed locally: the message reached the application, and its sender may know. */
export function acknowledge(turn: Turn, record: MessageRecord, answerHeld: boolean, durable: boolean): void {
  owe(turn, record, { messageId: record.messageId, outcome: 'delivered' }, answerHeld, durable);
}

/** Whether a delivery notification is due for a message. */
export function wantsAcknowledgement(turn: Turn, message: IncomingMessage): boolean {
  const wanted = message.wants?.delivered ?? true;
  return message.answerHeld === true || (wanted && mayAcknowledge(turn, message.sender));
}

/** Whether a sender may be told, and can be. */
function mayAcknowledge(turn: Turn, sender: string): boolean {
  return turn.world.capabilities.deliveryNotifications && mayLearn(turn, sender);
}

/** Whether a sender may learn that a message was delivered. */
function mayLearn(turn: Turn, sender: string): boolean {
  return turn.world.settings.notify.delivered && trustOf(turn, sender) === 'trusted';
}

/** A message is not heard; a wire that waits for an answer hears what it would if nobody were there. */
export function ignore(turn: Turn, { messageId, answerHeld }: IncomingMessage): void {
  if (answerHeld !== true) return;
  const notification = { messageId, outcome: 'failed', code: TEMPORARILY_UNAVAILABLE, answer: true } as const;
  turn.effects.push({ type: 'answer', notification });
}

/** A message is refused with a code, where the wire can say so. */
export function refuse(turn: Turn, message: IncomingMessage, code: number): void {
  const { messageId, sender, answerHeld } = message;
  if (!wantsAcknowledgement(turn, message)) return;
  owe(turn, { id: refusalOf(messageId), sender }, { messageId, outcome: 'failed', code }, answerHeld === true);
}

/** Proxied mode: a message awaits the application's report. Returns false where the ledger is full. */
export function awaitReport(turn: Turn, id: string, held: boolean): boolean {
  feedReports(turn, { type: 'received', id, held });
  return turn.machines.reports.entries.some((entry) => entry.id === id);
}

/** The flow ended before the sender of a stored message learnt what became of it. */
export function resumeDebt(turn: Turn, record: MessageRecord, durable: boolean): void {
  // It may have been switched off meanwhile.
  if (mayAcknowledge(turn, record.sender)) repeatOutcome(turn, record, false, durable);
}

/** Tells the sender once more what became of a message; in proxied mode, once that is known. */
export function repeatOutcome(turn: Turn, record: MessageRecord, answerHeld: boolean, durable = true): void {
  if (!isProxied(turn)) {
    acknowledge(turn, record, answerHeld, durable);
  } else if (record.report !== undefined) {
    tell(turn, record, record.report, answerHeld);
  } else if (!awaitReport(turn, record.id, answerHeld)) {
    put(turn, { ...record, report: SERVICE_UNAVAILABLE });
    tell(turn, record, SERVICE_UNAVAILABLE, answerHeld);
  }
}

/** Proxied mode: the application reports what became of a message. */
export function report(turn: Turn, id: string, outcome: 'success' | number): void {
  const record = recordOf(turn, id);
  const entry = awaitedReport(turn.machines.reports, id);
  if (record === undefined || entry === undefined) return;
  put(turn, { ...record, report: outcome });
  feedReports(turn, { type: 'reported', id });
  tell(turn, record, outcome, entry.held);
}

/** The local user has seen all up to a message. */
export function seen(turn: Turn, id: string): void {
  const last = recordOf(turn, id);
  const from = Math.max(turn.machines.marks.displayedOrder, turn.machines.receipts.seen.at(-1)?.order ?? -Infinity);
  if (last === undefined || last.order <= from) return;
  const records: MessageRecord[] = [];
  for (const record of newestFirst(turn, id)) {
    if (record.order <= from) break;
    records.push(record);
  }
  see(turn, records.toReversed(), false);
}

/** The local user has seen messages in another tab, where they were looking. */
export function seenElsewhere(turn: Turn, ids: readonly string[]): void {
  see(turn, recordsOf(turn, ids), true);
}

/** The flow ended before the senders of what was displayed had been told. */
export function resumeReports(turn: Turn, records: readonly MessageRecord[]): void {
  const unreported = records.filter(({ messageId }) => turn.machines.unreported.includes(messageId));
  if (unreported.length > 0) see(turn, unreported, true);
}

/** What is still to be reported is stored, so that it is said after a crash too. */
function noteUnreported(turn: Turn): void {
  const { role, history, receipts } = turn.machines;
  // What is owed of old is known only when the storage has been read.
  if (role === 'mirror' || !history.ready || history.unread > 0) return;
  const unreported = receipts.owed
    .filter(({ notification }) => notification.outcome === 'displayed')
    .flatMap(({ notification: { messageId, covers } }) => covers ?? [messageId])
    .slice(-COVERS_CAP);
  if (unreported.join() === turn.machines.unreported.join()) return;
  update(turn, { unreported });
  turn.storesMeta = true;
}

function isIncoming({ direction }: MessageRecord): boolean {
  return direction === 'incoming';
}

function see(turn: Turn, records: readonly MessageRecord[], attended: boolean): void {
  const mayTell = (record: MessageRecord): boolean =>
    turn.world.settings.notify.displayed &&
    record.wantsDisplayed !== false &&
    // What did not arrive, or is not known to have, was displayed to nobody.
    (!isProxied(turn) || record.report === 'success') &&
    trustOf(turn, record.sender) === 'trusted';
  feedReceipts(turn, {
    type: 'seen',
    attended,
    messages: records.filter(isIncoming).map((record) => ({
      id: record.id,
      messageId: record.messageId,
      order: record.order,
      report: mayTell(record),
    })),
  });
}

/** Feeds the machine of the notifications owed, and does what it says. */
export function feedReceipts(turn: Turn, event: ReceiptsEvent): void {
  const settings = {
    sendTimeout: turn.world.settings.sendTimeout,
    // A mirror leaves it to the speaker to tell.
    displayed: turn.machines.role === 'speaker' && turn.world.capabilities.displayedNotifications,
  };
  const step = reduceReceipts(turn.machines.receipts, event, turn.world.now, settings);
  update(turn, { receipts: step.state });
  for (const effect of step.effects) performReceipts(turn, effect);
  noteUnreported(turn);
}

/** Feeds the proxied mode's ledger, and does what it says. */
export function feedReports(turn: Turn, event: DeliveryReportsEvent): void {
  const { deliveryReportTimeout, maxPendingDeliveryReports } = turn.world.settings;
  const settings = { timeout: deliveryReportTimeout, cap: maxPendingDeliveryReports };
  const step = reduceDeliveryReports(turn.machines.reports, event, turn.world.now, settings);
  update(turn, { reports: step.state });
  for (const effect of step.effects) performReports(turn, effect);
}

export function countUnread(turn: Turn): number {
  const { get } = turn.world.table;
  let count = 0;
  for (const [id, record] of turn.changes) {
    const isNew = record?.direction === 'incoming' && get(id) === undefined;
    if (isNew && record.order > turn.machines.marks.displayedOrder) count += 1;
  }
  for (const record of newestFirst(turn)) {
    if (record.order <= turn.machines.marks.displayedOrder) break;
    if (record.direction === 'incoming') count += 1;
  }
  return count;
}

function isProxied(turn: Turn): boolean {
  return turn.world.settings.messageConsumptionMode === 'proxied-to-remote-entity';
}

/** @param held whether it goes out as the answer that the wire holds, not as a notification. */
function owe(
  turn: Turn,
  { id, sender }: Pick<MessageRecord, 'id' | 'sender'>,
  notification: OutgoingNotification,
  held: boolean,
  durable = true,
): void {
  // The wire's own answer has to be given, but says no more than the sender may know.
  const quiet = notification.outcome === 'delivered' && !mayLearn(turn, sender);
  const outgoing = held ? { ...notification, answer: true, ...(quiet ? { quiet } : {}) } : notification;
  feedReceipts(turn, { type: 'owe', id, notification: outgoing, durable });
}

/** A report goes out as the held answer or as a notification; where its sender wants or may have none, it is done. */
function tell(turn: Turn, record: MessageRecord, reported: 'success' | number, held: boolean): void {
  const { id, messageId, acknowledgement } = record;
  const notification: OutgoingNotification =
    reported === 'success' ? { messageId, outcome: 'delivered' } : { messageId, outcome: 'failed', code: reported };
  if (held || acknowledgement !== undefined) owe(turn, record, notification, held);
  else feedReports(turn, { type: 'done', id });
}

function performReceipts(turn: Turn, effect: ReceiptsEffect): void {
  switch (effect.type) {
    case 'send':
      turn.effects.push({ type: 'sendNotification', owed: effect.owed });
      return;
    case 'displayed':
      mark(turn, { displayedOrder: effect.order }, false);
      update(turn, { unread: countUnread(turn) });
      if (turn.machines.role === 'mirror') wish(turn, { kind: 'seen', ids: effect.ids });
      else turn.storesMeta = true;
      return;
    case 'settled': {
      letWireForget(turn, (id) => id === refusalOf(effect.owed.notification.messageId));
      const record = recordOf(turn, effect.owed.id);
      if (effect.owed.notification.outcome !== 'displayed') feedReports(turn, { type: 'done', id: effect.owed.id });
      if (record?.acknowledgement === 'owed') put(turn, { ...record, acknowledgement: 'done' });
      return;
    }
    case 'dropped': {
      const { id, notification } = effect.owed;
      diagnose(turn, 'notification-refused', `The wire did not take a ${notification.outcome} notification.`);
      const record = recordOf(turn, id);
      const pending = turn.machines.reports.entries.some((entry) => entry.id === id);
      if (record?.report === undefined || !pending || notification.outcome === 'displayed') return;
      // The application may report again, while there is time.
      const { report: _report, ...unreported } = record;
      put(turn, unreported);
      feedReports(turn, { type: 'refused', id });
    }
  }
}

function performReports(turn: Turn, effect: DeliveryReportsEffect): void {
  const record = recordOf(turn, effect.id);
  switch (effect.type) {
    case 'expired':
      diagnose(turn, 'delivery-report-missing', 'A message was not reported in time; the engine reported failure 408.');
      if (record === undefined) return;
      put(turn, { ...record, report: REQUEST_TIMEOUT });
      tell(turn, record, REQUEST_TIMEOUT, effect.held);
      return;
    case 'released':
      if (!effect.held || record === undefined) return;
      turn.effects.push({
        type: 'answer',
        notification: { messageId: record.messageId, outcome: 'failed', code: TEMPORARILY_UNAVAILABLE, answer: true },
      });
      return;
    case 'overflowed':
      diagnose(turn, 'delivery-reports-full', 'Too many messages await a delivery report; one was answered 503.');
  }
}
