// #region suite
import { type ConformancePair, createVirtualClock, transportConformance } from '@imflow/testing';
import { describe, it } from 'vitest';
import { createMemoryRelay } from './memoryRelay.ts';
import { createRelayTransport } from './relayTransport.ts';

describe('my transport conforms', () => {
  for (const { name, run } of transportConformance(setup)) it(name, run);
});
// #endregion

// #region setup
function setup(): ConformancePair {
  const clock = createVirtualClock();
  const relay = createMemoryRelay(clock, 10);
  return {
    ana: createRelayTransport('ana', () => relay.connect('ana'), clock),
    bo: createRelayTransport('bo', () => relay.connect('bo'), clock),
    settle: () => clock.advance(200),
    cut: (address) => relay.setOnline(address, false),
    restore: (address) => relay.setOnline(address, true),
  };
}
// #endregion
