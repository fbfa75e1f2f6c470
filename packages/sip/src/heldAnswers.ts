import type { Clock } from '@imflow/core';
import type { SipFrame } from './codecs/frame.ts';

/** A proxy or the other side gives up after 32 s (RFC 3261, timer F); this is just before, in ms. */
const MAX_HOLD = 31_000;
const TEMPORARILY_UNAVAILABLE = 480;

/** Messages that were received and await their answers: the engine says when, and which. */
export interface HeldAnswers {
  hold(messageId: string, request: SipFrame): void;
  /** Answers all copies of a message that are held. */
  answer(messageId: string, code: number): void;
  answerAll(code: number): void;
  /** The connection is gone, and with it the way back. */
  forget(): void;
}

export function createHeldAnswers(clock: Clock, answer: (request: SipFrame, code: number) => void): HeldAnswers {
  const held = new Map<string, { readonly requests: SipFrame[]; readonly stop: () => void }>();

  function settle(messageId: string, code: number): void {
    const entry = held.get(messageId);
    held.delete(messageId);
    entry?.stop();
    for (const request of entry?.requests ?? []) answer(request, code);
  }

  return {
    hold(messageId, request) {
      const entry = held.get(messageId);
      if (entry !== undefined) entry.requests.push(request);
      else {
        const stop = clock.setTimer(() => settle(messageId, TEMPORARILY_UNAVAILABLE), MAX_HOLD);
        held.set(messageId, { requests: [request], stop });
      }
    },
    answer: settle,
    answerAll(code) {
      for (const messageId of Array.from(held.keys())) settle(messageId, code);
    },
    forget() {
      for (const { stop } of held.values()) stop();
      held.clear();
    },
  };
}
