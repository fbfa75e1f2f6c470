/** The options of the SIP transport, and their checks. */

import { type Clock, FlowError, type Random, systemClock, systemRandom } from '@imflow/core';
import { isAddress, isLoopback, userOf } from './address.ts';
import type { WebSocketLike } from './link.ts';

/** Why the transport is not connected. It reconnects after every error except `refused`. */
export interface ConnectionError {
  readonly code: 'unreachable' | 'not-sip' | 'no-answer' | 'ended' | 'refused';
  /** A sentence in English for the user or a log. */
  readonly message: string;
}

/** Server, credentials and time-outs. An invalid option throws a FlowError that names the option. */
export interface SipTransportOptions {
  /** Address of the WebSocket (RFC 7118), `wss://`; `ws://` only on this machine (localhost, 127.0.0.1, [::1]). */
  readonly server: string;
  /** The local user's address: `sip:ana@example.com` or `ana@example.com`. Its domain is the registrar's. */
  readonly address: string;
  /** Kept in memory only. */
  readonly password: string;
  /** The name to sign in with, where it is not the user part of the address. */
  readonly authorizationUser?: string;
  /**
   * Whether to send messages in CPIM (RFC 3862), which carries their time and the requested receipts. A participant
   * whose client refuses CPIM gets plain text from then on. Default true. Use false where clients show CPIM as text.
   */
  readonly cpim?: boolean;
  /** Whether to send composing notifications (RFC 3994). Default true. */
  readonly isComposing?: boolean;
  /**
   * The largest body in UTF-8 bytes, 1 to 60 000, default 14 000: a Kamailio with its default settings takes requests
   * of 16 384, with `tcp_rd_buf_size=65536` it takes 60 000. RFC 3428 section 8 allows 1 300 for a whole request where
   * a part of the way may be UDP: choose 500 there. With `cpim`, line breaks, quotes and backslashes count twice: an edit
   * escapes them.
   */
  readonly maxMessageBytes?: number;
  /** The requested lifetime of a registration, in ms. 60 000 to 86 400 000, default 600 000. It is renewed in time. */
  readonly registrationTime?: number;
  /** How long the server may take to respond to a request, in ms. 1 000 to 120 000, default 15 000. */
  readonly requestTimeout?: number;
  /** The transport sends OPTIONS to a server that was silent for this time, in ms. 1 000 to 600 000, default 30 000. */
  readonly pingInterval?: number;
  /** The longest delay between two attempts to connect, in ms. 100 to 600 000, default 30 000. */
  readonly maxReconnectDelay?: number;
  /** Called when an attempt to connect fails or a connection ends. */
  readonly onConnectionError?: (error: ConnectionError) => void;
  /** Creates the socket. Default: `new WebSocket(server, 'sip')`, which needs a global WebSocket (Node 20 has none). */
  readonly createSocket?: (server: string, protocol: string) => WebSocketLike;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Default: the system's cryptographic random source. */
  readonly random?: Random;
}

export type CheckedOptions = Required<Omit<SipTransportOptions, 'onConnectionError'>> & {
  readonly onConnectionError: ((error: ConnectionError) => void) | undefined;
};

/** @throws FlowError `invalid-argument` or `out-of-range` that names the option. */
export function checkOptions(options: SipTransportOptions): CheckedOptions {
  const { address, password } = options;
  const server = checkServer(options.server);
  if (!isAddress(address)) {
    throw new FlowError('invalid-argument', `address is ${show(address)}, but must be like sip:ana@example.com.`);
  }
  return {
    server,
    address,
    password: checkText('password', password),
    authorizationUser: checkText('authorizationUser', options.authorizationUser ?? userOf(address)),
    cpim: checkFlag('cpim', options.cpim),
    isComposing: checkFlag('isComposing', options.isComposing),
    onConnectionError: options.onConnectionError,
    maxMessageBytes: checkNumber('maxMessageBytes', options.maxMessageBytes ?? 14_000, 1, 60_000, 'bytes'),
    registrationTime: checkNumber('registrationTime', options.registrationTime ?? 600_000, 60_000, 86_400_000),
    requestTimeout: checkNumber('requestTimeout', options.requestTimeout ?? 15_000, 1_000, 120_000),
    pingInterval: checkNumber('pingInterval', options.pingInterval ?? 30_000, 1_000, 600_000),
    maxReconnectDelay: checkNumber('maxReconnectDelay', options.maxReconnectDelay ?? 30_000, 100, 600_000),
    createSocket: options.createSocket ?? ((url, protocol) => new WebSocket(url, protocol)),
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

function checkServer(server: unknown): string {
  const url = typeof server === 'string' && URL.canParse(server) ? new URL(server) : null;
  const secure = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && isLoopback(url));
  if (url === null || !secure) {
    const rule = 'must be a wss:// address, or ws:// on this machine';
    throw new FlowError('invalid-argument', `server is ${show(server)}, but ${rule}.`);
  }
  return url.href;
}

function checkText(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new FlowError('invalid-argument', `${option} must be a non-empty string.`);
}

function checkFlag(option: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? true;
  throw new FlowError('invalid-argument', `${option} is ${show(value)}, but must be true or false.`);
}

function checkNumber(option: string, value: number, least: number, most: number, unit = 'ms'): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new FlowError(
    'out-of-range',
    `${option} is ${String(value)}, but must be a number from ${least} to ${most} ${unit}.`,
  );
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 80)}"` : String(value);
}
