import { expect, it } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { cutOff, sticksOut } from '../../fixtures/layout.ts';
import { nextFrames, show } from '../../fixtures/render.tsx';
import { Chat } from './Chat.tsx';

it('B207 a name of 200 letters without a blank is wrapped where it stands in a sentence', async () => {
  const name = 'm'.repeat(200);
  const { screen } = await show({
    stored: [
      message(1, { direction: 'outgoing', body: 'Gone', status: 'undeliverable', code: 404 }),
      message(2, { direction: 'outgoing', body: 'Stayed', status: 'failed', code: 404, retryable: true }),
    ],
    children: <Chat names={{ bo: name }} />,
  });
  await expect.poll(() => screen.container.querySelectorAll('.imflow-failure').length).toBe(2);
  await nextFrames(4);
  const { container } = screen;
  expect(container.querySelector('.imflow-failure')?.textContent).toContain(name);
  expect(container.querySelector('.imflow-head')?.textContent).toContain(name);
  expect(sticksOut(container)).toEqual([]);
  // Titles end in an ellipsis.
  expect(cutOff(container).filter((cut) => !/^imflow-(?:title|name)/.test(cut))).toEqual([]);
  const chat = container.querySelector('.imflow-chat')?.getBoundingClientRect();
  for (const label of container.querySelectorAll('.imflow-failure > .imflow-label, .imflow-head > .imflow-label')) {
    const { left, right } = label.getBoundingClientRect();
    expect(left).toBeGreaterThanOrEqual(chat?.left ?? NaN);
    expect(right).toBeLessThanOrEqual(chat?.right ?? NaN);
  }
});
