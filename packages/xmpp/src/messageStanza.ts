import type {
  ChannelEvent,
  IncomingMessage,
  OutgoingComposing,
  OutgoingMessage,
  OutgoingNotification,
  FrameSequence,
} from '@imflow/core';
import { bareOf } from './address.ts';
import { NS } from './namespaces.ts';
import { contentIn, ENCRYPTED, type MessageContent } from './messageContent.ts';
import { conditionOf, responseCodeOf } from './stanzaError.ts';
import { childOf, childrenOf, element, fitsXml, textOf, type XmlElement } from './xml.ts';

const PLAIN = 'text/plain';
const CHAT_STATES = ['active', 'composing', 'paused', 'inactive', 'gone'];
/** Ids longer than this are not taken for any; the engine would not take them either. */
const MAX_ID_LENGTH = 1_024;
const MAX_COVERED = 200;

/** What a `<message/>` says, and about which conversation. */
export interface DecodedMessage {
  /** The bare address of the other participant. */
  readonly remote: string;
  readonly events: readonly ChannelEvent[];
  /** Whether it says anything about chat states (XEP-0085). */
  readonly hasChatState: boolean;
  /** The server's own position of it in the local user's archive (XEP-0359). */
  readonly position: string | undefined;
}

export interface DecodeOptions {
  /** The bare address of the local user. */
  readonly local: string;
  /** `live`, from an archive, or a copy for or from another device of the local user. */
  readonly origin: 'live' | 'archive' | 'carbon';
  /** The position in the archive, where the archive said it. */
  readonly position?: string;
  /** When the archive or the server got it, as XEP-0203 says it. */
  readonly stamp?: string;
  /** The reader's languages, best first. Default: whatever comes first. */
  readonly languages?: readonly string[];
  /** A new id for a message that has none. */
  readonly newId: () => string;
}

/** A message of the engine as a stanza, with receipts and markers asked for. */
export function encodeMessage(
  to: string,
  { messageId, contentType, body, sentAt, frameSequence }: OutgoingMessage,
): XmlElement {
  if (![messageId, contentType, body].every((text) => typeof text === 'string') || messageId === '') {
    throw new TypeError('A message needs an id, a content type and a body.');
  }
  const exact = fitsXml(body) ? undefined : escaped(body);
  const own = {
    ...sequenceAttributes(frameSequence),
    at: String(sentAt),
    type: contentType === PLAIN ? undefined : contentType,
  };
  return element(
    'message',
    NS.client,
    { to, type: 'chat', id: messageId },
    element('body', NS.client, {}, body),
    element('active', NS.chatStates),
    element('request', NS.receipts),
    element('markable', NS.markers),
    element('origin-id', NS.ids, { id: messageId }),
    element('message', NS.imflow, own, exact),
  );
}

export function encodeComposing(to: string, { state, frameSequence }: OutgoingComposing): XmlElement {
  if (state !== 'composing' && state !== 'idle') throw new TypeError('A composing state is composing or idle.');
  return element(
    'message',
    NS.client,
    { to, type: 'chat' },
    element(state === 'composing' ? 'composing' : 'active', NS.chatStates),
    element('message', NS.imflow, sequenceAttributes(frameSequence)),
    element('no-store', NS.hints),
  );
}

/** A notification: a receipt (XEP-0184), a marker (XEP-0333), or a failure, for which XMPP has no word from a client. */
export function encodeNotification(to: string, id: string, notification: OutgoingNotification): XmlElement {
  const { messageId, outcome, code, messageIds } = notification;
  if (typeof messageId !== 'string' || messageId === '') throw new TypeError('A notification names a message.');
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
  if (!Object.hasOwn(about, outcome)) throw new TypeError('A notification is delivered, displayed or failed.');
  return element('message', NS.client, { to, type: 'chat', id }, ...about[outcome](), element('store', NS.hints));
}

/** Reads a `<message/>`. Undefined for what is no part of a conversation between two. */
export function decodeMessage(stanza: XmlElement, options: DecodeOptions): DecodedMessage | undefined {
  const { local, origin } = options;
  const { from = local, to = local, type = 'normal', id } = stanza.attributes;
  const sender = bareOf(from);
  const own = sender === local;
  const remote = own ? bareOf(to) : sender;
  if (type === 'groupchat' || type === 'headline' || remote === local) return undefined;
  if (type === 'error')
    return { remote, events: decodeError(stanza, remote), hasChatState: false, position: undefined };

  const ids = childrenOf(stanza).filter(({ name, xmlns }) => name === 'stanza-id' && xmlns === NS.ids);
  // Only the own server may say where a message is in the own archive.
  const placed = ids.find(({ attributes }) => bareOf(attributes['by'] ?? '') === local)?.attributes['id'];
  const position = options.position ?? placed;
  const events: ChannelEvent[] = [];
  const state = childrenOf(stanza).find(({ name, xmlns }) => xmlns === NS.chatStates && CHAT_STATES.includes(name));
  const extra = childOf(stanza, 'message', NS.imflow);
  const content = extra === undefined ? contentIn(stanza, options.languages ?? []) : ownContentIn(stanza, extra);
  if (content !== undefined) {
    const messageId = isId(id) ? id : (position ?? options.newId());
    events.push({
      type: 'message',
      message: decodeContent(stanza, { sender, messageId, content, extra, position, options }),
    });
  } else if (state !== undefined && origin === 'live' && !own && serverDelay(stanza, local) === undefined) {
    // One that the server had kept says nothing of this moment.
    const composing = state.name === 'composing' ? 'composing' : 'idle';
    events.push({ type: 'composing', sender, state: composing, ...sequenceOf(extra) });
  }
  if (!own) events.push(...decodeNotifications(stanza, sender));
  return { remote, events, hasChatState: state !== undefined, position };
}

export function messagesIn(events: readonly ChannelEvent[]): IncomingMessage[] {
  return events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
}

interface Content {
  readonly sender: string;
  readonly messageId: string;
  readonly content: MessageContent;
  readonly extra: XmlElement | undefined;
  readonly position: string | undefined;
  readonly options: DecodeOptions;
}

function decodeContent(
  stanza: XmlElement,
  { sender, messageId, content, extra, position, options }: Content,
): IncomingMessage {
  const delayed = options.stamp ?? serverDelay(stanza, options.local);
  const at = Number(extra?.attributes['at'] ?? Date.parse(delayed ?? ''));
  const copy = options.origin === 'carbon';
  const wantsDelivered = !copy && childOf(stanza, 'request', NS.receipts) !== undefined;
  return {
    messageId,
    sender,
    ...content,
    ...(Number.isFinite(at) ? { sentAt: at } : {}),
    ...sequenceOf(extra),
    ...(position === undefined ? {} : { position }),
    ...(delayed === undefined ? {} : { fromHistory: true }),
    requestedReceipts: {
      delivered: wantsDelivered,
      displayed: content.contentType !== ENCRYPTED && childOf(stanza, 'markable', NS.markers) !== undefined,
    },
  };
}

/** The content of a message from a client of this kind: its body, or the exact text where XML has no place for it. */
function ownContentIn(stanza: XmlElement, extra: XmlElement): MessageContent | undefined {
  const body = childOf(stanza, 'body', NS.client);
  if (body === undefined) return undefined;
  return { contentType: extra.attributes['type'] ?? PLAIN, body: exactText(extra) ?? textOf(body) };
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

/** A stanza that came back. Bounced notifications and chat states have ids of their own kind, or none. */
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

/** The id of a stanza that is no message, so that its refusal is not taken for one of a message. */
export function notificationId(id: string): string {
  return `${NOTIFICATION_ID}${id}`;
}

function isNotificationId(id: string): boolean {
  return id.startsWith(NOTIFICATION_ID);
}

/** The time that the own server put on a stanza that it had kept (XEP-0203); what others claim does not count. */
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

/** A text with characters that XML forbids, as JSON writes it. */
function escaped(text: string): string {
  return JSON.stringify(text).replaceAll(/[\uFFFE\uFFFF]/g, (each) => `\\u${each.charCodeAt(0).toString(16)}`);
}

function exactText(extra: XmlElement | undefined): string | undefined {
  const json = textOf(extra);
  if (json === '') return undefined;
  try {
    const text: unknown = JSON.parse(json);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

function isId(id: string | undefined): id is string {
  return id !== undefined && id !== '' && id.length <= MAX_ID_LENGTH;
}
