import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import { render, renderHook } from '@testing-library/react';
import { createMemoryStorage } from '@imflow/core/storage';
import { StrictMode } from 'react';
import { expect, it, onTestFinished, vi } from 'vitest';
import { FlowProvider, useInstantMessagingFlow } from './index.ts';

it('B431 a transport that is created with each rendering causes one warning, and one that changes once causes none', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const provider = () => (
    <StrictMode>
      <FlowProvider transport={createFakeTransport()} remote="bo@example.org" />
    </StrictMode>
  );
  const { rerender } = render(provider());
  rerender(provider());
  expect(warn).not.toHaveBeenCalled();
  for (let renderings = 0; renderings < 3; renderings += 1) rerender(provider());
  expect(warn.mock.calls).toEqual([
    [
      'imflow: A component has had three flows with bo@example.org. If its transport or flow is created while rendering, create it once, outside of components or in useState.',
    ],
  ]);
});

it('B431 an option that differs from that of the first user of a flow causes a warning', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const transport = createFakeTransport();
  const trust = () => 'trusted' as const;
  const first = { transport, remote: 'cy@example.org', template: { sendDelay: 5_000, trust } };
  renderHook(() => useInstantMessagingFlow(first));
  renderHook(() => useInstantMessagingFlow({ transport, remote: 'cy@example.org' }));
  renderHook(() => useInstantMessagingFlow({ ...first, template: { sendDelay: 5_000, trust: () => 'trusted' } }));
  expect(warn).not.toHaveBeenCalled();
  renderHook(() => useInstantMessagingFlow({ ...first, template: { sendDelay: 0 }, storage: createMemoryStorage() }));
  const sentence = (option: string): string[] => [
    `imflow: The flow with cy@example.org exists already with a different option ${option}, and the new value has no effect. Create the value once, outside of components.`,
  ];
  expect(warn.mock.calls).toEqual([sentence('template'), sentence('storage')]);
});

it('B441 a flow that is used and was never started causes a warning, and one that is started in time causes none', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const [never, later, ended] = ['dan@example.org', 'eve@example.org', 'fay@example.org'].map((remote) =>
    createInstantMessagingFlow({ transport: createFakeTransport(), remote }),
  ) as [InstantMessagingFlow, InstantMessagingFlow, InstantMessagingFlow];
  for (const flow of [never, later, ended]) render(<FlowProvider flow={flow} />);
  render(<FlowProvider transport={createFakeTransport()} remote="gus@example.org" />);
  await vi.advanceTimersByTimeAsync(4_999);
  later.start();
  ended.terminate();
  expect(warn).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(warn.mock.calls).toEqual([
    [
      'imflow: The flow with dan@example.org is used and was not started: it neither connects nor sends. Call its start method, or pass its options to FlowProvider, which starts it.',
    ],
  ]);
});

it('B441 a flow whose provider unmounts before the flow is started causes no warning', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'hal@example.org' });
  render(<FlowProvider flow={flow} />).unmount();
  vi.advanceTimersByTime(60_000);
  expect(warn).not.toHaveBeenCalled();
});
