import { createInstantMessagingFlow } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { createFakeTransport } from '@imflow/testing';
import { act, render } from '@testing-library/react';
import { expect, it, onTestFinished, vi } from 'vitest';
import { de } from '../translations/de.ts';
import { ChatHeader, ChatSettings } from '../index.ts';

const NOW = new Date(2026, 2, 12, 9, 41).getTime();

it.each([
  ['today', new Date(2026, 2, 12, 8, 5), 'Last seen: 8:05 AM', 'Zuletzt online: 08:05'],
  ['yesterday', new Date(2026, 2, 11, 23, 59), 'Last seen: Yesterday, 11:59 PM', 'Zuletzt online: Gestern, 23:59'],
  ['earlier', new Date(2026, 1, 1, 12, 0), 'Last seen: February 1, 12:00 PM', 'Zuletzt online: 1. Februar, 12:00'],
])('B374 the header shows when the participant was last seen: %s', async (_, seen, english, german) => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  onTestFinished(() => void vi.useRealTimers());
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  flow.start();
  onTestFinished(() => flow.terminate());
  const { container } = render(
    <FlowProvider flow={flow}>
      <ChatHeader />
      <ChatSettings translations={de}>
        <ChatHeader />
      </ChatSettings>
    </FlowProvider>,
  );
  const presences = (): string[] =>
    Array.from(container.querySelectorAll('.imflow-presence'), (each) =>
      // Versions of CLDR differ in the blank before AM.
      each.textContent.replaceAll(/\s/gu, ' '),
    );
  const become = async (event: Parameters<typeof transport.push>[0]): Promise<void> => {
    await act(async () => transport.push(event));
  };
  await become({ type: 'participant', address: 'bo', change: 'unavailable', lastSeen: seen.getTime() });
  expect(presences()).toEqual([english, german]);
  await become({ type: 'participant', address: 'bo', change: 'available' });
  expect(presences()).toEqual(['Online', 'Online']);
  await become({ type: 'participant', address: 'bo', change: 'unavailable' });
  expect(presences()).toEqual(['Away', 'Abwesend']);
});
