import { createFakeTransport, createFaultyStorage, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHeldStorage, createSendingFlow, incoming, type TestFlow } from '../../test/testFlow.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/memory.ts';

const CONVERSATION = JSON.stringify([createFakeTransport().localAddress, 'bo']);

let storage: MessageStorage;
const clock = createVirtualClock();

beforeEach(() => {
  storage = createMemoryStorage();
});

/** The stored messages that the next page would read. */
async function stored(): Promise<readonly unknown[]> {
  const { records, outbox } = await storage.open(CONVERSATION, 20);
  return [...records, ...outbox];
}

/** A page whose connection is down until the test brings it up. */
async function openOffline(seed: number, from: MessageStorage = storage): Promise<TestFlow> {
  const test = await createSendingFlow({
    storage: from,
    clock,
    seed,
    fake: { autoAnswer: 'manual', autoConnect: false },
  });
  return test;
}

async function connect({ transport }: TestFlow): Promise<void> {
  transport.setStatus({ state: 'online' });
  await flushMicrotasks();
}

describe('a page that crashes, and the next page on its storage', () => {
  it('B340 a message that was passed to the transport keeps its text, and its edit is sent after it', async () => {
    const dead = await createSendingFlow({ storage, clock });
    const { id } = dead.flow.sendMessage('helo');
    await flushMicrotasks();
    expect(dead.transport.wire).toEqual(['message:helo']);
    dead.flow.terminate();

    const test = await openOffline(2);
    test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    await connect(test);
    expect(test.transport.messages.map(({ message }) => [message.messageId, message.body])).toEqual([[id, 'helo']]);
    test.transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(test.transport.operations.map(({ operation }) => operation)).toMatchObject([
      { kind: 'edit', target: id, body: 'hello' },
    ]);
  });

  it('B340 a message that was never passed to the transport is edited in place, and only its new text is sent', async () => {
    const dead = await openOffline(1);
    const { id } = dead.flow.sendMessage('helo');
    await flushMicrotasks();
    dead.flow.terminate();

    const test = await openOffline(2);
    test.flow.editMessage(id, 'hello');
    await flushMicrotasks();
    await connect(test);
    expect(test.transport.wire).toEqual(['message:hello']);
    test.transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(test.transport.operations).toEqual([]);
  });

  it('B340 a message that waited for the connection is sent once "may have left" is stored', async () => {
    const held = createHeldStorage(storage, 'write');
    const test = await openOffline(1, held.storage);
    const { id } = test.flow.sendMessage('helo');
    await held.release();
    expect(await stored()).toMatchObject([{ id, status: 'queued', attempts: 0 }]);
    await connect(test);
    expect(test.transport.wire).toEqual([]);
    await held.release();
    expect(await stored()).toMatchObject([{ id, status: 'queued', attempts: 1 }]);
    expect(test.transport.wire).toEqual(['message:helo']);
    expect(test.transport.messages[0]?.message.attempt).toBe(1);
  });

  it('B340 a message that was edited while it was being stored waits until its new text is stored', async () => {
    const held = createHeldStorage(storage, 'write');
    const test = await createSendingFlow({ storage: held.storage, clock });
    const { id } = test.flow.sendMessage('helo');
    test.flow.editMessage(id, 'hello');
    await held.release();
    expect(await stored()).toMatchObject([{ id, body: 'helo' }]);
    expect(test.transport.wire).toEqual([]);
    await held.release();
    expect(await stored()).toMatchObject([{ id, body: 'hello' }]);
    expect(test.transport.wire).toEqual(['message:hello']);
  });

  it('B340 the discard of an edit that may have arrived sends the earlier text as an edit', async () => {
    const dead = await createSendingFlow({ storage, clock });
    const { id } = dead.flow.sendMessage('one');
    await flushMicrotasks();
    dead.transport.messages[0]?.accept();
    await flushMicrotasks();
    dead.flow.editMessage(id, 'two');
    await flushMicrotasks();
    expect(dead.transport.operations).toHaveLength(1);
    dead.flow.terminate();

    const test = await openOffline(2);
    test.flow.discardMessage(id);
    expect(test.flow.messages.get(id)?.body).toBe('one');
    await flushMicrotasks();
    await connect(test);
    expect(test.transport.operations.map(({ operation }) => operation)).toMatchObject([
      { kind: 'edit', target: id, body: 'one' },
    ]);
  });

  it('B340 the discard of an edit that never left removes it on the next page', async () => {
    const dead = await createSendingFlow({ storage, clock });
    const { id } = dead.flow.sendMessage('one');
    await flushMicrotasks();
    dead.transport.messages[0]?.accept();
    await flushMicrotasks();
    dead.transport.setStatus({ state: 'offline' });
    dead.flow.editMessage(id, 'two');
    await flushMicrotasks();
    dead.flow.terminate();

    const test = await openOffline(2);
    test.flow.discardMessage(id);
    await flushMicrotasks();
    await connect(test);
    expect(test.flow.messages.get(id)?.body).toBe('one');
    expect(test.transport.operations).toEqual([]);
  });

  it('B341 a reaction is not stored before its operation while the storage cannot be read', async () => {
    let readable = false;
    const faulty = createFaultyStorage(storage, ({ method }) =>
      method === 'open' && !readable ? { type: 'fail', error: new Error('The disk does not answer.') } : undefined,
    );
    const test = await openOffline(1, faulty);
    await connect(test);
    await test.push(incoming('m1'));
    test.transport.setStatus({ state: 'offline' });
    test.flow.react('m1', ['👍']);
    await clock.advance(60_000);
    expect(test.flow.messages.get('m1')?.reactions).toMatchObject([{ emojis: ['👍'] }]);
    expect(await stored()).toMatchObject([{ id: 'm1' }]);
    expect((await stored())[0]).not.toHaveProperty('reactions');

    readable = true;
    await clock.advance(60_000);
    expect(await storage.open(CONVERSATION, 20)).toMatchObject({
      records: [{ id: 'm1', reactions: [{ emojis: ['👍'] }] }],
      operations: [{ operation: { kind: 'react', target: 'm1' } }],
    });
  });

  it('B341 an edit that was sent while the storage cannot be read is stored without its operation', async () => {
    const faulty = createFaultyStorage(storage, ({ method }) =>
      method === 'open' ? { type: 'fail', error: new Error('The disk does not answer.') } : undefined,
    );
    const test = await openOffline(1, faulty);
    await connect(test);
    const { id } = test.flow.sendMessage('one');
    await clock.advance(10_000);
    test.transport.messages[0]?.accept();
    await clock.advance(10_000);
    test.flow.editMessage(id, 'two');
    await clock.advance(10_000);
    expect(await stored()).toMatchObject([{ id, body: 'one' }]);
    test.transport.operations[0]?.accept();
    await clock.advance(60_000);
    expect(await stored()).toMatchObject([{ id, body: 'two', status: 'sent' }]);
  });
});
