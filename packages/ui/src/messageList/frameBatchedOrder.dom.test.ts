import { createInstantMessagingFlow } from '@imflow/core';
import { createFakeTransport, type FakeTransport } from '@imflow/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrameBatchedOrder } from './frameBatchedOrder.ts';

/** Records each shown order of a conversation. */
function watch() {
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  flow.start();
  const shown: string[] = [];
  const order = createFrameBatchedOrder(flow, (callback) => {
    const frame = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(frame);
  });
  const stop = order.subscribe(() => void shown.push(Array.from(order.get()).join(' ')));
  return { transport, flow, shown, stop };
}

function receive(transport: FakeTransport, ...ids: string[]): void {
  for (const messageId of ids) {
    const message = { messageId, sender: 'bo', contentType: 'text/plain', body: messageId };
    transport.push({ type: 'message', message });
  }
}

describe('the order of messages, as often as it can be painted', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('the batched order shows the first of many messages at once, and the others together', () => {
    const { transport, flow, shown } = watch();
    receive(transport, 'a', 'b', 'c', 'd');
    expect(shown).toEqual(['a']);
    vi.advanceTimersByTime(16);
    expect(shown).toEqual(['a', 'a b c d']);
    vi.advanceTimersByTime(100);
    receive(transport, 'e');
    expect(shown).toEqual(['a', 'a b c d', 'a b c d e']);
    flow.terminate();
  });

  it('the batched order shows an own message at once, with the gathered ones', () => {
    const { transport, flow, shown } = watch();
    receive(transport, 'a', 'b');
    const { id } = flow.sendMessage('mine');
    expect(shown).toEqual(['a', `a b ${id}`]);
    flow.terminate();
  });

  it('the batched order requests no frame once it is disposed', () => {
    const { transport, flow, stop } = watch();
    receive(transport, 'a', 'b');
    stop();
    flow.terminate();
    vi.advanceTimersByTime(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
