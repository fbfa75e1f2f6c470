/** The options of the WebSocket transport, and their checks. */

import { type Clock, FlowError, type Random, systemClock, systemRandom } from '@imflow/core';

/** The storage of the device id, which survives a reload: see {@link WebSocketTransportOptions.session}. */
export interface SessionStore {
  /** Returns the saved value; undefined if none was saved. */
  load(): string | undefined;
  /** Saves this. It holds no token. */
  save(session: string): void;
}

/** Why the transport is not connected. It reconnects after every error except `refused`. */
export interface ConnectionError {
  readonly code: 'unreachable' | 'no-answer' | 'ended' | 'malformed' | 'token' | 'unauthorized' | 'refused';
  /** One plain sentence. */
  readonly message: string;
}

/** The part of a WebSocket that the transport uses. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** The presence of a participant: whether they are connected, and when they were last seen. */
export interface Presence {
  readonly address: string;
  readonly available: boolean;
  /** When they were last connected, in ms since the epoch. Absent: the server does not know, or they are connected. */
  readonly lastSeen?: number;
}

/** Server, credentials and time-outs. An invalid option throws a FlowError that names the option. */
export interface WebSocketTransportOptions {
  /** Address of the server's WebSocket: `wss://` or `ws://`. */
  readonly url: string;
  /** The local user's address, as the server knows them. */
  readonly address: string;
  /**
   * Identifies the user to the server. A function is called for each connection, so that it can return a new token
   * after the old one has expired.
   */
  readonly token: string | (() => string | Promise<string>);
  /** Remembers the device over a reload, for one tab; `sessionStorage` suits it. Default: each page is a new device. */
  readonly session?: SessionStore;
  /** How long the server may take to sign in or to answer, in ms. 1 000 to 120 000, default 15 000. */
  readonly requestTimeout?: number;
  /** The transport pings a server that was silent for this time, in ms. 1 000 to 600 000, default 30 000. */
  readonly pingInterval?: number;
  /** The longest delay between two attempts to connect, in ms. 100 to 600 000, default 30 000. */
  readonly maxReconnectDelay?: number;
  /** Called when an attempt to connect fails or a connection ends. */
  readonly onConnectionError?: (error: ConnectionError) => void;
  /**
   * Called with a participant whose messages wait and with whom no channel is open; once, until a channel is opened.
   */
  readonly onIncomingConversation?: (participant: string) => void;
  /** Called when the server says whether a participant with whom a channel is open is connected. */
  readonly onPresence?: (presence: Presence) => void;
  /** Creates the socket. Default: `new WebSocket(url)`, which needs a global WebSocket (Node 20 has none). */
  readonly createSocket?: (url: string) => WebSocketLike;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Default: the system's cryptographic random source. */
  readonly random?: Random;
}

type Defaulted = 'requestTimeout' | 'pingInterval' | 'maxReconnectDelay' | 'createSocket' | 'clock' | 'random';

export type CheckedOptions = WebSocketTransportOptions & Required<Pick<WebSocketTransportOptions, Defaulted>>;

/** The same rule as the server's, which refuses other names. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,200}$/u;

/** @throws FlowError `invalid-argument` or `out-of-range` that names the option. */
export function checkOptions(options: WebSocketTransportOptions): CheckedOptions {
  const { url, address, token } = options;
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'wss:' && parsed?.protocol !== 'ws:') {
    throw new FlowError('invalid-argument', `url is ${show(url)}, but must be a wss:// or ws:// address.`);
  }
  if (typeof address !== 'string' || !NAME.test(address)) {
    const rule = 'must be a string of 1 to 200 characters without control characters';
    throw new FlowError('invalid-argument', `address is ${show(address)}, but ${rule}.`);
  }
  if (typeof token !== 'function' && (typeof token !== 'string' || token === '')) {
    throw new FlowError('invalid-argument', 'token must be a non-empty string or a function.');
  }
  return {
    ...options,
    url: parsed.href,
    requestTimeout: checkTime('requestTimeout', options.requestTimeout ?? 15_000, 1_000, 120_000),
    pingInterval: checkTime('pingInterval', options.pingInterval ?? 30_000, 1_000, 600_000),
    maxReconnectDelay: checkTime('maxReconnectDelay', options.maxReconnectDelay ?? 30_000, 100, 600_000),
    createSocket: options.createSocket ?? ((server) => new WebSocket(server)),
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

function checkTime(option: string, value: number, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new FlowError('out-of-range', `${option} is ${String(value)}, but must be a number from ${min} to ${max} ms.`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 80)}"` : String(value);
}
