import {
  type Clock,
  type OutgoingComposing,
  type OutgoingMessage,
  type OutgoingNotification,
  type Random,
  type SendResult,
  TransportFailure,
} from '@imflow/core';
import type { SipFrame } from './codecs/frame.ts';
import type { Peer } from './conversations.ts';
import { type Content, encodeComposing, encodeMessage, encodeNotification, type Ends } from './mapping.ts';
import { codeOf, type RequestDraft } from './requests.ts';

/** How a participant is reached. */
export interface Way {
  readonly ends: Ends;
  readonly peer: Peer;
  readonly random: Random;
  readonly clock: Clock;
  /** Sends a request and resolves with its final response. Rejects with a {@link TransportFailure}. */
  readonly ask: (draft: RequestDraft, timeout: number) => Promise<SipFrame>;
}

/**
 * How long the other side may take to answer a message, in ms. It is less than timer F of RFC 3261, 32 s, and than the 30 s
 * after which the engine counts a message as failed: one whose answer was lost with a connection is sent again instead.
 */
const MESSAGE_TIMEOUT = 28_000;
/** Nobody holds the answer to these; where it is lost, what waits behind them goes on after this time, in ms. */
const NOTICE_TIMEOUT = 8_000;

const OK = 200;
const UNSUPPORTED = 415;
/** Both say that the content is of a kind that the other side does not take: 415 by its type, 488 at all. */
const REFUSES_CONTENT: ReadonlySet<number> = new Set([UNSUPPORTED, 488]);

/**
 * Codes after which the same request may pass later. 404 is none: who is only away is 480 (RFC 3261, section 21.4). With 477,
 * which no RFC has, Kamailio says that the connection to the participant broke.
 */
const MAY_PASS: ReadonlySet<number> = new Set([408, 429, 430, 477, 480, 491, 500, 502, 503, 504]);
/** There is no code for "moved" among the failures; this is the nearest. */
const GONE = 410;

/** Sends a message; a participant who does not take CPIM gets it as it is, now and from then on. */
export async function sendMessage(way: Way, message: OutgoingMessage, mayUseCpim: boolean): Promise<SendResult> {
  const { peer } = way;
  const asCpim = mayUseCpim && peer.cpim !== false;
  const encoded = encodeMessage(message, way.ends, asCpim);
  let response = await post(way, encoded, message.messageId);
  if (asCpim && REFUSES_CONTENT.has(codeOf(response))) {
    peer.cpim = false;
    response = await post(way, encodeMessage(message, way.ends, false), message.messageId);
  }
  expectSuccess(response);
  const outcome = codeOf(response) === OK ? 'delivered' : 'accepted';
  // Without CPIM nobody was asked for a notification.
  const notificationExpected = asCpim && peer.cpim !== false;
  return { outcome, ...(notificationExpected ? {} : { notificationExpected }) };
}

/** Says that the local user is composing or idle. Rejects with 415 where the participant's client does not know that. */
export async function sendComposing(way: Way, composing: OutgoingComposing): Promise<void> {
  const response = await notify(way, encodeComposing(composing));
  if (REFUSES_CONTENT.has(codeOf(response))) throw refusedForGood();
  expectSuccess(response);
}

/** Sends a notification: inside CPIM to those who use it, bare to others, none to those who refused one. */
export async function sendNotification(way: Way, notification: OutgoingNotification): Promise<void> {
  const { peer } = way;
  if (peer.notifications === false) throw refusedForGood();
  const sentAt = peer.sentAt.get(notification.messageId) ?? way.clock.now();
  const own = { messageId: way.random.id(), sentAt: way.clock.now() };
  const encode = (asCpim: boolean): Content => encodeNotification(notification, way.ends, asCpim, sentAt, own);
  let response = await notify(way, encode(peer.cpim === true));
  if (peer.cpim === true && REFUSES_CONTENT.has(codeOf(response))) {
    peer.cpim = false;
    response = await notify(way, encode(false));
  }
  if (REFUSES_CONTENT.has(codeOf(response))) {
    peer.notifications = false;
    throw refusedForGood();
  }
  expectSuccess(response);
}

/**
 * Notifications about a message without CPIM name its Call-ID, so that is the message's id wherever it can be one.
 */
function post(way: Way, content: Content, messageId: string): Promise<SipFrame> {
  const callId = /^[\w.!%*+`'~-]{1,255}$/.test(messageId) ? messageId : way.random.id();
  return request(way, content, callId, MESSAGE_TIMEOUT);
}

function notify(way: Way, content: Content): Promise<SipFrame> {
  return request(way, content, way.random.id(), NOTICE_TIMEOUT);
}

function request(
  { ends, random, ask }: Way,
  { headers, body }: Content,
  callId: string,
  timeout: number,
): Promise<SipFrame> {
  return ask({ method: 'MESSAGE', uri: ends.to, to: ends.to, callId, fromTag: random.id(), headers, body }, timeout);
}

function expectSuccess(response: SipFrame): void {
  const code = codeOf(response);
  if (code < 300) return;
  const reason = response.startLine.slice(8, 200).trim();
  if (code < 400) throw new TransportFailure(GONE, `The participant has moved: ${reason}.`, { retryable: false });
  throw new TransportFailure(code, `The other side answered ${reason}.`, { retryable: MAY_PASS.has(code) });
}

function refusedForGood(): TransportFailure {
  const message = 'The participant’s client does not take notifications of this kind.';
  return new TransportFailure(UNSUPPORTED, message, { retryable: false });
}
