import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { show, type Shown } from '../../fixtures/render.tsx';
import { sampleConversation } from '../../fixtures/sampleConversation.ts';

/**
 * Simulates a virtual keyboard over the page, as on iOS: the visual viewport shrinks, and the page keeps its size.
 */
function stubVisualViewport(): (change: Partial<VisualViewport>) => void {
  const visible = { height: innerHeight, offsetTop: 0, scale: 1 };
  const target = new EventTarget();
  const stub = new Proxy(target, {
    get(_, key) {
      if (key in visible) return visible[key as keyof typeof visible];
      const value = target[key as keyof EventTarget];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  vi.stubGlobal('visualViewport', stub);
  onTestFinished(() => void vi.unstubAllGlobals());
  return (change) => {
    Object.assign(visible, change);
    target.dispatchEvent(new Event('resize'));
  };
}

function edges({ screen }: Shown): { header: number; composer: number } {
  const within = (selector: string): DOMRect => screen.container.querySelector(selector)!.getBoundingClientRect();
  return { header: Math.round(within('header').top), composer: Math.round(within('textarea').bottom) };
}

/** Simulates a phone, on which a finger is the main pointer. */
function stubTouch(): void {
  const { matchMedia } = window;
  vi.spyOn(window, 'matchMedia').mockImplementation((query) =>
    query === '(pointer: coarse)' ? ({ matches: true } as MediaQueryList) : matchMedia.call(window, query),
  );
}

describe('a chat on a phone', () => {
  it('B339 the chat keeps its header and composer above a virtual keyboard, and restores them after it', async () => {
    const change = stubVisualViewport();
    const shown = await show({ stored: sampleConversation(Date.now()) });
    const before = edges(shown);
    await userEvent.click(shown.screen.getByRole('textbox'));
    // The browser scrolls the page, so that the text box is above the keyboard.
    change({ height: innerHeight - 300, offsetTop: 80 });
    expect(edges(shown).header).toBe(80);
    expect(edges(shown).composer).toBeLessThanOrEqual(innerHeight - 220);
    change({ height: innerHeight, offsetTop: 0 });
    expect(edges(shown)).toEqual(before);
  });

  it('B339 the chat does not move where the user has zoomed the page, or types elsewhere', async () => {
    const change = stubVisualViewport();
    const shown = await show({ stored: sampleConversation(Date.now()) });
    const before = edges(shown);
    change({ height: innerHeight - 300, offsetTop: 80 });
    expect(edges(shown)).toEqual(before);
    await userEvent.click(shown.screen.getByRole('textbox'));
    change({ height: innerHeight - 300, offsetTop: 80, scale: 2 });
    expect(edges(shown)).toEqual(before);
  });

  it('B339 on a phone, Enter begins a new line, Ctrl+Enter sends, and the keyboard shows the same', async () => {
    stubTouch();
    const { ana, screen } = await show();
    const box = screen.getByRole('textbox');
    await userEvent.type(box, 'one{Enter}two');
    await expect.element(box).toHaveValue('one\ntwo');
    await expect.element(box).toHaveAttribute('enterkeyhint', 'enter');
    expect(ana.messages.order.length).toBe(0);
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect.element(box).toHaveValue('');
    expect(ana.messages.order.length).toBe(1);
  });

  it('B339 on a phone, text boxes have a font of 16 px, below which the browser would zoom', async () => {
    const { screen } = await show();
    expect(parseFloat(getComputedStyle(screen.getByRole('textbox').element()).fontSize)).toBeGreaterThanOrEqual(16);
  });
});
