import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport, FakeTransportOptions, VirtualClock } from '@imflow/testing';
import { createInstantMessagingFlow } from '../src/engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlowOptions, InstantMessagingFlowTemplate } from '../src/engine/flowOptions.ts';
import type { InstantMessagingFlow } from '../src/engine/publicTypes.ts';
import type { MessageRecord } from '../src/messages/messageRecord.ts';
import type { MessageStorage } from '../src/ports/storage.ts';
import type { ChannelEvent, IncomingMessage } from '../src/ports/transport.ts';

export interface TestFlowOptions extends Partial<Omit<InstantMessagingFlowOptions, 'clock'>> {
  readonly fake?: FakeTransportOptions;
  readonly clock?: VirtualClock;
  /** The seed of message ids. Default: 1. */
  readonly seed?: number;
  /** Whether the flow is started. Default true. */
  readonly started?: boolean;
  /** Sets the times of the behaviours: T = 3 s, R = 3 s, X = 6 s. Default true. */
  readonly times?: boolean;
}

export interface TestFlow {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  /** The calls of the transport, each with the seconds since the start: `3 composing`. */
  readonly wire: readonly string[];
  /** The events of the flow, likewise: `0 idle→active`, `6 bo idle`, `6 message:hello`. */
  readonly events: readonly string[];
  /** The messages of `messageReceived` events. */
  readonly received: readonly MessageRecord[];
  /** The `deliveryNotificationReceived` events: `delivered:<id>`. */
  readonly notified: readonly string[];
  /** The `messageStatusChanged` events: `queued→sending`. */
  readonly statuses: readonly string[];
  /** The codes of the diagnostics. */
  readonly diagnostics: readonly string[];
  /** Emits an event of the transport, and lets promise jobs and due timers run. */
  push(event: ChannelEvent): Promise<void>;
}

const TIMES: InstantMessagingFlowTemplate = {
  composingTimeout: 3_000,
  composingPolicy: { refresh: 3_000, expiry: 6_000 },
};

/** A flow of `ana` with `bo` over a fake transport in virtual time, with logs of calls and events. */
export function createTestFlow({
  fake,
  clock = createVirtualClock(),
  seed = 1,
  started = true,
  times = true,
  ...options
}: TestFlowOptions = {}): TestFlow {
  const transport = createFakeTransport(fake);
  const begin = clock.now();
  const at = (what: string | undefined): string => `${(clock.now() - begin) / 1_000} ${what}`;
  const wire: string[] = [];
  logCalls(transport, () => wire.push(at(transport.wire.at(-1))));

  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock,
    random: createSeededRandom(seed),
    ...options,
    template: { ...(times ? TIMES : {}), ...options.template },
  });
  const events: string[] = [];
  const received: MessageRecord[] = [];
  const notified: string[] = [];
  const statuses: string[] = [];
  const diagnostics: string[] = [];
  flow.on('stateChanged', ({ previousState, state }) => events.push(at(`${previousState}→${state}`)));
  flow.on('remoteComposingStateChanged', ({ participant, state }) => events.push(at(`${participant} ${state}`)));
  flow.on('messageReceived', ({ message }) => {
    received.push(message);
    events.push(at(`message:${message.body}`));
  });
  flow.on('deliveryNotificationReceived', ({ outcome, messageId }) => notified.push(`${outcome}:${messageId}`));
  flow.on('messageStatusChanged', ({ message, previousStatus }) =>
    statuses.push(`${previousStatus}→${message.status}`),
  );
  flow.on('diagnostic', ({ code }) => {
    diagnostics.push(code);
    events.push(at(code));
  });
  if (started) flow.start();
  async function push(event: ChannelEvent): Promise<void> {
    transport.push(event);
    // Also the breaks between the batches of a history.
    await clock.advance(0);
  }
  return { clock, transport, flow, wire, events, received, notified, statuses, diagnostics, push };
}

/** A started test flow. The test responds to its messages. */
export async function createSendingFlow({ fake, ...options }: TestFlowOptions = {}): Promise<TestFlow> {
  const test = createTestFlow({ fake: { autoAnswer: 'manual', ...fake }, times: false, ...options });
  await flushMicrotasks();
  return test;
}

function logCalls(transport: FakeTransport, log: () => void): void {
  const openChannel = transport.openChannel.bind(transport);
  const logged = <Answer>(answer: Answer): Answer => {
    log();
    return answer;
  };
  transport.openChannel = (remote, receive) => {
    const channel = openChannel(remote, receive);
    return {
      ...channel,
      send: (message) => logged(channel.send(message)),
      sendComposing: (composing) => logged(channel.sendComposing(composing)),
      sendNotification: (sent) => logged(channel.sendNotification(sent)),
    };
  };
}

/** The bodies of all messages, in their order. */
export function bodies(flow: InstantMessagingFlow): string[] {
  return Array.from(flow.messages.order, (id) => flow.messages.get(id)?.body ?? '');
}

/** A message from the transport. Defaults: the sender is `bo`, and the body is the id. */
export function incomingMessage(messageId: string, more: Partial<IncomingMessage> = {}): IncomingMessage {
  return { messageId, sender: 'bo', contentType: 'text/plain', body: messageId, ...more };
}

/** The event of the message of {@link incomingMessage}. */
export function incoming(messageId: string, more: Partial<IncomingMessage> = {}): ChannelEvent {
  return { type: 'message', message: incomingMessage(messageId, more) };
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
