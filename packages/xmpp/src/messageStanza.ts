/** Messages and notifications as stanzas. */

import type {
  ChannelEvent,
  IncomingMessage,
  IncomingOperation,
  OutgoingComposing,
  OutgoingMessage,
  OutgoingNotification,
  FrameSequence,
} from '@imflow/core';
import { bareOf } from './address.ts';
import { NS } from './namespaces.ts';
import { bodyIn, contentIn, ENCRYPTED, type MessageContent } from './messageContent.ts';
import { actIn, type MessageAct } from './messageOperation.ts';
import { replyIn } from './messageReply.ts';
import { encodeContent, ownContentIn } from './ownContent.ts';
import { conditionOf, responseCodeOf } from './stanzaError.ts';
import { childOf, childrenOf, element, type XmlElement } from './xml.ts';

const CHAT_STATES = ['active', 'composing', 'paused', 'inactive', 'gone'];
/** The longest message id; the engine ignores longer ones, too. */
const MAX_ID_LENGTH = 1_024;
const MAX_COVERED = 200;

/** The decoded content of a `<message/>`, and its conversation. */
export interface DecodedMessage {
  /** The bare address of the other participant. */
  readonly remote: string;
  readonly events: readonly ChannelEvent[];
  /** Whether it contains a chat state (XEP-0085). */
  readonly hasChatState: boolean;
  /** The server's own position of it in the local user's archive (XEP-0359). */
  readonly position: string | undefined;
  /** The full address that sent it, where that is a participant's client of another kind. */
  readonly foreignSender: string | undefined;
}

export interface DecodeOptions {
  /** The bare address of the local user. */
  readonly local: string;
  /** `live`, from an archive, or a copy for or from another device of the local user. */
  readonly origin: 'live' | 'archive' | 'carbon';
  /** The position in the archive, where the stanza comes from the archive. */
  readonly position?: string;
  /** When the archive or the server received it, in the form of XEP-0203. */
  readonly stamp?: string;
  /** The reader's languages, best first. Default: the first one. */
  readonly languages?: readonly string[];
  /**
   * The place of an operation of another client among those of its author.
   * @param at when the server received it, in ms since the epoch; NaN for a live one.
   */
  readonly sequenceAt: (at: number) => number;
  /** A new id for a message that has none. */
  readonly newId: () => string;
}

/** Writes a message of the engine as a stanza. */
export function encodeMessage(to: string, message: OutgoingMessage): XmlElement {
  const { messageId, sentAt, frameSequence } = message;
  return encodeContent(to, messageId, message, { ...sequenceAttributes(frameSequence), at: String(sentAt) });
}

export function encodeComposing(to: string, { state, frameSequence }: OutgoingComposing): XmlElement {
  if (state !== 'composing' && state !== 'idle') throw new TypeError('state must be composing or idle.');
  return element(
    'message',
    NS.client,
    { to, type: 'chat' },
    element(state === 'composing' ? 'composing' : 'active', NS.chatStates),
    element('message', NS.imflow, sequenceAttributes(frameSequence)),
    element('no-store', NS.hints),
  );
}

/**
 * A notification: a receipt (XEP-0184), a marker (XEP-0333), or a failure, for which XMPP defines no element that
 * clients send.
 */
export function encodeNotification(to: string, id: string, notification: OutgoingNotification): XmlElement {
  const { messageId, outcome, code, messageIds } = notification;
  if (typeof messageId !== 'string' || messageId === '') throw new TypeError('A notification must have a messageId.');
  const about = {
    delivered: () => [element('received', NS.receipts, { id: messageId })],
    displayed: () => [
      element('displayed', NS.markers, { id: messageId }),
      messageIds &&
        element('messageIds', NS.imflow, {}, ...messageIds.map((each) => element('message', NS.imflow, { id: each }))),
    ],
    failed: () => [
      element('failed', NS.imflow, { id: messageId, code: code === undefined ? undefined : String(code) }),
    ],
  };
  if (!Object.hasOwn(about, outcome)) throw new TypeError('outcome must be delivered, displayed or failed.');
  return element('message', NS.client, { to, type: 'chat', id }, ...about[outcome](), element('store', NS.hints));
}

/** Reads a `<message/>`. Undefined if it does not belong to a one-to-one conversation. */
export function decodeMessage(stanza: XmlElement, options: DecodeOptions): DecodedMessage | undefined {
  const { local, origin } = options;
  const { from = local, to = local, type = 'normal', id } = stanza.attributes;
  const sender = bareOf(from);
  const own = sender === local;
  const remote = own ? bareOf(to) : sender;
  if (type === 'groupchat' || type === 'headline' || remote === local) return undefined;
  if (type === 'error')
    return {
      remote,
      events: decodeError(stanza, remote),
      hasChatState: false,
      position: undefined,
      foreignSender: undefined,
    };

  const ids = childrenOf(stanza).filter(({ name, xmlns }) => name === 'stanza-id' && xmlns === NS.ids);
  // Only the own server may say where a message is in the own archive.
  const placed = ids.find(({ attributes }) => bareOf(attributes['by'] ?? '') === local)?.attributes['id'];
  const position = options.position ?? placed;
  const events: ChannelEvent[] = [];
  const state = childrenOf(stanza).find(({ name, xmlns }) => xmlns === NS.chatStates && CHAT_STATES.includes(name));
  const extra = childOf(stanza, 'message', NS.imflow);
  const messageId = isId(id) ? id : (position ?? options.newId());
  const read = { sender, remote, messageId, extra, position, options };
  const contentOf = (): MessageContent | undefined =>
    extra === undefined ? contentIn(stanza, options.languages ?? []) : ownContentIn(stanza, extra);
  const act = actIn(stanza, contentOf);
  const content = act === undefined ? contentOf() : undefined;
  if (act !== undefined && act !== 'nothing') {
    events.push({ type: 'operation', operation: decodeAct(stanza, act, read) });
  }
  if (content !== undefined) {
    events.push({ type: 'message', message: decodeContent(stanza, content, read) });
  } else if (state !== undefined && origin === 'live' && !own && serverDelay(stanza, local) === undefined) {
    // A stored notification does not describe the present state.
    const composing = state.name === 'composing' ? 'composing' : 'idle';
    events.push({ type: 'composing', sender, state: composing, ...sequenceOf(extra) });
  }
  if (!own) events.push(...decodeNotifications(stanza, sender));
  const foreignSender = own || extra !== undefined ? undefined : from;
  return { remote, events, hasChatState: state !== undefined, position, foreignSender };
}

export function messagesIn(events: readonly ChannelEvent[]): IncomingMessage[] {
  return events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
}

export function operationsIn(events: readonly ChannelEvent[]): IncomingOperation[] {
  return events.flatMap((event) => (event.type === 'operation' ? [event.operation] : []));
}

interface Read {
  readonly sender: string;
  readonly remote: string;
  readonly messageId: string;
  readonly extra: XmlElement | undefined;
  readonly position: string | undefined;
  readonly options: DecodeOptions;
}

function decodeContent(stanza: XmlElement, content: MessageContent, read: Read): IncomingMessage {
  const { sender, remote, messageId, extra, position, options } = read;
  const delayed = options.stamp ?? serverDelay(stanza, options.local);
  const at = Number(extra?.attributes['at'] ?? Date.parse(delayed ?? ''));
  const replyTo = replyIn(stanza, bodyIn(stanza, options.languages ?? []), sender, [options.local, remote]);
  return {
    messageId,
    sender,
    ...content,
    ...(Number.isFinite(at) ? { sentAt: at } : {}),
    ...sequenceOf(extra),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(position === undefined ? {} : { position }),
    ...(delayed === undefined ? {} : { fromHistory: true }),
    ...requestedIn(stanza, content.contentType, options),
  };
}

/**
 * Clients of this kind send the order of their operations. Of the operations of other clients, only the time is known.
 */
function decodeAct(
  stanza: XmlElement,
  act: MessageAct,
  { sender, messageId: id, extra, options }: Read,
): IncomingOperation {
  const delayed = options.stamp ?? serverDelay(stanza, options.local);
  const { sequence = '' } = extra?.attributes ?? {};
  const exact = /^\d{1,15}$/.test(sequence) ? Number(sequence) : undefined;
  return {
    id,
    sender,
    ...act,
    sequence: exact ?? options.sequenceAt(Date.parse(delayed ?? '')),
    ...(delayed === undefined ? {} : { fromHistory: true }),
    ...requestedIn(stanza, act.kind === 'edit' ? act.contentType : undefined, options),
  };
}

function requestedIn(
  stanza: XmlElement,
  contentType: string | undefined,
  { origin }: DecodeOptions,
): Pick<IncomingMessage, 'requestedReceipts'> {
  const delivered = origin !== 'carbon' && childOf(stanza, 'request', NS.receipts) !== undefined;
  const displayed = contentType !== ENCRYPTED && childOf(stanza, 'markable', NS.markers) !== undefined;
  return { requestedReceipts: { delivered, displayed } };
}

function decodeNotifications(stanza: XmlElement, sender: string): ChannelEvent[] {
  const events: ChannelEvent[] = [];
  for (const { name, xmlns, attributes } of childrenOf(stanza)) {
    const { id: messageId } = attributes;
    if (!isId(messageId)) continue;
    const about = { type: 'notification', sender, messageId } as const;
    if (xmlns === NS.receipts && name === 'received') events.push({ ...about, outcome: 'delivered' });
    if (xmlns === NS.markers && name === 'received') events.push({ ...about, outcome: 'delivered' });
    if (xmlns === NS.markers && (name === 'displayed' || name === 'acknowledged')) {
      events.push({ ...about, outcome: 'displayed', upTo: true, ...coversOf(stanza) });
    }
    if (xmlns === NS.imflow && name === 'failed') {
      const code = Number(attributes['code']);
      events.push({ ...about, outcome: 'failed', ...(code >= 300 && code <= 699 ? { code } : {}) });
    }
  }
  return events;
}

function coversOf(stanza: XmlElement): { readonly messageIds?: readonly string[] } {
  const messageIds = childOf(stanza, 'messageIds', NS.imflow);
  if (messageIds === undefined) return {};
  return {
    messageIds: childrenOf(messageIds)
      .slice(0, MAX_COVERED)
      .flatMap(({ attributes }) => attributes['id'] ?? []),
  };
}

/**
 * Reads a stanza that was returned as an error. Bounced notifications and chat states have ids of their own kind, or
 * none.
 */
function decodeError(stanza: XmlElement, sender: string): ChannelEvent[] {
  const messageId = stanza.attributes['id'];
  const condition = conditionOf(stanza) ?? '';
  if (!isId(messageId) || isNotificationId(messageId)) {
    return [
      { type: 'diagnostic', code: 'stanza-refused', message: `The server refused a notification: ${condition}.` },
    ];
  }
  return [{ type: 'notification', sender, messageId, outcome: 'failed', code: responseCodeOf(stanza) }];
}

const NOTIFICATION_ID = 'n:';

/** The id of a stanza that is not a message, so that its refusal does not count as that of a message. */
export function notificationId(id: string): string {
  return `${NOTIFICATION_ID}${id}`;
}

function isNotificationId(id: string): boolean {
  return id.startsWith(NOTIFICATION_ID);
}

/** The time that the user's own server set on a stored stanza (XEP-0203); times of other entities are ignored. */
function serverDelay(stanza: XmlElement, local: string): string | undefined {
  const domain = local.replace(/^.*@/, '');
  const delays = childrenOf(stanza).filter(({ name, xmlns }) => name === 'delay' && xmlns === NS.delay);
  return delays.find(({ attributes }) => [domain, local].includes(bareOf(attributes['from'] ?? domain)))?.attributes[
    'stamp'
  ];
}

function sequenceAttributes(frame: FrameSequence | undefined): Record<string, string | undefined> {
  return { session: frame?.session, sequence: frame && String(frame.sequence) };
}

function sequenceOf(extra: XmlElement | undefined): { readonly frameSequence?: FrameSequence } {
  const { session, sequence = '' } = extra?.attributes ?? {};
  return session !== undefined && /^\d{1,15}$/.test(sequence)
    ? { frameSequence: { session, sequence: Number(sequence) } }
    : {};
}

function isId(id: string | undefined): id is string {
  return id !== undefined && id !== '' && id.length <= MAX_ID_LENGTH;
}
