import { createFakeTabs, createFakeTransport, type FakeTransport, type FakeTransportOptions } from '@imflow/testing';
import { createInstantMessagingFlow } from '../../src/engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../../src/engine/publicTypes.ts';
import type { MessageStorage } from '../../src/ports/storage.ts';
import type { TabCoordinator } from '../../src/ports/tabs.ts';
import type { ChannelEvent, IncomingMessage } from '../../src/ports/transport.ts';
import { createMemoryStorage } from '../../src/storage/memory.ts';

/** Work whose cost for each message should not depend on how many there are. */
export interface LinearWork {
  readonly name: string;
  /** Prepares the work for `count` messages, and returns the measured function. */
  readonly prepare: (count: number) => Promise<() => Promise<void>>;
}

/** How many messages a page of the archive has. */
const PAGE = 100;

/** How many messages arrive at once: the engine keeps at most 10,000 pending receipts. */
const BURST = 5_000;

export const linearWork: readonly LinearWork[] = [
  {
    name: 'queued while offline, then sent and delivered',
    async prepare(count) {
      const { flow, transport } = await opened();
      return async () => {
        transport.setStatus({ state: 'offline' });
        const ids: string[] = [];
        for (let index = 0; index < count; index += 1) {
          ids.push(flow.sendMessage(`Message ${index} of those that wait`).id);
          if (index % 10 === 0) await turn();
        }
        transport.setStatus({ state: 'online' });
        await until(() => flow.messages.get(ids.at(-1) ?? '')?.status === 'sent');
        for (const messageId of ids)
          transport.push({ type: 'notification', sender: 'bo', messageId, outcome: 'delivered' });
        await until(() => flow.messages.get(ids.at(-1) ?? '')?.status === 'delivered');
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'received at once',
    async prepare(count) {
      const { flow, transport } = await opened();
      return async () => {
        await receive(transport, count);
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'received one by one',
    async prepare(count) {
      const { flow, transport } = await opened();
      return async () => {
        for (let index = 0; index < count; index += 1) {
          transport.push(incoming(index));
          await turn();
        }
        await until(() => transport.notifications.length === count);
        flow.terminate();
      };
    },
  },
  {
    name: 'received while an own message waits',
    async prepare(count) {
      const { flow, transport } = await opened({ autoAnswer: 'manual' });
      flow.sendMessage('This one waits.');
      await turn();
      return async () => {
        await receive(transport, count);
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'received while 1,000 own messages wait',
    async prepare(count) {
      const { flow, transport } = await opened({ autoAnswer: 'manual' });
      for (let index = 0; index < 1_000; index += 1) flow.sendMessage('One of those that wait');
      await turn();
      return async () => {
        await receive(transport, count);
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'receipts after a reconnect',
    async prepare(count) {
      const { flow, transport } = await opened();
      const ids = await sent(flow, count);
      return async () => {
        for (const messageId of ids)
          transport.push({ type: 'notification', sender: 'bo', messageId, outcome: 'delivered' });
        await until(() => flow.messages.get(ids.at(-1) ?? '')?.status === 'delivered');
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'receipts owed over a slow transport',
    async prepare(count) {
      const { flow, transport } = await opened({ notificationAnswer: 'manual' });
      return async () => {
        let answered = 0;
        for (let index = 0; index < count; index += 1) {
          transport.push(incoming(index));
          if (index % 10 === 0) await turn();
        }
        for (let idle = 0; idle < 3;) {
          const waiting = transport.notifications[answered];
          if (waiting === undefined) {
            idle += 1;
          } else {
            waiting.accept();
            answered += 1;
            idle = 0;
          }
          await turn();
        }
        flow.terminate();
      };
    },
  },
  {
    name: 'displayed one by one',
    async prepare(count) {
      const { flow, transport } = await opened();
      flow.setAttention(false);
      await receive(transport, count);
      return async () => {
        for (let index = 0; index < count; index += 1) {
          flow.markDisplayed(idAt(index));
          flow.setAttention(true);
          flow.setAttention(false);
          if (index % 10 === 0) await turn();
        }
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'in history events of 100',
    async prepare(count) {
      const { flow, transport } = await opened();
      return async () => {
        for (let from = 0; from < count; from += PAGE) {
          const end = Math.min(from + PAGE, count);
          transport.push({ type: 'history', messages: page(from, end) });
          if (end % BURST === 0) await until(() => transport.notifications.length === end);
        }
        await until(() => transport.notifications.length === count);
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'in one history event',
    async prepare(count) {
      const { flow, transport } = await opened();
      return async () => {
        transport.push({ type: 'history', messages: page(0, count) });
        await until(() => flow.messages.order.length === count);
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'on archive pages of 100',
    async prepare(count) {
      const { flow, transport } = await opened({ capabilities: { history: true } });
      return async () => {
        for (let end = count; end > 0; end -= PAGE) {
          const loaded = flow.loadOlder();
          const start = Math.max(0, end - PAGE);
          transport.historyRequests.at(-1)?.accept({ messages: page(start, end), end: start === 0 });
          await loaded;
        }
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'one id with as many bodies',
    async prepare(count) {
      const { flow, transport } = await opened();
      return async () => {
        for (let index = 0; index < count; index += 1) transport.push(incoming(index, { messageId: 'same' }));
        await until(() => flow.messages.order.length === count);
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'received and mirrored in another tab',
    async prepare(count) {
      const tabs = createFakeTabs();
      const { flow, transport } = await opened({}, tabs);
      const other = await opened({}, tabs);
      return async () => {
        for (let index = 0; index < count; index += 1) {
          transport.push(incoming(index));
          if (index % 10 === 0) await turn();
        }
        await until(() => other.flow.messages.order.length === count);
        await turn();
        flow.terminate();
        other.flow.terminate();
      };
    },
  },
  {
    name: 'sent from a follower tab',
    async prepare(count) {
      const tabs = createFakeTabs();
      const { flow } = await opened({}, tabs);
      const other = await opened({}, tabs);
      return async () => {
        let last = '';
        for (let index = 0; index < count; index += 1) {
          last = other.flow.sendMessage(`Message ${index} of the follower`).id;
          if (index % 10 === 0) await turn();
        }
        await until(() => other.flow.messages.get(last)?.status === 'sent');
        flow.terminate();
        other.flow.terminate();
      };
    },
  },
  {
    name: 'reactions made while offline, then sent',
    async prepare(count) {
      const { flow, transport } = await opened();
      await receive(transport, count);
      return () => operateOffline({ flow, transport }, count, (index) => flow.react(idAt(index), ['👍']));
    },
  },
  {
    name: 'edits made while offline, then sent',
    async prepare(count) {
      const { flow, transport } = await opened();
      const ids = await sent(flow, count);
      return () =>
        operateOffline({ flow, transport }, count, (index) => flow.editMessage(ids[index] ?? '', 'Corrected'));
    },
  },
  {
    name: 'retractions made while offline, then sent',
    async prepare(count) {
      const { flow, transport } = await opened();
      const ids = await sent(flow, count);
      return () => operateOffline({ flow, transport }, count, (index) => flow.retractMessage(ids[index] ?? ''));
    },
  },
  {
    name: 'reactions made while offline, and mirrored in another tab',
    async prepare(count) {
      const tabs = createFakeTabs();
      const { flow, transport } = await opened({}, tabs);
      const other = await opened({}, tabs);
      await receive(transport, count);
      return async () => {
        await operateOffline({ flow, transport }, count, (index) => flow.react(idAt(index), ['👍']));
        other.flow.terminate();
      };
    },
  },
  {
    name: 'reactions of an earlier page, sent by the next one',
    async prepare(count) {
      const storage = createMemoryStorage();
      const earlier = await opened({}, undefined, storage);
      await receive(earlier.transport, count);
      earlier.transport.setStatus({ state: 'offline' });
      for (let index = 0; index < count; index += 1) earlier.flow.react(idAt(index), ['👍']);
      await turn();
      await turn();
      earlier.flow.terminate();
      return async () => {
        const { flow, transport } = await opened({}, undefined, storage);
        await until(() => transport.operations.length === count);
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'waiting messages edited, then discarded',
    async prepare(count) {
      const { flow, transport } = await opened();
      transport.setStatus({ state: 'offline' });
      const ids = Array.from({ length: count }, (_, index) => flow.sendMessage(`Message ${index}`).id);
      await turn();
      return async () => {
        for (const [index, id] of ids.entries()) {
          flow.editMessage(id, 'Corrected');
          if (index % 10 === 0) await turn();
        }
        for (const [index, id] of ids.entries()) {
          flow.discardMessage(id);
          if (index % 10 === 0) await turn();
        }
        await turn();
        flow.terminate();
      };
    },
  },
  {
    name: 'queued while the storage fails',
    async prepare(count) {
      const storage = createMemoryStorage();
      const { flow, transport } = await opened({}, undefined, {
        ...storage,
        write: () => Promise.reject(new Error('The disk is full.')),
      });
      transport.setStatus({ state: 'offline' });
      return async () => {
        for (let index = 0; index < count; index += 1) {
          flow.sendMessage(`Message ${index}`);
          if (index % 10 === 0) await turn();
        }
        flow.terminate();
      };
    },
  },
  {
    name: 'receipts for unknown messages',
    async prepare(count) {
      const { flow, transport } = await opened();
      return async () => {
        for (let index = 0; index < count; index += 1) {
          transport.push({ type: 'notification', sender: 'bo', messageId: idAt(index), outcome: 'delivered' });
          if (index % 10 === 0) await turn();
        }
        await turn();
        flow.terminate();
      };
    },
  },
];

/** A week of 10,080 minutes, each with a reconnect and 20 messages, of which half are own. Returns the CPU time in ms. */
export async function measureWeek(reconnects = 10_080): Promise<number> {
  const { flow, transport } = await opened();
  const started = process.cpuUsage();
  let received = 0;
  for (let minute = 0; minute < reconnects; minute += 1) {
    transport.setStatus({ state: 'offline' });
    const ids = Array.from({ length: 10 }, (_, index) => flow.sendMessage(`Message ${index} of minute ${minute}`).id);
    await turn();
    transport.setStatus({ state: 'online' });
    for (let index = 0; index < 10; index += 1) transport.push(incoming((received += 1)));
    await until(() => flow.messages.get(ids.at(-1) ?? '')?.status === 'sent');
    for (const messageId of ids)
      transport.push({ type: 'notification', sender: 'bo', messageId, outcome: 'delivered' });
    flow.markDisplayed(idAt(received));
    await turn();
  }
  flow.terminate();
  return sinceThen(started);
}

/** CPU time of this process since then, in ms. */
export function sinceThen(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1_000;
}

interface Opened {
  readonly flow: InstantMessagingFlow;
  readonly transport: FakeTransport;
}

/** A flow that is online, with its messages stored in memory. */
async function opened(
  fake: FakeTransportOptions = {},
  tabs?: TabCoordinator,
  storage: MessageStorage = createMemoryStorage(),
): Promise<Opened> {
  const transport = createFakeTransport(fake);
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', storage, ...(tabs && { tabs }) });
  flow.start();
  await until(() => flow.store.getState().history.ready);
  return { flow, transport };
}

/** Acts `count` times without a connection, and waits until all of it is sent. */
async function operateOffline(
  { flow, transport }: Opened,
  count: number,
  operate: (index: number) => unknown,
): Promise<void> {
  transport.setStatus({ state: 'offline' });
  for (let index = 0; index < count; index += 1) {
    operate(index);
    if (index % 10 === 0) await turn();
  }
  transport.setStatus({ state: 'online' });
  await until(() => transport.operations.length === count);
  await turn();
  flow.terminate();
}

/** Messages that arrive in bursts, each as soon as the one before is stored and its receipts are sent. */
async function receive(transport: FakeTransport, count: number): Promise<void> {
  for (let from = 0; from < count; from += BURST) {
    const end = Math.min(from + BURST, count);
    for (let index = from; index < end; index += 1) transport.push(incoming(index));
    await until(() => transport.notifications.length === end);
  }
}

async function sent(flow: InstantMessagingFlow, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push(flow.sendMessage(`Message ${index}`).id);
    await turn();
  }
  await until(() => flow.messages.get(ids.at(-1) ?? '')?.status === 'sent');
  return ids;
}

function idAt(index: number): string {
  return `m${index}`;
}

function incomingMessage(index: number): IncomingMessage {
  const body = `${index} See you at the station then, quarter past seven, under the clock.`;
  return { messageId: idAt(index), sender: 'bo', contentType: 'text/plain', body };
}

function page(from: number, to: number): readonly IncomingMessage[] {
  return Array.from({ length: to - from }, (_, index) => ({
    ...incomingMessage(from + index),
    position: `p${from + index}`,
  }));
}

function incoming(index: number, more: Partial<IncomingMessage> = {}): ChannelEvent {
  const requestedReceipts = { delivered: true, displayed: true };
  return { type: 'message', message: { ...incomingMessage(index), requestedReceipts, ...more } };
}

/** Lets pending promise jobs run. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}
