import { createInstantMessagingFlow, type InstantMessagingFlow, type MessageRecord } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { createFakeTransport, type FakeTransport } from '@imflow/testing';
import { act, renderHook } from '@testing-library/react';
import { StrictMode } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { useFind } from './index.ts';

function incoming(order: number, body: string): MessageRecord {
  return {
    id: `m${order}`,
    messageId: `m${order}`,
    direction: 'incoming',
    sender: 'bo',
    contentType: 'text/plain',
    body,
    order,
    at: 1,
    status: 'displayed',
    attempts: 0,
    timestamps: {},
    deliveryFailures: [],
    isContentTypeSupported: true,
  };
}

/** Ana's conversation of 2500 stored messages, of which the newest 50 are loaded; every 500th has a needle. */
async function conversation(): Promise<{ ana: InstantMessagingFlow; bo: InstantMessagingFlow }> {
  const storage = createMemoryStorage();
  const put = Array.from({ length: 2_500 }, (_, order) => incoming(order, order % 500 === 499 ? 'A needle' : 'Hay'));
  await storage.write(JSON.stringify(['ana', 'bo']), { put, remove: [] });
  const network = createLoopbackNetwork();
  const ana = createInstantMessagingFlow({ transport: network.connect('ana'), remote: 'bo', storage });
  const bo = createInstantMessagingFlow({ transport: network.connect('bo'), remote: 'ana' });
  for (const flow of [ana, bo]) flow.start();
  onTestFinished(() => [ana, bo].forEach((flow) => flow.terminate()));
  await vi.waitFor(() => expect(ana.store.getState().history.ready).toBe(true));
  return { ana, bo };
}

const settled = (): Promise<void> => act(() => new Promise<void>((resolve) => setTimeout(resolve, 50)));

describe('a search in a conversation', () => {
  it('B221 the search finds loaded and stored messages, newest first, and loads none of them', async () => {
    const { ana } = await conversation();
    const { result } = renderHook(() => useFind(ana), { wrapper: StrictMode });
    expect(result.current).toMatchObject({ query: '', matches: [], current: undefined, position: 0, searching: false });
    act(() => result.current.find('needle'));
    expect(result.current.searching).toBe(true);
    await vi.waitFor(() => expect(result.current.searching).toBe(false));
    expect(result.current.matches).toEqual(['m2499', 'm1999', 'm1499', 'm999', 'm499']);
    expect(result.current).toMatchObject({ current: 'm2499', position: 1, failed: false });
    expect(ana.messages.order).toHaveLength(50);
    act(() => result.current.previous());
    expect(result.current).toMatchObject({ current: 'm499', position: 5 });
    act(() => result.current.next());
    expect(result.current.position).toBe(1);
  });

  it('B221 the search stays at its match when others arrive, and moves on when the match is gone', async () => {
    const { ana, bo } = await conversation();
    const { result } = renderHook(() => useFind(ana));
    act(() => result.current.find('needle'));
    await vi.waitFor(() => expect(result.current.matches).toHaveLength(5));
    const { id } = bo.sendMessage('Another needle');
    await vi.waitFor(() => expect(result.current).toMatchObject({ current: 'm2499', position: 2 }));
    act(() => result.current.previous());
    expect(result.current.current).toBe(id);
    bo.retractMessage(id);
    await vi.waitFor(() => expect(result.current).toMatchObject({ current: 'm2499', position: 1 }));
  });

  it('B221 the search finds each message once, whatever is loaded in between', async () => {
    const { ana } = await conversation();
    const { result } = renderHook(() => useFind(ana));
    act(() => result.current.find('needle'));
    for (let page = 0; page < 20; page += 1) await act(() => ana.loadOlder());
    await settled();
    expect(ana.messages.order.length).toBeGreaterThan(1_000);
    expect(result.current.matches).toEqual(['m2499', 'm1999', 'm1499', 'm999', 'm499']);
  });

  /** A conversation whose storage has a needle of its own, and whose server searches its history in two steps. */
  async function withArchive(): Promise<{ ana: InstantMessagingFlow; transport: FakeTransport }> {
    const storage = createMemoryStorage();
    const put = [incoming(1, 'A needle'), incoming(2, 'Hay')];
    await storage.write(JSON.stringify(['ana', 'bo']), { put, remove: [] });
    const transport = createFakeTransport({ capabilities: { history: true, historySearch: true } });
    const ana = createInstantMessagingFlow({ transport, remote: 'bo', storage, template: { pageSize: 1 } });
    ana.start();
    onTestFinished(() => ana.terminate());
    await vi.waitFor(() => expect(ana.store.getState().history.ready).toBe(true));
    return { ana, transport };
  }

  it('B411 the search continues with messages that only the server has, each once, and puts loaded ones in their place', async () => {
    const { ana, transport } = await withArchive();
    const { result } = renderHook(() => useFind(ana), { wrapper: StrictMode });
    act(() => result.current.find('needle'));
    await vi.waitFor(() => expect(transport.searchRequests).toHaveLength(1));
    expect(result.current).toMatchObject({ matches: ['m1'], searching: true });
    await act(async () => transport.searchRequests[0]?.accept({ messageIds: ['m2', 'm1', 'a2'], next: 'older' }));
    await vi.waitFor(() => expect(transport.searchRequests).toHaveLength(2));
    expect(transport.searchRequests[1]?.request).toEqual({ text: 'needle', before: 'older' });
    await act(async () => transport.searchRequests[1]?.accept({ messageIds: ['a1'] }));
    await vi.waitFor(() => expect(result.current.searching).toBe(false));
    expect(result.current).toMatchObject({ matches: ['m1', 'a2', 'a1'], failed: false });
    await act(() => ana.loadOlder());
    const loading = ana.loadOlder();
    await vi.waitFor(() => expect(transport.historyRequests).toHaveLength(1));
    const archived = { sender: 'bo', contentType: 'text/plain', body: 'An old needle' };
    const messages = ['a1', 'a2'].map((messageId) => ({ ...archived, messageId, position: messageId }));
    await act(async () => transport.historyRequests[0]?.accept({ messages, end: true }));
    await loading;
    await settled();
    expect(ana.messages.order).toHaveLength(4);
    expect(result.current.matches).toEqual(['m1', 'a2', 'a1']);
  });

  it('B411 the search reports a failure where the server cannot be searched, and keeps its matches', async () => {
    const { ana, transport } = await withArchive();
    const { result } = renderHook(() => useFind(ana));
    act(() => result.current.find('needle'));
    await vi.waitFor(() => expect(transport.searchRequests).toHaveLength(1));
    await act(async () => transport.searchRequests[0]?.fail(new Error('no')));
    await vi.waitFor(() => expect(result.current.searching).toBe(false));
    expect(result.current).toMatchObject({ matches: ['m1'], failed: true });
  });

  it('B221 a search ends when its text changes or is blank, and when its component unmounts', async () => {
    const { ana } = await conversation();
    const search = vi.spyOn(ana, 'searchStored');
    const { result, unmount } = renderHook(() => useFind(ana));
    act(() => result.current.find('need'));
    act(() => result.current.find('hay'));
    act(() => result.current.find('  '));
    await settled();
    expect(result.current).toMatchObject({ matches: [], searching: false });
    expect(search.mock.calls.length).toBeLessThan(3);
    search.mockClear();
    act(() => result.current.find('needle'));
    unmount();
    await settled();
    expect(search.mock.calls.length).toBeLessThan(2);
  });
});
