import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import type { IncomingMessage } from '../ports/transport.ts';
import { feedRemoteComposing } from './composing.ts';
import {
  acknowledge,
  awaitReport,
  ignore,
  refuse,
  repeatOutcome,
  SERVICE_UNAVAILABLE,
  trustOf,
  wantsAcknowledgement,
} from './notifying.ts';
import { place, progress, takeOrder } from './sending.ts';
import {
  acknowledgeToWire,
  diagnose,
  mark,
  newestFirst,
  put,
  raise,
  recordOf,
  recordsWithMessageId,
  refusalOf,
  type Turn,
  update,
} from './turn.ts';

const UNSUPPORTED_MEDIA_TYPE = 415;

/** Content types of notifications. They are no messages: they are never shown and never acknowledged. */
const NOTIFICATION_TYPES: ReadonlySet<string> = new Set(['message/imdn+xml', 'application/im-iscomposing+xml']);

/** How many messages a late one may go back behind. */
const OVERTAKING_REACH = 32;

/**
 * How a message came: `live` from the participant, `kept` for them by the wire, `missed` in a snapshot of history, which
 * may come again with each reconnect, `older` on demand.
 */
export type Arrival = 'live' | 'kept' | 'missed' | 'older';

/** A message from the wire. */
export function receive(turn: Turn, message: IncomingMessage): void {
  const arrival = message.fromHistory === true ? 'kept' : 'live';
  const known = receiveInto(turn, message, arrival, () => arrivalOrder(turn, message));
  acknowledgeToWire(turn, { id: known?.id ?? refusalOf(message.messageId), messageId: message.messageId });
  // An own message that came back: the wire has placed it.
  if (known !== undefined && known.direction === 'outgoing') progressEcho(turn, known);
}

/**
 * Messages in the wire's order. Those that are known stay where they are as long as that agrees with the wire; others
 * go between their neighbours. Own messages that still wait have no place on the wire and are not moved. Where the wire
 * has a message twice, as after a retry, its first place counts.
 */
export function merge(turn: Turn, snapshot: readonly IncomingMessage[], arrival: Arrival): void {
  // Own messages first: those that waited get their places, and then their neighbours' follow.
  for (const message of snapshot) {
    const record = knownRecord(turn, message);
    if (record?.direction === 'outgoing') progressEcho(turn, record);
  }
  const messages = withoutRepetitions(turn, snapshot);
  const known = messages.map((message) => knownRecord(turn, message));
  // Copies of what is known too: a wire may not tell what it has told, and waits for each.
  const confirm = ({ messageId }: IncomingMessage, record: MessageRecord | undefined): void => {
    if (arrival !== 'older') acknowledgeToWire(turn, { id: record?.id ?? refusalOf(messageId), messageId });
  };
  let low = -Infinity;
  messages.forEach((message, index) => {
    const record = known[index];
    if (record !== undefined) {
      receiveInto(turn, message, arrival, takeOrder);
      confirm(message, record);
      const placed = recordOf(turn, record.id);
      if (placed === undefined) return;
      const moves = placed.order <= low && !turn.offTable.has(placed.id);
      if (moves) put(turn, { ...placed, order: orderAfter(turn, low, 1) });
      low = Math.max(low, recordOf(turn, placed.id)?.order ?? low);
      return;
    }
    const run = known.slice(index).findIndex((candidate) => candidate !== undefined);
    const following = run === -1 ? undefined : known[index + run];
    const order = (): number => {
      if (following !== undefined && following.order > low) {
        return between(previousOrder(turn, following.order), following.order, run);
      }
      if (low !== -Infinity) return orderAfter(turn, low, run === -1 ? messages.length - index : run);
      return arrival === 'older' ? firstOrder(turn) - (messages.length - index) : takeOrder(turn);
    };
    const added = receiveInto(turn, message, arrival, order);
    confirm(message, added);
    low = added?.order ?? low;
  });
  const taken = new Set(messages);
  for (const message of snapshot) if (!taken.has(message)) confirm(message, knownRecord(turn, message));
}

/** A message that is known from another position of the wire, or named before, says nothing of the order. */
function withoutRepetitions(turn: Turn, messages: readonly IncomingMessage[]): readonly IncomingMessage[] {
  const named = new Set<string>();
  return messages.filter((message) => {
    const position = knownRecord(turn, message)?.position ?? message.position;
    const name = JSON.stringify([message.sender, message.messageId, contentOf(message)]);
    const isRepetition = named.has(name) || (message.position !== undefined && message.position !== position);
    named.add(name);
    return !isRepetition;
  });
}

/** A page from before all that is known. It counts as read; returns how many messages are new. */
export function mergeOlder(turn: Turn, messages: readonly IncomingMessage[]): number {
  const { get } = turn.world.table;
  const first = neighbours(turn, -Infinity).next;
  merge(turn, messages, 'older');
  const added = Array.from(turn.changes.values()).filter(
    (record) => record !== undefined && get(record.id) === undefined,
  );
  const read = added.map((record) => record?.order ?? first).filter((order) => order < first);
  mark(turn, { displayedOrder: Math.max(...read) });
  return added.length;
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
  if (!own && trustOf(turn, sender) === 'blocked') {
    ignore(turn, message);
    return undefined;
  }
  if (NOTIFICATION_TYPES.has(mediaType(contentType))) {
    diagnose(turn, 'notification-as-message', 'A notification arrived as if it were a message.');
    return undefined;
  }
  const copy = knownRecord(turn, message);
  if (copy !== undefined) {
    if (!own && (arrival === 'live' || arrival === 'kept')) receiveAgain(turn, copy, message, arrival);
    return withPosition(turn, recordOf(turn, copy.id) ?? copy, message.position);
  }
  if (!own) endComposing(turn, message, arrival);
  // What is refused leaves no record, so each snapshot of history would have it refused again.
  const mayRefuse = arrival === 'live' || arrival === 'kept';
  const isContentTypeSupported = supports(settings.supportedFormats, contentType);
  if (!own && !isContentTypeSupported && settings.unsupportedFormat === 'refuse') {
    diagnose(turn, 'content-type-refused', 'A message of an unsupported content type was refused with 415.');
    if (mayRefuse) refuse(turn, message, UNSUPPORTED_MEDIA_TYPE);
    return undefined;
  }
  const id = freeId(turn, messageId);
  if (id !== messageId) {
    diagnose(turn, 'message-id-reused', 'A message id came again with another content or sender.');
  }
  const proxied = !own && arrival !== 'older' && settings.messageConsumptionMode === 'proxied-to-remote-entity';
  if (proxied && !awaitReport(turn, id, message.answerHeld === true)) {
    // In history too: it is not kept here, and its sender must know. The next snapshot may find room for it.
    refuse(turn, message, SERVICE_UNAVAILABLE);
    return undefined;
  }

  // In proxied mode it is owed as well, but by the application.
  const owed = !own && arrival !== 'older' && wantsAcknowledgement(turn, message);
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
    ...(!own && arrival === 'older' ? { archived: true as const } : {}),
    ...(message.wants?.displayed === false ? { wantsDisplayed: false as const } : {}),
    ...(owed ? { acknowledgement: 'owed' as const } : {}),
  };
  put(turn, record);
  if (own) return record;
  if (arrival !== 'older') {
    if (record.order > turn.machines.marks.displayedOrder) update(turn, { unread: turn.machines.unread + 1 });
    raise(turn, 'messageReceived', { message: record });
  }
  if (owed && !proxied) acknowledge(turn, record, message.answerHeld === true, !turn.world.hasStorage);
  return record;
}

/** A message says that its sender has finished it; an old one says so only by its place among their frames. */
function endComposing(turn: Turn, { sender, stamp }: IncomingMessage, arrival: Arrival): void {
  if (arrival !== 'live' && (arrival === 'older' || stamp === undefined)) return;
  feedRemoteComposing(turn, { type: 'message', sender, stamp });
}

/** A duplicate is not shown again, but its sender seems to have missed the acknowledgement: it is repeated. */
function receiveAgain(turn: Turn, record: MessageRecord, message: IncomingMessage, arrival: Arrival): void {
  const { archived, ...delivered } = record;
  if (archived === true) {
    // Read in the archive before it was delivered: it is shown, but it arrives only now.
    put(turn, delivered);
    endComposing(turn, message, arrival);
  }
  repeatAcknowledgement(turn, delivered, message, arrival);
  const received = recordOf(turn, record.id);
  // In proxied mode it may have been answered already, with 503.
  if (archived === true && received !== undefined && received.report === undefined) {
    raise(turn, 'messageReceived', { message: received });
  }
}

function repeatAcknowledgement(turn: Turn, record: MessageRecord, message: IncomingMessage, arrival: Arrival): void {
  if (!wantsAcknowledgement(turn, message)) return;
  const held = message.answerHeld === true;
  if (record.acknowledgement === undefined) {
    // So far it was only read in history, or nobody wanted to know.
    const owed: MessageRecord = { ...record, acknowledgement: 'owed' };
    put(turn, owed);
    repeatOutcome(turn, owed, held, !turn.world.hasStorage);
  } else if (arrival === 'live') {
    repeatOutcome(turn, record, held);
  }
}

/** A message that was known before the wire said where it is in its archive: an own one, as a rule. */
function withPosition(turn: Turn, record: MessageRecord, position: string | undefined): MessageRecord {
  if (position === undefined || record.position !== undefined) return record;
  const placed = { ...record, position };
  put(turn, placed);
  return placed;
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
    (record) => record.sender === message.sender && contentOf(record) === contentOf(message),
  );
}

/**
 * The content as it compares. On its way a wire may write it in another way that means the same: the case and spaces of
 * the type, the charset that it was carried in (RFC 2045 section 5.1), the ends of lines (RFC 2046 section 4.1.1).
 */
function contentOf({ contentType, body }: Pick<MessageRecord, 'contentType' | 'body'>): string {
  const type = contentType.toLowerCase().replaceAll(/;\s*charset=[^;]*|\s/g, '');
  return `${type} ${body.replaceAll(/\r\n?/g, '\n')}`;
}

/** The next order, or one before messages that their sender handed over later and the network delivered sooner. */
function arrivalOrder(turn: Turn, { sender, stamp }: IncomingMessage): number {
  if (stamp === undefined) return takeOrder(turn);
  let overtaken: MessageRecord | undefined;
  let reach = OVERTAKING_REACH;
  for (const record of newestFirst(turn)) {
    reach -= 1;
    if (reach < 0) break;
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
  const { next } = neighbours(turn, order);
  return next >= PENDING_ORDER ? takeOrder(turn) : between(order, next, count);
}

function previousOrder(turn: Turn, order: number): number {
  const { previous } = neighbours(turn, order);
  return previous === -Infinity ? order - 2 : previous;
}

function firstOrder(turn: Turn): number {
  return Math.min(0, neighbours(turn, -Infinity).next);
}

/** The orders on both sides of one: of the table, which is sorted, and of what this turn changes or has looked up. */
function neighbours(turn: Turn, order: number): { readonly previous: number; readonly next: number } {
  const { firstFrom, get, order: view } = turn.world.table;
  const orderAt = (index: number): number => get(view.at(index) ?? '')?.order ?? Infinity;
  const first = firstFrom(order);
  const isChanged = (index: number): boolean => turn.changes.has(view.at(index) ?? '');
  let before = first - 1;
  while (before >= 0 && isChanged(before)) before -= 1;
  let after = first;
  while (after < view.length && (isChanged(after) || orderAt(after) === order)) after += 1;
  let previous = before < 0 ? -Infinity : orderAt(before);
  let next = orderAt(after);
  for (const record of [...turn.changes.values(), ...turn.offTable.values()]) {
    if (record === undefined) continue;
    if (record.order < order) previous = Math.max(previous, record.order);
    else if (record.order > order) next = Math.min(next, record.order);
  }
  return { previous, next };
}
