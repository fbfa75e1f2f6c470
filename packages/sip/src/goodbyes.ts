import type { Clock } from '@imflow/core';
import type { SipFrame } from './codecs/frame.ts';
import type { Link } from './link.ts';
import { codeOf, isRequest, methodOf, writeResponse } from './requests.ts';

/** How long the registrar may take to forget the contact, in ms. */
const MAX_CLOSE_DELAY = 2_000;
/** How long a request may be on its way that the server passed on before it forgot the contact, in ms. */
const STRAGGLERS = 500;
const TEMPORARILY_UNAVAILABLE = 480;

/**
 * Links that are let go in good order. Until the server has forgotten the contact it still passes requests on, and who
 * sent them would wait for half a minute: they are answered 480.
 */
export interface Goodbyes {
  begin(link: Link, unregister: SipFrame): void;
  received(link: Link, frame: SipFrame): void;
  ended(link: Link): void;
}

export function createGoodbyes(clock: Clock, tag: string): Goodbyes {
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
        // Its workers are several: what one has passed on may come after another's answer.
        if (codeOf(frame) >= 200) endIn(link, STRAGGLERS);
      } else if (methodOf(frame) !== 'ACK') link.send(writeResponse(frame, TEMPORARILY_UNAVAILABLE, tag));
    },
    ended: end,
  };
}
