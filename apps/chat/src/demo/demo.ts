import type { InstantMessagingFlowOptions } from '@imflow/core';
import { createLoopbackNetwork, type LoopbackNetwork } from '@imflow/core/transports';
import { person, type Person } from '../route/person.ts';

/** One side of the conversation. */
export interface Side {
  readonly me: Person;
  readonly remote: Person;
  /** What their flow is made of. */
  readonly conversation: InstantMessagingFlowOptions;
}

export interface Demo {
  readonly network: LoopbackNetwork;
  readonly sides: readonly Side[];
}

/** How long a message may go without an answer, in ms: shorter than usual, so that a lossy link shows what it does. */
export const SEND_TIMEOUT = 10_000;

/** Ana and Bo, with a messaging server and its network between them, all in this page. */
export function createDemo(): Demo {
  const network = createLoopbackNetwork();
  const template = { sendTimeout: SEND_TIMEOUT };
  const side = (me: Person, remote: Person): Side => ({
    me,
    remote,
    conversation: { transport: network.connect(me.address), remote: remote.address, template },
  });
  const ana = person('ana');
  const bo = person('bo');
  return { network, sides: [side(ana, bo), side(bo, ana)] };
}
