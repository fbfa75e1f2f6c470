/** Received requests whose response waits for the engine. */

import type { Clock } from '@imflow/core';
import type { SipFrame } from './codecs/frame.ts';

/** Proxies and senders time out after 32 s (RFC 3261, timer F); the response is sent just before, in ms. */
const MAX_RESPONSE_DELAY = 31_000;
const TEMPORARILY_UNAVAILABLE = 480;

/** Received requests whose final response is deferred until the engine reports. */
export interface PendingResponses {
  add(messageId: string, request: SipFrame): void;
  /** Sends the response to all copies of a message. */
  respond(messageId: string, code: number): void;
  respondToAll(code: number): void;
  /** Drops all requests: their connection is lost. */
  clear(): void;
}

export function createPendingResponses(
  clock: Clock,
  answer: (request: SipFrame, code: number) => void,
): PendingResponses {
  const pending = new Map<string, { readonly requests: SipFrame[]; readonly stop: () => void }>();

  function respond(messageId: string, code: number): void {
    const entry = pending.get(messageId);
    pending.delete(messageId);
    entry?.stop();
    for (const request of entry?.requests ?? []) answer(request, code);
  }

  return {
    add(messageId, request) {
      const entry = pending.get(messageId);
      if (entry !== undefined) entry.requests.push(request);
      else {
        const stop = clock.setTimer(() => respond(messageId, TEMPORARILY_UNAVAILABLE), MAX_RESPONSE_DELAY);
        pending.set(messageId, { requests: [request], stop });
      }
    },
    respond: respond,
    respondToAll(code) {
      for (const messageId of Array.from(pending.keys())) respond(messageId, code);
    },
    clear() {
      for (const { stop } of pending.values()) stop();
      pending.clear();
    },
  };
}
