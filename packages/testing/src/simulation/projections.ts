/** Compares what both sides of a simulated conversation show. */

import { type MessageRecord, readableText } from '@imflow/core';
import { fail, recordsOf, Violation } from './violation.ts';
import type { SentMessage, SimulatedTab, Simulation } from './simulation.ts';

/** The parts of a message that both sides show. */
export function projectionOf(record: MessageRecord): string {
  const { retracted, reactions = [] } = record;
  const sets = reactions.filter(({ emojis }) => emojis.length > 0);
  return JSON.stringify({
    body: readableText(record),
    retracted: retracted !== undefined,
    reactions: sets.map(({ author, emojis }) => `${author} ${emojis.join(' ')}`).toSorted(),
  });
}

/** What a user has done to a message or was told of it: two sets of reactions that show the same are two versions. */
export function versionOf(record: MessageRecord): string {
  return JSON.stringify([projectionOf(record), record.reactions?.map(({ id }) => id).toSorted() ?? []]);
}

/** Invariant at the end: all tabs of a user show the same of each message, and so do both users. */
export function checkProjections(simulation: Simulation): void {
  for (const { tabs } of simulation.users) checkAlike(simulation, tabs);
  checkAlike(simulation, simulation.tabs(), isUncertain);
}

function checkAlike(
  simulation: Simulation,
  tabs: readonly SimulatedTab[],
  leftOut: (sent: SentMessage) => boolean = () => false,
): void {
  const shown = new Map<string, { readonly tab: SimulatedTab; readonly projection: string }>();
  for (const tab of tabs) {
    for (const record of recordsOf(tab)) {
      const sent = simulation.sent.get(record.messageId);
      if (sent === undefined || leftOut(sent)) continue;
      const projection = projectionOf(record);
      const first = shown.get(sent.id) ?? { tab, projection };
      shown.set(sent.id, first);
      if (first.projection === projection) continue;
      fail(tab, `shows ${sent.body} as ${projection}, but ${first.tab.name} as ${first.projection}`);
    }
  }
}

/** Invariant at the end: no tab and no storage keeps a text of a retracted message. */
export async function checkErased(simulation: Simulation): Promise<void> {
  const erased = new Set<SentMessage>();
  for (const tab of simulation.tabs()) {
    for (const { messageId, retracted } of recordsOf(tab)) {
      const sent = simulation.sent.get(messageId);
      if (retracted !== undefined && sent !== undefined && !isUncertain(sent)) erased.add(sent);
    }
  }
  if (erased.size === 0) return;
  for (const tab of simulation.tabs()) checkText(tab.name, JSON.stringify(recordsOf(tab)), erased);
  for (const user of simulation.users)
    checkText(`the storage of ${user.name}`, JSON.stringify(await user.stored()), erased);
}

function checkText(where: string, text: string, erased: ReadonlySet<SentMessage>): void {
  for (const { texts } of erased) {
    const kept = texts.find((body) => text.includes(body));
    if (kept !== undefined) throw new Violation(`${where} keeps ${kept}, which was retracted`);
  }
}

/** Whether both users may show different texts: a tab was killed before it stored an operation that the peer received. */
function isUncertain(sent: SentMessage): boolean {
  return sent.textUncertain;
}
