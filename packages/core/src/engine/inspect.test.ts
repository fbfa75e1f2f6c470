import { createFakeTabs, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it, vi } from 'vitest';
import { createSendingFlow, createTestFlow, incoming, notification } from '../../test/testFlow.ts';
import { createMemoryStorage } from '../storage/memory.ts';
import * as inspection from './inspection.ts';
import type { FlowTransaction } from './inspection.ts';
import type { InstantMessagingFlow } from './publicTypes.ts';

/** The transactions of a flow from now on, without the first one, which describes the current state. */
function inspect(flow: InstantMessagingFlow): FlowTransaction[] {
  const transactions: FlowTransaction[] = [];
  flow.inspect((transaction) => transactions.push(transaction));
  return transactions.splice(0, 1) && transactions;
}

const types = (items: readonly { readonly type: string }[]): string[] => items.map(({ type }) => type);

describe('inspect', () => {
  it('B420 a failed assertion prints a flow as its two addresses', () => {
    const { flow } = createTestFlow();
    expect(() => expect(flow).toBe(1)).toThrow('expected Flow(ana, bo) to be 1');
  });

  it('B420 a listener is called at once with the current state, also of a flow that is new or terminated', () => {
    const { flow } = createTestFlow({ started: false });
    const first: FlowTransaction[] = [];
    flow.inspect((transaction) => first.push(transaction));
    expect(first.map(({ input, state }) => [input.type, state.lifecycle.phase])).toEqual([['inspect', 'idle']]);
    flow.terminate();
    const last: FlowTransaction[] = [];
    flow.inspect((transaction) => last.push(transaction));
    expect(last.map(({ input, state }) => [input.type, state.lifecycle.phase])).toEqual([['inspect', 'terminated']]);
    expect(last[0]).toMatchObject({ events: [], messages: [], effects: [], writes: [] });
  });

  it('B505 an inspected flow makes the same ids and delays as one that is not inspected', () => {
    const [plain, inspected] = [createTestFlow({ seed: 3 }), createTestFlow({ seed: 3 })];
    inspect(inspected.flow);
    expect(inspected.flow.sendMessage('hello').id).toBe(plain.flow.sendMessage('hello').id);
  });

  it('B420 a listener receives each transaction with its input, events, messages, effects and state', async () => {
    const { flow, transport, push } = await createSendingFlow();
    const transactions = inspect(flow);
    const { id } = flow.sendMessage('hello');
    const [sent] = transactions;
    expect(sent?.input).toMatchObject({ type: 'send', message: { id, body: 'hello' } });
    expect(sent?.messages).toMatchObject([{ id, before: undefined, after: { status: 'sending', body: 'hello' } }]);
    expect(types(sent?.effects ?? [])).toEqual(['sendMessage']);
    expect(sent?.events.map(({ name }) => name)).toEqual(['messageStatusChanged']);
    expect(sent?.state.outbox.inFlight).toMatchObject([{ id, attempts: 1 }]);
    transport.messages.at(-1)?.accept();
    await flushMicrotasks();
    await push(notification(id, 'delivered'));
    expect(types(transactions.map(({ input }) => input))).toEqual(['send', 'sendSucceeded', 'channel']);
    expect(transactions.at(-1)?.messages).toMatchObject([
      { id, before: { status: 'sent' }, after: { status: 'delivered' } },
    ]);
  });

  it('B420 a transaction that removes a message has only the earlier record of it', async () => {
    const { flow, transport, push } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const { id } = flow.sendMessage('hello');
    const transactions = inspect(flow);
    flow.discardMessage(id);
    await push(incoming('m1'));
    expect(transactions[0]?.messages).toMatchObject([{ id, before: { body: 'hello' }, after: undefined }]);
  });

  it('B420 a transaction names what waits in the outbox and which receipts are owed', async () => {
    const { flow, transport, push } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const transactions = inspect(flow);
    const ids = ['one', 'two'].map((text) => flow.sendMessage(text).id);
    await push(incoming('m1'));
    const { outbox, receipts } = transactions.at(-1)?.state ?? {};
    expect(outbox).toMatchObject({ online: false, inFlight: [], waiting: ids.map((id) => ({ id, durable: true })) });
    expect(receipts?.pending).toMatchObject([{ id: 'm1', notification: { outcome: 'delivered' } }]);
  });

  it('B420 a transaction has the deadline of each machine, by the clock of its field now', () => {
    const { flow, clock } = createTestFlow();
    const transactions = inspect(flow);
    clock.advanceSync(1_000);
    flow.setLocalComposingState('composing');
    const { now = 0, at, deadlines } = transactions.at(-1) ?? {};
    expect(at).toBe(clock.now());
    expect((deadlines?.localComposing ?? 0) - now).toBe(3_000);
    expect(deadlines).toMatchObject({ outbox: Infinity, receipts: Infinity, proxied: Infinity, storage: Infinity });
  });

  it('B420 a transaction names the messages that the storage is to write', async () => {
    const { flow, push } = await createSendingFlow({ storage: createMemoryStorage() });
    await push(incoming('before'));
    const transactions = inspect(flow);
    await push(incoming('m1'));
    const received = transactions.find(({ input }) => input.type === 'channel');
    expect(received?.writes).toEqual(['m1']);
    expect(types(received?.effects ?? [])).toContain('write');
    expect(received?.state.persistence.state).toBe('writing');
  });

  it('B420 a follower sees its role, what it posts and what the leader posts', async () => {
    const clock = createVirtualClock();
    const tabs = createFakeTabs();
    const storage = createMemoryStorage();
    createTestFlow({ clock, tabs, storage });
    const { flow } = createTestFlow({ clock, tabs, storage });
    await flushMicrotasks();
    const transactions = inspect(flow);
    flow.sendMessage('hello');
    await flushMicrotasks();
    expect(transactions[0]?.state.role).toBe('follower');
    expect(transactions[0]?.effects).toContainEqual(
      expect.objectContaining({ type: 'post', post: expect.objectContaining({ kind: 'send' }) }),
    );
    expect(types(transactions.map(({ input }) => input))).toContain('tabMessage');
  });

  it('B420 a listener that calls the flow sees what it causes afterwards, in order', async () => {
    const { flow } = await createSendingFlow();
    const seen: string[] = [];
    flow.inspect(({ input }) => {
      if (input.type === 'setComposing') flow.markUnread();
      seen.push(input.type);
    });
    flow.setLocalComposingState('composing');
    expect(seen).toEqual(['inspect', 'setComposing', 'markUnread']);
  });

  it('B421 a listener that unsubscribed receives nothing, and the others still receive each transaction', async () => {
    const { flow } = await createSendingFlow();
    const seen: string[] = [];
    const leave = flow.inspect(() => seen.push('first'));
    flow.inspect(() => seen.push('second'));
    leave();
    flow.markUnread();
    expect(seen).toEqual(['first', 'second', 'second']);
  });

  it('B421 the engine describes no transaction before the first listener comes and after the last has left', async () => {
    const { flow } = await createSendingFlow();
    const describeTransaction = vi.spyOn(inspection, 'describeTransaction');
    flow.markUnread();
    expect(describeTransaction).not.toHaveBeenCalled();
    const leave = flow.inspect(() => {});
    flow.markUnread(false);
    expect(describeTransaction).toHaveBeenCalledTimes(2);
    leave();
    flow.markUnread();
    expect(describeTransaction).toHaveBeenCalledTimes(2);
  });

  it('B422 a listener that throws is reported, and neither stops others nor is called without end', async () => {
    const { flow, diagnostics } = await createSendingFlow();
    const seen: string[] = [];
    let calls = 0;
    flow.inspect(() => {
      calls += 1;
      if (calls > 1) throw new Error('broken');
    });
    flow.inspect(({ input }) => seen.push(input.type));
    flow.markUnread();
    expect(seen).toEqual(['inspect', 'markUnread', 'diagnostic']);
    expect(diagnostics).toEqual(['listener-failed']);
    expect(flow.store.getState().markedUnread).toBe(true);
  });
});
