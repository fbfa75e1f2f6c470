import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, comeBack, distanceToEnd, nextFrames, show } from '../../fixtures/render.tsx';
import { Chat, MessageList } from '../index.ts';

const MANY = Array.from({ length: 60 }, (_, index) => message(index + 1));

function jump(): HTMLElement | null {
  return document.querySelector('.imflow-jump');
}

/** The name of the place that has the focus. */
function place(): string {
  const active = document.activeElement;
  if (!active || active === document.body) return 'nowhere';
  return active.closest('article') ? 'message' : (active.className.split(' ')[0] ?? active.tagName);
}

/** A device whose main pointer is a finger. */
function touch(): void {
  const { matchMedia } = window;
  vi.spyOn(window, 'matchMedia').mockImplementation((query) =>
    query === '(pointer: coarse)' ? ({ matches: true } as MediaQueryList) : matchMedia.call(window, query),
  );
}

describe('the focus after its element was removed', () => {
  it('B242 the jump button, pressed by Enter with unread messages below, moves the focus to the first of them', async () => {
    const { log, bo } = await show({ stored: MANY });
    log.scrollTop = 200;
    await expect.poll(jump).not.toBeNull();
    for (let index = 0; index < 12; index += 1) bo.sendMessage(`News ${index}`);
    await expect.poll(() => jump()?.textContent).toBe('12');
    jump()!.focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => document.activeElement?.textContent).toContain('News 0');
    expect(place()).toBe('message');
  });

  it.each([
    ['a key', 'imflow-textbox'],
    ['a click', 'imflow-textbox'],
    ['the list that comes to its end', 'imflow-textbox'],
  ])('B242 when the jump button disappears by %s, the composer has the focus', async (how, where) => {
    const { log } = await show({ stored: MANY });
    log.scrollTop = 200;
    await expect.poll(jump).not.toBeNull();
    jump()!.focus();
    if (how === 'a key') await userEvent.keyboard('{Enter}');
    else if (how === 'a click') await userEvent.click(jump()!);
    else log.scrollTop = log.scrollHeight;
    await expect.poll(jump).toBeNull();
    await expect.poll(place).toBe(where);
  });

  it('B242 on a touch device the list has the focus instead, so that no keyboard opens', async () => {
    touch();
    const { log } = await show({ stored: MANY });
    log.scrollTop = 200;
    await expect.poll(jump).not.toBeNull();
    jump()!.focus();
    jump()!.click();
    await expect.poll(jump).toBeNull();
    expect(place()).toBe('imflow-viewport');
  });

  it('B242 without a composer the list has the focus', async () => {
    const { log } = await show({ stored: MANY, children: <MessageList /> });
    log.scrollTop = 200;
    await expect.poll(jump).not.toBeNull();
    jump()!.focus();
    jump()!.click();
    await expect.poll(jump).toBeNull();
    expect(place()).toBe('imflow-viewport');
  });

  it('B242 the focus of "Jump to first new message" moves on when the user has scrolled there', async () => {
    const { log, bo } = await show({ stored: MANY });
    await comeBack(log, bo);
    await expect.poll(() => document.querySelector('.imflow-jump-unread')).not.toBeNull();
    document.querySelector<HTMLElement>('.imflow-jump-unread')!.focus();
    log.scrollTop -= 4_000;
    await expect.poll(() => document.querySelector('.imflow-jump-unread')).toBeNull();
    expect(place()).not.toBe('nowhere');
  });

  it.each([
    ['it was deleted, in another tab', 'discardMessage'],
    ['it was sent again, in another tab', 'retryMessage'],
  ] as const)('B242 the focus of a failed message’s button moves on: %s', async (_, action) => {
    const failed = message(2, { direction: 'outgoing', status: 'failed', code: 503, retryable: true, body: 'Oh' });
    const { log, ana } = await show({ stored: [message(1), failed], alone: true });
    article(log, 'Oh').querySelector<HTMLElement>('.imflow-failure button')!.focus();
    ana[action]('m2');
    await expect.poll(() => log.querySelector('.imflow-failure')).toBeNull();
    await expect.poll(place).not.toBe('nowhere');
  });

  it('B242 the focus of a message that is deleted moves to the list', async () => {
    const failed = message(2, { direction: 'outgoing', status: 'failed', code: 503, body: 'Oh' });
    const { log, ana } = await show({ stored: [message(1), failed] });
    article(log, 'Oh').focus();
    ana.discardMessage('m2');
    await expect.poll(() => articles(log).length).toBe(1);
    await expect.poll(place).toBe('imflow-viewport');
  });

  it('B242 the focus of the Send button moves to the box when nothing is left to send', async () => {
    const { screen } = await show();
    await screen.getByRole('textbox').fill('a');
    await expect.element(screen.getByRole('button', { name: 'Send' })).toBeEnabled();
    screen.getByRole('button', { name: 'Send' }).element().focus();
    await userEvent.keyboard('{Enter}');
    await nextFrames();
    expect(place()).toBe('imflow-textbox');
  });

  it('B242 the focus stays in the box and on the button when the conversation ends', async () => {
    for (const selector of ['textarea', '.imflow-send']) {
      const { screen, ana } = await show();
      await screen.getByRole('textbox').fill('a');
      await expect.element(screen.getByRole('button', { name: 'Send' })).toBeEnabled();
      screen.container.querySelector<HTMLElement>(selector)!.focus();
      ana.terminate();
      await expect.element(screen.getByRole('textbox')).toHaveAttribute('readonly');
      await nextFrames();
      expect(place()).toBe('imflow-textbox');
      await screen.unmount();
    }
  });

  it('B242 "Do not send" pressed by a finger does not open the keyboard', async () => {
    const { log, ana } = await show({ alone: true, capabilities: { offlineDelivery: false }, children: <Chat /> });
    ana.sendMessage('Wait');
    await expect.poll(() => article(log, 'Wait')).toBeDefined();
    ana.setAttention(true);
    await expect.poll(() => ana.messages.get(ana.messages.order.at(0)!)?.status).toBe('queued');
    log.querySelector<HTMLElement>('.imflow-details-button')!.click();
    await expect.poll(() => document.querySelector('.imflow-details button')).not.toBeNull();
    document
      .querySelector('.imflow-details button')!
      .dispatchEvent(new PointerEvent('click', { bubbles: true, pointerType: 'touch' }));
    await expect.poll(() => articles(log).length).toBe(0);
    expect(place()).toBe('imflow-viewport');
  });

  it.each([
    ['fine', 'imflow-textbox'],
    ['coarse', 'imflow-viewport'],
  ])('B242 a conversation that opens with autoFocus sets the focus for the pointer "%s"', async (pointer, where) => {
    if (pointer === 'coarse') touch();
    // oxlint-disable-next-line jsx-a11y/no-autofocus -- it is what is tested
    const { log } = await show({ stored: MANY, children: <Chat autoFocus /> });
    await expect.poll(place).toBe(where);
    expect(distanceToEnd(log)).toBeLessThan(2);
    await page.viewport(420, 720);
    onTestFinished(() => {});
  });
});
