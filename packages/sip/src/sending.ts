/** Sends messages and notifications to one participant. */

import {
  type Clock,
  type OutgoingComposing,
  type OutgoingMessage,
  type OutgoingNotification,
  type Random,
  type SendResult,
  TransportFailure,
} from '@imflow/core';
import type { SipFrame, SipHeader } from './codecs/frame.ts';
import { noteOperations, type Peer } from './conversations.ts';
import { type SipBody, encodeComposing, encodeMessage, encodeNotification, type Endpoints } from './mapping.ts';
import { codeOf, type RequestDraft } from './requests.ts';

/** The addresses, capabilities and connection for requests to one participant. */
export interface Route {
  readonly endpoints: Endpoints;
  readonly peer: Peer;
  readonly random: Random;
  readonly clock: Clock;
  /** The headers of all requests that describe this client. */
  readonly supported: readonly SipHeader[];
  /** Sends a request and resolves with its final response. Rejects with a {@link TransportFailure}. */
  readonly request: (draft: RequestDraft, timeout: number) => Promise<SipFrame>;
}

/**
 * How long the other side may take to respond to a message, in ms. It is less than timer F of RFC 3261 (32 s) and the
 * engine's own time-out (30 s), so that a message whose response was lost with a connection is sent again instead of
 * counted as failed.
 */
const MESSAGE_TIMEOUT = 28_000;
/** How long the other side may take to respond to a notification, in ms. Responses to them are never deferred. */
const NOTICE_TIMEOUT = 8_000;

const OK = 200;
export const UNSUPPORTED = 415;
/** The other side does not accept the content: 415 refuses its type, 488 the request as a whole. */
export const REFUSES_CONTENT: ReadonlySet<number> = new Set([UNSUPPORTED, 488]);

/**
 * Codes after which the same request may succeed later. 404 is not one: 480 is the code for an absent participant
 * (RFC 3261, section 21.4). Kamailio answers 477, which no RFC defines, when the connection to the participant broke.
 */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 430, 477, 480, 491, 500, 502, 503, 504]);
/** There is no code for "moved" among the failures; this is the nearest. */
const GONE = 410;

/** Sends a message in CPIM, and plain to a participant who has refused CPIM. */
export async function sendMessage(route: Route, message: OutgoingMessage, mayUseCpim: boolean): Promise<SendResult> {
  const { peer } = route;
  const asCpim = mayUseCpim && peer.cpim !== false;
  const encoded = encodeMessage(message, route.endpoints, asCpim);
  let response = await sendMessageRequest(route, encoded, message.messageId);
  if (asCpim && REFUSES_CONTENT.has(codeOf(response))) {
    peer.cpim = false;
    response = await sendMessageRequest(route, encodeMessage(message, route.endpoints, false), message.messageId);
  }
  expectSuccess(response);
  const outcome = codeOf(response) === OK ? 'delivered' : 'accepted';
  // Without CPIM no notification was requested.
  const notificationExpected = asCpim && peer.cpim !== false;
  return { outcome, ...(notificationExpected ? {} : { notificationExpected }) };
}

/** Sends the local composing state. Rejects with 415 where the participant's client does not support it. */
export async function sendComposing(route: Route, composing: OutgoingComposing): Promise<void> {
  const response = await sendNoticeRequest(route, encodeComposing(composing));
  if (REFUSES_CONTENT.has(codeOf(response))) throw unsupported();
  expectSuccess(response);
}

/**
 * Sends a notification: inside CPIM to clients that use it, else plain. Rejects with 415 where the client refused one.
 */
export async function sendNotification(route: Route, notification: OutgoingNotification): Promise<void> {
  const { peer } = route;
  if (peer.notifications === false) throw unsupported();
  const sentAt = peer.sentAt.get(notification.messageId) ?? route.clock.now();
  const own = { messageId: route.random.id(), sentAt: route.clock.now() };
  const encode = (asCpim: boolean): SipBody => encodeNotification(notification, route.endpoints, asCpim, sentAt, own);
  let response = await sendNoticeRequest(route, encode(peer.cpim === true));
  if (peer.cpim === true && REFUSES_CONTENT.has(codeOf(response))) {
    peer.cpim = false;
    response = await sendNoticeRequest(route, encode(false));
  }
  if (REFUSES_CONTENT.has(codeOf(response))) {
    peer.notifications = false;
    throw unsupported();
  }
  expectSuccess(response);
}

/**
 * Notifications about a message without CPIM name its Call-ID, so that is the message's id wherever it can be one.
 */
export function sendMessageRequest(route: Route, content: SipBody, messageId: string): Promise<SipFrame> {
  const callId = /^[\w.!%*+`'~-]{1,255}$/.test(messageId) ? messageId : route.random.id();
  return sendRequest(route, content, callId, MESSAGE_TIMEOUT);
}

function sendNoticeRequest(route: Route, content: SipBody): Promise<SipFrame> {
  return sendRequest(route, content, route.random.id(), NOTICE_TIMEOUT);
}

async function sendRequest(
  { endpoints, peer, random, request, supported }: Route,
  { headers, body }: SipBody,
  callId: string,
  timeout: number,
): Promise<SipFrame> {
  const { to } = endpoints;
  const response = await request(
    { method: 'MESSAGE', uri: to, to, callId, fromTag: random.id(), headers: [...supported, ...headers], body },
    timeout,
  );
  noteOperations(peer, response);
  return response;
}

/** @throws TransportFailure unless a response is one of success. */
export function expectSuccess(response: SipFrame): void {
  const code = codeOf(response);
  if (code < 300) return;
  const reason = response.startLine.slice(8, 200).trim();
  if (code < 400) throw new TransportFailure(GONE, `The participant has moved: ${reason}.`, { retryable: false });
  throw new TransportFailure(code, `The participant’s client or server responded ${reason}.`, {
    retryable: RETRYABLE.has(code),
  });
}

function unsupported(): TransportFailure {
  const message = 'The participant’s client does not support this kind of notification.';
  return new TransportFailure(UNSUPPORTED, message, { retryable: false });
}
