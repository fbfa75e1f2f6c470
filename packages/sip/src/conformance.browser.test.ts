import type { Transport } from '@imflow/core';
import { transportConformance } from '@imflow/testing';
import { describe, inject, it } from 'vitest';
import { createSipTransport } from './index.ts';

const server = inject('kamailio');

let users = 0;

function newUser(name: string): Transport {
  users += 1;
  const user = `${name}-${users}`;
  return createSipTransport({ server, address: `sip:${user}@sip.test`, password: `${user}pw`, maxReconnectDelay: 200 });
}

// A page cannot cut its own connections: those cases run in Node.
describe.skipIf(server === '')('the SIP transport conforms in a browser, on Kamailio', { timeout: 20_000 }, () => {
  const suite = transportConformance(() => ({
    ana: newUser('ana'),
    bo: newUser('bo'),
    omits: ['frameSequence'],
    settle: () => new Promise((resolve) => setTimeout(resolve, 60)),
  }));
  for (const { name, run } of suite) it(name, run);
});
