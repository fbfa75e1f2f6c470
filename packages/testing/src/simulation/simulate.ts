/** Runs scripts, searches seeds for a violation, and shrinks the script that shows it. */

import { FlowError, type MessageRecord } from '@imflow/core';
import { flushMicrotasks } from '../flushMicrotasks.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { checkAlways, checkAtEnd, checkStored, checkTerminated } from './invariants.ts';
import { changeMessage, hasArrived, isHeld } from './operations.ts';
import { checkErased } from './projections.ts';
import { recordsOf, Violation } from './violation.ts';
import { type SimulationAction, createScript, type SimulationScript, type ScriptOptions } from './script.ts';
import { textId } from './simulatedUser.ts';
import { createSimulation, type SimulatedTab, type Simulation } from './simulation.ts';

/** The result of a simulated conversation. */
export interface SimulationResult {
  readonly script: SimulationScript;
  /** The number of sent messages. */
  readonly messages: number;
  /** The first violated invariant. */
  readonly violation?: Violation;
}

/**
 * Simulates the conversations of consecutive seeds until one violates an invariant, and shrinks its script.
 * @param onSeed is called after each seed.
 * @returns the violation with the shrunk script; undefined if all invariants held.
 */
export async function searchSeeds(
  first: number,
  count: number,
  onSeed: (result: SimulationResult) => void = () => undefined,
  options: ScriptOptions = {},
): Promise<SimulationResult | undefined> {
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await simulateSeed(seed, options);
    onSeed(result);
    if (result.violation !== undefined) return simulate(await shrinkScript(result.script));
  }
  return undefined;
}

/** Simulates the conversation of a seed: two users, a faulty network, tabs that crash, computers that sleep. */
export function simulateSeed(seed: number, options: ScriptOptions = {}): Promise<SimulationResult> {
  return simulate(createScript(seed, createSeededRandom(`script ${seed}`), options));
}

/** Runs a script, and checks every invariant after every step. */
export function simulate(script: SimulationScript): Promise<SimulationResult> {
  return simulateIn(createSimulation(script.seed, script.scenario), script);
}

/** Runs a script in a given simulation, which the caller can inspect afterwards. */
export async function simulateIn(simulation: Simulation, script: SimulationScript): Promise<SimulationResult> {
  try {
    simulation.openTab('ana');
    simulation.openTab('bo');
    await settle(simulation, 0);
    for (const action of script.actions) {
      await perform(simulation, action);
    }
    await end(simulation);
    return { script, messages: simulation.sent.size };
  } catch (error) {
    const violation = error instanceof Violation ? error : new Violation(`threw ${String(error)}`, { cause: error });
    return { script, messages: simulation.sent.size, violation };
  }
}

/**
 * Shrinks a script that violates an invariant: removes chunks of actions as long as the same kind of violation remains.
 * @param maxRuns how many simulations it may run. Default: 400.
 */
export async function shrinkScript(script: SimulationScript, maxRuns: number = 400): Promise<SimulationScript> {
  const kind = kindOf((await simulate(script)).violation);
  let best = script;
  let runs = 0;
  for (let size = Math.ceil(best.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.actions.length && runs < maxRuns;) {
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

async function perform(simulation: Simulation, action: SimulationAction): Promise<void> {
  switch (action.do) {
    case 'wait':
      await settle(simulation, action.ms);
      return;
    case 'open':
      simulation.openTab(action.user);
      break;
    case 'closeAll':
      for (const tab of Array.from(simulation.userOf(action.user).tabs)) simulation.kill(tab);
      break;
    case 'clock':
      simulation.clock.setWallClock(simulation.clock.now() + action.ms);
      break;
    case 'link':
      simulation.setOnline(action.user, action.online);
      break;
    case 'faults':
      simulation.network.setFaults(action.faults, action.user);
      break;
    case 'storage':
      simulation.userOf(action.user).storageWorks = action.works;
      if (!action.works) simulation.userOf(action.user).storageBroke = true;
      break;
    case 'sleep':
      await sleep(simulation, action);
      return;
    case 'report':
      report(simulation, action.success);
      break;
    case 'setAttention':
    case 'clear':
    case 'discard':
    case 'edit':
    case 'crash':
    case 'markDisplayed':
    case 'loadOlder':
    case 'react':
    case 'reply':
    case 'retract':
    case 'retry':
    case 'send':
    case 'sendFile':
    case 'type': {
      const { tabs } = simulation.userOf(action.user);
      const tab = tabs[action.tab % Math.max(1, tabs.length)];
      if (tab !== undefined) act(simulation, tab, action);
    }
  }
  await settle(simulation, 0);
}

function act(
  simulation: Simulation,
  tab: SimulatedTab,
  action: Extract<SimulationAction, { readonly tab: number }>,
): void {
  const { flow } = tab;
  switch (action.do) {
    case 'send':
      simulation.send(tab);
      return;
    case 'sendFile':
      simulation.sendFile(tab);
      return;
    case 'type':
      flow.setLocalComposingState('composing');
      return;
    case 'clear':
      flow.setLocalComposingState('idle');
      return;
    case 'markDisplayed': {
      const incoming = recordsOf(tab).filter((record) => record.direction === 'incoming');
      const last = incoming.at(-1);
      for (const record of incoming) simulation.userOf(tab.user).displayed.add(textId(record));
      if (last !== undefined) flow.markDisplayed(last.id);
      return;
    }
    case 'setAttention':
      flow.setAttention(action.attentive);
      return;
    case 'loadOlder':
      void flow.loadOlder();
      return;
    case 'retry':
      flow.retryAll();
      return;
    case 'discard':
      discard(simulation, tab);
      return;
    case 'edit':
    case 'react':
    case 'reply':
    case 'retract':
      changeMessage(simulation, tab, action);
      return;
    case 'crash':
      simulation.kill(tab);
  }
}

/** Discards the newest message that is held or waits for its upload, or the oldest failed one. */
function discard(simulation: Simulation, tab: SimulatedTab): void {
  const records = recordsOf(tab);
  const record = records.findLast(isRetained) ?? records.find(({ status }) => status === 'failed');
  if (record === undefined) return;
  try {
    tab.flow.discardMessage(record.id);
    // For a message that has arrived, the engine discards its edit.
    if (!hasArrived(record)) simulation.discarded(record.id);
    // A page that was killed may have sent it without storing that.
    const hasLeft = simulation.transmitted.has(record.messageId);
    if (isRetained(record) && !hasLeft && simulation.scenario.tabs === 1) simulation.unsent(record.id);
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
  }
}

/** Whether a message is not sent yet because it is held or its file is not uploaded. */
function isRetained(record: MessageRecord): boolean {
  return isHeld(record) || record.uploadPending === true;
}

function report(simulation: Simulation, success: boolean): void {
  for (const { flow } of simulation.userOf('bo').tabs) {
    for (const id of flow.messages.order) {
      if (flow.messages.get(id)?.direction !== 'incoming') continue;
      try {
        if (success) flow.sendSuccessDeliveryNotification(id);
        else flow.sendFailureDeliveryNotification(id, 486);
        simulation.reported(id, success);
        return;
      } catch (error) {
        if (!(error instanceof FlowError)) throw error;
      }
    }
  }
}

/** The user's computer is suspended for a while: timers and events come late. */
async function sleep(simulation: Simulation, action: SimulationAction & { readonly do: 'sleep' }): Promise<void> {
  const sleepers = [...simulation.userOf(action.user).tabs];
  for (const { host } of sleepers) host.sleep();
  await settle(simulation, action.ms);
  simulation.userOf(action.user).wokeAt = simulation.clock.monotonic();
  for (const { host } of sleepers) host.wake(action.timersFirst);
  await settle(simulation, 0);
}

async function settle(simulation: Simulation, ms: number): Promise<void> {
  await simulation.clock.advance(ms);
  await flushMicrotasks();
  simulation.observe();
  checkAlways(simulation);
}

/** Invariant at the end: no file stays on a device, once those without a message are old enough. */
async function checkFiles(simulation: Simulation): Promise<void> {
  for (const user of simulation.users) {
    for (const id of await user.filesLeft()) {
      const sent = simulation.sent.get(id);
      // A tab that never had the message cannot know that it was discarded.
      if (sent?.known === true && !sent.discarded)
        throw new Violation(`${user.name}: the file of ${sent.body} is left`);
    }
    if ((await user.filesLeft()).length === 0) continue;
    simulation.clock.setWallClock(simulation.clock.now() + 1_000_000_000);
    // The next page deletes them after a minute.
    for (const tab of Array.from(user.tabs)) simulation.kill(tab);
    simulation.openTab(user.name);
    await settle(simulation, 62_000);
    const left = await user.filesLeft();
    if (left.length > 0) throw new Violation(`${user.name}: ${left.length} files without a message are left`);
  }
}

/** Repairs the network and the storages, retries failed messages, and checks that everything arrives. */
async function end(simulation: Simulation): Promise<void> {
  for (const user of simulation.users) {
    user.storageWorks = true;
    simulation.network.setFaults({ delay: 0, jitter: 0, loss: 0, duplication: 0, reordering: false }, user.name);
    // The network delivers lost frames again after a reconnect.
    simulation.setOnline(user.name, false);
    simulation.setOnline(user.name, true);
    if (user.tabs.length === 0) simulation.openTab(user.name);
    for (const { flow } of user.tabs) flow.setAttention(true);
  }
  await settle(simulation, 1_000);
  for (let round = 0; round < 6; round += 1) {
    await settle(simulation, 65_000);
    for (const { flow } of simulation.tabs()) flow.retryAll();
    await settle(simulation, 1_000);
  }
  await settle(simulation, 65_000);
  checkAtEnd(simulation);
  await checkErased(simulation);
  await checkStored(simulation);
  await checkFiles(simulation);
  for (const tab of simulation.tabs()) {
    tab.flow.terminate();
    await simulation.clock.advance(10_000);
    checkTerminated(tab);
  }
  for (const { tabGroup } of simulation.users) {
    if (tabGroup.memberships !== 0) throw new Violation('a tab membership is still held after the end');
  }
  await simulation.clock.advance(60_000);
  if (simulation.clock.pending !== 0) throw new Violation(`${simulation.clock.pending} timers are left after the end`);
}
