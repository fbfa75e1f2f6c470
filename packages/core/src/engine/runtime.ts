import { createStore } from 'zustand/vanilla';
import { createFifoQueue } from '../collections/fifoQueue.ts';
import { FlowError } from '../errors/FlowError.ts';
import { NO_DEADLINE } from '../time/step.ts';
import { createMessageTable, type MessageTable } from '../messages/messageTable.ts';
import type { ReadonlyStore } from '../messages/readonlyStore.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import type { ChannelEvent, HistoryMatches, IncomingMessage, Transport } from '../ports/transport.ts';
import { createDeadlineTimer } from './deadlineTimer.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import type { FlowEvents, FlowSnapshot } from './publicTypes.ts';
import { parseChannelEvent, parseStatus } from '../validation/transportValues.ts';
import { createInboundQueue, type Inbound, type StoredRecords, messageIdsOf } from '../inbox/inboundQueue.ts';
import type { FlowInput } from './inputs.ts';
import { finishTransaction, flowDeadline, applyInput } from './applyInput.ts';
import type { FlowSettings } from './settings.ts';
import { toConversationMeta } from '../receipts/readMarkers.ts';
import { type CatchUpFrom, provesHistory, readMissedMessages } from '../inbox/catchUp.ts';
import { createArchive } from '../tabs/archive.ts';
import { hello } from '../tabs/hello.ts';
import { createMembership } from '../tabs/membership.ts';
import { createSendResults, type SendResults } from '../outbox/sendResults.ts';
import { takeSnapshot } from './snapshot.ts';
import { storageTimeout } from '../persistence/handlers.ts';
import { createWriteBuffer } from '../persistence/writeBuffer.ts';
import type { FlowEffect } from './effects.ts';
import { type EngineState, initialState } from './state.ts';
import { changedStoredOnly, createTransaction, type Transaction, type TransactionContext } from './transaction.ts';
import { createChannelAdapter } from './channelAdapter.ts';

export interface RuntimeOptions {
  readonly transport: Transport;
  readonly remote: string;
  readonly storage: MessageStorage | undefined;
  readonly tabs: TabCoordinator | undefined;
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
  readonly state: EngineState;
  settings: FlowSettings;
  dispatch(input: FlowInput): void;
  /** Whether an input waits its transaction, as it does in a listener. */
  isQueued(matches: (input: FlowInput) => boolean): boolean;
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
  const stored = storage && createWriteBuffer(storage, conversation);
  const membership =
    tabs && createMembership(tabs, conversation, dispatchOfTabs, () => hello({ state: machines }), diagnose);
  const offlineDelivery = transport.capabilities.offlineDelivery === true;
  const queue = createFifoQueue<FlowInput>();
  const olderWaits: ((count: number) => void)[] = [];

  let settings = options.settings;
  let machines = initialState;
  let unwatchStorage: (() => void) | undefined;
  let draining = false;
  let orderRevision = 0;
  let deadline = NO_DEADLINE;

  const timer = createDeadlineTimer(clock, () => {
    receiver.expire();
    dispatch({ type: 'time' });
  });
  const receiver = createInboundQueue({
    now: timer.now,
    findStored: findStored,
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
      // What was composed before belongs to the connection that is gone.
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
  const store = createStore<FlowSnapshot>(() =>
    takeSnapshot(undefined, machines, settings, table, orderRevision, offlineDelivery, maxMessageBytes()),
  );
  // As for events, and unlike a plain store: a subscriber that throws does not stop others, and a new one waits for the
  // next change.
  const changes = createEmitter<{ change: readonly [FlowSnapshot, FlowSnapshot] }>();
  store.subscribe((...change) => changes.emit('change', change, subscriberFailed));

  function dispatch(input: FlowInput): void {
    queue.push(input);
    if (draining) return;
    draining = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        // A timer that comes late must not let an outdated state speak.
        if (next.type !== 'time' && timer.now() >= deadline) run({ type: 'time' });
        run(next);
      }
    } finally {
      draining = false;
      arm();
    }
  }

  /** What the archive handles needs no transaction. */
  function dispatchOfTabs(input: FlowInput): void {
    if (input.type !== 'tabMessage' || !archive.receive(input.post)) dispatch(input);
  }

  function run(input: FlowInput): void {
    if (machines.lifecycle.phase === 'terminated' && !outlivesTermination(input)) return;
    const tx = createTransaction(machines, transactionContext());
    applyInput(tx, input);
    finishTransaction(tx, machines);
    commit(tx);
    for (const effect of tx.effects) executeEffect(effect);
    if (machines.lifecycle.phase === 'terminated') settlements.end('terminated');
    for (const { name, event } of tx.raised) {
      events.emit(name, event, (error) => {
        // An error of a diagnostics listener cannot be reported.
        if (name !== 'diagnostic') diagnose('listener-failed', `A listener of ${name} threw.`, error);
      });
    }
    if (tx.raised.some(({ name, event }) => name === 'stateChanged' && event.state === 'terminated')) events.clear();
  }

  function commit(tx: Transaction): void {
    machines = tx.state;
    deadline = flowDeadline(machines, settings);
    stored?.add(tx.writes, tx.insertIfAbsent, tx.writesMeta ? toConversationMeta(machines) : undefined);
    stored?.noteChanged(changedStoredOnly(tx));
    if (table.apply(tx.changes)) orderRevision += 1;
    const previous = store.getState();
    const next = takeSnapshot(previous, machines, settings, table, orderRevision, offlineDelivery, maxMessageBytes());
    if (next !== previous) store.setState(next, true);
    table.flush(subscriberFailed);
  }

  /** A server may announce it with each connection. */
  function maxMessageBytes(): number | undefined {
    return transport.capabilities.maxMessageBytes;
  }

  function subscriberFailed(error: unknown): void {
    diagnose('subscriber-failed', 'A subscriber of a store threw.', error);
  }

  function transactionContext(): TransactionContext {
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
      jitter: random.next(),
    };
  }

  function diagnose(code: string, message: string, cause: unknown): void {
    dispatch({ type: 'diagnostic', code, message, cause });
  }

  function arm(): void {
    const ended = machines.lifecycle.phase === 'terminated';
    timer.schedule(ended ? NO_DEADLINE : Math.min(deadline, receiver.deadline));
  }

  function executeEffect(effect: FlowEffect): void {
    switch (effect.type) {
      case 'readStorage':
        readStored();
        return;
      case 'openChannel':
        archive.giveUp();
        openChannel();
        return;
      case 'closeChannel':
        channelAdapter.close();
        receiver.clear();
        return;
      case 'joinTabs':
        membership?.join();
        return;
      case 'rejoinTabs':
        membership?.rejoin();
        return;
      case 'post':
        membership?.post(effect.post);
        return;
      case 'release':
        channelAdapter.close();
        membership?.leave();
        archive.giveUp();
        unwatchStorage?.();
        receiver.clear();
        resolveOlder(0);
        return;
      case 'sendMessage':
        channelAdapter.sendMessage(effect.record, effect.attempt);
        return;
      case 'sendOperation':
        channelAdapter.sendOperation(effect.operation);
        return;
      case 'sendComposing':
        channelAdapter.sendComposing(effect.state, effect.refresh);
        return;
      case 'sendNotification':
        channelAdapter.sendNotification(effect.owed);
        return;
      case 'sendUnconfirmed':
        channelAdapter.sendUnconfirmed(effect.notification);
        return;
      case 'ack':
        channelAdapter.ack(effect.received);
        return;
      case 'write':
        stored?.write().then(
          (written) => dispatch({ type: 'written', ...written }),
          (error: FlowError) => dispatch({ type: 'writeFailed', error }),
        );
        return;
      case 'loadOlder':
        loadPage(effect.from, effect.limit);
        return;
      case 'catchUp':
        void catchUp(effect.from);
        return;
      case 'olderLoaded':
        resolveOlder(effect.count);
        return;
      case 'settle':
        settlements.settle(effect.id, effect.outcome, effect.final, effect.reason);
        return;
      case 'follow':
        settlements.follow(effect.id, effect.messageId);
        return;
      case 'unfollow':
        settlements.unfollow(effect.id, effect.messageId);
        return;
      case 'findStored':
        findTargets(effect.messageIds, effect.command);
        return;
      case 'receive':
        receiver.receive(effect.event);
    }
  }

  /** If the transport cannot be opened, its status is `closed` with the error. */
  function openChannel(): void {
    try {
      channelAdapter.open();
    } catch (cause) {
      const problem = 'transport.openChannel() failed.';
      diagnose('transport-failed', problem, cause);
      const error = new FlowError('configuration', problem, { cause });
      dispatch({ type: 'status', status: { state: 'closed', error } });
    }
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

  /** Messages of events may be among those that are stored but not loaded. */
  function findStored(items: readonly Inbound[]): Promise<StoredRecords> | undefined {
    if (stored === undefined || !machines.history.olderInStorage) return undefined;
    const ids = new Set(items.flatMap(messageIdsOf).filter((id) => table.withMessageId(id).length === 0));
    return ids.size === 0 ? undefined : stored.find([...ids]);
  }

  function findTargets(messageIds: readonly string[], command: Readonly<Record<string, unknown>> | undefined): void {
    stored?.find(messageIds).then(
      (found) => {
        const records = new Map(messageIds.flatMap(found).map((record) => [record.id, record]));
        return dispatch({ type: 'storedFound', records: [...records.values()], command });
      },
      () => {
        dispatch({ type: 'storedFound', records: [], command });
        return dispatch({ type: 'lookupMissed', messageIds, works: false });
      },
    );
  }

  /** No event is processed before the stored messages are loaded: the engine must recognise known messages. */
  function readStored(): void {
    unwatchStorage ??= stored?.onOutdated(() => dispatch({ type: 'outdated' }));
    const reading = stored?.open(settings.pageSize).then(
      (found): FlowInput => ({ type: 'hydrated', stored: found }),
      (error: FlowError): FlowInput => ({ type: 'hydrationFailed', error }),
    );
    const open = receiver.pause(() => dispatch({ type: 'hydrationFailed', error: storageTimeout() }));
    void reading?.then((input) => {
      const dispatchNow = (): void => dispatch(input);
      // The stored outbox continues, though late.
      return open(dispatchNow) || dispatchNow();
    });
  }

  /**
   * The archive position up to which the history is known. The oldest message shown need not be the archive's oldest
   * that is known: pages follow each other by the archive. Own messages without an echo have no position.
   */
  function archiveEnd(): string | undefined {
    const { archiveReadFrom } = machines.history;
    if (archiveReadFrom !== undefined) return archiveReadFrom;
    for (const id of table.order) {
      const position = table.get(id)?.position;
      if (position !== undefined) return position;
    }
    return undefined;
  }

  /** Reads the messages that were missed without a session, and merges them together, so that they have one order. */
  async function catchUp(from: CatchUpFrom): Promise<void> {
    const proves = (record: MessageRecord | undefined): boolean => record !== undefined && provesHistory(record, from);
    async function countStored(messages: readonly IncomingMessage[]): Promise<number> {
      const found = await findStored([{ type: 'history', messages }]);
      return messages.filter(({ messageId, sender }) =>
        [...table.withMessageId(messageId), ...(found?.(messageId) ?? [])].some(
          (record) => record.sender === sender && provesHistory(record, from),
        ),
      ).length;
    }
    const loaded = Array.from(table.order, (id) => table.get(id)).filter(proves).length;
    const count = machines.history.olderInStorage ? Infinity : loaded;
    try {
      const { complete, ...missed } = await readMissedMessages(
        (request) => channelAdapter.loadHistory(request),
        countStored,
        count,
      );
      receiver.receive({ type: 'history', ...missed });
      receiver.receive({ type: 'caughtUp', complete });
    } catch (cause) {
      const error = new FlowError('refused', 'The missed messages could not be loaded yet.', { cause });
      dispatch({ type: 'catchUpFailed', error });
    }
  }

  function loadPage(from: 'storage' | 'server', limit: number = settings.pageSize): void {
    const { readFrom } = machines.history;
    if (from === 'storage' && stored !== undefined && readFrom !== undefined) {
      stored.loadBefore(readFrom, limit).then(
        (page) => dispatch({ type: 'olderLoaded', page }),
        (error: FlowError) => dispatch({ type: 'olderFailed', error }),
      );
      return;
    }
    const before = archiveEnd();
    archive.loadHistory({ ...(before === undefined ? {} : { before }), limit }).then(
      // After the events that are queued: a waiting message must not count as one that was read long ago.
      (page) => receiver.receive({ type: 'olderPage', page }),
      (error: unknown) => {
        const message = 'Older messages could not be loaded: call loadOlder() again.';
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
    sendResults: settlements,
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
    loadOlder(limit) {
      if (machines.lifecycle.phase === 'terminated') return Promise.resolve(0);
      return new Promise((resolve) => {
        olderWaits.push(resolve);
        dispatch({ type: 'loadOlder', limit });
      });
    },
    searchHistory(text, before = archiveEnd()) {
      return archive.searchHistory({ text, ...(before === undefined ? {} : { before }) });
    },
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
