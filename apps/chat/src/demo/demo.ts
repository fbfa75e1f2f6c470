import type { InstantMessagingFlowOptions } from '@imflow/core';
import { createFileTransfer, createMemoryFileStore, createSameOriginUploader } from '@imflow/core/files';
import { createLoopbackNetwork, type LoopbackNetwork } from '@imflow/core/transports';
import { participant, type Participant } from '../route/participant.ts';

/** One side of the conversation. */
export interface Side {
  readonly me: Participant;
  readonly remote: Participant;
  /** The options of the user's flow. */
  readonly conversation: InstantMessagingFlowOptions;
}

export interface Demo {
  readonly network: LoopbackNetwork;
  readonly sides: readonly Side[];
}

/** How long a message may wait for a response, in ms: shorter than usual, so that the effect of a lossy link shows soon. */
export const SEND_TIMEOUT = 10_000;

/** Ana and Bo, with a messaging server and its network between them, all in this page. */
export function createDemo(): Demo {
  const network = createLoopbackNetwork();
  const template = { sendTimeout: SEND_TIMEOUT };
  // Everything is in memory, so the demo ends with the page.
  const uploader = createSameOriginUploader({ store: createMemoryFileStore() });
  const files = createFileTransfer({ uploader, store: createMemoryFileStore() });
  const side = (me: Participant, remote: Participant): Side => ({
    me,
    remote,
    conversation: { transport: network.connect(me.address), remote: remote.address, template, files },
  });
  const ana = participant('ana');
  const bo = participant('bo');
  return { network, sides: [side(ana, bo), side(bo, ana)] };
}
