import { type Clock, TransportFailure } from '@imflow/core';
import type { SipFrame } from './codecs/frame.ts';
import { codeOf, transactionOf } from './requests.ts';

/** Requests that await their final responses. Over a WebSocket nothing is retransmitted (RFC 3261, section 17.1.2). */
export interface Transactions {
  /**
   * Sends a request. Rejects with a {@link TransportFailure}: 408 where no answer comes in time, 503 where the link
   * breaks.
   */
  ask(request: SipFrame, timeout: number): Promise<SipFrame>;
  answered(response: SipFrame): void;
  /** The link broke. */
  failAll(): void;
}

export function createTransactions(clock: Clock, send: (request: SipFrame) => void): Transactions {
  const pending = new Map<string, (outcome: SipFrame | TransportFailure) => void>();
  return {
    ask: (request, timeout) =>
      new Promise((resolve, reject) => {
        const id = transactionOf(request);
        const stop = clock.setTimer(
          () => settle(new TransportFailure(408, 'No response arrived in time.', { retryable: true })),
          timeout,
        );
        const settle = (outcome: SipFrame | TransportFailure): void => {
          pending.delete(id);
          stop();
          if (outcome instanceof TransportFailure) reject(outcome);
          else resolve(outcome);
        };
        pending.set(id, settle);
        send(request);
      }),
    answered(response) {
      if (codeOf(response) >= 200) pending.get(transactionOf(response))?.(response);
    },
    failAll() {
      const failure = new TransportFailure(503, 'The connection was lost before the response arrived.', {
        retryable: true,
      });
      for (const settle of Array.from(pending.values())) settle(failure);
    },
  };
}
