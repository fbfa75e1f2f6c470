/** The options of the chat server, and their checks. */

import type { IncomingMessage } from 'node:http';
import { FlowError } from '@imflow/core';
import type { Bus } from './bus/bus.ts';
import type { FilesOptions } from './files/options.ts';
import type { MetricsRegistry } from './metrics.ts';
import type { Origins } from './origin.ts';
import type { Store } from './store/store.ts';

/** The credentials of a client. */
export interface Credentials {
  /** The token of its first frame, or of a request for a file. */
  readonly token: string;
  /**
   * The request that opened the socket, or for a file: for cookies and headers. Absent where no HTTP request opened the
   * socket.
   */
  readonly request: IncomingMessage | undefined;
}

/** The identity of an authenticated client. */
export interface Identity {
  /** The user's name: 1 to 200 characters without control characters. */
  readonly user: string;
  /** When the token expires, in ms since the epoch; the server then requests a new token. Default: never. */
  readonly expiresAt?: number;
}

/** A message for a user who is not connected. */
export interface OfflineMessage {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly contentType: string;
  readonly body: string;
}

/** The logger of a server, such as one of `pino`. The server logs no token and no body. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The limits for a client. */
export interface Limits {
  /** The largest frame in bytes; a socket that sends a larger one is closed. 458 752 to 16 777 216, default 524 288. */
  readonly maxFrameBytes: number;
  /** The largest body of a message in UTF-8 bytes; a larger one is refused. 65 536 to 8 388 608, default 65 536. */
  readonly maxMessageBytes: number;
  /** How many requests of a socket may be pending; at the limit, the socket is not read. 16 to 1 024, default 64. */
  readonly maxInFlight: number;
  /** How many frames of a socket are read in a second; the others wait. 10 to 100 000, default 200. */
  readonly maxFramesPerSecond: number;
  /** How many conversations may be open on a socket. 1 to 100 000, default 2 000. */
  readonly maxOpenConversations: number;
  /** How many sockets there may be at once. 1 to 1 000 000, default 100 000. */
  readonly maxConnections: number;
  /** How many bytes may wait for a socket that does not read, before it is closed. Default 8 388 608. */
  readonly maxQueuedBytes: number;
}

/** The options of a server. An invalid option throws an error that names it. */
export interface ChatServerOptions {
  /** Where messages are kept. The server opens and closes it. */
  readonly store: Store;
  /**
   * Returns the user of a token; undefined or null if the token is invalid. An exception counts as a retryable failure.
   */
  readonly authenticate: (credentials: Credentials) => MaybePromise<Identity | string | null | undefined>;
  /** Whether a user may talk with a given other user. Default: all users may talk with each other. */
  readonly mayTalk?: (user: string, other: string) => MaybePromise<boolean>;
  /** Joins several nodes that share a store. Default: there is one node. */
  readonly bus?: Bus;
  /**
   * How often a node with a bus reads the open conversations again, in ms, since every bus loses messages. 100 to 10 000,
   * default 10 000.
   */
  readonly refreshInterval?: number;
  /** Called after a message was stored for a user who is not connected: to send a push notification. */
  readonly onOffline?: (message: OfflineMessage) => void;
  /** The origins whose pages may connect, or a rule for them. Default: the origin of the server itself. */
  readonly origins?: Origins;
  readonly limits?: Partial<Limits>;
  /** Stores the files that users send. Default: the server takes none. */
  readonly files?: FilesOptions;
  /** The registry for the metrics: `register` of `prom-client`. Default: nothing is counted. */
  readonly metrics?: MetricsRegistry;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Clients send bodies of this length, in bytes, to every server (docs/protocol.md). */
const MIN_MESSAGE_BYTES = 65_536;

const RANGES: Readonly<Record<keyof Limits, readonly [min: number, max: number, preset: number]>> = {
  // JSON writes one byte of a body as up to six, and a frame has more than its body.
  maxFrameBytes: [7 * MIN_MESSAGE_BYTES, 16_777_216, 524_288],
  maxMessageBytes: [MIN_MESSAGE_BYTES, 8_388_608, MIN_MESSAGE_BYTES],
  maxInFlight: [16, 1_024, 64],
  maxFramesPerSecond: [10, 100_000, 200],
  maxOpenConversations: [1, 100_000, 2_000],
  maxConnections: [1, 1_000_000, 100_000],
  maxQueuedBytes: [65_536, 1_073_741_824, 8_388_608],
};

/** @throws FlowError `out-of-range` that names the option. */
export function checkRefreshInterval(value = 10_000): number {
  if (typeof value === 'number' && value >= 100 && value <= 10_000) return value;
  throw new FlowError(
    'out-of-range',
    `refreshInterval is ${String(value)}, but must be a number from 100 to 10000 ms.`,
  );
}

/** @throws FlowError `invalid-argument` or `out-of-range` that names the option. */
export function checkLimits(options: ChatServerOptions): Limits {
  if (typeof options.authenticate !== 'function') {
    throw new FlowError('invalid-argument', 'authenticate must be a function.');
  }
  if (typeof options.store?.append !== 'function') {
    throw new FlowError('invalid-argument', 'store must be a store, such as createMemoryStore().');
  }
  const entries = Object.entries(RANGES).map(([name, [min, max, preset]]) => {
    const value = options.limits?.[name as keyof Limits] ?? preset;
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new FlowError(
        'out-of-range',
        `limits.${name} is ${String(value)}, but must be a number from ${min} to ${max}.`,
      );
    }
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as unknown as Limits;
}
