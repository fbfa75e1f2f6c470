import { createFakeTransport } from '@imflow/testing';
import { render, renderHook } from '@testing-library/react';
import { createMemoryStorage } from '@imflow/core/storage';
import { StrictMode } from 'react';
import { expect, it, vi } from 'vitest';
import { FlowProvider, useInstantMessagingFlow } from './index.ts';

it('B431 a transport that is new with each rendering is named once, and one that changes once is not', () => {
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

it('B431 an option that differs from that of the first user of a flow is named', () => {
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
