import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { bodies, createSendingFlow, incoming } from '../../test/testFlow.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import { type ChannelEvent, TransportFailure } from '../ports/transport.ts';

const QUOTE = { id: 'm0', sender: 'ana', excerpt: 'first' };

/** An edit, by default of `bo`. */
function edit(more: Partial<IncomingOperation & { readonly body: string }>): ChannelEvent {
  const head = { id: 'o1', target: 'm1', sequence: 5, sender: 'bo', kind: 'edit', contentType: 'text/plain' } as const;
  return { type: 'operation', operation: { ...head, body: 'new', ...more } as IncomingOperation };
}

describe('fields that an operation keeps', () => {
  it('B344 an edit of the participant keeps what the message replies to and the reactions to it', async () => {
    const { flow, push } = await createSendingFlow();
    await push(incoming('m1', { replyTo: QUOTE }));
    flow.react('m1', ['👍']);
    const { reactions } = flow.messages.get('m1')!;
    await push(edit({}));
    expect(flow.messages.get('m1')).toMatchObject({ body: 'new', replyTo: QUOTE, reactions });
  });

  it('B344 an own edit keeps what the message replies to and the reactions to it', async () => {
    const { flow, transport, push } = await createSendingFlow({ fake: { autoAnswer: { outcome: 'accepted' } } });
    await push(incoming('m1'));
    const { id } = flow.sendMessage('hi', { replyTo: 'm1' });
    await flushMicrotasks();
    await push({
      type: 'operation',
      operation: { id: 'r1', target: id, sequence: 1, sender: 'bo', kind: 'react', emojis: ['🎉'] },
    });
    const { replyTo, reactions } = flow.messages.get(id)!;
    flow.editMessage(id, 'hello');
    await flushMicrotasks();
    expect(transport.operations).toHaveLength(1);
    expect(flow.messages.get(id)).toMatchObject({ body: 'hello', replyTo, reactions });
  });

  it('B344 an edit of an old message moves nothing, and is neither unread nor received', async () => {
    const { flow, received, push, clock } = await createSendingFlow();
    for (const id of ['m1', 'm2', 'm3']) await push(incoming(id));
    flow.markDisplayed('m3');
    await clock.advance(1_000);
    const order = Array.from(flow.messages.order);
    await push(edit({}));
    expect(Array.from(flow.messages.order)).toEqual(order);
    expect(bodies(flow)).toEqual(['new', 'm2', 'm3']);
    expect(flow.store.getState().unreadCount).toBe(0);
    expect(received.map(({ messageId }) => messageId)).toEqual(['m1', 'm2', 'm3']);
  });

  it('B144 a refused set of reactions leaves a newer set unchanged', async () => {
    const { flow, transport, push } = await createSendingFlow();
    await push(incoming('m1'));
    flow.react('m1', ['👍']);
    flow.react('m1', ['👍', '🎉']);
    expect(transport.operations).toHaveLength(1);
    transport.operations[0]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await flushMicrotasks();
    expect(flow.messages.get('m1')?.reactions?.[0]?.emojis).toEqual(['👍', '🎉']);
    expect(transport.operations.map(({ operation }) => operation)).toMatchObject([{}, { emojis: ['👍', '🎉'] }]);
    transport.operations[1]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await flushMicrotasks();
    expect(flow.messages.get('m1')?.reactions?.[0]?.emojis).toEqual([]);
  });
});
