import { createFakeTransport } from '@imflow/testing';
import { act, render, renderHook } from '@testing-library/react';
import type { ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { FlowProvider, useFlow, useInstantMessagingFlow } from './index.ts';

async function aMacrotaskLater(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
}

function createNormalizingTransport(): ReturnType<typeof createFakeTransport> {
  return Object.assign(createFakeTransport(), { normalizeAddress: (address: string) => address.toLowerCase() });
}

const SPELLINGS = ['Bo@Example.COM', 'bo@example.com', 'BO@EXAMPLE.COM'];

describe('one participant, written in several ways', () => {
  it('B302 different spellings of a participant share one flow and one channel, until the last component unmounts', async () => {
    const transport = createNormalizingTransport();
    const hooks = SPELLINGS.map((remote) => renderHook(() => useInstantMessagingFlow({ transport, remote })));
    await aMacrotaskLater();
    const flows = hooks.map(({ result }) => result.current.flow);
    expect(new Set(flows).size).toBe(1);
    expect(flows[0]?.remote).toBe('bo@example.com');
    expect(transport.openChannels).toBe(1);
    hooks[0]?.unmount();
    hooks[1]?.unmount();
    await aMacrotaskLater();
    expect(transport.openChannels).toBe(1);
    hooks[2]?.unmount();
    await aMacrotaskLater();
    expect(transport.openChannels).toBe(0);

    for (const remote of SPELLINGS) {
      const again = renderHook(() => useInstantMessagingFlow({ transport, remote }));
      await aMacrotaskLater();
      expect(again.result.current.flow.store.getState().state).not.toBe('terminated');
      again.unmount();
      await aMacrotaskLater();
    }
  });

  it('B302 the flow stays the same where a provider changes the spelling of the participant', async () => {
    const transport = createNormalizingTransport();
    const seen = new Set<unknown>();
    function Child(): null {
      seen.add(useFlow());
      return null;
    }
    const provider = (remote: string): ReactElement => (
      <FlowProvider transport={transport} remote={remote}>
        <Child />
      </FlowProvider>
    );
    const { rerender, unmount } = render(provider('Bo@Example.COM'));
    await aMacrotaskLater();
    rerender(provider('bo@example.com'));
    await aMacrotaskLater();
    expect(seen.size).toBe(1);
    expect(transport.openChannels).toBe(1);
    unmount();
    await aMacrotaskLater();
  });
});
