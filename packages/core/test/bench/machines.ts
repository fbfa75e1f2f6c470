import {
  type DeliveryReportsEvent,
  initialDeliveryReports,
  reduceDeliveryReports,
} from '../../src/machines/deliveryReports.ts';
import { initialLifecycle, reduceLifecycle } from '../../src/machines/lifecycle.ts';
import {
  initialLocalComposing,
  type LocalComposingEvent,
  reduceLocalComposing,
} from '../../src/machines/localComposing.ts';
import { initialOutbox, type OutboxEvent, reduceOutbox } from '../../src/machines/outbox.ts';
import { initialReceipts, receiptKey, type ReceiptsEvent, reduceReceipts } from '../../src/machines/receipts.ts';
import {
  initialRemoteComposing,
  reduceRemoteComposing,
  type RemoteComposingEvent,
} from '../../src/machines/remoteComposing.ts';
import { initialStoring, reduceStoring, type StoringEvent } from '../../src/machines/storing.ts';

/** A machine in its daily work: a round of events that leads back to where it began. */
export interface MachineRound {
  readonly name: string;
  /** How many transitions a round has. */
  readonly transitions: number;
  readonly round: () => void;
}

const local = { timeout: 5_000, refresh: 3_000, notify: true } as const;
const sending = { sendTimeout: 30_000, maxInFlight: 1, maxAttempts: 10, displayed: 'up-to' } as const;
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
      { type: 'owe', id: 'm', notification, durable: false },
      { type: 'durable', ids: new Set(['m']) },
      { type: 'taken', key: receiptKey('m', 'delivered') },
    ],
  ),
  machine(
    'delivery reports',
    initialDeliveryReports,
    (state, event: DeliveryReportsEvent, now) =>
      reduceDeliveryReports(state, event, now, { timeout: 25_000, cap: 1_000 }),
    [
      { type: 'received', id: 'm', held: false },
      { type: 'reported', id: 'm' },
      { type: 'done', id: 'm' },
    ],
  ),
  machine('storing', initialStoring, (state, event: StoringEvent, now) => reduceStoring(state, event, now), [
    { type: 'changed' },
    { type: 'written' },
  ]),
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
