import type { TransportCapabilities } from '@imflow/core';
import { createLoopbackNetwork, type LinkFaults } from '@imflow/core/transports';
import { describe, it } from 'vitest';
import { createSeededRandom } from '../seededRandom.ts';
import { createVirtualClock } from '../virtualClock.ts';
import type { ConformancePair } from './harness.ts';
import { transportConformance } from './transportConformance.ts';

function pairOf(faults: LinkFaults, capabilities: Partial<TransportCapabilities> = {}): ConformancePair {
  const clock = createVirtualClock();
  const network = createLoopbackNetwork({ clock, random: createSeededRandom(1), faults });
  return {
    ana: network.connect('ana', { capabilities }),
    bo: network.connect('bo', { capabilities }),
    settle: () => clock.advance(1_000),
    cut: (address) => network.setOnline(address, false),
    restore: (address) => network.setOnline(address, true),
    close() {
      if (clock.pending > 0) throw new Error('a timer is left after both ends disconnected');
    },
  };
}

describe.each<[string, LinkFaults, Partial<TransportCapabilities>]>([
  ['on links without delay', {}, {}],
  ['on slow links', { delay: 40, jitter: 100 }, {}],
  ['with deferred responses', { delay: 40 }, { deferredResponses: true }],
  ['with several messages in flight', { delay: 40, jitter: 100 }, { maxInFlight: 8 }],
  ['with displayed notifications for each', {}, { displayedNotifications: 'each' }],
  ['where composing announces', {}, { composing: { refresh: 3_000, expiry: 7_000, announce: true } }],
  ['with an archive', { delay: 40 }, { history: true }],
  [
    'with an archive, where displayed notifications are for each',
    {},
    { history: true, displayedNotifications: 'each' },
  ],
  ['without notifications', {}, { deliveryNotifications: false, displayedNotifications: false }],
])('the loopback network conforms %s', (_name, faults, capabilities) => {
  for (const { name, run } of transportConformance(() => pairOf(faults, capabilities))) it(name, run);
});
