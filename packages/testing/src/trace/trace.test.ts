import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { createFakeTransport, type FakeTransport } from '../fakeTransport.ts';
import { flushMicrotasks } from '../flushMicrotasks.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { createVirtualClock } from '../virtualClock.ts';
import { printTrace, readTrace } from './printTrace.ts';
import { replay } from './replay.ts';
import { type FlowTrace, recordTrace } from './trace.ts';

function createFlow(): { flow: InstantMessagingFlow; transport: FakeTransport } {
  const transport = createFakeTransport({ autoAnswer: 'manual' });
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock: createVirtualClock(),
    random: createSeededRandom(1),
  });
  flow.start();
  return { flow, transport };
}

/** A message that is accepted and delivered, one that is received, and one that is discarded. */
async function recordConversation(): Promise<{ trace: FlowTrace; id: string; flow: InstantMessagingFlow }> {
  const { flow, transport } = createFlow();
  transport.push({ type: 'message', message: incomingMessage('before') });
  const recording = recordTrace(flow);
  const { id } = flow.sendMessage('a secret');
  transport.messages.at(-1)?.accept();
  await flushMicrotasks();
  transport.push({ type: 'notification', sender: 'bo', messageId: id, outcome: 'delivered' });
  transport.push({ type: 'message', message: incomingMessage('m1') });
  transport.setStatus({ state: 'offline' });
  flow.discardMessage(flow.sendMessage('another secret').id);
  return { trace: recording.getTrace(), id, flow };
}

function incomingMessage(messageId: string): { messageId: string; sender: string; contentType: string; body: string } {
  return { messageId, sender: 'bo', contentType: 'text/plain', body: 'their secret' };
}

describe('a trace', () => {
  it('B426 a recording has the messages at its beginning and the transactions since then, until it is stopped', () => {
    const { flow, transport } = createFlow();
    transport.push({ type: 'message', message: incomingMessage('before') });
    const recording = recordTrace(flow);
    let calls = 0;
    recording.subscribe(() => (calls += 1));
    flow.markUnread();
    const trace = recording.getTrace();
    expect(recording.getTrace()).toBe(trace);
    recording.stop();
    flow.markUnread(false);
    expect(calls).toBe(1);
    expect(recording.getTrace()).toBe(trace);
    expect(trace.messages.map(({ id }) => id)).toEqual(['before']);
    expect(trace.transactions.map(({ input }) => input.type)).toEqual(['inspect', 'markUnread']);
    expect([trace.localAddress, trace.remote, trace.dropped]).toEqual(['ana', 'bo', 0]);
  });

  it('B426 a recording drops its oldest transactions and keeps the messages that they brought', () => {
    const { flow, transport } = createFlow();
    const recording = recordTrace(flow, { limit: 10 });
    transport.push({ type: 'message', message: incomingMessage('m1') });
    for (let count = 0; count < 20; count += 1) flow.markUnread(count % 2 === 0);
    const { messages, transactions, dropped } = recording.getTrace();
    expect(messages.map(({ id }) => id)).toEqual(['m1']);
    expect(transactions).toHaveLength(10);
    expect(dropped).toBeGreaterThan(10);
    expect(() => recordTrace(flow, { limit: 0 })).toThrow('limit is 0, but must be from 1 to 100000.');
  });

  it('B426 a printed trace has no text of a message unless the texts are chosen', async () => {
    const { trace } = await recordConversation();
    expect(printTrace(trace)).not.toContain('secret');
    expect(printTrace(trace)).toContain('"body": "[8 characters]"');
    expect(printTrace(trace, { texts: true })).toContain('a secret');
  });

  it('B426 a printed trace has nothing of an invalid event unless the texts are chosen', () => {
    const { flow, transport } = createFlow();
    const recording = recordTrace(flow);
    transport.push({ type: 'message', message: { ...incomingMessage('m1'), subject: 'a secret', sender: 5 } } as never);
    expect(recording.getTrace().transactions.map(({ input }) => input.type)).toContain('diagnostic');
    expect(printTrace(recording.getTrace())).not.toContain('secret');
    expect(printTrace(recording.getTrace(), { texts: true })).toContain('a secret');
  });

  it('B426 a printed trace that is read again replays to the same messages and states', async () => {
    const { trace } = await recordConversation();
    const read = replay(readTrace(printTrace(trace, { texts: true })));
    const original = replay(trace);
    for (const position of trace.transactions.keys()) {
      read.moveTo(position);
      original.moveTo(position);
      expect(read.messages).toEqual(original.messages);
      expect(read.transaction.deadlines).toEqual(original.transaction.deadlines);
      expect(read.transaction.state.outbox).toEqual(original.transaction.state.outbox);
      expect(read.transaction.state.readMarkers).toEqual(original.transaction.state.readMarkers);
    }
  });

  it.each([
    ['', 'This is no JSON.'],
    ['{}', 'This is no trace of the format imflow-trace-1.'],
    ['null', 'This is no trace of the format imflow-trace-1.'],
    [
      '{"format":"imflow-trace-2","localAddress":"a","remote":"b","capabilities":{},"messages":[],"transactions":[]}',
      'This is no trace of the format imflow-trace-1.',
    ],
  ])('B426 a text that is no trace (%j) is refused', (text, problem) => {
    expect(() => readTrace(text)).toThrow(new TypeError(problem));
  });
});

describe('a replay', () => {
  it('B427 a replay steps forward and back through the transactions and shows the messages after each', async () => {
    const { trace, id, flow } = await recordConversation();
    const steps = replay(trace);
    const statuses = [steps.message(id)?.status];
    while (steps.forward()) statuses.push(steps.message(id)?.status);
    expect(new Set(statuses)).toEqual(new Set([undefined, 'sending', 'sent', 'delivered']));
    expect(steps.messages).toEqual(Array.from(flow.messages.order, (each) => flow.messages.get(each)));
    const back = [steps.message(id)?.status];
    while (steps.back()) back.push(steps.message(id)?.status);
    expect(back.toReversed()).toEqual(statuses);
    expect([steps.position, steps.transaction.input.type]).toEqual([0, 'inspect']);
    expect(steps.messages.map(({ id: each }) => each)).toEqual(['before']);
  });

  it('B427 a replay finds the next transaction that matches, and stays where there is none', async () => {
    const { trace } = await recordConversation();
    const steps = replay(trace);
    expect(steps.find(({ input }) => input.type === 'discard')).toBe(true);
    expect(steps.transaction.messages).toMatchObject([{ after: undefined }]);
    const { position } = steps;
    expect(steps.find(({ input }) => input.type === 'discard')).toBe(false);
    expect(steps.position).toBe(position);
  });

  it('B427 a replay refuses a position outside of its trace', async () => {
    const { trace } = await recordConversation();
    expect(() => replay(trace).moveTo(1_000)).toThrow('position is 1000, but the trace has');
    expect(() => replay({ ...trace, transactions: [] })).toThrow('position is 0, but the trace has 0 transactions.');
  });
});
