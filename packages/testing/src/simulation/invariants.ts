/** The invariants that the simulation checks after every step. */

import { type MessageRecord, type MessageStatus, revisionsOf } from '@imflow/core';
import { checkProjections } from './projections.ts';
import { fail, recordsOf, Violation } from './violation.ts';
import { REPORT_CAP, type SentBySomeone, type SimulatedTab, textId, type World } from './world.ts';

/** The order of statuses: none may lead back. `failed` may also become `queued`, by a retry. */
const RANK: Readonly<Record<MessageStatus, number>> = {
  queued: 0,
  sending: 1,
  failed: 2,
  sent: 3,
  undeliverable: 4,
  delivered: 5,
  displayed: 6,
};

/** The longest time between the end of composing and the end of the indicator: expiry and the way, in ms. */
const INDICATOR_LIMIT = 7_000 + 2_000;

/** Holds after every step of every conversation. */
export function checkAlways(world: World): void {
  for (const tab of world.tabs()) {
    // A transport that lives in the tab has one of its own.
    const most = world.setting.wire === 'pages' ? 2 : 1;
    if (tab.machine.timers > most) fail(tab, `keeps ${tab.machine.timers} timers`);
    if (tab.machine.asleep) continue;
    const records = recordsOf(tab);
    checkStatuses(world, tab, records);
    checkTicks(world, tab, records);
    checkNothingTwice(tab, records);
    checkOrder(world, tab, records);
    checkKept(world, tab);
    checkIndicator(world, tab);
    checkCounts(tab, records);
  }
  for (const party of world.parties) {
    for (const sent of world.sent.values()) {
      if (sent.party === party.name) checkHeld(world, sent);
      if (sent.party !== party.name || !sent.stored || sent.discarded) continue;
      if (!party.storedIds().has(sent.id)) throw new Violation(`${party.name}: stored message ${sent.body} is gone`);
    }
  }
}

/** Holds at the end, when the network works again and all has been retried. */
export function checkAtEnd(world: World): void {
  for (const tab of world.tabs()) {
    const state = tab.flow.store.getState();
    if (state.state !== 'active' || state.connection !== 'online')
      fail(tab, `ends ${state.state}, ${state.connection}`);
    if (state.remoteComposingState !== 'idle') fail(tab, 'ends with an indicator');
    if (state.outboxCount !== 0) fail(tab, `ends with ${state.outboxCount} messages in the outbox`);
    if (state.pendingDeliveryReports !== 0) fail(tab, `ends with ${state.pendingDeliveryReports} reports due`);
    if (state.error !== undefined) fail(tab, `ends with the error "${state.error.message}"`);
    const records = new Map(recordsOf(tab).map((record) => [record.messageId, record]));
    for (const sent of world.sent.values()) {
      if (!sent.known) continue;
      const record = records.get(sent.id);
      if (record === undefined) {
        // What was discarded may have arrived all the same.
        if (sent.discarded) continue;
        if (!state.history.hasOlder && (sent.party === tab.party || world.arrived(sent)))
          fail(tab, `misses ${sent.body}`);
      } else if (sent.party === tab.party && !isSettled(world, sent, record)) {
        fail(tab, `ends with ${sent.body} ${record.status}`);
      }
    }
  }
  checkProjections(world);
}

/** Holds once a flow was terminated. */
export function checkTerminated(tab: SimulatedTab): void {
  if (tab.machine.timers !== 0) fail(tab, 'keeps a timer after its end');
  if (tab.flow.store.getState().state !== 'terminated') fail(tab, 'is not terminated');
}

function isSettled(world: World, sent: SentBySomeone, record: MessageRecord): boolean {
  const { status } = record;
  if (status === 'delivered' || status === 'displayed') return true;
  if (status === 'sent' && sent.tickLost) return true;
  // What is done to a message that never came, or that a page has lost with its storage, is kept there for the message.
  const isLost = world.setting.wire === 'pages' && world.peerOf(sent.party).storageBroke;
  const mayBeUnknown = record.retracted !== undefined || isLost;
  if (status === 'sent' && mayBeUnknown && textId(record) !== record.messageId && !world.arrived(sent)) return true;
  // The proxy reports on messages only.
  const toProxy = world.setting.proxied && sent.party === 'ana';
  if (status === 'sent' && toProxy && textId(record) !== record.messageId) return true;
  // Reported as failed by the proxy, or by the engine for it.
  return status === 'undeliverable' && toProxy;
}

function checkStatuses(world: World, tab: SimulatedTab, records: readonly MessageRecord[]): void {
  for (const record of records) {
    if (record.direction !== 'outgoing') continue;
    const before = tab.statuses.get(textId(record));
    tab.statuses.set(textId(record), record.status);
    const sent = world.sent.get(record.id);
    if (record.status === 'failed' && sent !== undefined) sent.failed = true;
    if (before === undefined || RANK[record.status] >= RANK[before]) continue;
    if (before === 'failed' && (record.status === 'queued' || record.status === 'sending')) continue;
    fail(tab, `took ${record.body} from ${before} back to ${record.status}`);
  }
}

function checkTicks(world: World, tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const peer = world.peerOf(tab.party);
  for (const record of records) {
    if (record.direction !== 'outgoing') continue;
    for (const { id, status, body } of revisionsOf(record)) {
      if (status === 'delivered' && !peer.got.has(id)) fail(tab, `shows ${body} as delivered`);
      if (status === 'displayed' && !peer.looked.has(id)) fail(tab, `shows ${body} as read`);
      if (status === 'sent' && !world.onWire.has(id)) fail(tab, `shows ${body} as sent`);
    }
  }
}

function checkNothingTwice(tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const bodies = new Set<string>();
  for (const { body, retracted } of records) {
    if (retracted !== undefined) continue;
    if (bodies.has(body)) fail(tab, `shows ${body} twice`);
    bodies.add(body);
  }
}

function checkOrder(world: World, tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const last = new Map<string, number>();
  for (const record of records) {
    const sent = world.sent.get(record.messageId);
    if (sent === undefined) continue;
    // Others may pass a message that failed; its author still sees it in its place.
    if (sent.party !== tab.party && (sent.failed || world.partyOf(tab.party).storageBroke)) continue;
    // A tab took over while the storage could not be read, and went on without this one.
    if (world.partyOf(sent.party).readLate.has(sent.id)) continue;
    // A tab that reads a storage which lags behind sees as waiting what has left, until the leader wakes and reports it.
    if (sent.party === tab.party && record.status === 'queued' && world.partyOf(tab.party).storageBroke) continue;
    // Once a tab has died, another session resends; between sessions order is only as good as the network's.
    const series = `${sent.tab} ${record.frameSequence?.session ?? ''}`;
    if (sent.index < (last.get(series) ?? -1)) fail(tab, `shows ${record.body} after what was sent later`);
    last.set(series, sent.index);
  }
}

/** What is held goes out when its time has come, and never after it was taken back. */
function checkHeld(world: World, sent: SentBySomeone): void {
  const wentOut = world.onWire.get(sent.id);
  if (wentOut === undefined) return;
  if (sent.unsent) throw new Violation(`${sent.body} went out after it had been taken back`);
  const { tabs, sendDelay } = world.setting;
  if (tabs > 1 || world.partyOf(sent.party).lostTabs) return;
  const held = wentOut - sent.queuedAt;
  if (held < sendDelay) throw new Violation(`${sent.body} was held for ${held} ms of ${sendDelay}`);
}

/** What a tab has shown, it shows until it is closed. */
function checkKept(world: World, tab: SimulatedTab): void {
  for (const id of tab.shown) {
    if (tab.flow.messages.get(id) === undefined && world.sent.get(id)?.discarded !== true) {
      fail(tab, `lost ${world.sent.get(id)?.body ?? id}`);
    }
  }
  for (const id of tab.flow.messages.order) tab.shown.add(id);
}

function checkIndicator(world: World, tab: SimulatedTab): void {
  if (tab.flow.store.getState().remoteComposingState === 'idle') return;
  // What waited for a machine to wake is news to it, and to the tabs that it tells.
  const last = Math.max(world.lastComposing(world.peerOf(tab.party).name), world.partyOf(tab.party).wokeAt);
  const silence = world.clock.monotonic() - last;
  if (silence > INDICATOR_LIMIT) fail(tab, `shows composing ${silence} ms after it ended`);
}

function checkCounts(tab: SimulatedTab, records: readonly MessageRecord[]): void {
  const { outboxCount, failedCount, messageCount, pendingDeliveryReports } = tab.flow.store.getState();
  // Whether the message itself waits. Operations that wait are counted besides, and nobody sees all of them.
  const waiting = records.filter(({ direction, retracted, status, earlierRevisions }) => {
    const first = earlierRevisions?.[0]?.status ?? status;
    return direction === 'outgoing' && retracted === undefined && (first === 'queued' || first === 'sending');
  }).length;
  const failed = records.filter((record) => record.status === 'failed').length;
  if (outboxCount < waiting || failedCount !== failed || messageCount !== records.length) fail(tab, 'counts wrongly');
  if (pendingDeliveryReports > REPORT_CAP) fail(tab, `has ${pendingDeliveryReports} reports due`);
  for (let index = 1; index < records.length; index += 1) {
    if ((records[index]?.order ?? 0) < (records[index - 1]?.order ?? 0)) fail(tab, 'is not sorted');
  }
}
