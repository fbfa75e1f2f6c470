import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming, notification, type TestFlow } from '../../test/testFlow.ts';
import { createMemoryStorage } from '../storage/memory.ts';

/** What a flow did since the last call. */
interface Done {
  /** Changes of its store. */
  readonly changes: number;
  /** The calls of the transport. */
  readonly frames: readonly string[];
  /** How many records each of its writes to the storage held. */
  readonly writes: readonly number[];
}

interface CountedFlow extends TestFlow {
  take(): Done;
}

/** A flow that has opened an empty storage, and counts what it does from then on. */
async function counted(): Promise<CountedFlow> {
  let done = { changes: 0, writes: [] as number[] };
  let frames = 0;
  const memory = createMemoryStorage();
  const page = await createSendingFlow({
    storage: {
      ...memory,
      write(conversation, write) {
        done.writes.push(write.put.length + write.remove.length);
        return memory.write(conversation, write);
      },
    },
  });
  await flushMicrotasks();
  page.flow.store.subscribe(() => (done.changes += 1));
  const { wire } = page.transport;
  const take = (): Done => {
    const taken = { ...done, frames: wire.slice(frames) };
    frames = wire.length;
    done = { changes: 0, writes: [] };
    return taken;
  };
  take();
  return { ...page, take };
}

describe('the cost of an event', () => {
  it('B88 B114 a received message costs one change, one frame, and two writes: as received and as acknowledged', async () => {
    const { push, take } = await counted();
    await push(incoming('m1', { requestedReceipts: { delivered: true, displayed: true } }));
    expect(take()).toEqual({ changes: 1, frames: ['delivered:m1'], writes: [1, 1] });
  });

  it('B65 B114 a sent message costs one frame, and one change and one write for each status that it reaches', async () => {
    const { flow, transport, push, take } = await counted();
    const { id } = flow.sendMessage('hello');
    await flushMicrotasks();
    expect(take()).toEqual({ changes: 1, frames: ['message:hello'], writes: [1] });
    transport.messages[0]!.accept();
    await flushMicrotasks();
    // The message no longer waits.
    expect(take()).toEqual({ changes: 1, frames: [], writes: [1] });
    await push(notification(id, 'delivered'));
    // Only the store of the message changes, not the store of the flow.
    expect(take()).toEqual({ changes: 0, frames: [], writes: [1] });
    await push(notification(id, 'displayed'));
    expect(take()).toEqual({ changes: 0, frames: [], writes: [1] });
  });

  it('B41 B114 composing costs one change and one frame for many keystrokes, and no write', async () => {
    const { flow, push, take } = await counted();
    for (let key = 0; key < 50; key += 1) flow.setLocalComposingState('composing');
    expect(take()).toEqual({ changes: 1, frames: ['composing'], writes: [] });
    await push({ type: 'composing', sender: 'bo', state: 'composing' });
    await push({ type: 'composing', sender: 'bo', state: 'composing' });
    expect(take()).toEqual({ changes: 1, frames: [], writes: [] });
  });

  it('B112 a repeated receipt costs nothing', async () => {
    const { flow, transport, push, take } = await counted();
    const { id } = flow.sendMessage('hello');
    await flushMicrotasks();
    transport.messages[0]!.accept();
    await push(notification(id, 'delivered'));
    take();
    await push(notification(id, 'delivered'));
    expect(take()).toEqual({ changes: 0, frames: [], writes: [] });
  });

  it('B98 a hundred messages that are displayed together cost one frame', async () => {
    const { clock, flow, push, take } = await counted();
    for (let index = 1; index <= 100; index += 1) {
      await push(incoming(`m${index}`, { requestedReceipts: { delivered: true, displayed: true } }));
    }
    flow.setAttention(true);
    take();
    flow.markDisplayed('m100');
    await clock.advance(1_000);
    expect(take()).toMatchObject({ changes: 1, frames: ['displayed:m100'] });
  });

  it('B17 all pending deadlines share one timer', async () => {
    const { clock, flow, push } = await counted();
    await push({ type: 'composing', sender: 'bo', state: 'composing' });
    // The first message awaits its response, and those behind it wait for the first.
    for (let index = 0; index < 100; index += 1) flow.sendMessage(`Message ${index}`);
    flow.setLocalComposingState('composing');
    expect(flow.store.getState()).toMatchObject({
      localComposingState: 'composing',
      remoteComposingState: 'composing',
    });
    expect(clock.pending).toBe(1);
    flow.terminate();
    expect(clock.pending).toBe(0);
  });
});
