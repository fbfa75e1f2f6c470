import {
  createFakeTabs,
  createFakeTransport,
  createFakeUploader,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import type { FakeTransport } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { bodies, incoming, notification } from '../../test/testFlow.ts';
import { createCrashableTab } from '../../test/crashableTab.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import { createFileTransfer, createMemoryFileStore } from '../files/index.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage, StoredConversation } from '../ports/storage.ts';
import { TransportFailure } from '../ports/transport.ts';
import { DISPLAYED_DELAY } from '../receipts/machine.ts';
import { createMemoryStorage } from '../storage/index.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);
const OPERATIONS = { edit: 'any', retract: true, react: 'many' } as const;

interface Tab {
  readonly flow: InstantMessagingFlow;
  readonly transport: FakeTransport;
  /** Accepts all pending calls of the transport, also those that follow from it. */
  accept(): Promise<void>;
  /** Crashes the tab: what it has not stored is lost. */
  crash(): Promise<void>;
}

/** A device of `ana` whose storage fails when the test says so. Its tabs load two messages at a time. */
function createDevice() {
  const [clock, inner, files, group] = [
    createVirtualClock(),
    createMemoryStorage(),
    createMemoryFileStore(),
    createFakeTabs(),
  ];
  let works = true;
  let opened = 0;

  function openTab(): Tab {
    const { tabs, isAlive, crash } = createCrashableTab(group);
    async function call<T>(act: () => Promise<T>): Promise<T> {
      if (!isAlive()) return new Promise<T>(() => {});
      if (!works) throw new Error('The disk is full.');
      return act();
    }
    const storage: MessageStorage = {
      open: (...given) => call(() => inner.open(...given)),
      loadBefore: (...given) => call(() => inner.loadBefore(...given)),
      find: (...given) => call(() => inner.find(...given)),
      write: (...given) => call(() => inner.write(...given)),
    };
    const transport = createFakeTransport({
      autoAnswer: 'manual',
      notificationAnswer: 'manual',
      capabilities: { operations: OPERATIONS },
    });
    const uploader = createFakeUploader();
    opened += 1;
    const flow = createInstantMessagingFlow({
      transport,
      remote: 'bo',
      clock,
      random: createSeededRandom(opened),
      template: { pageSize: 2 },
      storage,
      files: createFileTransfer({ uploader, store: files, describe: () => Promise.resolve({}) }),
      tabs,
    });
    flow.start();
    return {
      flow,
      transport,
      async accept() {
        for (let round = 0; round < 4; round += 1) {
          for (const upload of uploader.uploads) upload.accept();
          for (const sent of [...transport.messages, ...transport.operations, ...transport.notifications]) {
            sent.accept();
          }
          await flushMicrotasks();
        }
      },
      async crash() {
        crash();
        await flushMicrotasks();
      },
    };
  }

  return {
    clock,
    files: () => files.list(CONVERSATION, Infinity),
    stored: () => inner.open(CONVERSATION, 100),
    async openTab() {
      const tab = openTab();
      await flushMicrotasks();
      return tab;
    },
    breakStorage(): void {
      works = false;
    },
    async repairStorage() {
      works = true;
      await clock.advance(10_000);
    },
  };
}

/** A leader and a follower, which have loaded messages of `ana` with these texts, all sent. */
async function openTwoTabs(texts: readonly string[]) {
  const device = createDevice();
  const [leader, follower] = [await device.openTab(), await device.openTab()];
  const ids: string[] = [];
  for (const text of texts) {
    ids.push(leader.flow.sendMessage(text).id);
    await leader.accept();
  }
  return { device, leader, follower, ids: ids as [string, ...string[]] };
}

async function receive({ transport, accept }: Tab, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) transport.push(incoming(id));
  await accept();
}

/** The stored records by their texts. */
async function recordsIn(reading: Promise<StoredConversation>): Promise<ReadonlyMap<string, MessageRecord>> {
  const { records, outbox } = await reading;
  return new Map(([...records, ...outbox] as MessageRecord[]).map((record) => [record.body, record]));
}

describe('a leader that ends while the storage fails', () => {
  it('B503 the file of a message that has arrived is freed by the next leader, also behind a page of later messages', async () => {
    const { device, leader, follower } = await openTwoTabs([]);
    const { id } = leader.flow.sendFile(new Blob(['file']));
    await flushMicrotasks();
    device.breakStorage();
    await leader.accept();
    leader.transport.push(notification(id, 'delivered'));
    await receive(leader, 'one', 'two', 'three');
    expect(await device.files()).toEqual([id]);
    await leader.crash();
    await receive(follower, 'four', 'five', 'six');
    await device.repairStorage();
    expect(await device.stored()).toMatchObject({ outbox: [] });
    expect(await device.files()).toEqual([]);
  });

  it('B503 the next leader stores messages that only the last one had received, however many came after them', async () => {
    const { device, leader, follower } = await openTwoTabs(['mine']);
    device.breakStorage();
    await receive(leader, 'one', 'two', 'three');
    await leader.crash();
    await receive(follower, 'four', 'five', 'six');
    await device.repairStorage();
    expect([...(await recordsIn(device.stored())).keys()]).toEqual([
      'mine',
      'one',
      'two',
      'three',
      'four',
      'five',
      'six',
    ]);
    expect(bodies(follower.flow)).toEqual(['mine', 'one', 'two', 'three', 'four', 'five', 'six']);
  });

  it('B503 the next leader stores the statuses and texts that the last one could not store', async () => {
    const { device, leader, ids } = await openTwoTabs(['delivered', 'helo', 'liked', 'gone', 'later', 'last']);
    device.breakStorage();
    leader.transport.push(notification(ids[0], 'delivered'));
    leader.flow.editMessage(ids[1] ?? '', 'hello');
    const react = { kind: 'react', id: 'r', target: ids[2] ?? '', sequence: 1, sender: 'bo', emojis: ['👍'] } as const;
    leader.transport.push({ type: 'operation', operation: react });
    leader.flow.retractMessage(ids[3] ?? '');
    await leader.accept();
    await leader.crash();
    await device.repairStorage();
    const stored = await recordsIn(device.stored());
    expect([...stored.keys()]).toEqual(['delivered', 'hello', 'liked', '', 'later', 'last']);
    expect(stored.get('delivered')?.status).toBe('delivered');
    expect(stored.get('hello')?.status).toBe('sent');
    expect(stored.get('liked')?.reactions).toMatchObject([{ emojis: ['👍'] }]);
  });

  it('B503 the next leader stores that a message was delivered whose edit still waits', async () => {
    const { device, leader, ids } = await openTwoTabs(['helo']);
    leader.flow.editMessage(ids[0], 'hello');
    await flushMicrotasks();
    device.breakStorage();
    leader.transport.push(notification(ids[0], 'delivered'));
    await flushMicrotasks();
    await leader.crash();
    await device.repairStorage();
    const stored = (await recordsIn(device.stored())).get('hello');
    expect(stored).toMatchObject({ earlierRevisions: [{ body: 'helo', status: 'delivered' }] });
  });

  it('B503 the next leader stores that the last one had sent the receipt for a message, and sends none', async () => {
    const { device, leader, follower } = await openTwoTabs([]);
    leader.transport.push(incoming('one'));
    await flushMicrotasks();
    expect(await device.stored()).toMatchObject({ pendingReceipts: [{ body: 'one' }] });
    device.breakStorage();
    await leader.accept();
    await leader.crash();
    await device.repairStorage();
    expect(follower.transport.notifications).toEqual([]);
    expect(await device.stored()).toMatchObject({ pendingReceipts: [] });
  });

  it('B503 the next leader stores how far both sides have read', async () => {
    const { device, leader, follower, ids } = await openTwoTabs(['mine']);
    await receive(leader, 'one', 'two');
    device.breakStorage();
    leader.flow.markDisplayed('one');
    leader.transport.push(notification(ids[0], 'displayed', { upTo: true }));
    await device.clock.advance(DISPLAYED_DELAY);
    await leader.accept();
    await leader.crash();
    await device.repairStorage();
    await follower.crash();
    const next = await device.openTab();
    expect(next.flow.store.getState().unreadCount).toBe(1);
    expect(await device.stored()).toMatchObject({ meta: { remoteDisplayedOrder: 1, pendingReadReceipts: [] } });
  });

  it('B503 the next leader stores receipts and operations for messages that are not known yet', async () => {
    const { device, leader } = await openTwoTabs(['mine']);
    device.breakStorage();
    const react = { kind: 'react', id: 'r', target: 'later', sequence: 1, sender: 'bo', emojis: ['👍'] } as const;
    leader.transport.push({ type: 'operation', operation: react });
    leader.transport.push(notification('other device', 'delivered'));
    await flushMicrotasks();
    await leader.crash();
    await device.repairStorage();
    expect(await device.stored()).toMatchObject({
      meta: { unmatchedOperations: [{ id: 'r' }], unmatchedReceipts: [{ messageId: 'other device' }] },
    });
  });

  it('B503 an operation that the last leader ended is not sent again, and is removed from the storage', async () => {
    const { device, leader, follower, ids } = await openTwoTabs(['helo', 'liked']);
    leader.flow.editMessage(ids[0], 'hello');
    leader.flow.react(ids[1] ?? '', ['👍']);
    await flushMicrotasks();
    expect((await device.stored()).operations).toHaveLength(2);
    device.breakStorage();
    await leader.accept();
    await leader.crash();
    await device.repairStorage();
    expect(follower.transport.operations).toEqual([]);
    expect((await device.stored()).operations).toEqual([]);
  });

  it('B503 a message that was discarded before a tab could read it is neither shown nor sent by that tab, and is removed from the storage', async () => {
    const device = createDevice();
    const leader = await device.openTab();
    const { id } = leader.flow.sendMessage('refused');
    await flushMicrotasks();
    leader.transport.messages[0]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await flushMicrotasks();
    expect((await device.stored()).records).toMatchObject([{ id, status: 'failed' }]);
    device.breakStorage();
    leader.flow.discardMessage(id);
    await flushMicrotasks();
    const late = await device.openTab();
    await leader.crash();
    await device.repairStorage();
    expect(bodies(late.flow)).toEqual([]);
    expect((await device.stored()).records).toEqual([]);
  });

  it('B508 a message that the network repeated to the last leader, which could not read the storage, stays as it is stored', async () => {
    const device = createDevice();
    const first = await device.openTab();
    await receive(first, 'theirs', 'one', 'two', 'three', 'four');
    const operation = { kind: 'retract', id: 'r', target: 'theirs', sequence: 1, sender: 'bo' } as const;
    first.transport.push({ type: 'operation', operation });
    await first.accept();
    await first.crash();
    device.breakStorage();
    const [leader, follower] = [await device.openTab(), await device.openTab()];
    await receive(leader, 'theirs');
    expect(bodies(follower.flow)).toEqual(['theirs']);
    await leader.crash();
    await device.repairStorage();
    expect([...(await recordsIn(device.stored())).keys()]).toEqual(['', 'one', 'two', 'three', 'four']);
    expect(follower.flow.messages.get('theirs')).toMatchObject({ retracted: {}, order: 1 });
  });

  it('B504 a message or receipt that the network repeats to the next leader is acknowledged once the storage has it', async () => {
    const { device, leader, follower, ids } = await openTwoTabs(['mine']);
    await receive(leader, 'stored');
    device.breakStorage();
    leader.transport.push(notification(ids[0], 'delivered'));
    await receive(leader, 'received');
    await leader.crash();
    follower.transport.push(notification(ids[0], 'delivered'));
    await receive(follower, 'stored', 'received');
    expect(follower.transport.acknowledgements).toEqual([]);
    await device.repairStorage();
    expect(await device.stored()).toMatchObject({ records: [{ status: 'delivered' }, {}, { body: 'received' }] });
    const acknowledged = follower.transport.acknowledgements.map(({ messageId }) => messageId);
    expect(acknowledged.toSorted()).toEqual([ids[0], 'received', 'stored'].toSorted());
    follower.transport.push(incoming('stored'));
    await flushMicrotasks();
    expect(follower.transport.acknowledgements).toHaveLength(4);
  });
});
