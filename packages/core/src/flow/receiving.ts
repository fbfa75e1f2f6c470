import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import type { IncomingMessage } from '../ports/transport.ts';
import { feedRemoteComposing } from './composing.ts';
import { acknowledge, awaitReport, refuse, repeatOutcome, trustOf, wantsAcknowledgement } from './notifying.ts';
import { place, progress, takeOrder } from './sending.ts';
import { acknowledgeToWire, diagnose, put, raise, recordOf, recordsWithMessageId, type Turn, update } from './turn.ts';

const UNSUPPORTED_MEDIA_TYPE = 415;

/** Content types of notifications. They are no messages: they are never shown and never acknowledged. */
const NOTIFICATION_TYPES: ReadonlySet<string> = new Set(['message/imdn+xml', 'application/im-iscomposing+xml']);

/** How many messages a late one may go back behind. */
const OVERTAKING_REACH = 32;

/** How a message came: `live` from the participant, `missed` in the gap before a reconnect, `older` on demand. */
export type Arrival = 'live' | 'missed' | 'older';

/** A message from the wire. */
export function receive(turn: Turn, message: IncomingMessage): void {
  const arrival = message.fromHistory === true ? 'missed' : 'live';
  const known = receiveInto(turn, message, arrival, () => arrivalOrder(turn, message));
  acknowledgeToWire(turn, { id: known?.id ?? '', messageId: message.messageId });
  // An own message that came back: the wire has placed it.
  if (known !== undefined && known.direction === 'outgoing') progressEcho(turn, known);
}

/**
 * Messages in the wire's order. Those that are known stay where they are as long as that agrees with the wire; others
 * go between their neighbours. Own messages that still wait have no place on the wire and are not moved.
 */
export function merge(turn: Turn, messages: readonly IncomingMessage[], arrival: Arrival): void {
  const known = messages.map((message) => knownRecord(turn, message));
  let low = -Infinity;
  messages.forEach((message, index) => {
    const record = known[index];
    if (record !== undefined) {
      if (record.direction === 'outgoing') progressEcho(turn, record);
      const placed = recordOf(turn, record.id);
      receiveInto(turn, message, arrival, takeOrder);
      if (placed === undefined || turn.offTable.has(placed.id)) return;
      if (placed.order <= low) put(turn, { ...placed, order: orderAfter(turn, low, 1) });
      low = recordOf(turn, placed.id)?.order ?? low;
      return;
    }
    const run = known.slice(index).findIndex((candidate) => candidate !== undefined);
    const following = run === -1 ? undefined : known[index + run];
    const order = (): number => {
      if (following !== undefined && following.order > low) {
        const floor = low === -Infinity ? previousOrder(turn, following.order) : low;
        return between(floor, following.order, run);
      }
      if (low !== -Infinity) return orderAfter(turn, low, run === -1 ? messages.length - index : run);
      return arrival === 'older' ? firstOrder(turn) - (messages.length - index) : takeOrder(turn);
    };
    const added = receiveInto(turn, message, arrival, order);
    if (arrival !== 'older') acknowledgeToWire(turn, { id: added?.id ?? '', messageId: message.messageId });
    low = added?.order ?? low;
  });
}

/**
 * Takes a message in, by the rules of duplicates, trust and formats. Returns its record: the new one, or the one that
 * it is a copy of; undefined where it is not shown.
 */
function receiveInto(
  turn: Turn,
  message: IncomingMessage,
  arrival: Arrival,
  order: (turn: Turn) => number,
): MessageRecord | undefined {
  const { localAddress, settings } = turn.world;
  const { sender, messageId, contentType, body } = message;
  const own = sender === localAddress;
  if (!own && trustOf(turn, sender) === 'blocked') return undefined;
  if (NOTIFICATION_TYPES.has(mediaType(contentType))) {
    diagnose(turn, 'notification-as-message', 'A notification arrived as if it were a message; it is not shown.');
    return undefined;
  }
  const copy = knownRecord(turn, message);
  if (copy !== undefined) {
    if (!own && arrival === 'live') receiveAgain(turn, copy, message);
    return copy;
  }
  if (!own && (arrival === 'live' || (arrival === 'missed' && message.stamp !== undefined))) {
    feedRemoteComposing(turn, { type: 'message', sender, stamp: message.stamp });
  }
  const isContentTypeSupported = supports(settings.supportedFormats, contentType);
  if (!own && !isContentTypeSupported && settings.unsupportedFormat === 'refuse') {
    diagnose(turn, 'content-type-refused', 'A message of an unsupported content type was refused with 415.');
    if (arrival !== 'older') refuse(turn, message, UNSUPPORTED_MEDIA_TYPE);
    return undefined;
  }
  const id = freeId(turn, messageId);
  if (id !== messageId) {
    diagnose(turn, 'message-id-reused', 'A message id came again with another content or sender; both are shown.');
  }
  const proxied = !own && arrival !== 'older' && settings.messageConsumptionMode === 'proxied-to-remote-entity';
  if (proxied && !awaitReport(turn, id, message)) return undefined;

  const acknowledges = !own && !proxied && arrival !== 'older' && wantsAcknowledgement(turn, message);
  // In proxied mode it is owed as well, but by the application.
  const owed = acknowledges || proxied;
  const record: MessageRecord = {
    id,
    messageId,
    direction: own ? 'outgoing' : 'incoming',
    sender,
    contentType,
    body,
    order: order(turn),
    at: turn.world.wall,
    status: own ? 'sent' : 'delivered',
    attempts: 0,
    times: {},
    deliveryFailures: [],
    isContentTypeSupported,
    ...(message.sentAt === undefined ? {} : { sentAt: message.sentAt }),
    ...(message.stamp === undefined ? {} : { stamp: message.stamp }),
    ...(message.position === undefined ? {} : { position: message.position }),
    ...(id === messageId ? {} : { conflict: true }),
    ...(message.wants?.displayed === false ? { wantsDisplayed: false as const } : {}),
    ...(owed ? { acknowledgement: 'owed' as const } : {}),
  };
  put(turn, record);
  if (own) return record;
  if (arrival !== 'older') {
    if (record.order > turn.machines.displayedOrder) update(turn, { unread: turn.machines.unread + 1 });
    raise(turn, 'messageReceived', { message: record });
  }
  if (acknowledges) acknowledge(turn, record, message.answerHeld === true, !turn.world.hasStorage);
  return record;
}

/** A duplicate is not shown again, but its sender seems to have missed the acknowledgement: it is repeated. */
function receiveAgain(turn: Turn, record: MessageRecord, message: IncomingMessage): void {
  if (record.acknowledgement === undefined || !wantsAcknowledgement(turn, message)) return;
  repeatOutcome(turn, record, message.answerHeld === true);
}

/** An own message seen on the wire: it was accepted, whatever became of the answer. */
function progressEcho(turn: Turn, record: MessageRecord): void {
  if (progress(turn, record, 'sent', undefined, !turn.world.capabilities.deliveryNotifications) === undefined) {
    const placed = place(turn, record);
    if (placed !== record) put(turn, placed);
  }
}

/** The record of a message: same sender, id and content. */
function knownRecord(turn: Turn, message: IncomingMessage): MessageRecord | undefined {
  return recordsWithMessageId(turn, message.messageId).find(
    ({ sender, contentType, body }) =>
      sender === message.sender && contentType === message.contentType && body === message.body,
  );
}

/** The next order, or one before messages that their sender handed over later and the network delivered sooner. */
function arrivalOrder(turn: Turn, { sender, stamp }: IncomingMessage): number {
  if (stamp === undefined) return takeOrder(turn);
  const { order: view } = turn.world.table;
  let overtaken: MessageRecord | undefined;
  for (let back = 1; back <= OVERTAKING_REACH; back += 1) {
    const record = recordOf(turn, view.at(-back) ?? '');
    if (record === undefined) break;
    if (record.sender !== sender || record.stamp?.session !== stamp.session) continue;
    if (record.stamp.sequence < stamp.sequence) break;
    overtaken = record;
  }
  return overtaken === undefined ? takeOrder(turn) : between(previousOrder(turn, overtaken.order), overtaken.order, 1);
}

function freeId(turn: Turn, messageId: string): string {
  let id = messageId;
  for (let copy = 2; recordOf(turn, id) !== undefined; copy += 1) id = `${messageId}~${copy}`;
  return id;
}

function supports(formats: readonly string[], contentType: string): boolean {
  const type = mediaType(contentType);
  return formats.some((format) => format === '*' || format.toLowerCase() === type);
}

/** A content type without its parameters. */
function mediaType(contentType: string): string {
  return contentType.replace(/;.*/s, '').trim().toLowerCase();
}

/** The first of `count` places between two orders. */
function between(low: number, high: number, count: number): number {
  return low + (high - low) / (count + 1);
}

/** The first of `count` places behind an order, before whatever comes next. */
function orderAfter(turn: Turn, order: number, count: number): number {
  if (order === turn.machines.nextOrder - 1) return takeOrder(turn);
  let next = Infinity;
  for (const record of placedRecords(turn)) if (record.order > order) next = Math.min(next, record.order);
  return next >= PENDING_ORDER ? takeOrder(turn) : between(order, next, count);
}

function previousOrder(turn: Turn, order: number): number {
  let previous = -Infinity;
  for (const record of placedRecords(turn)) if (record.order < order) previous = Math.max(previous, record.order);
  return previous === -Infinity ? order - 2 : previous;
}

function firstOrder(turn: Turn): number {
  let first = 0;
  for (const record of placedRecords(turn)) first = Math.min(first, record.order);
  return first;
}

function* placedRecords(turn: Turn): Generator<MessageRecord> {
  for (const id of turn.world.table.order) {
    const record = recordOf(turn, id);
    if (record !== undefined) yield record;
  }
  for (const [id, record] of turn.changes) {
    if (record !== undefined && turn.world.table.get(id) === undefined) yield record;
  }
}
