import type { MessageRecord } from '@imflow/core';
import type { SimulatedTab } from './simulation.ts';

/** The violation of an invariant in a simulated conversation. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation with the name of the tab. */
export function fail(tab: SimulatedTab, what: string): never {
  throw new Violation(`${tab.name} ${what}`);
}

/** The messages that a tab shows, in their order. */
export function recordsOf(tab: SimulatedTab): MessageRecord[] {
  return Array.from(tab.flow.messages.order, (id) => tab.flow.messages.get(id)).filter(
    (record) => record !== undefined,
  );
}
