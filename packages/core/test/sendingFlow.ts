import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport, FakeTransportOptions, VirtualClock } from '@imflow/testing';
import { createInstantMessagingFlow } from '../src/engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow, InstantMessagingFlowTemplate } from '../src/engine/publicTypes.ts';
import type { MessageRecord } from '../src/messages/messageRecord.ts';
import type { MessageStorage } from '../src/ports/storage.ts';
import type { ChannelEvent, IncomingMessage } from '../src/ports/transport.ts';

export interface SendingFlowOptions {
  readonly template?: InstantMessagingFlowTemplate;
  /** Default: the test answers each message itself (`autoAnswer: 'manual'`). */
  readonly fake?: FakeTransportOptions;
  readonly storage?: MessageStorage;
  readonly clock?: VirtualClock;
  /** The seed of message ids. Default: 1. */
  readonly seed?: number;
}

export interface SendingFlow {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  /** The messages of `messageReceived` events. */
  readonly received: readonly MessageRecord[];
  /** The `deliveryNotificationReceived` events: `delivered:<id>`. */
  readonly notified: readonly string[];
  /** The `messageStatusChanged` events: `queued→sending`. */
  readonly statuses: readonly string[];
  /** The codes of the diagnostics. */
  readonly diagnostics: readonly string[];
  /** Emits an event of the transport, and lets promise jobs run. */
  push(event: ChannelEvent): Promise<void>;
}

/** A started flow of `ana` with `bo` in virtual time, whose messages the test answers. */
export async function createSendingFlow(options: SendingFlowOptions = {}): Promise<SendingFlow> {
  const { template = {}, fake, storage, clock = createVirtualClock(), seed = 1 } = options;
  const transport = createFakeTransport({ autoAnswer: 'manual', ...fake });
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock,
    random: createSeededRandom(seed),
    template,
    ...(storage === undefined ? {} : { storage }),
  });
  const received: MessageRecord[] = [];
  const notified: string[] = [];
  const statuses: string[] = [];
  const diagnostics: string[] = [];
  flow.on('messageReceived', ({ message }) => received.push(message));
  flow.on('deliveryNotificationReceived', ({ outcome, messageId }) => notified.push(`${outcome}:${messageId}`));
  flow.on('messageStatusChanged', ({ message, previousStatus }) =>
    statuses.push(`${previousStatus}→${message.status}`),
  );
  flow.on('diagnostic', ({ code }) => diagnostics.push(code));
  flow.start();
  await flushMicrotasks();
  async function push(event: ChannelEvent): Promise<void> {
    transport.push(event);
    await flushMicrotasks();
  }
  return { clock, transport, flow, received, notified, statuses, diagnostics, push };
}

/** The bodies of all messages, in their order. */
export function bodies(flow: InstantMessagingFlow): string[] {
  return Array.from(flow.messages.order, (id) => flow.messages.get(id)?.body ?? '');
}

/** A message from the transport. Defaults: the sender is `bo`, and the body is the id. */
export function said(messageId: string, more: Partial<IncomingMessage> = {}): IncomingMessage {
  return { messageId, sender: 'bo', contentType: 'text/plain', body: messageId, ...more };
}

/** The event of the message of {@link said}. */
export function incoming(messageId: string, more: Partial<IncomingMessage> = {}): ChannelEvent {
  return { type: 'message', message: said(messageId, more) };
}

/** A delivery notification, by default from `bo`. */
export function notification(
  messageId: string,
  outcome: 'delivered' | 'displayed' | 'failed',
  more: Partial<ChannelEvent & { type: 'notification' }> = {},
): ChannelEvent {
  return { type: 'notification', sender: 'bo', messageId, outcome, ...more };
}

/** A storage one of whose methods settles only after `release`. */
export function createHeldStorage(
  storage: MessageStorage,
  held: 'open' | 'write',
): { readonly storage: MessageStorage; release(): Promise<void> } {
  const waiting: (() => void)[] = [];
  async function hold(method: string): Promise<void> {
    if (method === held) await new Promise<void>((resolve) => waiting.push(resolve));
  }
  return {
    storage: {
      ...storage,
      async open(...given) {
        await hold('open');
        return storage.open(...given);
      },
      async write(...given) {
        await hold('write');
        return storage.write(...given);
      },
    },
    async release() {
      for (const resolve of waiting.splice(0)) resolve();
      await flushMicrotasks();
    },
  };
}
