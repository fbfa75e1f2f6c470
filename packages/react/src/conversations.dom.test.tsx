import { createInstantMessagingFlow, type InstantMessagingFlowOptions } from '@imflow/core';
import { createFakeTransport, createVirtualClock, type FakeTransport } from '@imflow/testing';
import { act, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { type InstantMessagingFlow, useConversationOrder, useFlows, useLastMessage } from './index.ts';

/** Waits for the macrotask in which an unused flow is terminated. */
async function aMacrotaskLater(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
}

function conversations(transport: FakeTransport, ...remotes: string[]): InstantMessagingFlowOptions[] {
  return remotes.map((remote) => ({ transport, remote }));
}

function receive(transport: FakeTransport, sender: string, messageId: string): void {
  transport.push(
    { type: 'message', message: { messageId, sender, contentType: 'text/plain', body: messageId } },
    sender,
  );
}

describe('flows of several conversations', () => {
  it('B119 B121 flows of several conversations share one connection, stay the same over renders, and end with the last component that names them', async () => {
    const transport = createFakeTransport();
    const { result, rerender, unmount } = renderHook(({ remotes }) => useFlows(conversations(transport, ...remotes)), {
      initialProps: { remotes: ['bo', 'echo'] },
      wrapper: StrictMode,
    });
    await aMacrotaskLater();
    const [bo, echo] = result.current;
    expect([transport.connects, transport.openChannels]).toEqual([1, 2]);
    const before = result.current;
    rerender({ remotes: ['bo', 'echo'] });
    expect(result.current).toBe(before);

    rerender({ remotes: ['news', 'bo'] });
    await aMacrotaskLater();
    expect(result.current.map(({ remote }) => remote)).toEqual(['news', 'bo']);
    expect(result.current[1]).toBe(bo);
    expect(bo!.store.getState().state).toBe('active');
    expect(echo!.store.getState().state).toBe('terminated');
    unmount();
    await aMacrotaskLater();
    expect([transport.openChannels, transport.disconnects]).toEqual([0, 1]);
  });

  it('flows of the application are neither started nor ended', async () => {
    const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
    const { result, unmount } = renderHook(() => useFlows([flow]));
    await aMacrotaskLater();
    expect(result.current).toEqual([flow]);
    expect(flow.store.getState().state).toBe('idle');
    unmount();
    await aMacrotaskLater();
    expect(flow.store.getState().state).toBe('idle');
  });
});

describe('the order of conversations', () => {
  async function three() {
    const transport = createFakeTransport();
    const clock = createVirtualClock();
    const flows = ['bo', 'echo', 'news'].map((remote) => createInstantMessagingFlow({ transport, remote, clock }));
    for (const flow of flows) flow.start();
    await clock.advance(10);
    return { transport, clock, flows };
  }

  const remotes = (flows: readonly InstantMessagingFlow[]): string => flows.map(({ remote }) => remote).join(' ');

  it('conversations are sorted by their newest message, and the hook re-renders only when the order changes', async () => {
    const { transport, clock, flows } = await three();
    const rendered = vi.fn();
    const { result } = renderHook(() => {
      const sorted = useConversationOrder(flows);
      rendered(remotes(sorted));
      return sorted;
    });
    expect(remotes(result.current)).toBe('bo echo news');
    act(() => receive(transport, 'news', 'n1'));
    expect(remotes(result.current)).toBe('news bo echo');
    await clock.advance(1_000);
    act(() => void flows[1]!.sendMessage('hello'));
    expect(remotes(result.current)).toBe('echo news bo');

    await clock.advance(1_000);
    rendered.mockClear();
    act(() => receive(transport, 'echo', 'e1'));
    act(() => transport.push({ type: 'composing', sender: 'bo', state: 'composing' }, 'bo'));
    await act(() => clock.advance(60_000));
    expect(rendered).not.toHaveBeenCalled();
    for (const flow of flows) flow.terminate();
  });

  it('B122 on a server, conversations keep the order in which they were given', async () => {
    const { transport, flows } = await three();
    receive(transport, 'news', 'n1');
    const Order = (): ReactNode => remotes(useConversationOrder(flows));
    expect(renderToString(<Order />)).toBe('bo echo news');
    for (const flow of flows) flow.terminate();
  });
});

describe('the last message', () => {
  it('B123 the last message re-renders for a new last message and for its own changes, and for no others', async () => {
    const transport = createFakeTransport({ autoAnswer: 'manual' });
    const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
    flow.start();
    const rendered = vi.fn();
    function Last(): ReactNode {
      const message = useLastMessage(flow);
      rendered();
      return message && `${message.body} ${message.status}`;
    }
    const { container } = render(<Last />);
    expect(container.textContent).toBe('');
    let first = '';
    act(() => {
      first = flow.sendMessage('one').id;
    });
    expect(container.textContent).toMatch(/^one /);
    await act(async () => transport.messages[0]!.accept());
    expect(container.textContent).toBe('one sent');
    act(() => receive(transport, 'bo', 'two'));
    expect(container.textContent).toMatch(/^two /);
    rendered.mockClear();
    act(() => transport.push({ type: 'notification', sender: 'bo', messageId: first, outcome: 'delivered' }));
    expect(flow.messages.get(first)?.status).toBe('delivered');
    expect(rendered).not.toHaveBeenCalled();
    flow.terminate();
  });
});
