/** Random edits, retractions, reactions and replies of a simulated user. */

import { FlowError, type MessageRecord } from '@imflow/core';
import type { Action } from './script.ts';
import { recordsOf } from './violation.ts';
import type { SimulatedTab, World } from './world.ts';

/** What people react with, by turns; the empty set takes all back. */
const SETS: readonly (readonly string[])[] = [['👍'], ['🎉', '❤️'], [], ['😀']];

/** Does something to a message of a tab, unless it cannot be done to it. */
export function changeMessage(
  world: World,
  tab: SimulatedTab,
  action: Extract<Action, { readonly pick: number }>,
): void {
  const isOwn = action.do === 'edit' || action.do === 'retract';
  const candidates = recordsOf(tab).filter(
    ({ direction, retracted }) => retracted === undefined && (!isOwn || direction === 'outgoing'),
  );
  const record = candidates.at(-1 - (action.pick % Math.max(1, candidates.length)));
  if (record === undefined) return;
  try {
    perform(world, tab, action, record);
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
  }
}

function perform(
  world: World,
  tab: SimulatedTab,
  action: Extract<Action, { readonly pick: number }>,
  record: MessageRecord,
): void {
  const { flow } = tab;
  const sent = world.sent.get(record.messageId);
  switch (action.do) {
    case 'edit': {
      const body = `${tab.name} ${sent?.index} edit ${sent?.texts.length}.`;
      flow.editMessage(record.id, body);
      sent?.texts.push(body);
      return;
    }
    case 'retract':
      flow.retractMessage(record.id);
      // One that has not left is discarded, and the tab that leads knows best.
      if (!hasArrived(record)) world.discarded(record.id);
      return;
    case 'react':
      flow.react(record.id, SETS[(action.pick + world.sent.size) % SETS.length] ?? []);
      return;
    case 'reply':
      world.send(tab, record.id);
  }
}

const ARRIVED: ReadonlySet<string> = new Set(['sent', 'delivered', 'displayed']);

/** Whether the message itself has left for good, whatever became of an edit of it. */
export function hasArrived({ status, earlierRevisions }: MessageRecord): boolean {
  return ARRIVED.has(earlierRevisions?.[0]?.status ?? status);
}

/** Whether a message waits until its time to go out has come. */
export function isHeld({ heldUntil }: MessageRecord): boolean {
  return heldUntil !== undefined;
}
