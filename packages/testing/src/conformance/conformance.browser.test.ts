import { createBroadcastChannelTransport, createLoopbackNetwork } from '@imflow/core/transports';
import { describe, it } from 'vitest';
import type { ConformancePair } from './harness.ts';
import { transportConformance } from './transportConformance.ts';

function wait(duration: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, duration);
  });
}

let pairs = 0;

function tabs(): ConformancePair {
  pairs += 1;
  const name = `conformance-${pairs}`;
  const pages: Record<string, EventTarget> = { ana: new EventTarget(), bo: new EventTarget() };
  const tab = (address: 'ana' | 'bo'): ConformancePair['ana'] =>
    createBroadcastChannelTransport({ address, name, ackTimeout: 200, page: pages[address]! });
  return {
    ana: tab('ana'),
    bo: tab('bo'),
    settle: () => wait(25),
    // A page in the back-forward cache is the closest equivalent of a cut link.
    cut: (address) => pages[address]?.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })),
    restore: (address) => pages[address]?.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  };
}

function loopback(): ConformancePair {
  const network = createLoopbackNetwork({ faults: { delay: 2 } });
  return {
    ana: network.connect('ana'),
    bo: network.connect('bo'),
    settle: () => wait(20),
    cut: (address) => network.setOnline(address, false),
    restore: (address) => network.setOnline(address, true),
  };
}

describe('broadcast channels between pages conform', () => {
  for (const { name, run } of transportConformance(tabs)) it(name, run);
});

describe('the loopback network in a browser conforms', () => {
  for (const { name, run } of transportConformance(loopback)) it(name, run);
});
