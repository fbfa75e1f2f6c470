import { createInstantMessagingFlow } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { createFakeTransport, createVirtualClock } from '@imflow/testing';
import { Profiler } from 'react';
import { expect, it, onTestFinished, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { nextFrames } from '../../fixtures/render.tsx';
import { TypingIndicator } from './TypingIndicator.tsx';
import '../styles.css';

it('B123 typing that pauses and continues renders the indicator once', async () => {
  const clock = createVirtualClock();
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock });
  flow.start();
  onTestFinished(() => flow.terminate());
  const rendered = vi.fn();
  const screen = await render(
    <FlowProvider flow={flow}>
      <Profiler id="typing" onRender={rendered}>
        <TypingIndicator />
      </Profiler>
    </FlowProvider>,
  );
  const hear = (state: 'composing' | 'idle'): void => {
    transport.push({ type: 'composing', sender: 'bo', state });
    clock.advanceSync(300);
  };
  rendered.mockClear();
  hear('composing');
  await expect.element(screen.getByText('bo is typing…')).toBeVisible();
  expect(rendered).toHaveBeenCalledTimes(1);
  const stateChanged = vi.fn();
  flow.on('remoteComposingStateChanged', stateChanged);
  for (let pause = 0; pause < 5; pause += 1) {
    hear('idle');
    hear('composing');
  }
  expect(stateChanged).toHaveBeenCalledTimes(10);
  await nextFrames(10);
  expect(rendered).toHaveBeenCalledTimes(1);
});
