/** The conformance suite for transports. */

import { offlineChecks } from './offlineChecks.ts';
import { connectionChecks } from './connectionChecks.ts';
import { messageChecks } from './messageChecks.ts';
import { operationChecks } from './operationChecks.ts';
import { searchChecks } from './searchChecks.ts';
import { notificationChecks } from './notificationChecks.ts';
import type { Check, ConformancePair } from './harness.ts';

/** One guarantee of the transport port. */
export interface ConformanceCase {
  readonly name: string;
  /** Rejects with an Error that names the violated rule. */
  run(): Promise<void>;
}

/**
 * The conformance suite of the transport port, for any test runner:
 *
 * ```ts
 * for (const { name, run } of transportConformance(setup)) it(name, run);
 * ```
 *
 * A case of something that the transport's `capabilities` say it does not do checks that it does without it, or
 * nothing.
 * @param setup creates two transports on one network, for each case.
 */
export function transportConformance(setup: () => ConformancePair | Promise<ConformancePair>): ConformanceCase[] {
  const checks = {
    ...connectionChecks,
    ...messageChecks,
    ...operationChecks,
    ...searchChecks,
    ...notificationChecks,
    ...offlineChecks,
  };
  return Object.entries(checks).map(([name, check]) => ({ name, run: () => runOn(setup, check) }));
}

async function runOn(setup: () => ConformancePair | Promise<ConformancePair>, check: Check): Promise<void> {
  const pair = await setup();
  let passed = false;
  try {
    await check(pair);
    passed = true;
  } finally {
    await takeDown(pair, passed);
  }
}

/** Releases the pair. An error counts only if the case itself did not fail. */
async function takeDown(pair: ConformancePair, passed: boolean): Promise<void> {
  try {
    pair.ana.disconnect();
    pair.bo.disconnect();
    await pair.settle();
    await pair.close?.();
  } catch (error) {
    if (passed) throw error;
  }
}
