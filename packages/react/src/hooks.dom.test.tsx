import { createInstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { createFakeTransport, createVirtualClock, type FakeTransport } from '@imflow/testing';
import { act, render, renderHook } from '@testing-library/react';
import { lazy, type ReactNode, StrictMode, Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { FlowProvider, useFlow, useFlowEvent, useFlowState, useInstantMessagingFlow } from './index.ts';
import { useLastMessage, useMessage, useMessageOrder } from './useMessages.ts';

/** Waits for the macrotask in which an unused flow is terminated. */
async function aMacrotaskLater(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
}

const incoming = (messageId: string, body: string) =>
  ({ type: 'message', message: { messageId, sender: 'bo', contentType: 'text/plain', body } }) as const;

function resources({ connects, disconnects, openChannels, subscribers }: FakeTransport): object {
  return { connects, disconnects, openChannels, subscribers };
}

describe('the life of a shared flow', () => {
  it("B119 StrictMode's double mount makes one connection, one channel and one subscription", async () => {
    const transport = createFakeTransport();
    const removed = vi.spyOn(document, 'removeEventListener');
    const added = vi.spyOn(document, 'addEventListener');
    const { result, unmount } = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo' }), {
      wrapper: StrictMode,
    });
    await aMacrotaskLater();
    expect(resources(transport)).toEqual({ connects: 1, disconnects: 0, openChannels: 1, subscribers: 1 });
    expect(added.mock.calls.filter(([event]) => event === 'visibilitychange')).toHaveLength(1);
    expect(result.current.state).toBe('active');

    unmount();
    await aMacrotaskLater();
    expect(resources(transport)).toEqual({ connects: 1, disconnects: 1, openChannels: 0, subscribers: 0 });
    expect(removed.mock.calls.filter(([event]) => event === 'visibilitychange')).toHaveLength(1);
    expect(result.current.flow.store.getState().state).toBe('terminated');
  });

  it('B119 a render that never commits opens no connection', async () => {
    const transport = createFakeTransport();
    const Never = lazy(() => new Promise<never>(() => {}));
    function Waits(): ReactNode {
      useInstantMessagingFlow({ transport, remote: 'bo' });
      return <Never />;
    }
    render(
      <Suspense fallback="…">
        <Waits />
      </Suspense>,
    );
    await aMacrotaskLater();
    expect(resources(transport)).toEqual({ connects: 0, disconnects: 0, openChannels: 0, subscribers: 0 });
  });

  it('B119 a remount within the same task, as of a route change, keeps the flow', async () => {
    const transport = createFakeTransport();
    const options = { transport, remote: 'bo' };
    const first = renderHook(() => useInstantMessagingFlow(options));
    await aMacrotaskLater();
    first.unmount();
    const second = renderHook(() => useInstantMessagingFlow(options));
    await aMacrotaskLater();
    expect(second.result.current.flow).toBe(first.result.current.flow);
    expect(resources(transport)).toMatchObject({ connects: 1, disconnects: 0 });
  });

  it('B119 a mount after the flow has ended creates a new flow', async () => {
    const transport = createFakeTransport();
    const first = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo' }));
    await aMacrotaskLater();
    first.unmount();
    await aMacrotaskLater();
    const second = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo' }));
    await aMacrotaskLater();
    expect(second.result.current.flow).not.toBe(first.result.current.flow);
    expect(second.result.current.state).toBe('active');
  });

  it('B120 unmounting while composing sends one idle and leaves no timer', async () => {
    const clock = createVirtualClock();
    const transport = createFakeTransport();
    const { result, unmount } = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo', clock }), {
      wrapper: StrictMode,
    });
    await aMacrotaskLater();
    act(() => result.current.setLocalComposingState('composing'));
    unmount();
    await aMacrotaskLater();
    await clock.advance(60_000);
    expect(transport.wire).toEqual(['composing', 'idle']);
    expect(clock.pending).toBe(0);
  });

  it('B120 if idle cannot be set, unmounting while composing sends nothing', async () => {
    const clock = createVirtualClock();
    const transport = createFakeTransport();
    const options = { transport, remote: 'bo', clock, template: { allowExplicitIdle: false } };
    const { result, unmount } = renderHook(() => useInstantMessagingFlow(options));
    await aMacrotaskLater();
    act(() => result.current.setLocalComposingState('composing'));
    unmount();
    await aMacrotaskLater();
    await clock.advance(60_000);
    expect(transport.wire).toEqual(['composing']);
    expect(clock.pending).toBe(0);
  });

  it('B121 components with the same transport and remote share one flow and one store', async () => {
    const transport = createFakeTransport();
    const one = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo' }));
    const two = renderHook(() => useFlow(), {
      wrapper: ({ children }) => (
        <FlowProvider transport={transport} remote="bo">
          {children}
        </FlowProvider>
      ),
    });
    const other = renderHook(() => useInstantMessagingFlow({ transport, remote: 'cy' }));
    await aMacrotaskLater();
    expect(two.result.current).toBe(one.result.current.flow);
    expect(two.result.current.store).toBe(one.result.current.flow.store);
    expect(other.result.current.flow).not.toBe(one.result.current.flow);
    expect(transport.openChannels).toBe(2);

    one.unmount();
    await aMacrotaskLater();
    expect(two.result.current.store.getState().state).toBe('active');
    two.unmount();
    await aMacrotaskLater();
    expect(two.result.current.store.getState().state).toBe('terminated');
    expect(transport.openChannels).toBe(1);
  });

  it('a flow of the application is neither started nor ended', async () => {
    const transport = createFakeTransport();
    const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
    const { unmount } = render(<FlowProvider flow={flow} />);
    await aMacrotaskLater();
    expect(flow.store.getState().state).toBe('idle');
    flow.start();
    unmount();
    await aMacrotaskLater();
    expect(flow.store.getState().state).toBe('active');
    flow.terminate();
  });

  it('a different remote creates a different flow, and the previous one ends', async () => {
    const transport = createFakeTransport();
    const { result, rerender } = renderHook(({ remote }) => useInstantMessagingFlow({ transport, remote }), {
      initialProps: { remote: 'bo' },
    });
    await aMacrotaskLater();
    const before = result.current.flow;
    rerender({ remote: 'cy' });
    await aMacrotaskLater();
    expect(result.current.flow.remote).toBe('cy');
    expect(result.current.state).toBe('active');
    expect(before.store.getState().state).toBe('terminated');
  });
});

describe('render counts', () => {
  it('the hook re-renders for the fields that it returns, never for a tick or a text', async () => {
    const network = createLoopbackNetwork();
    const ana = network.connect('ana');
    const bo = createInstantMessagingFlow({ transport: network.connect('bo'), remote: 'ana' });
    bo.start();
    const rendered = vi.fn();
    const { result } = renderHook(() => {
      const hook = useInstantMessagingFlow({ transport: ana, remote: 'bo' });
      rendered(hook.outboxCount, hook.messages.length);
      return hook;
    });
    await vi.waitFor(() => expect(result.current.connection).toBe('online'));
    const functions = result.current.sendMessage;
    let id = '';
    act(() => {
      id = result.current.sendMessage('hello').id;
    });
    await vi.waitFor(() => expect(result.current.flow.messages.get(id)?.status).toBe('delivered'));
    expect(result.current.sendMessage).toBe(functions);
    await aMacrotaskLater();
    rendered.mockClear();
    // A tick.
    act(() => bo.markDisplayed(id));
    await vi.waitFor(() => expect(result.current.flow.messages.get(id)?.status).toBe('displayed'));
    await aMacrotaskLater();
    expect(rendered).not.toHaveBeenCalled();
    bo.terminate();
  });

  it('the hook returns the same object until one of its fields changes, with functions that need no `this`', async () => {
    const transport = createFakeTransport();
    const { result, rerender } = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo' }));
    await aMacrotaskLater();
    const before = result.current;
    rerender();
    expect(result.current).toBe(before);
    const { flow, sendMessage } = before;
    act(() => void sendMessage('hello'));
    expect(result.current).not.toBe(before);
    expect(result.current).toMatchObject({ flow, sendMessage, messages: flow.messages.order, remoteComposers: [] });
  });

  it('B122 a server, and a client before hydration, render no messages', async () => {
    const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
    flow.start();
    flow.sendMessage('one');
    const seen: string[] = [];
    function Reader(): ReactNode {
      const counts = [
        useInstantMessagingFlow(flow).messages.length,
        useMessageOrder(flow).length,
        useLastMessage(flow),
      ];
      seen.push(counts.map((count) => (typeof count === 'object' ? 'last' : String(count))).join(' '));
      return 'here';
    }
    const html = renderToString(<Reader />);
    expect(seen).toEqual(['0 0 undefined']);
    const container = document.createElement('div');
    container.innerHTML = html;
    render(<Reader />, { container, hydrate: true });
    expect([seen[1], seen.at(-1)]).toEqual(['0 0 undefined', '1 1 last']);
    flow.terminate();
  });

  it('useMessage re-renders for its own message, useMessageOrder for the order', async () => {
    const transport = createFakeTransport();
    const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
    flow.start();
    const first = flow.sendMessage('one').id;
    const second = flow.sendMessage('two').id;
    const renders = { order: 0, first: 0, second: 0 };
    function Order(): ReactNode {
      renders.order += 1;
      return Array.from(useMessageOrder()).join(' ');
    }
    function Message({ id, name }: { id: string; name: 'first' | 'second' }): ReactNode {
      renders[name] += 1;
      return useMessage(id)?.status;
    }
    const { container } = render(
      <FlowProvider flow={flow}>
        <Order /> <Message id={first} name="first" /> <Message id={second} name="second" />
      </FlowProvider>,
    );
    await act(async () => {
      await vi.waitFor(() => expect(flow.messages.get(second)?.status).toBe('sent'));
    });
    const before = { ...renders };
    act(() => transport.push({ type: 'notification', sender: 'bo', messageId: second, outcome: 'delivered' }));
    expect(container.textContent).toBe(`${first} ${second} sent delivered`);
    expect(renders).toEqual({ ...before, second: before.second + 1 });
    flow.terminate();
  });

  it('useFlowEvent calls the newest listener, once for each event', async () => {
    const transport = createFakeTransport();
    const events: string[] = [];
    const { rerender } = renderHook(
      ({ name }) => {
        const { flow } = useInstantMessagingFlow({ transport, remote: 'bo' });
        useFlowEvent('messageReceived', ({ message }) => events.push(`${name}:${message.body}`), flow);
      },
      { initialProps: { name: 'a' }, wrapper: StrictMode },
    );
    await aMacrotaskLater();
    act(() => transport.push(incoming('1', 'x')));
    rerender({ name: 'b' });
    act(() => transport.push(incoming('2', 'y')));
    expect(events).toEqual(['a:x', 'b:y']);
  });

  it('B15 a listener of the same commit receives the first state change', async () => {
    const transport = createFakeTransport();
    const events = vi.fn();
    renderHook(() => {
      const { flow } = useInstantMessagingFlow({ transport, remote: 'bo' });
      useFlowEvent('stateChanged', events, flow);
    });
    await aMacrotaskLater();
    expect(events).toHaveBeenCalledExactlyOnceWith({ previousState: 'idle', state: 'active' });
  });

  it('a hook without a provider throws an error that says what to do', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => renderHook(() => useFlowState((state) => state.state))).toThrow(/<FlowProvider>/);
  });
});

describe('attention', () => {
  it('B98 a hidden document withholds displayed receipts, and one is sent when the document is seen', async () => {
    const transport = createFakeTransport();
    let visible = false;
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (visible ? 'visible' : 'hidden'));
    const clock = createVirtualClock();
    const { result } = renderHook(() => useInstantMessagingFlow({ transport, remote: 'bo', clock }));
    await aMacrotaskLater();
    act(() => {
      transport.push(incoming('1', 'x'));
      transport.push(incoming('2', 'y'));
      result.current.markDisplayed('1');
      result.current.markDisplayed('2');
    });
    await clock.advance(60_000);
    const displayed = (): string[] => transport.wire.filter((entry) => entry.startsWith('displayed'));
    expect(displayed()).toEqual([]);
    visible = true;
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await clock.advance(1_000);
    expect(displayed()).toEqual(['displayed:2']);
  });
});
