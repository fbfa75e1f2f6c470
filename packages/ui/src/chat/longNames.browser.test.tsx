import { expect, it } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { cutOff, sticksOut } from '../../fixtures/layout.ts';
import { nextFrames, show } from '../../fixtures/render.tsx';
import { chooseAction, openActions } from '../../fixtures/allStates.tsx';
import { Chat } from './Chat.tsx';
import { ChatHeader } from './ChatHeader.tsx';

it('B207 a name of 200 letters without a blank wraps within a sentence', async () => {
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

it('B207 names and content types of 200 letters stay inside the chat wherever they are shown', async () => {
  const name = 'm'.repeat(200);
  const { ana, bo, log, screen } = await show({
    stored: [
      message(1, { body: 'An answer', replyTo: { id: 'm2', sender: 'bo', excerpt: 'w'.repeat(200) } }),
      message(2, { contentType: `application/${'x'.repeat(200)}`, body: '' }),
      message(3, { reactions: [{ author: 'bo', emojis: ['👍'], id: 'r1', sequence: 1 }] }),
      message(4, { direction: 'outgoing', body: 'Mine', status: 'displayed' }),
    ],
    children: <Chat header={<ChatHeader />} names={{ ana: name, bo: name }} />,
  });
  bo.setLocalComposingState('composing');
  await expect.poll(() => screen.container.querySelector('.imflow-typing[data-typing]')).not.toBeNull();
  const { container } = screen;
  const check = async (): Promise<void> => {
    await nextFrames(4);
    expect(sticksOut(container)).toEqual([]);
    // Titles, and texts in a line of a fixed height, end in an ellipsis; the whole text is visible elsewhere.
    const lines = container.querySelectorAll('.imflow-quote, .imflow-typing, .imflow-target');
    for (const line of lines) {
      const { left, right } = line.getBoundingClientRect();
      const { left: start, right: end } = container.querySelector('.imflow-chat')!.getBoundingClientRect();
      expect([left >= start, right <= end]).toEqual([true, true]);
    }
    const cut = Array.from(container.querySelectorAll('.imflow-label')).filter(
      (label) =>
        label.scrollWidth > label.clientWidth && !label.closest('.imflow-quote, .imflow-typing, .imflow-target'),
    );
    expect(cut.map((label) => label.outerHTML.slice(0, 80))).toEqual([]);
  };
  await check();
  await openActions(container, 'm1');
  chooseAction(container, 'reply');
  await expect.poll(() => container.querySelector('.imflow-target')).not.toBeNull();
  await check();
  await openActions(container, 'm4');
  chooseAction(container, 'delete');
  await expect.poll(() => container.querySelector('[role="dialog"], [role="alertdialog"]')).not.toBeNull();
  await check();
  expect(log.isConnected && ana.messages.order.length).toBe(4);
});
