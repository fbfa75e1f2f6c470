import type { SendResult } from '../../ports/transport.ts';
import { TransportFailure } from '../../ports/transport.ts';
import type { Conversation, OpenChannel } from './conversation.ts';
import type { Patience } from './patience.ts';
import type { TabMessage } from './tabFrames.ts';

/** Something that was sent and that a tab of the other side should confirm. */
export interface Request {
  readonly conversation: Conversation;
  readonly channel: OpenChannel;
  readonly message?: TabMessage;
}

export interface Requests {
  /**
   * Sends under a new number and waits for the confirmation.
   * @param post returns false where it could not send.
   */
  readonly ask: (request: Request, post: (number: number) => boolean) => Promise<SendResult>;
  /** It reached a tab, which will confirm it once it is safe there. */
  readonly arrived: (number: number) => void;
  /** The confirmation came. Undefined where nobody waits for it any more: several tabs may confirm the same. */
  readonly confirm: (number: number) => Request | undefined;
  readonly rejectAll: (matches: (request: Request) => boolean, reason: TransportFailure) => void;
}

interface Pending extends Request {
  stopWaiting: () => void;
  readonly resolve: (answer: SendResult) => void;
  readonly reject: (failure: TransportFailure) => void;
}

/**
 * How long a tab may take to store what reached it, in ms. Longer than the engine waits for its storage, to open (5 s) and
 * to write (5 s), before it goes on in memory and says by a notification what it has.
 */
const STORE_PATIENCE = 15_000;

/** @param ackTimeout how long a tab may take to say that something reached it, in ms. */
export function createRequests(wait: Patience, ackTimeout: number): Requests {
  const pending = new Map<number, Pending>();
  let last = 0;

  function take(number: number): Pending | undefined {
    const request = pending.get(number);
    pending.delete(number);
    request?.stopWaiting();
    return request;
  }

  return {
    ask: (request, post) =>
      new Promise((resolve, reject) => {
        last += 1;
        const number = last;
        const stopWaiting = wait(ackTimeout, () => {
          take(number)?.reject(passingFailure(408, 'No tab of the participant confirmed it in time.'));
          request.conversation.away();
        });
        pending.set(number, { ...request, stopWaiting, resolve, reject });
        if (!post(number)) take(number)?.reject(passingFailure(503, 'The channel did not take it.'));
      }),
    arrived(number) {
      const request = pending.get(number);
      if (request === undefined) return;
      request.stopWaiting();
      // Whoever it reached may have died with it, or its storage may hang: that says nothing of who is there.
      request.stopWaiting = wait(STORE_PATIENCE, () => {
        take(number)?.reject(passingFailure(408, 'The participant got it, but has not stored it in time.'));
      });
    },
    confirm(number) {
      const request = take(number);
      request?.resolve({ outcome: 'accepted' });
      return request;
    },
    rejectAll(matches, reason) {
      for (const [number, request] of Array.from(pending)) if (matches(request)) take(number)?.reject(reason);
    },
  };
}

export function passingFailure(code: number, reason: string): TransportFailure {
  return new TransportFailure(code, reason, { retryable: true });
}
