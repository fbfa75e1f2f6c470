import type { MessageRecord } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { articles, distanceToEnd, nextFrames, show, type Shown } from '../../fixtures/render.tsx';

function messages(count: number): MessageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const order = index + 1;
    return message(order, {
      direction: order % 3 === 0 ? 'outgoing' : 'incoming',
      body: `Message ${order}. ${'Some more words. '.repeat((order * 7) % 11)}`,
      at: Date.now() - (count - order) * 60_000,
    });
  });
}

/** Shows a reader in the middle of the list. `firstVisible` is the first row that is completely in view. */
async function reading(
  options: { readonly strict?: boolean } = {},
): Promise<Shown & { readonly firstVisible: HTMLElement }> {
  const shown = await show({ stored: messages(200), template: { pageSize: 200 }, strict: false, ...options });
  const { log } = shown;
  log.scrollTop -= 4_000;
  await nextFrames(20);
  const { top } = log.getBoundingClientRect();
  const firstVisible = articles(log).find((element) => element.getBoundingClientRect().top >= top)!;
  return { ...shown, firstVisible };
}

/** The largest distance of an element from its initial position in any frame after a change, in px. */
async function movement(element: HTMLElement, change: () => unknown, frames = 12): Promise<number> {
  const top = element.getBoundingClientRect().top;
  await change();
  let farthest = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    await nextFrames(1);
    farthest = Math.max(farthest, Math.abs(element.getBoundingClientRect().top - top));
  }
  return farthest;
}

function pageScroll(): number[] {
  return [scrollX, scrollY, document.documentElement.scrollTop, document.body.scrollTop];
}

/** The rows above `firstVisible`, the nearest first. */
function above(log: HTMLElement, firstVisible: HTMLElement): HTMLElement[] {
  const all = articles(log);
  return all.slice(0, all.indexOf(firstVisible)).toReversed();
}

describe('a reader away from the end', () => {
  it('B126 B127 an image that loads late in an earlier row moves the visible rows by 0 px, whether its row is in view, half in view or out of view', async () => {
    const { log, firstVisible } = await reading();
    for (const [index, row] of above(log, firstVisible).slice(0, 4).entries()) {
      const body = row.querySelector<HTMLElement>('.imflow-body')!;
      for (const height of [300, 120, 500]) {
        const moved = await movement(firstVisible, () => (body.style.minBlockSize = `${height}px`));
        expect([index, height, moved <= 1 ? 'still' : moved]).toEqual([index, height, 'still']);
      }
    }
    expect(pageScroll()).toEqual([0, 0, 0, 0]);
  });

  it('B126 a message that the reader interacts with grows downwards, also where its top is out of view', async () => {
    const { log, firstVisible } = await reading();
    const row = firstVisible;
    log.scrollTop += row.getBoundingClientRect().top - log.getBoundingClientRect().top + 10;
    await nextFrames(20);
    expect(row.getBoundingClientRect().top).toBeLessThan(log.getBoundingClientRect().top);
    row.focus({ preventScroll: true });
    const body = row.querySelector<HTMLElement>('.imflow-body')!;
    expect(await movement(row, () => (body.style.minBlockSize = '400px'))).toBeLessThanOrEqual(1);
    expect(row.getBoundingClientRect().height).toBeGreaterThan(400);
  });

  it('B126 a growing composer moves the visible rows by 0 px', async () => {
    const { log, firstVisible, screen } = await reading();
    const before = log.clientHeight;
    screen.getByRole('textbox').element().focus({ preventScroll: true });
    const grow = async (): Promise<void> => {
      for (let line = 0; line < 5; line += 1) await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    };
    expect(await movement(firstVisible, grow)).toBeLessThanOrEqual(1);
    expect(log.clientHeight).toBeLessThan(before - 60);
    expect(await movement(firstVisible, () => userEvent.clear(screen.getByRole('textbox')))).toBeLessThanOrEqual(1);
    expect(pageScroll()).toEqual([0, 0, 0, 0]);
  });

  it('B126 a new width of the window moves the anchored row by 0 px, though all rows wrap again', async () => {
    const { log, firstVisible, screen } = await reading();
    const frame = screen.container.querySelector<HTMLElement>('.imflow-chat')!.parentElement!;
    const heightOf = (): number => above(log, firstVisible)[0]!.getBoundingClientRect().height;
    const before = heightOf();
    for (const width of [260, 400, 220]) {
      expect([width, await movement(firstVisible, () => (frame.style.inlineSize = `${width}px`))]).toEqual([width, 0]);
    }
    expect(heightOf()).toBeGreaterThan(before);
  });

  it('B126 a keyboard that takes half of the window moves the visible rows by 0 px', async () => {
    const { log, firstVisible, screen } = await reading();
    const frame = screen.container.querySelector<HTMLElement>('.imflow-chat')!.parentElement!;
    frame.style.blockSize = '100dvh';
    await nextFrames(5);
    const before = log.clientHeight;
    expect(await movement(firstVisible, () => page.viewport(420, 400))).toBeLessThanOrEqual(1);
    expect(log.clientHeight).toBeLessThan(before - 250);
    expect(pageScroll()).toEqual([0, 0, 0, 0]);
  });
});

describe('a reader at the end', () => {
  it('B126 a reader at the end stays there over a keyboard and a new width, and the page never scrolls', async () => {
    const { log, screen } = await show({ stored: messages(60), strict: false });
    const frame = screen.container.querySelector<HTMLElement>('.imflow-chat')!.parentElement!;
    frame.style.blockSize = '100dvh';
    await nextFrames(5);
    await page.viewport(420, 400);
    await nextFrames(5);
    expect(distanceToEnd(log)).toBeLessThanOrEqual(1);
    frame.style.inlineSize = '250px';
    await nextFrames(5);
    expect(distanceToEnd(log)).toBeLessThanOrEqual(1);
    await page.viewport(420, 720);
    await nextFrames(5);
    expect(distanceToEnd(log)).toBeLessThanOrEqual(1);
    expect(pageScroll()).toEqual([0, 0, 0, 0]);
  });

  it('B126 the list follows a reader who reaches the end in the same frame in which the window shrinks and a message arrives', async () => {
    const transport = createFakeTransport();
    const { log, screen } = await show({ stored: messages(60), transport, strict: false });
    const frame = screen.container.querySelector<HTMLElement>('.imflow-chat')!.parentElement!;
    log.scrollTop -= 1_000;
    await nextFrames(20);
    // All in one task, before the list can handle any of the changes.
    frame.style.blockSize = '400px';
    log.scrollTop = log.scrollHeight;
    const body = 'And then? '.repeat(60);
    transport.push({ type: 'message', message: { messageId: 'new', sender: 'bo', contentType: 'text/plain', body } });
    await expect.poll(() => log.textContent).toContain('And then?');
    await nextFrames(5);
    expect(distanceToEnd(log)).toBeLessThanOrEqual(1);
  });
});
