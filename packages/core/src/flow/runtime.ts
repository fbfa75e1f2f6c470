import { createStore } from 'zustand/vanilla';
import { FlowError } from '../errors/FlowError.ts';
import { NEVER } from '../machines/step.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { createMessageTable, type MessageTable } from '../messages/messageTable.ts';
import { parseRecords, soundly } from '../messages/parseRecord.ts';
import type { ReadonlyStore } from '../messages/readonlyStore.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordination, TabSeat } from '../ports/tabs.ts';
import type { ChannelEvent, Transport } from '../ports/transport.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import type { FlowEvents, FlowSnapshot } from './flow.types.ts';
import { createGate } from './gate.ts';
import { parseChannelEvent, parseStatus, parseStored, parseStoredPage } from './intake.ts';
import { closeTurn, flowDeadline, type FlowInput, reduceFlow } from './reduceFlow.ts';
import type { FlowSettings } from './settings.ts';
import { metaOf } from './marks.ts';
import { TAB_POST_VERSION } from './mirroring.ts';
import { createSettlements, type Settlements } from './settlements.ts';
import { takeSnapshot } from './snapshot.ts';
import { createStorageWriter } from './storageWriter.ts';
import {
  createTurn,
  type FlowEffect,
  type FlowMachines,
  initialMachines,
  type TabPost,
  type Turn,
  type World,
} from './turn.ts';
import { createWire } from './wire.ts';

export interface RuntimeOptions {
  readonly transport: Transport;
  readonly remote: string;
  readonly storage: MessageStorage | undefined;
  readonly tabs: TabCoordination | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: FlowSettings;
}

/** The only part of a flow that acts: it queues inputs, commits turns, performs effects and keeps one timer. */
export interface Runtime {
  readonly store: ReadonlyStore<FlowSnapshot>;
  readonly table: MessageTable;
  readonly events: Emitter<FlowEvents>;
  readonly settlements: Settlements;
  readonly machines: FlowMachines;
  settings: FlowSettings;
  dispatch(input: FlowInput): void;
  /** Whether an input waits its turn, as it does in a listener. */
  isQueued(matches: (input: FlowInput) => boolean): boolean;
  loadOlder(): Promise<number>;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  const { transport, remote, storage, tabs, clock, random } = options;
  const table = createMessageTable();
  const events = createEmitter<FlowEvents>();
  const settlements = createSettlements((id) => table.get(id));
  const conversation = JSON.stringify([transport.localAddress, remote]);
  const writer = storage && createStorageWriter(storage, conversation);
  const storesForAbsent = transport.capabilities.storesForAbsent === true;
  const queue: FlowInput[] = [];
  const olderWaits: ((count: number) => void)[] = [];

  let settings = options.settings;
  let machines = initialMachines;
  let draining = false;
  let orderRev = 0;
  let seat: TabSeat | undefined;
  let cancelTimer: (() => void) | undefined;
  let timerAt = NEVER;
  // A clock that is set back must not stop deadlines: the engine's own time only goes forward.
  let lastWall = -NEVER;
  let offset = 0;
  // One look into a storage that hangs is enough until it answers.
  let lookUpHangs = false;

  const gate = createGate<ChannelEvent>(take);
  const wire = createWire(transport, remote, random.id(), {
    status(value) {
      const status = parseStatus(value);
      if (status === undefined) {
        report('status-malformed', 'The transport has a status that makes no sense; the last one stays.', value);
        return;
      }
      // What was composed before belongs to the connection that is gone.
      if (status.state !== 'online') gate.forget((event) => event.type === 'composing');
      dispatch({ type: 'status', status });
    },
    received: receive,
    answered: (id, answer) => dispatch({ type: 'answered', id, answer }),
    rejected: (id, attempt, failure) => dispatch({ type: 'rejected', id, attempt, failure }),
    composingRejected: (failure) => dispatch({ type: 'composingRejected', failure }),
    notificationTaken: (key) => dispatch({ type: 'notificationTaken', key }),
    notificationRejected: (key, attempt, failure) => dispatch({ type: 'notificationRejected', key, attempt, failure }),
  });
  const store = createStore<FlowSnapshot>(() =>
    takeSnapshot(undefined, machines, settings, table, orderRev, storesForAbsent),
  );
  // By the rules of events, which a plain store does not keep: who throws stops nobody, who joins waits for the next.
  const changes = createEmitter<{ change: readonly [FlowSnapshot, FlowSnapshot] }>();
  store.subscribe((...change) => changes.emit('change', change, subscriberFailed));

  function now(): number {
    const wall = clock.now();
    if (wall < lastWall) offset += lastWall - wall;
    lastWall = wall;
    return wall + offset;
  }

  function dispatch(input: FlowInput): void {
    queue.push(input);
    if (draining) return;
    draining = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        // A timer that comes late must not let an outdated state speak.
        if (next.type !== 'time' && now() >= flowDeadline(machines, settings)) run({ type: 'time' });
        run(next);
      }
    } finally {
      draining = false;
      arm();
    }
  }

  function run(input: FlowInput): void {
    if (machines.lifecycle.phase === 'terminated' && !outlivesTermination(input)) return;
    const turn = createTurn(machines, world());
    reduceFlow(turn, input);
    closeTurn(turn, machines);
    commit(turn);
    for (const effect of turn.effects) perform(effect);
    if (machines.lifecycle.phase === 'terminated') settlements.end('terminated');
    for (const { name, event } of turn.raised) {
      events.emit(name, event, (error) => {
        // A listener of diagnostics that throws has nobody left to tell.
        if (name !== 'diagnostic') report('listener-failed', `A listener of ${name} threw.`, error);
      });
    }
    if (turn.raised.some(({ name, event }) => name === 'stateChanged' && event.state === 'terminated')) events.clear();
  }

  function commit(turn: Turn): void {
    machines = turn.machines;
    writer?.add(turn.stores, turn.added, turn.storesMeta ? metaOf(machines.marks, machines.unreported) : undefined);
    if (table.apply(turn.changes)) orderRev += 1;
    const previous = store.getState();
    const next = takeSnapshot(previous, machines, settings, table, orderRev, storesForAbsent);
    if (next !== previous) store.setState(next, true);
    table.flush(subscriberFailed);
  }

  function subscriberFailed(error: unknown): void {
    report('subscriber-failed', 'A subscriber of a store threw.', error);
  }

  function world(): World {
    return {
      remote,
      localAddress: transport.localAddress,
      capabilities: transport.capabilities,
      settings,
      hasStorage: storage !== undefined,
      hasTabs: tabs !== undefined,
      table,
      now: now(),
      wall: clock.now(),
      jitter: random.next(),
    };
  }

  function report(code: string, message: string, cause: unknown): void {
    dispatch({ type: 'problem', code, message, cause });
  }

  function arm(): void {
    const ended = machines.lifecycle.phase === 'terminated';
    const deadline = ended ? NEVER : Math.min(flowDeadline(machines, settings), gate.deadline);
    // A timer that is early finds nothing to do and is armed again; that is cheaper than moving it with each keystroke.
    if (deadline !== NEVER && timerAt <= deadline) return;
    cancelTimer?.();
    cancelTimer = undefined;
    timerAt = deadline;
    if (deadline === NEVER) return;
    cancelTimer = clock.setTimer(
      () => {
        cancelTimer = undefined;
        timerAt = NEVER;
        gate.expire(now());
        dispatch({ type: 'time' });
      },
      Math.max(0, deadline - now()),
    );
  }

  function perform(effect: FlowEffect): void {
    switch (effect.type) {
      case 'readStorage':
        if (storage !== undefined) readStored(storage);
        return;
      case 'openWire':
        openWire();
        return;
      case 'joinTabs':
        if (tabs !== undefined) joinTabs(tabs);
        return;
      case 'post':
        postToTabs(effect.post);
        return;
      case 'letGo':
        wire.close();
        withSeat((taken) => taken.leave());
        seat = undefined;
        gate.clear();
        settleOlder(0);
        return;
      case 'sendMessage':
        wire.sendMessage(effect.record, effect.attempt);
        return;
      case 'sendComposing':
        wire.sendComposing(effect.state, effect.refresh);
        return;
      case 'sendNotification':
        wire.sendNotification(effect.owed);
        return;
      case 'answer':
        wire.answer(effect.notification);
        return;
      case 'acknowledge':
        wire.acknowledge(effect.received);
        return;
      case 'write':
        writer?.write().then(
          (written) => dispatch({ type: 'written', written }),
          (error: unknown) => dispatch({ type: 'writeFailed', error: storageError(error) }),
        );
        return;
      case 'loadOlder':
        loadPage(effect.from);
        return;
      case 'olderLoaded':
        settleOlder(effect.count);
        return;
      case 'settle':
        settlements.settle(effect.record, effect.final);
        return;
      case 'discarded':
        settlements.end('discarded', effect.record);
    }
  }

  /** A transport that can't even be opened is closed for good, and says why. */
  function openWire(): void {
    try {
      wire.open();
    } catch (cause) {
      const problem = 'The transport could not be opened.';
      report('transport-failed', problem, cause);
      const error = new FlowError('configuration', problem, { cause });
      dispatch({ type: 'status', status: { state: 'closed', error } });
    }
  }

  /** Where there is no seat to be had, this tab speaks for itself. */
  function joinTabs(among: TabCoordination): void {
    try {
      const taken = among.join(conversation, {
        elected: () => dispatch({ type: 'elected' }),
        received: (post) => dispatch({ type: 'posted', post }),
      });
      if (taken?.post === undefined) throw new TypeError('It gave none.');
      seat = taken;
      postToTabs({ kind: 'hello' });
    } catch (error) {
      report('tabs-unavailable', 'This tab got no seat.', error);
      dispatch({ type: 'elected' });
    }
  }

  function postToTabs(post: TabPost): void {
    withSeat((taken) => taken.post({ version: TAB_POST_VERSION, ...post }));
  }

  /** What a seat throws must not stop what else is to be done. */
  function withSeat(act: (taken: TabSeat) => void): void {
    try {
      if (seat !== undefined) act(seat);
    } catch (error) {
      report('tab-post-failed', 'Other tabs could not be reached.', error);
    }
  }

  function settleOlder(count: number): void {
    for (const resolve of olderWaits.splice(0)) resolve(count);
  }

  /** What the transport hands up; it waits its turn while the storage is being read. */
  function receive(value: ChannelEvent): void {
    const event = parseChannelEvent(value);
    if (event === undefined) report('event-malformed', 'The transport handed up something that makes no sense.', value);
    else gate.pass(event);
  }

  function take(event: ChannelEvent): void {
    const unknown = machines.history.olderInStorage && !lookUpHangs ? unknownIds(event) : [];
    if (storage === undefined || unknown.length === 0) {
      dispatch({ type: 'channel', event, stored: [] });
      return;
    }
    // The message may be one of those that are stored but not loaded.
    const found = Promise.allSettled(unknown.map(async (id) => storage.find(conversation, id)));
    const forward = (stored: readonly MessageRecord[]): void => dispatch({ type: 'channel', event, stored });
    gate.close(
      now(),
      () => {
        lookUpHangs = true;
        forward([]);
      },
      (open) => {
        void found.then((results) => {
          lookUpHangs = false;
          return open(() =>
            forward(results.flatMap((result) => (result.status === 'fulfilled' ? parseRecords(result.value) : []))),
          );
        });
      },
    );
    arm();
  }

  /** Nothing is received before the stored messages are known: the engine must recognise what it has seen. */
  function readStored(from: MessageStorage): void {
    const stored = promised(() => from.open(conversation, settings.pageSize)).then(
      (value): FlowInput => ({ type: 'opened', stored: parseStored(value) }),
      (error: unknown): FlowInput => ({ type: 'openFailed', error: storageError(error) }),
    );
    gate.close(now(), openingIsLate, (open) => {
      void stored.then((input) => {
        const takeOver = (): void => dispatch(input);
        // Better late than never: what waits in the stored outbox goes on.
        return open(takeOver) || takeOver();
      });
    });
  }

  function openingIsLate(): void {
    const error = new FlowError(
      'storage',
      'The storage does not answer; messages are kept in memory until it works again.',
    );
    dispatch({ type: 'openFailed', error });
  }

  function unknownIds(event: ChannelEvent): readonly string[] {
    const ids =
      event.type === 'message'
        ? [event.message.messageId]
        : event.type === 'history'
          ? event.messages.map((message) => message.messageId)
          : event.type === 'notification'
            ? [event.messageId, ...(event.covers ?? [])]
            : [];
    return ids.filter((id) => table.withMessageId(id).length === 0);
  }

  /** Own messages, whose echo the wire did not send, have none. */
  function oldestPosition(): string | undefined {
    return Array.from(table.order, (id) => table.get(id)?.position).find((position) => position !== undefined);
  }

  function loadPage(from: 'storage' | 'wire'): void {
    if (from === 'storage' && storage !== undefined) {
      promised(() => storage.loadBefore(conversation, machines.history.readFrom, settings.pageSize)).then(
        (page) => dispatch({ type: 'olderLoaded', page: parseStoredPage(page) }),
        (error: unknown) => dispatch({ type: 'olderFailed', error: storageError(error) }),
      );
      return;
    }
    const before = oldestPosition();
    wire.loadHistory({ ...(before === undefined ? {} : { before }), limit: settings.pageSize }).then(
      (page) => dispatch({ type: 'olderReceived', page }),
      (error: unknown) => {
        const message = 'Older messages could not be loaded.';
        dispatch({ type: 'olderFailed', error: new FlowError('refused', message, { cause: error }) });
      },
    );
  }

  return {
    store: {
      getState: store.getState,
      getInitialState: store.getInitialState,
      subscribe: (listener) => changes.on('change', (change) => listener(...change)),
    },
    table,
    events,
    settlements,
    dispatch,
    isQueued: (matches) => queue.some(matches),
    get machines() {
      return machines;
    },
    get settings() {
      return settings;
    },
    set settings(changed) {
      settings = changed;
      dispatch({ type: 'settingsChanged' });
    },
    loadOlder() {
      if (machines.lifecycle.phase === 'terminated') return Promise.resolve(0);
      return new Promise((resolve) => {
        olderWaits.push(resolve);
        dispatch({ type: 'loadOlder' });
      });
    },
  };
}

/** A started write goes on after the end; nothing else does. */
function outlivesTermination(input: FlowInput): boolean {
  return input.type === 'written' || input.type === 'writeFailed';
}

/** Calls; what is thrown becomes a rejection like any other. */
async function promised<T>(call: () => Promise<T>): Promise<T> {
  return call();
}

function storageError(error: unknown): FlowError {
  if (soundly(() => error instanceof FlowError, false)) return error as FlowError;
  return new FlowError('storage', 'The storage failed; messages are kept in memory until it works again.', {
    cause: error,
  });
}
