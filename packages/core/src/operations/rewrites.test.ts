import {
  createFakeTabs,
  createFakeTransport,
  createFaultyStorage,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHeldStorage, createSendingFlow, type TestFlow } from '../../test/testFlow.ts';

import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/memory.ts';

const CONVERSATION = JSON.stringify([createFakeTransport().localAddress, 'bo']);
const OFFLINE = { autoAnswer: 'manual', autoConnect: false } as const;

let storage: MessageStorage;
let works: boolean;
let faulty: MessageStorage;

beforeEach(() => {
  storage = createMemoryStorage();
  works = true;
  faulty = createFaultyStorage(storage, ({ method }) =>
    method === 'write' && !works ? { type: 'fail', error: new Error('The disk is full.') } : undefined,
  );
});

async function connect({ transport }: TestFlow): Promise<void> {
  transport.setStatus({ state: 'online' });
  await flushMicrotasks();
}

/** The calls of the transport in order: texts of messages, and edits. */
function sentBy({ transport }: TestFlow): readonly string[] {
  return transport.wire.map((each) => each.replace(/^(message|edit):/, ''));
}

/** The next page on the same storage, and the texts that it sends. */
async function textsOfNextPage(): Promise<readonly string[]> {
  const next = await createSendingFlow({ storage, clock: createVirtualClock(), seed: 2 });
  await flushMicrotasks();
  return next.transport.messages.map(({ message }) => message.body);
}

describe('an edit of a message that has not left, while the storage fails', () => {
  it('B360 the stored text is sent, and the edit is sent after it', async () => {
    const test = await createSendingFlow({ storage: faulty, fake: OFFLINE });
    const { id } = test.flow.sendMessage('helo');
    await flushMicrotasks();
    works = false;
    const edit = test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    expect(test.flow.messages.get(id)).toMatchObject({ body: 'hello', earlierRevisions: [{ body: 'helo' }] });
    await connect(test);
    expect(test.transport.messages.map(({ message }) => message.body)).toEqual(['helo']);
    test.flow.terminate();
    expect(await textsOfNextPage()).toEqual(['helo']);
    expect((await edit.settled).code).toBe('terminated');
  });

  it('B360 an edit while the storage is known to fail is sent after the stored text', async () => {
    const test = await createSendingFlow({ storage: faulty, fake: OFFLINE });
    const { id } = test.flow.sendMessage('helo');
    await flushMicrotasks();
    works = false;
    test.flow.sendMessage('more');
    await flushMicrotasks();
    test.flow.editMessage(id, 'hello');
    await connect(test);
    for (const index of [0, 1]) {
      test.transport.messages[index]?.accept();
      await flushMicrotasks();
    }
    expect(test.transport.messages.map(({ message }) => message.body)).toEqual(['helo', 'more']);
    expect(test.transport.operations).toMatchObject([{ operation: { kind: 'edit', target: id, body: 'hello' } }]);
  });

  it('B360 the result of the edit is that of the edit, not that of the message', async () => {
    const test = await createSendingFlow({ storage: faulty, fake: OFFLINE });
    const { id } = test.flow.sendMessage('helo');
    await flushMicrotasks();
    works = false;
    const results: unknown[] = [];
    void test.flow.editMessage(id, 'hello').settled.then((result) => results.push(result));
    await flushMicrotasks();
    await connect(test);
    test.transport.messages[0]?.accept({ outcome: 'delivered' });
    await flushMicrotasks();
    expect(results).toEqual([]);
    test.transport.operations[0]?.fail(new TransportFailure(403, 'No.', { retryable: false }));
    await flushMicrotasks();
    expect(results).toMatchObject([{ status: 'failed', responseCode: 403 }]);
  });

  it('B360 of several edits that were not stored, the text before all of them is sent', async () => {
    const held = createHeldStorage(faulty, 'write');
    const test = await createSendingFlow({ storage: held.storage, fake: OFFLINE });
    const { id } = test.flow.sendMessage('one');
    await held.release();
    test.flow.editMessage(id, 'two');
    test.flow.editMessage(id, 'three');
    works = false;
    await held.release();
    await connect(test);
    expect(test.transport.messages.map(({ message }) => message.body)).toEqual(['one']);
    expect(test.flow.messages.get(id)?.body).toBe('three');
  });

  it('B360 of several edits of which one was stored, that one is sent', async () => {
    const held = createHeldStorage(faulty, 'write');
    const test = await createSendingFlow({ storage: held.storage, fake: OFFLINE });
    const { id } = test.flow.sendMessage('one');
    await held.release();
    test.flow.editMessage(id, 'two');
    test.flow.editMessage(id, 'three');
    await held.release();
    works = false;
    await held.release();
    await connect(test);
    expect(test.transport.messages.map(({ message }) => message.body)).toEqual(['two']);
    test.flow.terminate();
    expect(await textsOfNextPage()).toEqual(['two']);
  });

  it('B360 a message of which nothing is stored is edited in place, and only its new text is sent', async () => {
    const test = await createSendingFlow({ storage: faulty, fake: OFFLINE });
    works = false;
    const { id } = test.flow.sendMessage('helo');
    await flushMicrotasks();
    test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    await connect(test);
    expect(sentBy(test)).toEqual(['hello']);
    expect(test.flow.messages.get(id)).not.toHaveProperty('earlierRevisions');
  });

  it('B360 once the storage works again, a message is edited in place', async () => {
    const test = await createSendingFlow({ storage: faulty, fake: OFFLINE });
    works = false;
    const { id } = test.flow.sendMessage('helo');
    await flushMicrotasks();
    works = true;
    await test.clock.advance(60_000);
    test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    await connect(test);
    expect(sentBy(test)).toEqual(['hello']);
  });

  it('B360 while the storage does not respond, an edit is sent after the text that may be stored', async () => {
    const held = createHeldStorage(faulty, 'write');
    const test = await createSendingFlow({ storage: held.storage, fake: OFFLINE });
    const { id } = test.flow.sendMessage('helo');
    await test.clock.advance(6_000);
    test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    await connect(test);
    expect(test.transport.messages.map(({ message }) => message.body)).toEqual(['helo']);
    expect(test.flow.messages.get(id)?.body).toBe('hello');
  });

  it('B360 a message that is retracted before it left is discarded, also with a waiting edit', async () => {
    const test = await createSendingFlow({ storage: faulty, fake: OFFLINE });
    const { id } = test.flow.sendMessage('helo');
    await flushMicrotasks();
    works = false;
    test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    test.flow.retractMessage(id);
    await connect(test);
    expect(sentBy(test)).toEqual([]);
    expect(test.flow.messages.get(id)).toBeUndefined();
  });

  it('B360 an edit replaces no operation in a storage that cannot be read', async () => {
    const operation = { id: 'o1', target: 'm1', sequence: 1, kind: 'retract' } as const;
    const meta = { pendingOperations: [{ operation, recordId: 'm1', order: 1 }] };
    await storage.write(CONVERSATION, { put: [], remove: [], meta });
    const unreadable = { ...faulty, open: () => Promise.reject(new Error('The disk does not answer.')) };
    const test = await createSendingFlow({ storage: unreadable, fake: OFFLINE });
    const { id } = test.flow.sendMessage('helo');
    await test.clock.advance(60_000);
    works = false;
    test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    works = true;
    await test.clock.advance(60_000);
    expect(await storage.open(CONVERSATION, 20)).toMatchObject({ outbox: [{ body: 'helo' }], meta });
  });

  it('B360 a new leader sends the stored text if the leader before it did not store its edit', async () => {
    const [held, tabs] = [createHeldStorage(storage, 'write'), createFakeTabs()];
    const open = (from: MessageStorage, seed: number) => {
      const transport = createFakeTransport(OFFLINE);
      const random = createSeededRandom(seed);
      const clock = createVirtualClock();
      const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, storage: from, tabs });
      flow.start();
      return { flow, transport };
    };
    const leader = open(held.storage, 1);
    await flushMicrotasks();
    const follower = open(faulty, 2);
    await flushMicrotasks();
    const { id } = leader.flow.sendMessage('helo');
    await held.release();
    leader.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    expect(follower.flow.messages.get(id)?.body).toBe('hello');
    works = false;
    leader.flow.terminate();
    await flushMicrotasks();
    follower.transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(follower.transport.messages.map(({ message }) => message.body)).toEqual(['helo']);
    expect(follower.flow.messages.get(id)?.body).toBe('hello');
  });

  it('B360 a refused message is edited in place, since the network would refuse its first text again', async () => {
    const test = await createSendingFlow({ storage: faulty });
    const { id } = test.flow.sendMessage('helo');
    await flushMicrotasks();
    test.transport.messages[0]?.fail(new TransportFailure(403, 'No.', { retryable: false }));
    await flushMicrotasks();
    works = false;
    test.flow.sendMessage('more');
    await flushMicrotasks();
    test.flow.editMessage(id, 'hello');
    expect(test.flow.messages.get(id)).not.toHaveProperty('earlierRevisions');
    expect(await storage.open(CONVERSATION, 20)).toMatchObject({ records: [{ body: 'helo' }] });
  });
});
