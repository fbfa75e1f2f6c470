import { createInstantMessagingFlow } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { createFakeTransport, type FakeTransport } from '@imflow/testing';
import { act, render } from '@testing-library/react';
import { type ReactNode, useLayoutEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useGatheredOrder } from './useGatheredOrder.ts';

/** What is committed of a conversation, each time. */
function watch() {
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  flow.start();
  const committed: string[] = [];
  function Order(): ReactNode {
    const order = useGatheredOrder();
    useLayoutEffect(() => void committed.push(Array.from(order).join(' ')));
    return null;
  }
  const { unmount } = render(
    <FlowProvider flow={flow}>
      <Order />
    </FlowProvider>,
  );
  committed.length = 0;
  return { transport, flow, committed, unmount };
}

function receive(transport: FakeTransport, ...ids: string[]): void {
  for (const messageId of ids) {
    const message = { messageId, sender: 'bo', contentType: 'text/plain', body: messageId };
    act(() => transport.push({ type: 'message', message }));
  }
}

describe('the order of messages, as often as it can be painted', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('shows the first of many messages at once, and the others together', () => {
    const { transport, flow, committed } = watch();
    receive(transport, 'a', 'b', 'c', 'd');
    expect(committed).toEqual(['a']);
    act(() => void vi.advanceTimersByTime(16));
    expect(committed).toEqual(['a', 'a b c d']);
    act(() => void vi.advanceTimersByTime(100));
    receive(transport, 'e');
    expect(committed).toEqual(['a', 'a b c d', 'a b c d e']);
    flow.terminate();
  });

  it('shows an own message at once, and with it what was gathered', () => {
    const { transport, flow, committed } = watch();
    receive(transport, 'a', 'b');
    let id = '';
    act(() => {
      ({ id } = flow.sendMessage('mine'));
    });
    expect(committed).toEqual(['a', `a b ${id}`]);
    flow.terminate();
  });

  it('asks for no frame once it is gone', () => {
    const { transport, flow, unmount } = watch();
    receive(transport, 'a', 'b');
    unmount();
    flow.terminate();
    act(() => void vi.advanceTimersByTime(1));
    expect(vi.getTimerCount()).toBe(0);
  });
});
