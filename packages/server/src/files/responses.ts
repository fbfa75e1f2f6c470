/** Responses to requests for files: JSON, never cached. */

import type { IncomingMessage, ServerResponse } from 'node:http';

/** Why a request is refused. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /** @param reason is one sentence for the developer of the client. */
  constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.status = status;
    this.headers = headers;
  }
}

/** Sends a value as JSON. */
export function respond(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.byteLength,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  // A response to HEAD has no body; Node leaves it out.
  response.end(body);
}

/** How long a refused client may continue to send, in ms. */
const LINGER = 2_000;

/**
 * Reads on for a while what a refused client still sends: a socket that is closed with unread bytes is reset, and the
 * client would not see the response.
 */
export function linger(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  // The listeners of the iterator that read the content until now.
  request.removeAllListeners('readable');
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER);
  request.once('close', () => clearTimeout(timer));
}
