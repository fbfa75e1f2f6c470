import { createInstantMessagingFlow } from '../../src/engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../../src/engine/publicTypes.ts';
import type { MessageStorage } from '../../src/ports/storage.ts';
import type { Channel } from '../../src/ports/transport.ts';
import { createMemoryStorage } from '../../src/storage/memory.ts';
import { createLoopbackNetwork, type LoopbackNetwork } from '../../src/transports/loopback/loopbackNetwork.ts';
import { recordAt } from './longConversation.ts';

/** How many messages are stored already, of which a page is loaded. */
const STORED = 10_000;
/** How many items arrive at once. */
const MANY = 1_000;

/** Work that arrives all at once, over a network within the page and with messages stored in memory. */
export interface Burst {
  readonly name: string;
  /** Prepares the work, and returns the measured function, which resolves when the engine has nothing left to do. */
  readonly prepare: () => Promise<() => Promise<void>>;
}

export const bursts: readonly Burst[] = [
  {
    name: '1,000 messages at once',
    async prepare() {
      const { flow, storage, participant } = await connected();
      const last = `n${MANY}`;
      return async () => {
        for (let index = 1; index <= MANY; index += 1) {
          void participant.send({
            messageId: `n${index}`,
            contentType: 'text/plain',
            body: `${index} of many messages that come at once.`,
            sentAt: 0,
            attempt: 1,
            frameSequence: { session: 'bench', sequence: index },
          });
        }
        await until(() => storage.written.get(last) === 'done');
        flow.terminate();
      };
    },
  },
  {
    name: '1,000 receipts after a reconnect',
    async prepare() {
      const { flow, storage, participant, network } = await connected();
      const ids = Array.from({ length: MANY }, (_, index) => flow.sendMessage(`Message ${index}`).id);
      const last = ids.at(-1) ?? '';
      await until(() => storage.written.get(last) === 'sent');
      network.setOnline('ana', false);
      for (const messageId of ids) void participant.sendNotification({ messageId, outcome: 'delivered' });
      await wait();
      return async () => {
        network.setOnline('ana', true);
        await until(() => storage.written.get(last) === 'delivered');
        flow.terminate();
      };
    },
  },
];

interface Connected {
  readonly flow: InstantMessagingFlow;
  readonly storage: WatchedStorage;
  /** The other end of the transport, which does nothing automatically. */
  readonly participant: Channel;
  readonly network: LoopbackNetwork;
}

async function connected(): Promise<Connected> {
  const network = createLoopbackNetwork();
  const storage = await watchedStorage();
  const flow = createInstantMessagingFlow({ transport: network.connect('ana'), remote: 'bo', storage });
  const bo = network.connect('bo');
  bo.connect();
  const participant = bo.openChannel('ana', (event) => {
    if (event.type === 'message') participant.acknowledge?.(event.message.messageId);
    if (event.type === 'notification') participant.acknowledge?.(event.messageId, event.outcome);
  });
  flow.start();
  await until(() => flow.store.getState().history.ready && flow.store.getState().remoteAvailable === true);
  return { flow, storage, participant, network };
}

interface WatchedStorage extends MessageStorage {
  /** How far each message is in the storage: `done` once its acknowledgement is, else its status. */
  readonly written: ReadonlyMap<string, string>;
}

async function watchedStorage(): Promise<WatchedStorage> {
  const memory = createMemoryStorage();
  const written = new Map<string, string>();
  const put = Array.from({ length: STORED }, (_, index) => recordAt(index + 1));
  await memory.write(JSON.stringify(['ana', 'bo']), { put, remove: [], meta: { displayedOrder: STORED } });
  return {
    ...memory,
    written,
    async write(conversation, write) {
      await memory.write(conversation, write);
      for (const { id, receipt, status } of write.put) {
        written.set(id, receipt === 'sent' ? 'done' : status);
      }
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait();
}

function wait(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
