/** Random edits, retractions, reactions and replies of a simulated user. */

import { FlowError, type MessageRecord } from '@imflow/core';
import type { SimulationAction } from './script.ts';
import { recordsOf } from './violation.ts';
import type { SimulatedTab, Simulation } from './simulation.ts';

/** The reactions, in turn; the empty set removes all. */
const SETS: readonly (readonly string[])[] = [['👍'], ['🎉', '❤️'], [], ['😀']];

/** Edits, retracts, reacts or replies to a message of a tab. Does nothing if the engine refuses it. */
export function changeMessage(
  simulation: Simulation,
  tab: SimulatedTab,
  action: Extract<SimulationAction, { readonly pick: number }>,
): void {
  const isOwn = action.do === 'edit' || action.do === 'retract';
  const candidates = recordsOf(tab).filter(
    ({ direction, retracted }) => retracted === undefined && (!isOwn || direction === 'outgoing'),
  );
  const record = candidates.at(-1 - (action.pick % Math.max(1, candidates.length)));
  if (record === undefined) return;
  try {
    perform(simulation, tab, action, record);
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
  }
}

function perform(
  simulation: Simulation,
  tab: SimulatedTab,
  action: Extract<SimulationAction, { readonly pick: number }>,
  record: MessageRecord,
): void {
  const { flow } = tab;
  const sent = simulation.sent.get(record.messageId);
  switch (action.do) {
    case 'edit': {
      const body = `${tab.name} ${sent?.index} edit ${sent?.texts.length}.`;
      flow.editMessage(record.id, body);
      sent?.texts.push(body);
      return;
    }
    case 'retract':
      flow.retractMessage(record.id);
      // A message that has not left is discarded.
      if (!hasArrived(record)) simulation.discarded(record.id);
      return;
    case 'react':
      flow.react(record.id, SETS[(action.pick + simulation.sent.size) % SETS.length] ?? []);
      return;
    case 'reply':
      simulation.send(tab, record.id);
  }
}

const ARRIVED: ReadonlySet<string> = new Set(['sent', 'delivered', 'displayed']);

/** Whether the network accepted the message itself, whatever the status of an edit. */
export function hasArrived({ status, earlierRevisions }: MessageRecord): boolean {
  return ARRIVED.has(earlierRevisions?.[0]?.status ?? status);
}

/** Whether a message is held for its send delay. */
export function isHeld({ heldUntil }: MessageRecord): boolean {
  return heldUntil !== undefined;
}
