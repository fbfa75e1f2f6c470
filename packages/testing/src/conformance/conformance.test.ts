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

/** What a wrapper changes of a transport. */
interface Changes {
  readonly transport?: (inner: Transport) => Partial<Transport>;
  readonly channel?: (inner: Channel) => Partial<Channel>;
  /** What comes of an event: none, one or several. */
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

/** Keeps the first objects that were sent, and hands them to everybody. */
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

/** Hands up every two messages in the wrong order. */
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

/** Reads a history out of what arrived. */
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

/** Writes an edit over what its message said: the message comes again, with the new text. */
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

/** Goes on delivering to a channel that is closed. */
function deafToClose(): Changes {
  return { channel: () => ({ close() {} }) };
}

describe('a wrapper that changes nothing', () => {
  for (const each of transportConformance(() => pairOf(sound))) it(each.name, each.run);

  it('reads a history page by page', async () => {
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

function gossiping(): Changes {
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

function deafAfterLeaving(): Changes {
  let deaf = false;
  return {
    event(event) {
      if (event.type === 'participant' && event.change === 'unavailable') deaf = true;
      return deaf ? [] : [event];
    },
  };
}

/** What is wrong with it, the wrapper that makes it so, the case that finds it out, and what the case says. */
const BROKEN: readonly (readonly [string, () => Changes, string, RegExp])[] = [
  [
    'it never tells of a change',
    () => ({ transport: () => ({ subscribe: () => () => {} }) }),
    'status: offline until connect, then online, and each change is told',
    /told of/,
  ],
  [
    'it goes on telling one who unsubscribed',
    () => ({
      transport: (inner) => ({
        subscribe(listener) {
          inner.subscribe(listener);
          return () => {};
        },
      }),
    }),
    'status: a listener that unsubscribed hears nothing, the others do',
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
    'it cuts what is long',
    () => messages((message) => ({ ...message, body: message.body.slice(0, 4_096) })),
    'messages: 64 kB arrive, or the largest body that the capabilities allow',
    /the body/,
  ],
  [
    'it gives every message one stamp',
    () => messages((message) => ({ ...message, frameSequence: { session: 'conformance', sequence: 1 } })),
    'messages: keep their order',
    /different stamps/,
  ],
  ['messages overtake each other', swapping, 'messages: keep their order', /the order/],
  ['the ends share objects', sharing, 'messages: the ends share no objects', /changed after send/],
  [
    'it never answers',
    () => ({ channel: () => ({ send: never }) }),
    'messages: send resolves with accepted or delivered',
    /neither resolved nor rejected/,
  ],
  [
    'it refuses what is already there',
    () => ({
      channel: (inner) => ({
        async send(message) {
          if (message.attempt > 1) throw new Error('already there');
          return inner.send(message);
        },
      }),
    }),
    'messages: the same message sent again is accepted too',
    /already there/,
  ],
  [
    'it swallows idle',
    () => ({ event: (event) => (event.type === 'composing' && event.state === 'idle' ? [] : [event]) }),
    'composing: both states arrive, in order, with stamp and refresh',
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
    'it forgets what displayed covers',
    () => ({
      event(event) {
        if (event.type !== 'notification') return [event];
        const { messageIds: _, ...rest } = event;
        return [rest];
      },
    }),
    'notifications: displayed reaches the sender, up to a message with what it covers, or for each',
    /covers/,
  ],
  ['its channels hear after they are closed', deafToClose, 'events: none after channel.close', /after channel.close/],
  [
    'it fails for good while it is cut',
    () => ({
      channel: (inner) => ({
        send: (message) => inner.send(message).catch(() => Promise.reject(new Error('no link'))),
      }),
    }),
    'failures: a send while cut rejects and may pass later, and passes once restored',
    /TransportFailure/,
  ],
  [
    'what is under way hangs when the link breaks',
    () => ({ channel: (inner) => ({ send: (message) => inner.send(message).catch(never<never>) }) }),
    'failures: a send under way settles when the link breaks',
    /neither resolved nor rejected/,
  ],
  [
    'it throws at once',
    () => ({ channel: (inner) => ({ send: ({ ...message }) => (message.body.at(0), inner.send(message)) }) }),
    'failures: malformed use never throws at once, and harms nothing',
    /threw at once/,
  ],
  [
    'it keeps nothing, but says so',
    () => messages((message) => (message.fromHistory === true ? undefined : message)),
    'absence: what the server stores comes later and says so; composing never does',
    /never arrived/,
  ],
  [
    'it takes what nobody keeps',
    () => ({ capabilities: { offlineDelivery: false } }),
    'absence: without a store a message is refused, and may pass later',
    /should reject/,
  ],
  [
    'it never says that somebody is back',
    () => ({
      capabilities: { offlineDelivery: false },
      event: (event) => (event.type === 'participant' && event.change === 'available' ? [] : [event]),
    }),
    'absence: without a store, one who was said to be away is said to be back',
    /never said to be back/,
  ],
  [
    'it does not pass on what is acknowledged',
    () => ({ channel: () => ({ acknowledge() {} }) }),
    'acknowledge: what was not acknowledged comes again or was not accepted, what was does not come again',
    /was acknowledged came again/,
  ],
  [
    'it turns its history pages round',
    () => remembering((page) => page.toReversed()),
    'history: pages are read from the newest, each oldest first',
    /the history/,
  ],
  [
    'its history says nothing of what became of own messages',
    () => ({
      capabilities: { history: true },
      channel: (inner) => ({
        async loadHistory(request) {
          const { receipts: _, ...page } = (await inner.loadHistory?.(request)) ?? { messages: [], end: true };
          return page;
        },
      }),
    }),
    'history: what became of own messages comes with it',
    /does not say/,
  ],
  [
    'it reports without being asked',
    () => ({
      capabilities: { deferredResponses: true },
      channel: (inner) => ({
        send(message) {
          void inner.send(message).catch(() => {});
          return Promise.resolve({ outcome: 'delivered' });
        },
      }),
    }),
    'held answers: the answer is what the other side reports',
    /before the other side/,
  ],
  [
    'it goes on after disconnect',
    () => ({ transport: () => ({ disconnect() {} }) }),
    'disconnect: nothing is pending and nothing comes any more',
    /after disconnect/,
  ],
  [
    'it delivers twice after a second connect',
    connectingTwice,
    'connect and disconnect: twice is once, and both can be repeated',
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
  ['all channels hear all', gossiping, 'events: channels of other remotes hear nothing', /another remote/],
  [
    'a message comes back to its own channel',
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
    'it takes messages without a link',
    () => ({ channel: () => ({ send: () => Promise.resolve({ outcome: 'accepted' }) }) }),
    'failures: a send while disconnected rejects and may pass later',
    /should reject/,
  ],
  [
    'what is under way hangs when the other side leaves',
    () => ({ channel: () => ({ send: never }) }),
    'failures: a send under way settles when the other side leaves',
    /neither resolved nor rejected/,
  ],
  [
    'what is under way hangs when the channel is closed',
    () => ({ channel: (inner) => ({ send: (message) => inner.send(message).catch(never<never>) }) }),
    'failures: a send under way settles when the channel is closed',
    /neither resolved nor rejected/,
  ],
  [
    'it refuses a notification that is already there',
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
    'notifications: the same one sent again is taken too',
    /already there/,
  ],
  ['it is deaf once somebody left', deafAfterLeaving, 'absence: both can be away and come back', /never arrived/],
  [
    'it loses what was not acknowledged',
    () => messages((message) => (message.fromHistory === true ? undefined : message)),
    'acknowledge: what was not acknowledged comes again or was not accepted, what was does not come again',
    /did not come again/,
  ],
  [
    'it loses operations',
    () => ({ event: (event) => (event.type === 'operation' ? [] : [event]) }),
    'operations: arrive as they were sent, about their message, and never as a message',
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
    'operations: the same one sent again is accepted too',
    /already there/,
  ],
  [
    'it delivers an edited message again under its old id',
    rewriting,
    'operations: an edited message keeps its first text wherever it comes again, and the edit is an operation',
    /should be \["hello"\], but is \["hello","hello again"\]/,
  ],
  [
    'it names another message in a notification of an edit',
    () => ({
      event: (event) => (event.type === 'notification' ? [{ ...event, messageId: 'another' }] : [event]),
    }),
    'operations: a notification of an edit reaches its author, by the id that the edit came with',
    /never arrived, or names another id/,
  ],
  [
    'it forgets what a reply is to',
    () => messages((message) => Object.assign(structuredClone(message), { replyTo: undefined })),
    'replies: carry what they reply to',
    /repl/,
  ],
];

describe('a broken transport is found out:', () => {
  it('each case can fail', () => {
    const names = transportConformance(() => pairOf(sound)).map(({ name }) => name);
    expect(names.filter((name) => !BROKEN.some((row) => row[2] === name))).toEqual([]);
  });

  it.each(BROKEN)('%s', async (_what, broken, name, reason) => {
    await expect(run(name, sound)).resolves.toBeUndefined();
    await expect(run(name, broken())).rejects.toThrow(reason);
  });
});
