import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incomingMessage } from '../../test/testFlow.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import type { ChannelEvent } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

function operation(more: Readonly<Record<string, unknown>>): ChannelEvent {
  const head = { sender: 'bo', contentType: 'text/plain' };
  return { type: 'operation', operation: { ...head, ...more } as unknown as IncomingOperation };
}

const MESSAGE: ChannelEvent = { type: 'message', message: incomingMessage('m1') };
const FIRST = operation({ id: 'e1', target: 'm1', sequence: 1, kind: 'edit', body: 'first edit' });
const SECOND = operation({ id: 'e2', target: 'e1', sequence: 2, kind: 'edit', body: 'second edit' });
const REACTION = operation({ id: 'r1', target: 'e2', sequence: 1, kind: 'react', emojis: ['👍'] });
const RETRACTION_OF_FIRST = operation({ id: 'x1', target: 'e1', sequence: 3, kind: 'retract' });
const RETRACTION = operation({ id: 'x1', target: 'e2', sequence: 3, kind: 'retract' });

/** All permutations of a list. */
function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

describe('an operation that names an edit in place of the message', () => {
  it('B318 an edit and a reaction that name an edit apply to its message, in any order of arrival', async () => {
    for (const events of orders([MESSAGE, FIRST, SECOND, REACTION])) {
      const test = await createSendingFlow();
      for (const event of events) await test.push(event);
      expect(Array.from(test.flow.messages.order)).toEqual(['m1']);
      expect(test.flow.messages.get('m1')).toMatchObject({
        body: 'second edit',
        reactions: [{ author: 'bo', emojis: ['👍'] }],
      });
    }
  });

  it('B318 a retraction that names an edit retracts its message, in any order of arrival', async () => {
    for (const events of orders([MESSAGE, FIRST, SECOND, RETRACTION])) {
      const test = await createSendingFlow();
      for (const event of events) await test.push(event);
      expect(test.flow.messages.get('m1')).toMatchObject({ body: '' });
      expect(test.flow.messages.get('m1')?.retracted).toBeDefined();
    }
  });

  it('B318 a reply that names an edit refers to its message, and loses its quote with it', async () => {
    const test = await createSendingFlow();
    for (const event of [MESSAGE, FIRST]) await test.push(event);
    const replyTo = { id: 'e1', sender: 'bo', excerpt: 'first edit' };
    await test.push({ type: 'message', message: incomingMessage('m2', { replyTo }) });
    expect(test.flow.messages.get('m2')?.replyTo).toEqual({ ...replyTo, id: 'm1' });
    await test.push(RETRACTION_OF_FIRST);
    expect(test.flow.messages.get('m2')?.replyTo).toEqual({ id: 'm1', sender: 'bo', excerpt: '' });
  });

  it('B318 a reply that names an edit refers to its message, in any order of arrival', async () => {
    const replyTo = { id: 'e1', sender: 'bo', excerpt: 'first edit' };
    for (const events of orders([
      MESSAGE,
      FIRST,
      { type: 'message', message: incomingMessage('m2', { replyTo }) } as const,
    ])) {
      const test = await createSendingFlow();
      for (const event of events) await test.push(event);
      expect(test.flow.messages.get('m2')?.replyTo).toEqual({ ...replyTo, id: 'm1' });
    }
  });

  it('B318 a reply that names an edit to come refers to its message, also where it is stored and not loaded', async () => {
    const storage = createMemoryStorage();
    const { push, flow } = await createSendingFlow({ storage });
    const replyTo = { id: 'e1', sender: 'bo', excerpt: 'first edit' };
    await push(MESSAGE);
    await push({ type: 'message', message: incomingMessage('m2', { replyTo }) });
    for (const id of ['m3', 'm4']) await push({ type: 'message', message: incomingMessage(id) });
    flow.terminate();
    await flushMicrotasks();
    const second = await createSendingFlow({ storage, template: { pageSize: 2 } });
    await second.push(FIRST);
    expect(await storage.find('["ana","bo"]', ['m2'])).toMatchObject([{ replyTo: { ...replyTo, id: 'm1' } }]);
  });

  it('B318 an operation that names an edit applies where the message is stored and not loaded', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    for (const event of [MESSAGE, FIRST]) await first.push(event);
    for (const id of ['m2', 'm3']) await first.push({ type: 'message', message: incomingMessage(id) });
    first.flow.terminate();
    await flushMicrotasks();
    const second = await createSendingFlow({ storage, template: { pageSize: 2 } });
    expect(second.flow.messages.get('m1')).toBeUndefined();
    await second.push(SECOND);
    await second.flow.loadOlder();
    expect(second.flow.messages.get('m1')).toMatchObject({ body: 'second edit' });
  });
});
