import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryRelay } from '../../../../docs/guides/examples/memoryRelay.ts';
import { createRelayTransport } from '../../../../docs/guides/examples/relayTransport.ts';
import { createVirtualClock } from '../virtualClock.ts';
import type { ConformancePair } from './harness.ts';
import { transportConformance } from './transportConformance.ts';

const GUIDES = join(import.meta.dirname, '../../../../docs/guides');

function pair(): ConformancePair {
  const clock = createVirtualClock();
  const relay = createMemoryRelay(clock, 10);
  const make = (address: string): ConformancePair['ana'] =>
    createRelayTransport(address, () => relay.connect(address), clock);
  return {
    ana: make('ana'),
    bo: make('bo'),
    settle: () => clock.advance(200),
    cut: (address) => relay.setOnline(address, false),
    restore: (address) => relay.setOnline(address, true),
    close() {
      if (clock.pending > 0) throw new Error('a timer is left after both ends disconnected');
    },
  };
}

describe('the transport of the guide conforms', () => {
  for (const { name, run } of transportConformance(pair)) it(name, run);
});

describe('the guide', () => {
  it('the transport of the guide has fewer than 80 lines', () => {
    const code = readFileSync(join(GUIDES, 'examples/relayTransport.ts'), 'utf8');
    const lines = code.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThan(80);
  });
});
