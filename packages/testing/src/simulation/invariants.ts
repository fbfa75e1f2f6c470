/** The invariants that the simulation checks after every step. */

import { FILE_CONTENT_TYPE, type MessageRecord, type MessageStatus, readableText, revisionsOf } from '@imflow/core';
import { checkProjections, projectionOf } from './projections.ts';
import { fail, recordsOf, Violation } from './violation.ts';
import { MAX_PENDING_REPORTS, type SentMessage, type SimulatedTab, type Simulation } from './simulation.ts';
import { textId, tickOf } from './simulatedUser.ts';

/** The rank of each status. A status may only rise; `failed` may also become `queued`, by a retry. */
const RANK: Readonly<Record<MessageStatus, number>> = {
  queued: 0,
  sending: 1,
  failed: 2,
  sent: 3,
  undeliverable: 4,
  delivered: 5,
  displayed: 6,
};

/** The longest time from the end of composing to the end of the indicator, in ms: expiry and transmission. */
const INDICATOR_LIMIT = 7_000 + 2_000;

/** Invariants after every step. */
export function checkAlways(simulation: Simulation): void {
  for (const tab of simulation.tabs()) {
    // The BroadcastChannel transport needs a timer too.
    const own = simulation.scenario.network === 'pages' ? 2 : 1;
    // Files without a message have one.
    const files = 1;
    // Each upload has one.
    const most = own + files + recordsOf(tab).filter(({ uploadPending }) => uploadPending === true).length;
    if (tab.host.timers > most) fail(tab, `keeps ${tab.host.timers} timers`);
    if (tab.host.asleep) continue;
    const records = recordsOf(tab);
    checkStatuses(simulation, tab, records);
    checkTicks(simulation, tab, records);
    checkNothingTwice(tab, records);
    checkOrder(simulation, tab, records);
    checkKept(simulation, tab);
    checkIndicator(simulation, tab);
    checkCounts(tab, records);
  }
  for (const user of simulation.users) {
    for (const sent of simulation.sent.values()) {
      if (sent.user === user.name) checkHeld(simulation, sent);
      if (sent.user !== user.name || !sent.stored || sent.discarded) continue;
      if (!user.storedIds().has(sent.id)) throw new Violation(`${user.name}: stored message ${sent.body} is gone`);
    }
  }
}

/** Invariants at the end, when the network works and failed messages were retried. */
export function checkAtEnd(simulation: Simulation): void {
  for (const tab of simulation.tabs()) {
    const state = tab.flow.store.getState();
    if (state.state !== 'active' || state.connection !== 'online')
      fail(tab, `ends ${state.state}, ${state.connection}`);
    if (state.remoteComposingState !== 'idle') fail(tab, 'ends with an indicator');
    if (state.outboxCount !== 0) fail(tab, `ends with ${state.outboxCount} messages in the outbox`);
    if (state.pendingDeliveryReports !== 0) fail(tab, `ends with ${state.pendingDeliveryReports} reports due`);
    if (state.error !== undefined) fail(tab, `ends with the error "${state.error.message}"`);
    const records = new Map(recordsOf(tab).map((record) => [record.messageId, record]));
    for (const sent of simulation.sent.values()) {
      if (!sent.known) continue;
      const record = records.get(sent.id);
      if (record === undefined) {
        // A discarded message may have arrived before.
        if (sent.discarded) continue;
        if (!state.history.hasOlder && (sent.user === tab.user || simulation.arrived(sent)))
          fail(tab, `misses ${sent.body}`);
      } else if (sent.user === tab.user && !isSettled(simulation, sent, record)) {
        fail(tab, `ends with ${sent.body} ${record.status}`);
      }
    }
  }
  checkProjections(simulation);
}

/** Invariant at the end: the storage holds what the tabs show, and nothing that waits. */
export async function checkStored(simulation: Simulation): Promise<void> {
  if (!simulation.scenario.stored) return;
  for (const user of simulation.users) {
    const { records, outbox, operations = [] } = await user.stored();
    const stored = new Map(([...records, ...outbox] as MessageRecord[]).map((record) => [record.id, record]));
    for (const tab of user.tabs) {
      for (const record of recordsOf(tab)) {
        const other = stored.get(record.id);
        if (other === undefined) fail(tab, `shows ${record.body}, which is not stored`);
        for (const partOf of [tickOf, projectionOf]) {
          const [shown, kept] = [partOf(record), partOf(other)];
          if (shown !== kept) fail(tab, `shows ${record.body} as ${shown}, but ${kept} is stored`);
        }
      }
    }
    const waiting = outbox.length + operations.length;
    if (waiting > 0) throw new Violation(`${waiting} items wait in the storage of ${user.name}`);
  }
}

/** Invariants of a terminated flow. */
export function checkTerminated(tab: SimulatedTab): void {
  if (tab.host.timers !== 0) fail(tab, 'keeps a timer after its end');
  if (tab.flow.store.getState().state !== 'terminated') fail(tab, 'is not terminated');
}

function isSettled(simulation: Simulation, sent: SentMessage, record: MessageRecord): boolean {
  const { status } = record;
  if (status === 'delivered' || status === 'displayed') return true;
  if (status === 'sent' && sent.tickLost) return true;
  // The peer keeps an operation for a message that it never received, or lost with its storage.
  const isLost = simulation.scenario.network === 'pages' && simulation.peerOf(sent.user).storageBroke;
  const mayBeUnknown = record.retracted !== undefined || isLost;
  if (status === 'sent' && mayBeUnknown && textId(record) !== record.messageId && !simulation.arrived(sent))
    return true;
  // In proxied mode, only messages have outcomes.
  const toProxy = simulation.scenario.proxied && sent.user === 'ana';
  if (status === 'sent' && toProxy && textId(record) !== record.messageId) return true;
  // The application of `bo`, or the engine for it, reported a failure.
  return status === 'undeliverable' && toProxy;
}

function checkStatuses(simulation: Simulation, tab: SimulatedTab, records: readonly MessageRecord[]): void {
  for (const record of records) {
    if (record.direction !== 'outgoing') continue;
    const before = tab.statuses.get(textId(record));
    tab.statuses.set(textId(record), record.status);
    const sent = simulation.sent.get(record.id);
    if (record.status === 'failed' && sent !== undefined) sent.failed = true;
    if (before === undefined || RANK[record.status] >= RANK[before]) continue;
    if (before === 'failed' && (record.status === 'queued' || record.status === 'sending')) continue;
    fail(tab, `took ${record.body} from ${before} back to ${record.status}`);
  }
}

function checkTicks(simulation: Simulation, tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const peer = simulation.peerOf(tab.user);
  for (const record of records) {
    if (record.direction !== 'outgoing') continue;
    for (const { id, status, body } of revisionsOf(record)) {
      if (status === 'delivered' && !peer.received.has(id)) fail(tab, `shows ${body} as delivered`);
      if (status === 'displayed' && !peer.displayed.has(id)) fail(tab, `shows ${body} as read`);
      if (status === 'sent' && !simulation.transmitted.has(id)) fail(tab, `shows ${body} as sent`);
    }
  }
}

function checkNothingTwice(tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const bodies = new Set<string>();
  for (const record of records) {
    if (record.retracted !== undefined) continue;
    const body = readableText(record);
    if (bodies.has(body)) fail(tab, `shows ${body} twice`);
    bodies.add(body);
  }
}

function checkOrder(simulation: Simulation, tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const last = new Map<string, number>();
  for (const record of records) {
    const sent = simulation.sent.get(record.messageId);
    // Messages behind a file do not wait for its upload.
    if (sent === undefined || record.contentType === FILE_CONTENT_TYPE) continue;
    // Later messages may overtake a failed one; its author still sees it in its original place.
    if (sent.user !== tab.user && (sent.failed || simulation.userOf(tab.user).storageBroke)) continue;
    // A new leader could not read the storage, and sent later messages first.
    if (simulation.userOf(sent.user).readLate.has(sent.id)) continue;
    // A late message is placed among those that are loaded.
    if (simulation.userOf(tab.user).arrivedLate.has(sent.id)) continue;
    // A tab that reads an outdated storage shows a sent message as queued until the leader wakes.
    if (sent.user === tab.user && record.status === 'queued' && simulation.userOf(tab.user).storageBroke) continue;
    // After a crash, a different session sends; between sessions, order depends on the network.
    const series = `${sent.tab} ${record.frameSequence?.session ?? ''}`;
    if (sent.index < (last.get(series) ?? -1)) fail(tab, `shows ${record.body} after what was sent later`);
    last.set(series, sent.index);
  }
}

/** A held message is sent after its delay, and never after it was discarded. */
function checkHeld(simulation: Simulation, sent: SentMessage): void {
  const wentOut = simulation.transmitted.get(sent.id);
  if (wentOut === undefined) return;
  if (sent.unsent) throw new Violation(`${sent.body} went out after it had been taken back`);
  const { tabs, sendDelay } = simulation.scenario;
  if (tabs > 1 || simulation.userOf(sent.user).lostTabs) return;
  const held = wentOut - sent.queuedAt;
  if (held < sendDelay) throw new Violation(`${sent.body} was held for ${held} ms of ${sendDelay}`);
}

/** A message that a tab has shown stays until the tab closes. */
function checkKept(simulation: Simulation, tab: SimulatedTab): void {
  for (const id of tab.shown) {
    if (tab.flow.messages.get(id) === undefined && simulation.sent.get(id)?.discarded !== true) {
      fail(tab, `lost ${simulation.sent.get(id)?.body ?? id}`);
    }
  }
  for (const id of tab.flow.messages.order) tab.shown.add(id);
}

function checkIndicator(simulation: Simulation, tab: SimulatedTab): void {
  if (tab.flow.store.getState().remoteComposingState === 'idle') return;
  // A host that wakes receives delayed notifications as new ones.
  const last = Math.max(simulation.lastComposing(simulation.peerOf(tab.user).name), simulation.userOf(tab.user).wokeAt);
  const silence = simulation.clock.monotonic() - last;
  if (silence > INDICATOR_LIMIT) fail(tab, `shows composing ${silence} ms after it ended`);
}

function checkCounts(tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const { outboxCount, failedCount, messageCount, pendingDeliveryReports } = tab.flow.store.getState();
  // Counts messages; `outboxCount` also counts operations.
  const waiting = records.filter(({ direction, retracted, status, earlierRevisions }) => {
    const first = earlierRevisions?.[0]?.status ?? status;
    return direction === 'outgoing' && retracted === undefined && (first === 'queued' || first === 'sending');
  }).length;
  const failed = records.filter((record) => record.status === 'failed').length;
  if (outboxCount < waiting || failedCount !== failed || messageCount !== records.length) fail(tab, 'counts wrongly');
  if (pendingDeliveryReports > MAX_PENDING_REPORTS) fail(tab, `has ${pendingDeliveryReports} reports due`);
  for (let index = 1; index < records.length; index += 1) {
    if ((records[index]?.order ?? 0) < (records[index - 1]?.order ?? 0)) fail(tab, 'is not sorted');
  }
}
