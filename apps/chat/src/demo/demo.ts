import type { InstantMessagingFlowOptions } from '@imflow/core';
import { createFileTransfer, createMemoryFileStore, createSameOriginUploader } from '@imflow/core/files';
import { createLoopbackNetwork, type LoopbackNetwork } from '@imflow/core/transports';
import { participant, type Participant } from '../route/participant.ts';

/** One side of the conversation. */
export interface Side {
  readonly me: Participant;
  readonly remote: Participant;
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
  // Nothing of the demo outlives the page.
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
