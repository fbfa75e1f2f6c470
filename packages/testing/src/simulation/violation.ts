import type { MessageRecord } from '@imflow/core';
import type { SimulatedTab } from './world.ts';

/** A promise of imflow that a simulated conversation broke. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function fail(tab: SimulatedTab, what: string): never {
  throw new Violation(`${tab.name} ${what}`);
}

/** The messages that a tab shows, in their order. */
export function recordsOf(tab: SimulatedTab): MessageRecord[] {
  return Array.from(tab.flow.messages.order, (id) => tab.flow.messages.get(id)).filter(
    (record) => record !== undefined,
  );
}
