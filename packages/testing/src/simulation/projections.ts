/** Compares what both sides of a simulated conversation show. */

import type { MessageRecord } from '@imflow/core';
import { fail, recordsOf, Violation } from './violation.ts';
import type { SentBySomeone, SimulatedTab, World } from './world.ts';

/** What both sides show of a message. */
export function projectionOf({ body, retracted, reactions = [] }: MessageRecord): string {
  const sets = reactions.filter(({ emojis }) => emojis.length > 0);
  return JSON.stringify({
    body,
    retracted: retracted !== undefined,
    reactions: sets.map(({ author, emojis }) => `${author} ${emojis.join(' ')}`).toSorted(),
  });
}

/** Holds at the end: all tabs of one side show the same of each message, and both sides do where they can. */
export function checkProjections(world: World): void {
  for (const { tabs } of world.parties) checkAlike(world, tabs);
  checkAlike(world, world.tabs(), isUncertain);
}

function checkAlike(
  world: World,
  tabs: readonly SimulatedTab[],
  leftOut: (sent: SentBySomeone) => boolean = () => false,
): void {
  const shown = new Map<string, { readonly tab: SimulatedTab; readonly projection: string }>();
  for (const tab of tabs) {
    for (const record of recordsOf(tab)) {
      const sent = world.sent.get(record.messageId);
      if (sent === undefined || leftOut(sent)) continue;
      const projection = projectionOf(record);
      const first = shown.get(sent.id) ?? { tab, projection };
      shown.set(sent.id, first);
      if (first.projection === projection) continue;
      fail(tab, `shows ${sent.body} as ${projection}, but ${first.tab.name} as ${first.projection}`);
    }
  }
}

/** Holds at the end: nothing of a retracted message is on the screen or in the storage of anybody. */
export async function checkErased(world: World): Promise<void> {
  const erased = new Set<SentBySomeone>();
  for (const tab of world.tabs()) {
    for (const { messageId, retracted } of recordsOf(tab)) {
      const sent = world.sent.get(messageId);
      if (retracted !== undefined && sent !== undefined && !isUncertain(sent)) erased.add(sent);
    }
  }
  if (erased.size === 0) return;
  for (const tab of world.tabs()) checkText(tab.name, JSON.stringify(recordsOf(tab)), erased);
  for (const party of world.parties) checkText(`the storage of ${party.name}`, await party.dump(), erased);
}

function checkText(where: string, text: string, erased: ReadonlySet<SentBySomeone>): void {
  for (const { texts } of erased) {
    const kept = texts.find((body) => text.includes(body));
    if (kept !== undefined) throw new Violation(`${where} keeps ${kept}, which was retracted`);
  }
}

/** What a dead tab did while its storage failed is known to nobody of its side; what of it went out, the other side shows. */
function isUncertain(sent: SentBySomeone): boolean {
  return sent.textUncertain;
}
