import {
  createFakeTabs,
  createFakeTransport,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import type { FakeTransport } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { recordAt } from '../../test/bench/longConversation.ts';
import { notification } from '../../test/testFlow.ts';
import { createCrashableTab } from '../../test/crashableTab.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);
const MINE: MessageRecord = { ...recordAt(0), direction: 'outgoing', sender: 'ana', status: 'sent' };
const THEIRS: MessageRecord = { ...recordAt(1), status: 'delivered', receipt: 'sent' };
/** More than a tab reads when it becomes the leader. */
const LATER = [2, 3, 4, 5, 6, 7].map((order) => recordAt(order));

interface Tab {
  readonly flow: InstantMessagingFlow;
  readonly transport: FakeTransport;
  push(...events: readonly Parameters<FakeTransport['push']>[0][]): Promise<void>;
  loadAll(): Promise<void>;
  /** Crashes the tab: what it has not stored is lost. */
  crash(): Promise<void>;
}

/** A device with two messages before all that its tabs load. Its storage can always be read, and takes no writes while it is full. */
async function createDevice() {
  const [clock, inner, group] = [createVirtualClock(), createMemoryStorage(), createFakeTabs()];
  await inner.write(CONVERSATION, { put: [MINE, THEIRS, ...LATER], remove: [] });
  let isFull = false;
  let opened = 0;

  async function openTab(): Promise<Tab> {
    const { tabs, isAlive, crash } = createCrashableTab(group);
    const storage: MessageStorage = {
      ...inner,
      async write(...given) {
        if (!isAlive()) return new Promise<void>(() => {});
        if (isFull) throw new Error('The disk is full.');
        return inner.write(...given);
      },
    };
    const transport = createFakeTransport({
      capabilities: { operations: { edit: 'any', retract: true, react: 'many' } },
    });
    opened += 1;
    const flow = createInstantMessagingFlow({
      transport,
      remote: 'bo',
      clock,
      random: createSeededRandom(opened),
      template: { pageSize: 2 },
      storage,
      tabs,
    });
    flow.start();
    await flushMicrotasks();
    return {
      flow,
      transport,
      async push(...events) {
        for (const event of events) transport.push(event);
        await flushMicrotasks();
      },
      async loadAll() {
        while (flow.store.getState().history.hasOlder) await flow.loadOlder();
      },
      async crash() {
        crash();
        await flushMicrotasks();
      },
    };
  }

  return {
    openTab,
    fill(): void {
      isFull = true;
    },
    async free(): Promise<void> {
      isFull = false;
      await clock.advance(60_000);
    },
    /** What is stored of the two messages. */
    async stored(): Promise<unknown[]> {
      const found = (await inner.find(CONVERSATION, [MINE.messageId, THEIRS.messageId])) as readonly MessageRecord[];
      return found.map(({ body, status, retracted }) => (retracted === undefined ? `${status} ${body}` : 'retracted'));
    },
  };
}

const operation = (kind: 'retract', id: string) =>
  ({ type: 'operation', operation: { kind, id, target: THEIRS.messageId, sequence: 1, sender: 'bo' } }) as const;

const CHANGES = [notification(MINE.messageId, 'delivered'), operation('retract', 'x')] as const;
const CHANGED = [`delivered ${MINE.body}`, 'retracted'];

function shownIn({ flow }: Tab): unknown[] {
  return [MINE, THEIRS].map(({ id }) => {
    const record = flow.messages.get(id);
    return record?.retracted === undefined ? `${record?.status} ${record?.body}` : 'retracted';
  });
}

describe('changes of messages that the leader has not loaded and could not store', () => {
  it('B509 the next leader stores the changes of messages that no tab has loaded', async () => {
    const device = await createDevice();
    const [leader, follower] = [await device.openTab(), await device.openTab()];
    device.fill();
    await leader.push(...CHANGES);
    await leader.crash();
    await device.free();
    expect(await device.stored()).toEqual(CHANGED);
    expect(shownIn(follower)).toEqual(['undefined undefined', 'undefined undefined']);
  });

  it('B509 a follower that loads such messages shows their changes, and stores them as the next leader', async () => {
    const device = await createDevice();
    const [leader, follower] = [await device.openTab(), await device.openTab()];
    device.fill();
    await leader.push(...CHANGES);
    await follower.loadAll();
    expect(shownIn(follower)).toEqual(CHANGED);
    await leader.crash();
    await device.free();
    expect(shownIn(follower)).toEqual(CHANGED);
    expect(await device.stored()).toEqual(CHANGED);
  });

  it('B509 a tab that opens after the changes shows and stores them too', async () => {
    const device = await createDevice();
    const leader = await device.openTab();
    device.fill();
    await leader.push(...CHANGES);
    const late = await device.openTab();
    await leader.crash();
    await late.loadAll();
    expect(shownIn(late)).toEqual(CHANGED);
    await device.free();
    expect(await device.stored()).toEqual(CHANGED);
  });

  it('B509 the changes pass from leader to leader until one can store them', async () => {
    const device = await createDevice();
    const tabs = [await device.openTab(), await device.openTab(), await device.openTab()] as const;
    device.fill();
    await tabs[0].push(...CHANGES);
    await tabs[0].crash();
    await tabs[1].crash();
    await device.free();
    expect(await device.stored()).toEqual(CHANGED);
  });

  it('B509 the next leader replaces nothing that the last one has stored', async () => {
    const device = await createDevice();
    const [leader, follower] = [await device.openTab(), await device.openTab()];
    device.fill();
    await leader.push(notification(MINE.messageId, 'delivered'));
    await device.free();
    await leader.push(notification(MINE.messageId, 'displayed'), operation('retract', 'x'));
    await leader.crash();
    await follower.loadAll();
    expect(await device.stored()).toEqual([`displayed ${MINE.body}`, 'retracted']);
    expect(shownIn(follower)).toEqual([`displayed ${MINE.body}`, 'retracted']);
  });

  it('B509 a message that the network repeats to the next leader is recognised', async () => {
    const device = await createDevice();
    const [leader, follower] = [await device.openTab(), await device.openTab()];
    device.fill();
    await leader.push(...CHANGES);
    await leader.crash();
    const { messageId, sender, contentType, body } = THEIRS;
    await follower.push({ type: 'message', message: { messageId, sender, contentType, body } });
    await device.free();
    await follower.loadAll();
    expect(follower.flow.messages.order).toHaveLength(8);
    expect(shownIn(follower)).toEqual(CHANGED);
    expect(await device.stored()).toEqual(CHANGED);
  });
});
