/** The options of the XMPP transport, and their checks. */

import { type Clock, FlowError, type Random, systemClock, systemRandom } from '@imflow/core';
import { isBareAddress, isLoopback } from './address.ts';
import type { WebSocketLike } from './xmlStream.ts';

/**
 * The storage of the session, which survives a reload of the page: see {@link XmppTransportOptions.session}. In a
 * browser, `createWebSessionStore` creates one.
 */
export interface SessionStore {
  /** What was saved last; undefined where nothing was. */
  load(): string | undefined;
  /** Saves a value; undefined removes it. The value holds no password. */
  save(session: string | undefined): void;
}

/** Why the transport is not connected. It reconnects after every error except `refused`. */
export interface ConnectionError {
  readonly code: 'unreachable' | 'not-xmpp' | 'no-answer' | 'ended' | 'refused';
  /** One plain sentence. */
  readonly message: string;
}

/** Server, credentials and time-outs. An invalid option throws a FlowError that names the option. */
export interface XmppTransportOptions {
  /** Address of the WebSocket (RFC 7395), `wss://`; `ws://` only on this machine (localhost, 127.0.0.1, [::1]). */
  readonly server: string;
  /** The local user's address, without a resource: `ana@example.com`. */
  readonly address: string;
  /** Kept in memory only. */
  readonly password: string;
  /** Keeps the session over a reload, for one tab: see `createWebSessionStore`. Default: not kept. */
  readonly session?: SessionStore;
  /** Whether composing notifications are sent (XEP-0085). Default true. */
  readonly chatStates?: boolean;
  /** How long the server may take to sign in or to answer, in ms. 1 000 to 120 000, default 15 000. */
  readonly requestTimeout?: number;
  /** The transport pings a server that was silent for this time, in ms. 1 000 to 600 000, default 30 000. */
  readonly pingInterval?: number;
  /** The longest delay between two attempts to connect, in ms. 100 to 600 000, default 30 000. */
  readonly maxReconnectDelay?: number;
  /** Receives the reason why an attempt to connect failed or a connection ended. */
  readonly onConnectionError?: (problem: ConnectionError) => void;
  /**
   * Receives a participant without an open channel for whom something waits, once until a channel is opened. A list of
   * conversations then creates a flow, which receives everything that waits.
   */
  readonly onIncomingConversation?: (participant: string) => void;
  /** The reader's languages, best first, for messages in several languages. Default: those of the browser. */
  readonly languages?: readonly string[];
  /**
   * Creates the socket. Default: `new WebSocket(server, 'xmpp')`, which needs a global WebSocket (Node 20 has none).
   */
  readonly createSocket?: (server: string, protocol: string) => WebSocketLike;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Default: the system's cryptographic random source. */
  readonly random?: Random;
}

export type CheckedOptions = Required<
  Omit<XmppTransportOptions, 'session' | 'onConnectionError' | 'onIncomingConversation'>
> & {
  readonly session: SessionStore | undefined;
  readonly onConnectionError: ((problem: ConnectionError) => void) | undefined;
  readonly onIncomingConversation: ((participant: string) => void) | undefined;
  readonly mayUsePlain: boolean;
};

/** @throws FlowError `invalid-argument` or `out-of-range` that names the option. */
export function checkOptions(options: XmppTransportOptions): CheckedOptions {
  const { address, password, chatStates = true } = options;
  const url = checkServer(options.server);
  if (!isBareAddress(address)) {
    throw new FlowError('invalid-argument', `address is ${show(address)}, but must be like ana@example.com.`);
  }
  if (typeof password !== 'string' || password === '') {
    throw new FlowError('invalid-argument', 'password must be a non-empty string.');
  }
  if (typeof chatStates !== 'boolean') {
    throw new FlowError('invalid-argument', `chatStates is ${show(chatStates)}, but must be true or false.`);
  }
  return {
    server: url.href,
    address,
    password,
    chatStates,
    session: options.session,
    onConnectionError: options.onConnectionError,
    onIncomingConversation: options.onIncomingConversation,
    requestTimeout: checkTime('requestTimeout', options.requestTimeout ?? 15_000, 1_000, 120_000),
    pingInterval: checkTime('pingInterval', options.pingInterval ?? 30_000, 1_000, 600_000),
    maxReconnectDelay: checkTime('maxReconnectDelay', options.maxReconnectDelay ?? 30_000, 100, 600_000),
    createSocket: options.createSocket ?? ((server, protocol) => new WebSocket(server, protocol)),
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    languages: languagesIn(options.languages),
    mayUsePlain: url.protocol === 'wss:' || isLoopback(url),
  };
}

function languagesIn(languages: readonly string[] | undefined): readonly string[] {
  if (languages === undefined) return globalThis.navigator?.languages ?? [];
  const sound = Array.isArray(languages) && languages.every((language) => typeof language === 'string');
  if (sound) return languages;
  throw new FlowError('invalid-argument', `languages is ${show(languages)}, but must be a list like ['de', 'en'].`);
}

function checkServer(server: unknown): URL {
  const url = typeof server === 'string' && URL.canParse(server) ? new URL(server) : null;
  const secure = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && isLoopback(url));
  if (url === null || !secure) {
    const rule = 'must be a wss:// address, or ws:// on this machine';
    throw new FlowError('invalid-argument', `server is ${show(server)}, but ${rule}.`);
  }
  return url;
}

function checkTime(option: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new FlowError(
    'out-of-range',
    `${option} is ${String(value)}, but must be a number from ${least} to ${most} ms.`,
  );
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 80)}"` : String(value);
}
