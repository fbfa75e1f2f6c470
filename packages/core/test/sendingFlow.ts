import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport, FakeTransportOptions, VirtualClock } from '@imflow/testing';
import { createInstantMessagingFlow } from '../src/engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow, InstantMessagingFlowTemplate } from '../src/engine/publicTypes.ts';
import type { MessageRecord } from '../src/messages/messageRecord.ts';
import type { MessageStorage } from '../src/ports/storage.ts';
import type { ChannelEvent, IncomingMessage } from '../src/ports/transport.ts';

export interface SendingFlowOptions {
  readonly template?: InstantMessagingFlowTemplate;
  /** Messages are answered by hand unless this says otherwise. */
  readonly fake?: FakeTransportOptions;
  readonly storage?: MessageStorage;
  readonly clock?: VirtualClock;
  /** Another seed gives other message ids. */
  readonly seed?: number;
}

export interface SendingFlow {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  /** What `messageReceived` told. */
  readonly received: readonly MessageRecord[];
  /** What `deliveryNotificationReceived` told: `delivered:<id>`. */
  readonly notified: readonly string[];
  /** What `messageStatusChanged` told: `queued→sending`. */
  readonly statuses: readonly string[];
  /** Codes of the diagnostics. */
  readonly diagnostics: readonly string[];
  /** Hands an event up from the transport, and lets the promise jobs run. */
  push(event: ChannelEvent): Promise<void>;
}

/** A started flow of `ana` with `bo` over a transport that the test answers by hand, in virtual time. */
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

/** A message as the transport tells it: of `bo`, unless told otherwise. Its body is its id. */
export function said(messageId: string, more: Partial<IncomingMessage> = {}): IncomingMessage {
  return { messageId, sender: 'bo', contentType: 'text/plain', body: messageId, ...more };
}

/** The arrival of {@link said}. */
export function incoming(messageId: string, more: Partial<IncomingMessage> = {}): ChannelEvent {
  return { type: 'message', message: said(messageId, more) };
}

/** A notification of `bo`, unless told otherwise. */
export function notification(
  messageId: string,
  outcome: 'delivered' | 'displayed' | 'failed',
  more: Partial<ChannelEvent & { type: 'notification' }> = {},
): ChannelEvent {
  return { type: 'notification', sender: 'bo', messageId, outcome, ...more };
}

/** A storage one of whose methods answers only when it is let go. */
export function createHeldStorage(
  storage: MessageStorage,
  held: 'open' | 'write',
): { readonly storage: MessageStorage; letGo(): Promise<void> } {
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
    async letGo() {
      for (const resolve of waiting.splice(0)) resolve();
      await flushMicrotasks();
    },
  };
}
