import type {
  Channel,
  ChannelEvent,
  HistoryPage,
  IncomingMessage,
  Transport,
  TransportCapabilities,
} from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../virtualClock.ts';
import type { ConformancePair } from './harness.ts';
import { transportConformance } from './transportConformance.ts';

/** The parts of a transport that a wrapper changes. */
interface Changes {
  readonly transport?: (inner: Transport) => Partial<Transport>;
  readonly channel?: (inner: Channel) => Partial<Channel>;
  /** Replaces an event by none, one or several. */
  readonly event?: (event: ChannelEvent) => readonly ChannelEvent[];
  readonly capabilities?: Partial<TransportCapabilities>;
}

const sound: Changes = {};

function wrap(inner: Transport, changes: Changes): Transport {
  return {
    localAddress: inner.localAddress,
    capabilities: { ...inner.capabilities, ...changes.capabilities },
    connect: () => inner.connect(),
    disconnect: () => inner.disconnect(),
    getStatus: () => inner.getStatus(),
    subscribe: (listener) => inner.subscribe(listener),
    openChannel(remote, receive) {
      const channel = inner.openChannel(remote, (event) => {
        for (const each of changes.event?.(event) ?? [event]) receive(each);
      });
      return { ...channel, ...changes.channel?.(channel) };
    },
    ...changes.transport?.(inner),
  };
}

function pairOf(changes: Changes): ConformancePair {
  const clock = createVirtualClock();
  const network = createLoopbackNetwork({ clock, faults: { delay: 10 } });
  const make = (address: string): Transport => wrap(network.connect(address, changes), changes);
  return {
    ana: make('ana'),
    bo: make('bo'),
    settle: () => clock.advance(100),
    cut: (address) => network.setOnline(address, false),
    restore: (address) => network.setOnline(address, true),
  };
}

async function run(name: string, changes: Changes): Promise<void> {
  const found = transportConformance(() => pairOf(changes)).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no case "${name}"`);
  await found.run();
}

/** Changes each message that arrives. */
function messages(change: (message: IncomingMessage) => IncomingMessage | undefined): Changes {
  return {
    event(event) {
      if (event.type !== 'message') return [event];
      const message = change(event.message);
      return message === undefined ? [] : [{ ...event, message }];
    },
  };
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}

/** Keeps the first objects that were sent, and delivers the same ones to every recipient. */
function sharing(): Changes {
  const kept = new Map<string, object>();
  return {
    channel: (inner) => ({
      send(message) {
        kept.set(message.messageId, message);
        return inner.send(message);
      },
    }),
    ...messages((message) => ({ ...message, ...kept.get(message.messageId) })),
  };
}

/** Delivers every two messages in the wrong order. */
function swapping(): Changes {
  let waiting: ChannelEvent | undefined;
  return {
    event(event) {
      if (event.type !== 'message') return [event];
      const before = waiting;
      waiting = before === undefined ? event : undefined;
      return before === undefined ? [] : [event, before];
    },
  };
}

/** Builds a history from the messages that arrived. */
function remembering(arrange: (page: IncomingMessage[]) => IncomingMessage[]): Changes {
  const archive: IncomingMessage[] = [];
  return {
    capabilities: { history: true },
    ...messages((message) => {
      archive.push({ ...message, position: String(archive.length) });
      return message;
    }),
    channel: () => ({
      async loadHistory({ before, limit }): Promise<HistoryPage> {
        const end = before === undefined ? archive.length : Number(before);
        const start = Math.max(0, end - limit);
        return { messages: arrange(archive.slice(start, end)), end: start === 0 };
      },
    }),
  };
}

/** Delivers an edit as the message again, with the new text. */
function rewriting(): Changes {
  const known = new Map<string, IncomingMessage>();
  return {
    event(event) {
      if (event.type === 'message') known.set(event.message.messageId, event.message);
      if (event.type !== 'operation' || event.operation.kind !== 'edit') return [event];
      const message = known.get(event.operation.target);
      if (message === undefined) return [event];
      return [event, { type: 'message', message: { ...message, body: event.operation.body } }];
    },
  };
}

/** Continues to deliver to a closed channel. */
function deliveringAfterClose(): Changes {
  return { channel: () => ({ close() {} }) };
}

describe('a wrapper that changes nothing', () => {
  for (const each of transportConformance(() => pairOf(sound))) it(each.name, each.run);

  it('the wrapper reads a history page by page', async () => {
    const name = 'history: pages are read from the newest, each oldest first';
    await expect(
      run(
        name,
        remembering((page) => page),
      ),
    ).resolves.toBeUndefined();
  });
});

function connectingTwice(): Changes {
  let connects = 0;
  return {
    transport: (inner) => ({
      connect() {
        connects += 1;
        inner.connect();
      },
    }),
    event: (event) => (connects > 2 ? [event, event] : [event]),
  };
}

function deliveringToAllChannels(): Changes {
  return {
    transport(inner) {
      const receivers = new Set<(event: ChannelEvent) => void>();
      return {
        openChannel(remote, receive) {
          receivers.add(receive);
          return inner.openChannel(remote, (event) => {
            for (const each of receivers) each(event);
          });
        },
      };
    },
  };
}

function silentAfterLeaving(): Changes {
  let deaf = false;
  return {
    event(event) {
      if (event.type === 'participant' && event.change === 'unavailable') deaf = true;
      return deaf ? [] : [event];
    },
  };
}

/** A fault, the wrapper that causes it, the case that detects it, and the message of that case. */
const BROKEN: readonly (readonly [string, () => Changes, string, RegExp])[] = [
  [
    'it never notifies its listeners',
    () => ({ transport: () => ({ subscribe: () => () => {} }) }),
    'status: offline until connect, then online, and listeners are notified of each change',
    /listener received/,
  ],
  [
    'it calls a listener that unsubscribed',
    () => ({
      transport: (inner) => ({
        subscribe(listener) {
          inner.subscribe(listener);
          return () => {};
        },
      }),
    }),
    'status: an unsubscribed listener is not called, the others are',
    /unsubscribed/,
  ],
  ['it loses messages', () => messages(() => undefined), 'messages: arrive as they were sent', /never arrived/],
  [
    'it trims bodies',
    () => messages((message) => ({ ...message, body: message.body.trim() })),
    'messages: arrive as they were sent',
    /the body/,
  ],
  [
    'it truncates long bodies',
    () => messages((message) => ({ ...message, body: message.body.slice(0, 4_096) })),
    'messages: 64 kB arrive, or the largest body that the capabilities allow',
    /the body/,
  ],
  [
    'it gives every message the same frame sequence',
    () => messages((message) => ({ ...message, frameSequence: { session: 'conformance', sequence: 1 } })),
    'messages: keep their order',
    /different frame sequences/,
  ],
  ['messages overtake each other', swapping, 'messages: keep their order', /the order/],
  [
    'sender and recipient share objects',
    sharing,
    'messages: sender and recipient share no objects',
    /changed after send/,
  ],
  [
    'its send never settles',
    () => ({ channel: () => ({ send: never }) }),
    'messages: send resolves with accepted or delivered',
    /neither resolved nor rejected/,
  ],
  [
    'it refuses a message that is sent again',
    () => ({
      channel: (inner) => ({
        async send(message) {
          if (message.attempt > 1) throw new Error('already there');
          return inner.send(message);
        },
      }),
    }),
    'messages: the same message sent again is accepted',
    /already there/,
  ],
  [
    'it drops idle notifications',
    () => ({ event: (event) => (event.type === 'composing' && event.state === 'idle' ? [] : [event]) }),
    'composing: both states arrive, in order, with frameSequence and refresh',
    /never arrived/,
  ],
  [
    'it drops the code of a failure',
    () => ({
      event(event) {
        if (event.type !== 'notification') return [event];
        const { code: _, ...rest } = event;
        return [rest];
      },
    }),
    'notifications: delivered and failed reach the sender, with the code',
    /the code/,
  ],
  [
    'it drops the messageIds of displayed notifications',
    () => ({
      event(event) {
        if (event.type !== 'notification') return [event];
        const { messageIds: _, ...rest } = event;
        return [rest];
      },
    }),
    'notifications: displayed reaches the sender, up to a message with the messageIds that it covers, or for each',
    /messageIds of/,
  ],
  ['a closed channel receives events', deliveringAfterClose, 'events: none after channel.close', /after channel.close/],
  [
    'its failures are not retryable while the link is cut',
    () => ({
      channel: (inner) => ({
        send: (message) => inner.send(message).catch(() => Promise.reject(new Error('no link'))),
      }),
    }),
    'failures: a send while the link is cut rejects and is retryable, and succeeds once the link is restored',
    /TransportFailure/,
  ],
  [
    'a pending send never settles when the link breaks',
    () => ({ channel: (inner) => ({ send: (message) => inner.send(message).catch(never<never>) }) }),
    'failures: a pending send settles when the link breaks',
    /neither resolved nor rejected/,
  ],
  [
    'it throws synchronously',
    () => ({ channel: (inner) => ({ send: ({ ...message }) => (message.body.at(0), inner.send(message)) }) }),
    'failures: malformed arguments never throw synchronously, and break nothing',
    /threw at once/,
  ],
  [
    'it claims offline delivery, but stores nothing',
    () => messages((message) => (message.fromHistory === true ? undefined : message)),
    'absence: stored messages arrive later with fromHistory, and composing is not stored',
    /never arrived/,
  ],
  [
    'it accepts messages for offline participants without storing them',
    () => ({ capabilities: { offlineDelivery: false } }),
    'absence: without offline delivery, a message is refused and is retryable',
    /should reject/,
  ],
  [
    'it never reports a participant as available again',
    () => ({
      capabilities: { offlineDelivery: false },
      event: (event) => (event.type === 'participant' && event.change === 'available' ? [] : [event]),
    }),
    'absence: without offline delivery, a participant reported as unavailable is reported as available again',
    /never reported as available/,
  ],
  [
    'it ignores acknowledge',
    () => ({ channel: () => ({ acknowledge() {} }) }),
    'acknowledge: an unacknowledged message is redelivered or was not accepted, an acknowledged one is not redelivered',
    /was acknowledged was redelivered/,
  ],
  [
    'its history pages are newest first',
    () => remembering((page) => page.toReversed()),
    'history: pages are read from the newest, each oldest first',
    /from the history/,
  ],
  [
    'its history has no receipts',
    () => ({
      capabilities: { history: true },
      channel: (inner) => ({
        async loadHistory(request) {
          const { receipts: _, ...page } = (await inner.loadHistory?.(request)) ?? { messages: [], end: true };
          return page;
        },
      }),
    }),
    'history: pages contain the receipts for own messages',
    /has no "/,
  ],
  [
    'its search finds an id again and again',
    () => ({
      capabilities: { history: true, historySearch: true },
      channel: () => ({ searchHistory: async () => ({ messageIds: ['m1', 'm1'] }) }),
    }),
    'history: a text is found in its newest form, the newest message first',
    /messages with the text, newest first/,
  ],
  [
    'it responds before the recipient reports an outcome',
    () => ({
      capabilities: { deferredResponses: true },
      channel: (inner) => ({
        send(message) {
          void inner.send(message).catch(() => {});
          return Promise.resolve({ outcome: 'delivered' });
        },
      }),
    }),
    'deferred responses: the response is the outcome that the recipient reports',
    /before the recipient/,
  ],
  [
    'it delivers after disconnect',
    () => ({ transport: () => ({ disconnect() {} }) }),
    'disconnect: nothing stays pending, and no event follows',
    /after disconnect/,
  ],
  [
    'it delivers twice after a second connect',
    connectingTwice,
    'connect and disconnect: a second call changes nothing, and both can be repeated',
    /copies/,
  ],
  [
    'it emits events before it is connected',
    () => ({
      transport: (inner) => ({
        openChannel(remote, receive) {
          receive({ type: 'composing', sender: remote, state: 'composing' });
          return inner.openChannel(remote, receive);
        },
      }),
    }),
    'events: none before connect',
    /before connect/,
  ],
  [
    'every channel receives the events of all participants',
    deliveringToAllChannels,
    'events: channels of other participants receive nothing',
    /a different participant/,
  ],
  [
    'the sender receives its own message',
    () => ({
      transport: (inner) => ({
        openChannel(remote, receive) {
          const channel = inner.openChannel(remote, receive);
          return {
            ...channel,
            send(message) {
              receive({ type: 'message', message: { ...message, sender: remote } });
              return channel.send(message);
            },
          };
        },
      }),
    }),
    'messages: go both ways at once',
    /came back/,
  ],
  [
    'it accepts messages while disconnected',
    () => ({ channel: () => ({ send: () => Promise.resolve({ outcome: 'accepted' }) }) }),
    'failures: a send while disconnected rejects and is retryable',
    /should reject/,
  ],
  [
    'a pending send never settles when the other side leaves',
    () => ({ channel: () => ({ send: never }) }),
    'failures: a pending send settles when the other side leaves',
    /neither resolved nor rejected/,
  ],
  [
    'a pending send never settles when the channel is closed',
    () => ({ channel: (inner) => ({ send: (message) => inner.send(message).catch(never<never>) }) }),
    'failures: a pending send settles when the channel is closed',
    /neither resolved nor rejected/,
  ],
  [
    'it refuses a notification that is sent again',
    () => {
      const taken = new Set<string>();
      return {
        channel: (inner) => ({
          async sendNotification(notification) {
            if (taken.has(notification.messageId)) throw new Error('already there');
            taken.add(notification.messageId);
            return inner.sendNotification(notification);
          },
        }),
      };
    },
    'notifications: the same notification sent again is accepted',
    /already there/,
  ],
  [
    'it delivers nothing after a participant left',
    silentAfterLeaving,
    'absence: both participants can disconnect and reconnect',
    /never arrived/,
  ],
  [
    'it loses unacknowledged messages',
    () => messages((message) => (message.fromHistory === true ? undefined : message)),
    'acknowledge: an unacknowledged message is redelivered or was not accepted, an acknowledged one is not redelivered',
    /was not redelivered/,
  ],
  [
    'it loses operations',
    () => ({ event: (event) => (event.type === 'operation' ? [] : [event]) }),
    'operations: arrive as they were sent, with their target, and never as a message',
    /never arrived/,
  ],
  [
    'it refuses an operation that is sent again',
    () => ({
      channel: (inner) => ({
        async sendOperation(operation) {
          if (operation.attempt > 1 || inner.sendOperation === undefined) throw new Error('already there');
          return inner.sendOperation(operation);
        },
      }),
    }),
    'operations: the same operation sent again is accepted',
    /already there/,
  ],
  [
    'it redelivers an edited message with the new text under the old id',
    rewriting,
    'operations: an edited message keeps its first text in every redelivery, and the edit arrives as an operation',
    /should be \["hello"\], but is \["hello","hello again"\]/,
  ],
  [
    'a notification for an edit has a different id',
    () => ({
      event: (event) => (event.type === 'notification' ? [{ ...event, messageId: 'another' }] : [event]),
    }),
    'operations: a notification for an edit reaches its author, under the id of the edit',
    /never arrived, or has a different id/,
  ],
  [
    'it drops the target of a reply',
    () => messages((message) => Object.assign(structuredClone(message), { replyTo: undefined })),
    'replies: contain the target of the reply',
    /repl/,
  ],
];

describe('a broken transport is detected', () => {
  it('each case of the suite has a broken transport that it detects', () => {
    const names = transportConformance(() => pairOf(sound)).map(({ name }) => name);
    expect(names.filter((name) => !BROKEN.some((row) => row[2] === name))).toEqual([]);
  });

  it.each(BROKEN)('the suite detects the fault: %s', async (_what, broken, name, reason) => {
    await expect(run(name, sound)).resolves.toBeUndefined();
    await expect(run(name, broken())).rejects.toThrow(reason);
  });
});
