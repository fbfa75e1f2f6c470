import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming } from '../../test/testFlow.ts';
import { type HistoryMatches, TransportFailure } from '../ports/transport.ts';

const SEARCHABLE = { capabilities: { history: true, historySearch: true } };

describe('a search in the history of the server', () => {
  it('B411 the search of the server begins where the known history ends', async () => {
    const { flow, transport, push } = await createSendingFlow({ fake: SEARCHABLE });
    await push(incoming('m1', { position: 'at m1' }));
    void flow.searchHistory('needle');
    await flushMicrotasks();
    expect(transport.searchRequests.map(({ request }) => request)).toEqual([{ text: 'needle', before: 'at m1' }]);
    flow.terminate();
  });

  it('B411 the search of the server ignores everything that a transport returns except ids and a position', async () => {
    const { flow, transport } = await createSendingFlow({ fake: SEARCHABLE });
    const found = flow.searchHistory('needle');
    await flushMicrotasks();
    const invalid: unknown = { messageIds: ['m1', 7, '', null, 'm2'], next: 9, more: true };
    transport.searchRequests[0]?.accept(invalid as HistoryMatches);
    expect(await found).toEqual({ messageIds: ['m1', 'm2'] });
    flow.terminate();
  });

  it('B411 the server is not searched without a search of the transport, or for a blank text', async () => {
    const { flow, transport } = await createSendingFlow({ fake: { capabilities: { history: true } } });
    const { flow: other, transport: searchable } = await createSendingFlow({ fake: SEARCHABLE });
    expect(await flow.searchHistory('needle')).toEqual({ messageIds: [] });
    expect(await other.searchHistory('  ')).toEqual({ messageIds: [] });
    expect([...transport.searchRequests, ...searchable.searchRequests]).toEqual([]);
    for (const each of [flow, other]) each.terminate();
  });

  it('B411 the search of the server rejects where the server refuses, and for an argument of the wrong type', async () => {
    const { flow, transport } = await createSendingFlow({ fake: SEARCHABLE });
    const found = flow.searchHistory('needle');
    await flushMicrotasks();
    transport.searchRequests[0]?.fail(new TransportFailure(503, 'busy', { retryable: true }));
    await expect(found).rejects.toMatchObject({ name: 'FlowError', code: 'refused' });
    await expect(flow.searchHistory(7 as never)).rejects.toThrow(/text is 7/);
    await expect(flow.searchHistory('needle', 7 as never)).rejects.toThrow(/before is 7/);
    flow.terminate();
  });
});
