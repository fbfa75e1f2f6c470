import type { Clock } from '@imflow/core';
import type { SipFrame } from './codecs/frame.ts';
import type { Link } from './link.ts';
import { codeOf, isRequest, methodOf, writeResponse } from './requests.ts';

/** The time limit for removing the contact from the registrar, in ms. */
const MAX_CLOSE_DELAY = 2_000;
/** How long requests may still arrive that the server forwarded before it removed the contact, in ms. */
const DRAIN_TIME = 500;
const TEMPORARILY_UNAVAILABLE = 480;

/**
 * Closes connections gracefully. Until the server has removed the contact it still forwards requests, whose senders
 * would wait for half a minute: they receive the response 480.
 */
export interface GracefulClose {
  begin(link: Link, unregister: SipFrame): void;
  received(link: Link, frame: SipFrame): void;
  ended(link: Link): void;
}

export function createGracefulClose(clock: Clock, tag: string): GracefulClose {
  const leaving = new Map<Link, () => void>();

  function end(link: Link): void {
    leaving.get(link)?.();
    if (leaving.delete(link)) link.close();
  }

  function endIn(link: Link, time: number): void {
    leaving.get(link)?.();
    leaving.set(
      link,
      clock.setTimer(() => end(link), time),
    );
  }

  return {
    begin(link, unregister) {
      endIn(link, MAX_CLOSE_DELAY);
      link.send(unregister);
    },
    received(link, frame) {
      if (!leaving.has(link)) return;
      if (!isRequest(frame)) {
        // A server has several workers: a request that one forwarded may arrive after the response of another.
        if (codeOf(frame) >= 200) endIn(link, DRAIN_TIME);
      } else if (methodOf(frame) !== 'ACK') link.send(writeResponse(frame, TEMPORARILY_UNAVAILABLE, tag));
    },
    ended: end,
  };
}
