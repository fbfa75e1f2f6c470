import { type ProxiedEvent, initialProxiedOutcomes, reduceProxied } from '../../src/proxied/machine.ts';
import { initialLifecycle, reduceLifecycle } from '../../src/lifecycle/machine.ts';
import {
  initialLocalComposing,
  type LocalComposingEvent,
  reduceLocalComposing,
} from '../../src/typing/localMachine.ts';
import { initialOutbox, type OutboxEvent, reduceOutbox } from '../../src/outbox/machine.ts';
import { initialReceipts, receiptKey, type ReceiptsEvent, reduceReceipts } from '../../src/receipts/machine.ts';
import {
  initialRemoteComposing,
  reduceRemoteComposing,
  type RemoteComposingEvent,
} from '../../src/typing/remoteMachine.ts';
import { initialPersistence, reducePersistence, type PersistenceEvent } from '../../src/persistence/machine.ts';

/** A machine in its usual work: a round of events that leads back to the initial state. */
export interface MachineRound {
  readonly name: string;
  /** How many transitions a round has. */
  readonly transitions: number;
  readonly round: () => void;
}

const local = { timeout: 5_000, refresh: 3_000, notify: true } as const;
const sending = {
  sendTimeout: 30_000,
  maxInFlight: 1,
  maxAttempts: 10,
  displayed: 'up-to',
  writesAhead: true,
} as const;
const notification = { messageId: 'm', outcome: 'delivered' } as const;

export const machineRounds: readonly MachineRound[] = [
  machine('lifecycle', initialLifecycle, reduceLifecycle, [
    { type: 'start' },
    { type: 'connection', state: 'connecting' },
    { type: 'connection', state: 'online' },
    { type: 'connection', state: 'offline' },
  ]),
  machine(
    'local composing',
    initialLocalComposing,
    (state, event: LocalComposingEvent, now) => reduceLocalComposing(state, event, now, local),
    [
      { type: 'connected' },
      { type: 'set', state: 'composing' },
      { type: 'set', state: 'composing' },
      { type: 'time' },
      { type: 'set', state: 'idle' },
    ],
  ),
  machine(
    'remote composing',
    initialRemoteComposing,
    (state, event: RemoteComposingEvent, now) => reduceRemoteComposing(state, event, now, { expiry: 7_000 }),
    [
      { type: 'notified', sender: 'bo', state: 'composing' },
      { type: 'notified', sender: 'bo', state: 'composing' },
      { type: 'time' },
      { type: 'message', sender: 'bo' },
    ],
  ),
  machine('outbox', initialOutbox, (state, event: OutboxEvent, now) => reduceOutbox(state, event, now, sending), [
    { type: 'open' },
    { type: 'queued', id: 'm', order: 1, durable: false, attempts: 0 },
    { type: 'durable', ids: new Set(['m']) },
    { type: 'done', id: 'm' },
  ]),
  machine(
    'receipts',
    initialReceipts,
    (state, event: ReceiptsEvent, now) => reduceReceipts(state, event, now, sending),
    [
      { type: 'open' },
      { type: 'enqueue', id: 'm', notification, durable: false },
      { type: 'durable', ids: new Set(['m']) },
      { type: 'taken', key: receiptKey('m', 'delivered') },
    ],
  ),
  machine(
    'delivery reports',
    initialProxiedOutcomes,
    (state, event: ProxiedEvent, now) => reduceProxied(state, event, now, { timeout: 25_000, cap: 1_000 }),
    [
      { type: 'received', id: 'm', held: false },
      { type: 'reported', id: 'm' },
      { type: 'done', id: 'm' },
    ],
  ),
  machine(
    'storing',
    initialPersistence,
    (state, event: PersistenceEvent, now) => reducePersistence(state, event, now),
    [{ type: 'changed' }, { type: 'written' }],
  ),
];

function machine<State, Event>(
  name: string,
  initial: State,
  reduce: (state: State, event: Event, now: number) => { readonly state: State },
  events: readonly Event[],
): MachineRound {
  return {
    name,
    transitions: events.length,
    round() {
      let state = initial;
      for (const event of events) ({ state } = reduce(state, event, 1_000));
    },
  };
}
