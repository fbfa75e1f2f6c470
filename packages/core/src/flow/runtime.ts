import { createStore } from 'zustand/vanilla';
import { FlowError } from '../errors/FlowError.ts';
import { NEVER } from '../machines/step.ts';
import { createMessageTable, type MessageTable } from '../messages/messageTable.ts';
import type { ReadonlyStore } from '../messages/readonlyStore.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordination } from '../ports/tabs.ts';
import type { ChannelEvent, Transport } from '../ports/transport.ts';
import { createAlarm } from './alarm.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import type { FlowEvents, FlowSnapshot } from './flow.types.ts';
import { parseChannelEvent, parseStatus } from './intake.ts';
import { createReceiver, type Found, messageIdsOf } from './receiver.ts';
import { closeTurn, flowDeadline, type FlowInput, reduceFlow } from './reduceFlow.ts';
import type { FlowSettings } from './settings.ts';
import { metaOf } from './marks.ts';
import { createSeat } from './seat.ts';
import { createSettlements, type Settlements } from './settlements.ts';
import { takeSnapshot } from './snapshot.ts';
import { storageHangs } from './storing.ts';
import { createStorageAccess } from './storageAccess.ts';
import { createTurn, type FlowEffect, type FlowMachines, initialMachines, type Turn, type World } from './turn.ts';
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
  const stored = storage && createStorageAccess(storage, conversation);
  const seat = tabs && createSeat(tabs, conversation, dispatch, report);
  const storesForAbsent = transport.capabilities.storesForAbsent === true;
  const queue: FlowInput[] = [];
  const olderWaits: ((count: number) => void)[] = [];

  let settings = options.settings;
  let machines = initialMachines;
  let draining = false;
  let orderRev = 0;
  let deadline = NEVER;

  const alarm = createAlarm(clock, () => {
    receiver.expire();
    dispatch({ type: 'time' });
  });
  const receiver = createReceiver({
    now: alarm.now,
    look,
    take: (event, found) => dispatch({ type: 'channel', event, stored: found }),
    closed: arm,
  });
  const wire = createWire(transport, remote, random.id(), {
    status(value) {
      const status = parseStatus(value);
      if (status === undefined) {
        report('status-malformed', 'The transport has a status that makes no sense; the last one stays.', value);
        return;
      }
      // What was composed before belongs to the connection that is gone.
      if (status.state !== 'online') receiver.forget((event) => event.type === 'composing');
      dispatch({ type: 'status', status });
    },
    received: receive,
    dispatch,
  });
  const store = createStore<FlowSnapshot>(() =>
    takeSnapshot(undefined, machines, settings, table, orderRev, storesForAbsent),
  );
  // By the rules of events, which a plain store does not keep: who throws stops nobody, who joins waits for the next.
  const changes = createEmitter<{ change: readonly [FlowSnapshot, FlowSnapshot] }>();
  store.subscribe((...change) => changes.emit('change', change, subscriberFailed));

  function dispatch(input: FlowInput): void {
    queue.push(input);
    if (draining) return;
    draining = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        // A timer that comes late must not let an outdated state speak.
        if (next.type !== 'time' && alarm.now() >= deadline) run({ type: 'time' });
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
    deadline = flowDeadline(machines, settings);
    stored?.add(turn.stores, turn.added, turn.storesMeta ? metaOf(machines.marks, machines.unreported) : undefined);
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
      now: alarm.now(),
      wall: clock.now(),
      jitter: random.next(),
    };
  }

  function report(code: string, message: string, cause: unknown): void {
    dispatch({ type: 'problem', code, message, cause });
  }

  function arm(): void {
    const ended = machines.lifecycle.phase === 'terminated';
    alarm.set(ended ? NEVER : Math.min(deadline, receiver.deadline));
  }

  function perform(effect: FlowEffect): void {
    switch (effect.type) {
      case 'readStorage':
        readStored();
        return;
      case 'openWire':
        openWire();
        return;
      case 'joinTabs':
        seat?.join();
        return;
      case 'post':
        seat?.post(effect.post);
        return;
      case 'letGo':
        wire.close();
        seat?.leave();
        receiver.clear();
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
        stored?.write().then(
          (written) => dispatch({ type: 'written', written }),
          (error: FlowError) => dispatch({ type: 'writeFailed', error }),
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

  function settleOlder(count: number): void {
    for (const resolve of olderWaits.splice(0)) resolve(count);
  }

  /** What the transport hands up. */
  function receive(value: ChannelEvent): void {
    const event = parseChannelEvent(value);
    if (event !== undefined) receiver.receive(event);
    else report('event-malformed', 'The transport handed up something that makes no sense.', value);
  }

  /** Messages of events may be among those that are stored but not loaded. */
  function look(channelEvents: readonly ChannelEvent[]): Promise<Found> | undefined {
    if (stored === undefined || !machines.history.olderInStorage) return undefined;
    const ids = new Set(channelEvents.flatMap(messageIdsOf).filter((id) => table.withMessageId(id).length === 0));
    return ids.size === 0 ? undefined : stored.find([...ids]);
  }

  /** Nothing is received before the stored messages are known: the engine must recognise what it has seen. */
  function readStored(): void {
    const reading = stored?.open(settings.pageSize).then(
      (found): FlowInput => ({ type: 'opened', stored: found }),
      (error: FlowError): FlowInput => ({ type: 'openFailed', error }),
    );
    const open = receiver.close(() => dispatch({ type: 'openFailed', error: storageHangs() }));
    void reading?.then((input) => {
      const takeOver = (): void => dispatch(input);
      // Better late than never: what waits in the stored outbox goes on.
      return open(takeOver) || takeOver();
    });
  }

  /** Own messages, whose echo the wire did not send, have none. */
  function oldestPosition(): string | undefined {
    return Array.from(table.order, (id) => table.get(id)?.position).find((position) => position !== undefined);
  }

  function loadPage(from: 'storage' | 'wire'): void {
    if (from === 'storage' && stored !== undefined) {
      stored.loadBefore(machines.history.readFrom, settings.pageSize).then(
        (page) => dispatch({ type: 'olderLoaded', page }),
        (error: FlowError) => dispatch({ type: 'olderFailed', error }),
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
      deadline = flowDeadline(machines, settings);
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
