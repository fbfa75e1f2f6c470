import type { InstantMessagingFlow, InstantMessagingFlowOptions } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import { act, render, renderHook } from '@testing-library/react';
import { type ReactElement, StrictMode, useEffect, useLayoutEffect } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { FlowProvider, type FlowSource, useFlow, useFlows, useInstantMessagingFlow } from './index.ts';

async function aMacrotaskLater(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
}

function bodies(flow: InstantMessagingFlow): string[] {
  return [...flow.messages.order].map((id) => flow.messages.get(id)?.body ?? '');
}

describe('a flow that React owns', () => {
  it.each([
    ['effect', useEffect],
    ['layout effect', useLayoutEffect],
  ])('B230 a component can send in its first %s', async (_, useAnyEffect) => {
    const transport = createFakeTransport();
    const { result } = renderHook(() => {
      const chat = useInstantMessagingFlow({ transport, remote: 'bo' });
      const { sendMessage } = chat;
      useAnyEffect(() => void sendMessage('Hello'), [sendMessage]);
      return chat;
    });
    await aMacrotaskLater();
    expect(bodies(result.current.flow)).toEqual(['Hello']);
    expect(transport.wire).toEqual(['message:Hello']);
  });

  it('B230 a component below the provider can send in its first effect', async () => {
    const transport = createFakeTransport();
    const seen: InstantMessagingFlow[] = [];
    function Greeting(): null {
      const flow = useFlow();
      useEffect(() => {
        seen.push(flow);
        flow.sendMessage('Hello');
      }, [flow]);
      return null;
    }
    const { unmount } = render(
      <FlowProvider transport={transport} remote="bo">
        <Greeting />
      </FlowProvider>,
    );
    await aMacrotaskLater();
    expect(bodies(seen[0]!)).toEqual(['Hello']);
    unmount();
    await aMacrotaskLater();
    expect(seen[0]!.store.getState().state).toBe('terminated');
    expect(transport.openChannels).toBe(0);
  });

  it('B230 each effect of StrictMode’s double mount sends once, over one channel', async () => {
    const transport = createFakeTransport();
    const { result } = renderHook(
      () => {
        const chat = useInstantMessagingFlow({ transport, remote: 'bo' });
        const { sendMessage } = chat;
        useEffect(() => void sendMessage('Hello'), [sendMessage]);
        return chat;
      },
      { wrapper: StrictMode },
    );
    await aMacrotaskLater();
    expect(bodies(result.current.flow)).toEqual(['Hello', 'Hello']);
    expect(transport.openChannels).toBe(1);
  });

  it('B230 a flow is terminated if a message was sent during a render that never mounted', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const transport = createFakeTransport();
    function Sends(): ReactElement {
      useInstantMessagingFlow({ transport, remote: 'bo' }).sendMessage('Too early');
      throw new Error('never mounted');
    }
    expect(() => render(<Sends />)).toThrow('never mounted');
    await aMacrotaskLater();
    expect(transport.openChannels).toBe(0);
  });
});

describe('an invalid source', () => {
  const transport = createFakeTransport();
  const wrong: readonly (readonly [what: string, source: unknown, message: RegExp])[] = [
    ['no transport', { remote: 'bo' }, /transport/],
    ['a transport that is null', { transport: null, remote: 'bo' }, /transport/],
    ['a transport that is a text', { transport: 'xmpp', remote: 'bo' }, /transport/],
    ['an object that is no transport', { transport: {}, remote: 'bo' }, /transport/],
    ['no remote', { transport }, /remote/],
    ['an empty remote', { transport, remote: '' }, /remote/],
    ['a remote that is a number', { transport, remote: 7 }, /remote/],
    ['nothing', undefined, /transport and remote/],
    ['null', null, /transport and remote/],
    ['a text', 'bo', /transport and remote/],
  ];

  it.each(wrong)(
    'B231 the hook throws an error that names the invalid part of its source: %s',
    (_, source, message) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      expect(() => renderHook(() => useInstantMessagingFlow(source as FlowSource))).toThrow(message);
      expect(() => renderHook(() => useFlows([source as FlowSource]))).toThrow(
        expect.objectContaining({ name: 'FlowError', code: 'invalid-argument' }),
      );
    },
  );

  it.each([
    ['nothing', {}],
    ['a flow that is undefined', { flow: undefined }],
    ['a flow that is null', { flow: null }],
  ])('B231 a provider with %s throws an error that names the transport', (_, props) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => render(<FlowProvider {...(props as unknown as InstantMessagingFlowOptions)} />)).toThrow(/transport/);
  });
});
