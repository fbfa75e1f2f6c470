import type { Clock } from '@imflow/core';
import type { SipFrame } from './codecs/frame.ts';
import type { Link } from './link.ts';
import { codeOf, isRequest, methodOf, writeResponse } from './requests.ts';

/** How long the registrar may take to forget the contact, in ms. */
const LONGEST_GOODBYE = 2_000;
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

  return {
    begin(link, unregister) {
      leaving.set(
        link,
        clock.setTimer(() => end(link), LONGEST_GOODBYE),
      );
      link.send(unregister);
    },
    received(link, frame) {
      if (!leaving.has(link)) return;
      if (!isRequest(frame)) {
        if (codeOf(frame) >= 200) end(link);
      } else if (methodOf(frame) !== 'ACK') link.send(writeResponse(frame, TEMPORARILY_UNAVAILABLE, tag));
    },
    ended: end,
  };
}
