import {
  createFakeTabs,
  createFakeTransport,
  createFaultyStorage,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import type { FakeTransport, StorageCall, VirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createHeldStorage, createSendingFlow, notification } from '../../test/testFlow.ts';
import { recordAt } from '../../test/bench/longConversation.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ChannelEvent } from '../ports/transport.ts';
import type { ConversationMeta, MessageStorage } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);

const MINE: MessageRecord = { ...recordAt(0), direction: 'outgoing', sender: 'ana', status: 'sent' };
const THEIRS = recordAt(1);

/** A page of two messages, and before it an own message and one of the participant. */
async function createStored(meta?: ConversationMeta): Promise<MessageStorage> {
  const storage = createMemoryStorage();
  const put = [MINE, THEIRS, recordAt(2), recordAt(3)];
  await storage.write(CONVERSATION, { put, remove: [], ...(meta && { meta }) });
  return storage;
}

function edited(id: string): ChannelEvent {
  const text = { contentType: 'text/plain', body: 'edited' };
  const { messageId: target } = THEIRS;
  return { type: 'operation', operation: { kind: 'edit', id, target, sequence: 1, sender: 'bo', ...text } };
}

/** The status and the text of the stored messages of the older page. */
async function storedOf(storage: MessageStorage): Promise<unknown[]> {
  const found = (await storage.find(CONVERSATION, [MINE.messageId, THEIRS.messageId])) as readonly MessageRecord[];
  return found.map(({ status, body }) => (body === 'edited' ? body : status));
}

async function pushBoth({ push }: Pick<Awaited<ReturnType<typeof createSendingFlow>>, 'push'>): Promise<void> {
  await push(notification(MINE.messageId, 'delivered'));
  await push(edited('e'));
}

describe('a message that is stored and not loaded', () => {
  it('B393 changes that arrived while the storage could not be read are applied to a stored message that is not loaded, once the storage can be read', async () => {
    let works = false;
    const storage = await createStored();
    const failing = createFaultyStorage(storage, () => (works ? undefined : { type: 'fail', error: 'full' }));
    const page = await createSendingFlow({ storage: failing, template: { pageSize: 2 } });
    await pushBoth(page);
    works = true;
    await page.clock.advance(120_000);
    expect(await storedOf(storage)).toEqual(['delivered', 'edited']);
    expect(page.flow.messages.order).toHaveLength(2);
    expect(page.transport.acknowledgements).toHaveLength(2);
  });

  it.each<[string, () => ReturnType<Parameters<typeof createFaultyStorage>[1]>]>([
    ['fails', () => ({ type: 'fail', error: 'no' })],
    ['takes too long', () => ({ type: 'delay', ms: 20_000 })],
  ])('B393 changes that arrived while a look-up %s are applied once a later look-up succeeds', async (_how, fault) => {
    let works = false;
    const clock = createVirtualClock();
    const storage = await createStored();
    const plan = ({ method }: StorageCall) => (method === 'find' && !works ? fault() : undefined);
    const failing = createFaultyStorage(storage, plan, { clock });
    const page = await createSendingFlow({ storage: failing, template: { pageSize: 2 }, clock });
    await pushBoth(page);
    await clock.advance(6_000);
    works = true;
    await clock.advance(60_000);
    page.flow.sendMessage('writes');
    await clock.advance(60_000);
    expect(await storedOf(storage)).toEqual(['delivered', 'edited']);
    expect(page.flow.messages.order).toHaveLength(3);
  });

  it('B393 changes that an earlier page could not match are applied to their stored message, which is not loaded', async () => {
    const unmatchedReceipts = [{ sender: 'bo', messageId: MINE.messageId, outcome: 'delivered' }] as const;
    const { operation } = edited('e') as ChannelEvent & { type: 'operation' };
    const storage = await createStored({ unmatchedReceipts, unmatchedOperations: [operation] });
    const { clock } = await createSendingFlow({ storage, template: { pageSize: 2 } });
    await clock.advance(1_000);
    expect(await storedOf(storage)).toEqual(['delivered', 'edited']);
  });

  it('B393 a stored message changes in every tab that has loaded it, and in no other', async () => {
    const { leader, follower, push, transport } = await openTwoTabs(await createStored());
    await follower.loadOlder();
    await push(notification(MINE.messageId, 'delivered'));
    await push(edited('e'));
    expect(follower.messages.get(MINE.id)?.status).toBe('delivered');
    expect(follower.messages.get(THEIRS.id)?.body).toBe('edited');
    expect(leader.messages.order).toHaveLength(2);
    await push({ type: 'operation', operation: { ...reaction(), emojis: [] } });
    await push({ type: 'operation', operation: reaction() });
    expect(follower.messages.get(THEIRS.id)?.reactions).toHaveLength(1);
    expect(transport.acknowledgements.length).toBeGreaterThan(2);
  });

  it('B393 a message changes in a tab that loaded it before it was stored, and after it had changed', async () => {
    const { storage, release } = createHeldStorage(await createStored(), 'write');
    const { follower, push } = await openTwoTabs(storage);
    await push(notification(MINE.messageId, 'delivered'));
    await follower.loadOlder();
    expect(follower.messages.get(MINE.id)?.status).toBe('delivered');
    await release();
    await push({ type: 'diagnostic', code: 'c', message: 'm' });
    expect(follower.messages.get(MINE.id)?.status).toBe('delivered');
  });

  it('B393 a changed message does not appear in a tab that has not loaded it', async () => {
    const { follower, push } = await openTwoTabs(await createStored());
    await push(notification(MINE.messageId, 'delivered'));
    expect(follower.messages.order).toHaveLength(2);
  });

  it('B393 a message changes in a tab that reads it at the same time', async () => {
    const storage = await createStored();
    let deliver = (): void => {};
    const slow: MessageStorage = {
      ...storage,
      async loadBefore(...given) {
        const page = await storage.loadBefore(...given);
        await new Promise<void>((resolve) => {
          deliver = resolve;
        });
        return page;
      },
    };
    const { follower, push } = await openTwoTabs(storage, slow);
    const loaded = follower.loadOlder();
    await push(notification(MINE.messageId, 'delivered'));
    deliver();
    await loaded;
    expect(follower.messages.get(MINE.id)?.status).toBe('delivered');
  });

  it('B393 a tab that has loaded a message can retry it, discard it, react to it and mark it as displayed', async () => {
    const storage = createMemoryStorage();
    const failed = { ...MINE, status: 'failed', retryable: true, attempts: 1 } as const;
    const put = [failed, { ...failed, id: 'd', messageId: 'd', order: 0.5 }, THEIRS, recordAt(2), recordAt(3)];
    await storage.write(CONVERSATION, { put, remove: [] });
    const { leader, follower, transport, clock } = await openTwoTabs(storage);
    while (follower.store.getState().history.hasOlder) await follower.loadOlder();
    follower.retryMessage(failed.id);
    follower.discardMessage('d');
    follower.react(THEIRS.id, ['👍']);
    follower.setAttention(true);
    follower.markDisplayed(THEIRS.id);
    await clock.advance(10_000);
    expect(transport.messages.map(({ message }) => message.messageId)).toEqual([failed.messageId]);
    expect(follower.messages.get(failed.id)?.status).toBe('sent');
    expect(transport.operations).toHaveLength(1);
    expect(await storage.find(CONVERSATION, ['d'])).toEqual([]);
    expect([...follower.messages.order]).not.toContain('d');
    expect(transport.notifications.map(({ notification: { messageId } }) => messageId)).toContain(THEIRS.messageId);
    expect(leader.messages.get(THEIRS.id)).toBeUndefined();
  });
});

function reaction() {
  const { messageId: target } = THEIRS;
  return { kind: 'react', id: 'r', target, sequence: 2, sender: 'bo', emojis: ['👍'] } as const;
}

interface TwoTabs {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly leader: InstantMessagingFlow;
  readonly follower: InstantMessagingFlow;
  push(event: ChannelEvent): Promise<void>;
}

async function openTwoTabs(storage: MessageStorage, ofFollower = storage): Promise<TwoTabs> {
  const [clock, tabs, transport] = [createVirtualClock(), createFakeTabs(), createFakeTransport()];
  const [leader, follower] = [storage, ofFollower].map((own, index) => {
    const random = createSeededRandom(index + 1);
    const template = { pageSize: 2 };
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, tabs, storage: own, template });
    flow.start();
    return flow;
  }) as [InstantMessagingFlow, InstantMessagingFlow];
  await clock.advance(1_000);
  const push = async (event: ChannelEvent): Promise<void> => {
    transport.push(event);
    await flushMicrotasks();
    await clock.advance(1_000);
  };
  return { clock, transport, leader, follower, push };
}
