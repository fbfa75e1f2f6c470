/** Runs scripts, searches seeds for a violation, and shrinks the script that shows it. */

import { FlowError } from '@imflow/core';
import { flushMicrotasks } from '../flushMicrotasks.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { checkAlways, checkAtEnd, checkTerminated } from './invariants.ts';
import { changeMessage, hasArrived, isHeld } from './operations.ts';
import { checkErased } from './projections.ts';
import { recordsOf, Violation } from './violation.ts';
import { type Action, createScript, type Script, type ScriptOptions } from './script.ts';
import { createWorld, type SimulatedTab, textId, type World } from './world.ts';

/** How a simulated conversation went. */
export interface SimulationResult {
  readonly script: Script;
  /** Messages that were sent. */
  readonly messages: number;
  /** The promise that was broken, if one was. */
  readonly violation?: Violation;
}

/** Searches seeds for one that breaks a promise; the script of the result is shrunk. `onSeed` is for progress. */
export async function searchSeeds(
  first: number,
  count: number,
  onSeed: (result: SimulationResult) => void = () => undefined,
  options: ScriptOptions = {},
): Promise<SimulationResult | undefined> {
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await simulateSeed(seed, options);
    onSeed(result);
    if (result.violation !== undefined) return simulate(await shrink(result.script));
  }
  return undefined;
}

/** Runs the conversation of a seed: two users, a bad network, tabs that die, machines that sleep. */
export function simulateSeed(seed: number, options: ScriptOptions = {}): Promise<SimulationResult> {
  return simulate(createScript(seed, createSeededRandom(`script ${seed}`), options));
}

/** Runs a script, and checks every promise after every step. */
export function simulate(script: Script): Promise<SimulationResult> {
  return simulateIn(createWorld(script.seed, script.setting), script);
}

/** Runs a script in a new world of its seed and setting, which can be looked at afterwards. */
export async function simulateIn(world: World, script: Script): Promise<SimulationResult> {
  try {
    world.openTab('ana');
    world.openTab('bo');
    await settle(world, 0);
    for (const action of script.actions) {
      await perform(world, action);
    }
    await end(world);
    return { script, messages: world.sent.size };
  } catch (error) {
    const violation = error instanceof Violation ? error : new Violation(`threw ${String(error)}`, { cause: error });
    return { script, messages: world.sent.size, violation };
  }
}

/** The shortest script found that breaks the same kind of promise: chunks of actions are left out while it does. */
export async function shrink(script: Script, mostRuns: number = 400): Promise<Script> {
  const kind = kindOf((await simulate(script)).violation);
  let best = script;
  let runs = 0;
  for (let size = Math.ceil(best.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.actions.length && runs < mostRuns;) {
      const shorter = { ...best, actions: best.actions.toSpliced(from, size) };
      runs += 1;
      const { violation } = await simulate(shorter);
      if (kindOf(violation) !== kind) from += size;
      else best = shorter;
    }
  }
  return best;
}

/** A violation without the names and numbers of this run. */
function kindOf(violation: Violation | undefined): string | undefined {
  return violation?.message.replaceAll(/\w+\/\d+|#?\d+/g, '');
}

async function perform(world: World, action: Action): Promise<void> {
  switch (action.do) {
    case 'wait':
      await settle(world, action.ms);
      return;
    case 'open':
      world.openTab(action.party);
      break;
    case 'closeAll':
      for (const tab of Array.from(world.partyOf(action.party).tabs)) world.kill(tab);
      break;
    case 'clock':
      world.clock.setWallClock(world.clock.now() + action.ms);
      break;
    case 'link':
      world.setOnline(action.party, action.online);
      break;
    case 'faults':
      world.network.setFaults(action.faults, action.party);
      break;
    case 'storage':
      world.partyOf(action.party).storageWorks = action.works;
      if (!action.works) world.partyOf(action.party).storageBroke = true;
      break;
    case 'sleep':
      await sleep(world, action);
      return;
    case 'report':
      report(world, action.success);
      break;
    case 'attend':
    case 'clear':
    case 'discard':
    case 'edit':
    case 'kill':
    case 'look':
    case 'older':
    case 'react':
    case 'reply':
    case 'retract':
    case 'retry':
    case 'send':
    case 'type': {
      const { tabs } = world.partyOf(action.party);
      const tab = tabs[action.tab % Math.max(1, tabs.length)];
      if (tab !== undefined) act(world, tab, action);
    }
  }
  await settle(world, 0);
}

function act(world: World, tab: SimulatedTab, action: Extract<Action, { readonly tab: number }>): void {
  const { flow } = tab;
  switch (action.do) {
    case 'send':
      world.send(tab);
      return;
    case 'type':
      flow.setLocalComposingState('composing');
      return;
    case 'clear':
      flow.setLocalComposingState('idle');
      return;
    case 'look': {
      const incoming = recordsOf(tab).filter((record) => record.direction === 'incoming');
      const last = incoming.at(-1);
      for (const record of incoming) world.partyOf(tab.party).looked.add(textId(record));
      if (last !== undefined) flow.markDisplayed(last.id);
      return;
    }
    case 'attend':
      flow.setAttention(action.attentive);
      return;
    case 'older':
      void flow.loadOlder();
      return;
    case 'retry':
      flow.retryAll();
      return;
    case 'discard':
      discard(world, tab);
      return;
    case 'edit':
    case 'react':
    case 'reply':
    case 'retract':
      changeMessage(world, tab, action);
      return;
    case 'kill':
      world.kill(tab);
  }
}

/** Takes back the newest message that is held, or the oldest that failed. */
function discard(world: World, tab: SimulatedTab): void {
  const records = recordsOf(tab);
  const record = records.findLast(isHeld) ?? records.find(({ status }) => status === 'failed');
  if (record === undefined) return;
  try {
    tab.flow.discardMessage(record.id);
    // Of one that has arrived, its edit was taken back.
    if (!hasArrived(record)) world.discarded(record.id);
    if (isHeld(record) && world.setting.tabs === 1) world.unsent(record.id);
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
  }
}

function report(world: World, success: boolean): void {
  for (const { flow } of world.partyOf('bo').tabs) {
    for (const id of flow.messages.order) {
      if (flow.messages.get(id)?.direction !== 'incoming') continue;
      try {
        if (success) flow.sendSuccessDeliveryNotification(id);
        else flow.sendFailureDeliveryNotification(id, 486);
        world.reported(id, success);
        return;
      } catch (error) {
        if (!(error instanceof FlowError)) throw error;
      }
    }
  }
}

/** The machine is closed and opened again: its timers and what the network brought come late. */
async function sleep(world: World, action: Action & { readonly do: 'sleep' }): Promise<void> {
  const sleepers = [...world.partyOf(action.party).tabs];
  for (const { machine } of sleepers) machine.sleep();
  await settle(world, action.ms);
  world.partyOf(action.party).wokeAt = world.clock.monotonic();
  for (const { machine } of sleepers) machine.wake(action.timersFirst);
  await settle(world, 0);
}

async function settle(world: World, ms: number): Promise<void> {
  await world.clock.advance(ms);
  await flushMicrotasks();
  world.observe();
  checkAlways(world);
}

/** The network and the storages work again, and whatever failed is retried: all must come to a good end. */
async function end(world: World): Promise<void> {
  for (const party of world.parties) {
    party.storageWorks = true;
    world.network.setFaults({ delay: 0, jitter: 0, loss: 0, duplication: 0, reordering: false }, party.name);
    // What the network lost on its way to a device comes again after a reconnect.
    world.setOnline(party.name, false);
    world.setOnline(party.name, true);
    if (party.tabs.length === 0) world.openTab(party.name);
    for (const { flow } of party.tabs) flow.setAttention(true);
  }
  await settle(world, 1_000);
  for (let round = 0; round < 6; round += 1) {
    await settle(world, 65_000);
    for (const { flow } of world.tabs()) flow.retryAll();
    await settle(world, 1_000);
  }
  await settle(world, 65_000);
  checkAtEnd(world);
  await checkErased(world);
  for (const tab of world.tabs()) {
    tab.flow.terminate();
    await world.clock.advance(10_000);
    checkTerminated(tab);
  }
  for (const { coordination } of world.parties) {
    if (coordination.memberships !== 0) throw new Violation('a tab membership is still held after the end');
  }
  await world.clock.advance(60_000);
  if (world.clock.pending !== 0) throw new Violation(`${world.clock.pending} timers are left after the end`);
}
