import { describe, expect, it } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { articles, nextFrames, show } from '../../fixtures/render.tsx';
import { showStillOpening } from '../../fixtures/stillOpening.tsx';
import { Composer } from '../index.ts';

const STORED = Array.from({ length: 80 }, (_, index) => message(index + 1));

const focused = (): string | undefined => (document.activeElement as HTMLElement | null)?.dataset['message'];

describe('a message that has the focus', () => {
  it('B353 a focused message passes letters on to the composer, and keeps shortcuts', async () => {
    const { log, screen } = await show({ stored: [message(1), message(2)] });
    const box = screen.getByRole('textbox').element() as HTMLTextAreaElement;
    const [first] = articles(log);
    first!.focus();
    await userEvent.keyboard('{Control>}b{/Control}');
    expect(document.activeElement).toBe(first);
    await userEvent.keyboard('Hi! 7é');
    expect(document.activeElement).toBe(box);
    expect(box.value).toBe('Hi! 7é');
  });

  it('B353 PageUp and PageDown move the focus by one view, and stop at the ends', async () => {
    const { ana, log } = await show({ stored: STORED, template: { pageSize: 80 } });
    await nextFrames(10);
    articles(log).at(-1)!.focus();
    const { order } = ana.messages;
    const at = (): number => order.indexOf(focused() ?? '');
    const last = at();
    await userEvent.keyboard('{PageUp}');
    await expect.poll(at).toBeLessThan(last - 5);
    await expect.poll(at).toBeGreaterThan(last - 30);
    const box = log.getBoundingClientRect();
    const row = document.activeElement!.getBoundingClientRect();
    expect(row.top).toBeGreaterThanOrEqual(box.top - 1);
    expect(row.bottom).toBeLessThanOrEqual(box.bottom + 1);
    for (let press = 0; press < 12 && at() > 0; press += 1) {
      const before = at();
      await userEvent.keyboard('{PageUp}');
      await expect.poll(at).toBeLessThan(before);
    }
    expect(at()).toBe(0);
    await userEvent.keyboard('{PageDown}');
    await expect.poll(at).toBeGreaterThan(5);
  });
});

describe('a user who is offline', () => {
  it('B354 a user who is offline reads one notice in a chat, also about new messages', async () => {
    const { network, screen } = await show({ stored: [message(1)] });
    network.setOnline('ana', false);
    const note = (): string | null | undefined => screen.container.querySelector('.imflow-note')?.textContent;
    await expect.poll(note, { timeout: 5_000 }).toBe('Messages will be sent later.');
    const texts = Array.from(
      screen.container.querySelectorAll('.imflow-banner, .imflow-note, header'),
      (part) => part.textContent,
    );
    expect(texts.filter((text) => text.includes('offline')).length).toBe(1);
  });

  it('B354 a composer that stands alone shows both notices for offline users', async () => {
    const { network, screen } = await show({ children: <Composer /> });
    network.setOnline('ana', false);
    await expect.element(screen.getByText('You are offline. Messages will be sent later.')).toBeVisible();
  });
});

describe('loading', () => {
  it('B355 a conversation shows skeletons while it opens, hidden from screen readers', async () => {
    const { screen, log } = await show({ stored: STORED });
    expect(log.querySelector('.imflow-skeletons')).toBeNull();
    await screen.unmount();
    const opening = await showStillOpening();
    await expect.poll(() => opening.querySelectorAll('.imflow-skeleton').length).toBeGreaterThan(3);
    expect(opening.querySelector('.imflow-skeletons')).toHaveAttribute('aria-hidden', 'true');
    expect(opening.querySelector('.imflow-empty')).toBeNull();
  });

  it('B355 loading older messages shows skeletons beside its text, in a line of constant height', async () => {
    const { log } = await show({
      stored: STORED,
      template: { pageSize: 20 },
      loadBefore: () => new Promise(() => {}),
    });
    const head = log.querySelector<HTMLElement>('.imflow-head')!;
    const height = head.getBoundingClientRect().height;
    await expect
      .poll(() => {
        log.scrollTop = 0;
        return head.dataset['loading'];
      })
      .toBe('');
    expect(head.textContent).toMatch(/Loading/);
    for (const side of ['::before', '::after']) {
      const { blockSize, inlineSize, animationName } = getComputedStyle(head, side);
      expect(Number.parseFloat(blockSize)).toBeGreaterThanOrEqual(24);
      expect(Number.parseFloat(inlineSize)).toBeGreaterThanOrEqual(40);
      expect(animationName).toBe('imflow-pulse');
    }
    expect(head.getBoundingClientRect().height).toBe(height);
  });
});

describe('the jump button', () => {
  it('B356 the jump button fades out when the end is in view, passes on the focus at once, and is then removed', async () => {
    const { log, screen } = await show({ stored: STORED, template: { pageSize: 80 } });
    const jump = (): HTMLElement | null => screen.container.querySelector('.imflow-jump');
    await expect
      .poll(() => {
        log.scrollTop = 0;
        return jump();
      })
      .not.toBeNull();
    const button = jump()!;
    let seen = false;
    const observer = new MutationObserver(() => {
      if (button.dataset['leaving'] === '' && document.activeElement !== button) seen = button.tabIndex === -1;
    });
    observer.observe(button, { attributes: true });
    button.focus();
    log.scrollTop = log.scrollHeight;
    await expect.poll(jump).toBeNull();
    observer.disconnect();
    expect(seen).toBe(true);
    expect(document.activeElement).not.toBe(document.body);
  });

  it('B356 the jump button disappears at once where motion is reduced', async () => {
    await cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] });
    const { log, screen } = await show({ stored: STORED, template: { pageSize: 80 } });
    const jump = (): HTMLElement | null => screen.container.querySelector('.imflow-jump');
    await expect
      .poll(() => {
        log.scrollTop = 0;
        return jump();
      })
      .not.toBeNull();
    log.scrollTop = log.scrollHeight;
    await expect.poll(() => screen.container.querySelector('[data-at-end]')).not.toBeNull();
    expect(
      document.getAnimations().filter((each) => (each as CSSAnimation).animationName === 'imflow-disappear'),
    ).toEqual([]);
    await expect.poll(jump).toBeNull();
    await cdp().send('Emulation.setEmulatedMedia', { features: [] });
  });
});
