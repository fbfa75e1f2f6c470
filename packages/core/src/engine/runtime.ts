import { createStore } from 'zustand/vanilla';
import { createFifoQueue } from '../collections/fifoQueue.ts';
import { NO_DEADLINE } from '../time/step.ts';
import { createMessageTable, type MessageTable } from '../messages/messageTable.ts';
import type { ReadonlyStore } from '../messages/readonlyStore.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { AttachedFiles, FileTransfer } from '../ports/files.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import type { ChannelEvent, HistoryMatches, Transport } from '../ports/transport.ts';
import { createDeadlineTimer } from './deadlineTimer.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import type { FlowEvents, FlowSnapshot } from './publicTypes.ts';
import { parseRecords } from '../validation/records.ts';
import { parseChannelEvent, parseStatus } from '../validation/transportValues.ts';
import { createInboundQueue } from '../inbox/inboundQueue.ts';
import type { FlowInput } from './inputs.ts';
import { describeTransaction, type FlowTransaction } from './inspection.ts';
import { finishTransaction, flowDeadline, flowDeadlines, applyInput } from './applyInput.ts';
import type { FlowSettings } from './settings.ts';
import { allOperations } from '../operations/pendingOperations.ts';
import { toConversationMeta } from '../receipts/readMarkers.ts';
import { createArchive } from '../tabs/archive.ts';
import { hello } from '../tabs/hello.ts';
import { createMembership } from '../tabs/membership.ts';
import { createSendResults, type SendResults } from '../outbox/sendResults.ts';
import { takeSnapshot } from './snapshot.ts';
import { createWriteBuffer } from '../persistence/writeBuffer.ts';
import { type EngineState, initialState } from './state.ts';
import { changedStoredOnly, createTransaction, type Transaction, type TransactionContext } from './transaction.ts';
import { createChannelAdapter } from './channelAdapter.ts';
import { createEffectExecutor } from './executeEffects.ts';
import { createMessageReader } from './messageReader.ts';

export interface RuntimeOptions {
  readonly transport: Transport;
  readonly remote: string;
  readonly storage: MessageStorage | undefined;
  readonly tabs: TabCoordinator | undefined;
  readonly files: FileTransfer | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: FlowSettings;
}

/**
 * The only part of a flow with side effects: queues inputs, commits transactions, executes effects and arms the timer.
 */
export interface Runtime {
  readonly store: ReadonlyStore<FlowSnapshot>;
  readonly table: MessageTable;
  readonly events: Emitter<FlowEvents>;
  readonly sendResults: SendResults;
  readonly files: AttachedFiles | undefined;
  readonly state: EngineState;
  settings: FlowSettings;
  dispatch(input: FlowInput): void;
  /** Whether an input waits for its transaction, as it does in a listener. */
  isQueued(matches: (input: FlowInput) => boolean): boolean;
  /** See `InstantMessagingFlow.inspect`. */
  inspect(listener: (transaction: FlowTransaction) => void): () => void;
  loadOlder(limit?: number): Promise<number>;
  /** @param before an archive position. Default: where the history that is known begins. */
  searchHistory(text: string, before?: string): Promise<HistoryMatches>;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  const { transport, remote, storage, tabs, clock, random } = options;
  const table = createMessageTable();
  const events = createEmitter<FlowEvents>();
  const settlements = createSendResults((id) => table.get(id));
  const conversation = conversationKey(transport, remote);
  const stored =
    storage &&
    createWriteBuffer(
      storage,
      conversation,
      (id) => table.get(id),
      () => allOperations(machines.operations),
    );
  const membership =
    tabs && createMembership(tabs, conversation, dispatchOfTabs, () => hello({ state: machines }), diagnose);
  const offlineDelivery = transport.capabilities.offlineDelivery === true;
  const queue = createFifoQueue<FlowInput>();
  const olderWaits: ((count: number) => void)[] = [];

  let settings = options.settings;
  let machines = initialState;
  let draining = false;
  let orderRevision = 0;
  let deadline = NO_DEADLINE;
  /** Created for the first listener: without one, transactions are not described. */
  let inspectors: Emitter<{ transaction: FlowTransaction }> | undefined;

  const timer = createDeadlineTimer(clock, () => {
    receiver.expire();
    dispatch({ type: 'time' });
  });
  const receiver = createInboundQueue({
    now: timer.now,
    pageSize: () => settings.pageSize,
    findStored: (items) => reader.findStored(items),
    deliver(item, found) {
      if (item.type === 'olderPage') dispatch({ type: 'olderReceived', page: item.page });
      else if (item.type === 'caughtUp') dispatch(item);
      else dispatch({ type: 'channel', event: item, stored: found });
    },
    lookupMissed: (works) => dispatch({ type: 'lookupMissed', messageIds: [], works }),
    deadlineChanged: arm,
  });
  const session = random.id();
  const channelAdapter = createChannelAdapter(transport, remote, session, {
    status(value) {
      const status = parseStatus(value);
      if (status === undefined) {
        diagnose('status-malformed', 'The transport reported an invalid status; the previous status stays.', value);
        return;
      }
      // A queued composing notification belongs to the lost connection.
      if (status.state !== 'online') receiver.drop((event) => event.type === 'composing');
      dispatch({ type: 'status', status });
    },
    received: receiveChannelEvent,
    leftOut,
    dispatch,
  });
  const archive = createArchive({
    session,
    channel: channelAdapter,
    isFollower: () => machines.role === 'follower',
    post: (what) => membership?.post(what),
  });
  const reader = createMessageReader({
    stored,
    table,
    archive,
    channel: channelAdapter,
    receiver,
    state: () => machines,
    pageSize: () => settings.pageSize,
    dispatch,
  });
  const store = createStore<FlowSnapshot>(() =>
    takeSnapshot(undefined, machines, settings, table, orderRevision, offlineDelivery, maxMessageBytes()),
  );
  // As with events, and unlike a plain store: a subscriber that throws does not stop others, and a new one is called with
  // the next change.
  const changes = createEmitter<{ change: readonly [FlowSnapshot, FlowSnapshot] }>();
  store.subscribe((...change) => changes.emit('change', change, subscriberFailed));

  const storedListeners = new Set<() => void>();
  const files = options.files?.attach({
    conversation,
    remote,
    clock,
    random,
    maxMessageBytes,
    record: (id) => table.get(id),
    stored: async (ids) => (storage === undefined ? [] : parseRecords(await storage.find(conversation, ids))),
    subscribe: (id, listener) => table.store(id).subscribe(listener),
    isOnline: () => machines.lifecycle.connection === 'online',
    onOnline: (listener) =>
      void changes.on('change', ([state, previous]) => {
        if (state.connection === 'online' && previous.connection !== 'online') listener();
      }),
    onStored: (listener) => void storedListeners.add(listener),
    uploaded: (id, body) => dispatch({ type: 'uploadSucceeded', id, body }),
    failed: (id, code) => dispatch({ type: 'uploadFailed', id, code }),
    diagnose,
  });

  const executeEffect = createEffectExecutor({
    archive,
    channel: channelAdapter,
    files,
    membership,
    reader,
    receiver,
    sendResults: settlements,
    stored,
    dispatch,
    diagnose,
    olderLoaded: resolveOlder,
  });

  function dispatch(input: FlowInput): void {
    queue.push(input);
    if (draining) return;
    draining = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        // When the timer is late, no outdated state may be sent.
        if (next.type !== 'time' && timer.now() >= deadline) run({ type: 'time' });
        run(next);
      }
    } finally {
      draining = false;
      arm();
    }
  }

  /** Posts that the archive handles need no transaction. */
  function dispatchOfTabs(input: FlowInput): void {
    if (input.type !== 'tabMessage' || !archive.receive(input.post)) dispatch(input);
  }

  function run(input: FlowInput): void {
    if (machines.lifecycle.phase === 'terminated' && !outlivesTermination(input)) return;
    const tx = createTransaction(machines, transactionContext());
    applyInput(tx, input);
    finishTransaction(tx, machines);
    // Before the commit, which replaces the earlier records.
    const inspected = inspectors?.count('transaction') ? describe(tx, input) : undefined;
    commit(tx);
    if (inspected !== undefined) {
      inspectors?.emit('transaction', inspected, (error) => listenerFailed('inspect', input.type, error));
    }
    for (const effect of tx.effects) executeEffect(effect);
    if (machines.lifecycle.phase === 'terminated') settlements.end('terminated');
    for (const { name, event } of tx.raised) {
      events.emit(name, event, (error) => listenerFailed(name, name, error));
    }
    if (tx.raised.some(({ name, event }) => name === 'stateChanged' && event.state === 'terminated')) events.clear();
  }

  /** @param cause the event of the listener. The error of a listener of diagnostics cannot be reported. */
  function listenerFailed(name: string, cause: string, error: unknown): void {
    if (cause !== 'diagnostic') diagnose('listener-failed', `A listener of ${name} threw.`, error);
  }

  function describe(tx: Transaction, input: Parameters<typeof describeTransaction>[1]): FlowTransaction {
    return describeTransaction(tx, input, flowDeadlines(tx.state, settings));
  }

  function commit(tx: Transaction): void {
    const wasStored = machines.persistence.state === 'clean';
    machines = tx.state;
    deadline = flowDeadline(machines, settings);
    const meta = tx.writesMeta ? toConversationMeta(machines) : undefined;
    stored?.add(tx.writes, tx.insertIfAbsent, meta, tx.operationWrites);
    stored?.noteChanged(changedStoredOnly(tx));
    if (table.apply(tx.changes)) orderRevision += 1;
    const previous = store.getState();
    const next = takeSnapshot(previous, machines, settings, table, orderRevision, offlineDelivery, maxMessageBytes());
    if (next !== previous) store.setState(next, true);
    table.flush(subscriberFailed);
    if (!wasStored && machines.persistence.state === 'clean') for (const listener of storedListeners) listener();
  }

  /** A server may announce a limit with each connection. */
  function maxMessageBytes(): number | undefined {
    return transport.capabilities.maxMessageBytes;
  }

  function subscriberFailed(error: unknown): void {
    diagnose('subscriber-failed', 'A subscriber of a store threw.', error);
  }

  function transactionContext(jitter: number = random.next()): TransactionContext {
    return {
      remote,
      localAddress: transport.localAddress,
      capabilities: transport.capabilities,
      settings,
      hasStorage: storage !== undefined,
      hasTabs: tabs !== undefined,
      table,
      now: timer.now(),
      wall: clock.now(),
      jitter,
    };
  }

  function diagnose(code: string, message: string, cause: unknown): void {
    dispatch({ type: 'diagnostic', code, message, cause });
  }

  function arm(): void {
    const ended = machines.lifecycle.phase === 'terminated';
    timer.schedule(ended ? NO_DEADLINE : Math.min(deadline, receiver.deadline));
  }

  function resolveOlder(count: number): void {
    for (const resolve of olderWaits.splice(0)) resolve(count);
  }

  function leftOut(name: string): void {
    const what = name === 'messages' ? 'A message of the history' : `The ${name} of a message`;
    diagnose('event-incomplete', `${what} is invalid and was ignored.`, undefined);
  }

  /** Receives an event of the transport. */
  function receiveChannelEvent(value: ChannelEvent): void {
    const event = parseChannelEvent(value, leftOut);
    if (event !== undefined) receiver.receive(event);
    else diagnose('event-malformed', 'The transport delivered an invalid event.', value);
  }

  return {
    store: {
      getState: store.getState,
      getInitialState: store.getInitialState,
      subscribe: (listener) => changes.on('change', (change) => listener(...change)),
    },
    table,
    events,
    sendResults: settlements,
    files,
    dispatch,
    isQueued: (matches) => queue.some(matches),
    get state() {
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
    inspect(listener) {
      // Takes no random number, which would change what a seeded flow does.
      listener(describe(createTransaction(machines, transactionContext(0)), { type: 'inspect' }));
      inspectors ??= createEmitter();
      return inspectors.on('transaction', listener);
    },
    loadOlder(limit) {
      if (machines.lifecycle.phase === 'terminated') return Promise.resolve(0);
      return new Promise((resolve) => {
        olderWaits.push(resolve);
        dispatch({ type: 'loadOlder', limit });
      });
    },
    searchHistory: (text, before) => reader.searchHistory(text, before),
  };
}

/** Names a conversation in storages, and among tabs. */
export function conversationKey({ localAddress }: Transport, remote: string): string {
  return JSON.stringify([localAddress, remote]);
}

/** After the end, only a write that has started continues. */
function outlivesTermination(input: FlowInput): boolean {
  return input.type === 'written' || input.type === 'writeFailed';
}
