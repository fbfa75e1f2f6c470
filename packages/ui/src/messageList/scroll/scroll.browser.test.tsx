import type { MessageRecord } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { message } from '../../../fixtures/conversation.ts';
import { article, articles, distanceToEnd, nextFrames, show, type Shown } from '../../../fixtures/render.tsx';

/** Messages of very different heights, so that no estimate is right. */
function messages(count: number): MessageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const order = index + 1;
    return message(order, {
      direction: order % 3 === 0 ? 'outgoing' : 'incoming',
      body: `Message ${order}. ${'Some more words. '.repeat((order * order * 7) % 41)}`,
      at: Date.now() - (count - order) * 60_000,
    });
  });
}

function showMany(count: number): Promise<Shown> {
  return show({ stored: messages(count), template: { pageSize: count }, strict: false });
}

/** The number of nine probed places in the painted view without a message, a day or a divider. */
function holes(log: HTMLElement): number {
  const { left, top, width, height } = log.getBoundingClientRect();
  return Array.from({ length: 9 }, (_, place) => top + (height * (place + 1)) / 10).filter(
    (y) => document.elementFromPoint(left + width / 2, y)?.closest('.imflow-row') === null,
  ).length;
}

/** The row in the middle of the view. */
function middle(log: HTMLElement): HTMLElement {
  const { top, height } = log.getBoundingClientRect();
  const found = articles(log).find((element) => element.getBoundingClientRect().bottom > top + height / 2);
  if (!found) throw new Error('There is no message in view.');
  return found;
}

describe('scrolling through many messages', () => {
  it('B127 scrolling upwards step by step moves each row by the scrolled distance, though the rows above were never measured', async () => {
    const { log } = await showMany(400);
    const wrong: number[] = [];
    for (let step = 0; step < 120; step += 1) {
      const row = middle(log);
      const before = row.getBoundingClientRect().top;
      log.scrollTop -= 90;
      await nextFrames(1);
      const by = row.getBoundingClientRect().top - before;
      if (Math.abs(by - 90) > 1) wrong.push(by);
    }
    expect(wrong).toEqual([]);
    // No row moves when the list becomes idle.
    const row = middle(log);
    const before = row.getBoundingClientRect().top;
    await nextFrames(30);
    expect(Math.abs(row.getBoundingClientRect().top - before)).toBeLessThan(1);
  });

  it('B126 jumps from end to start and back paint no blank frame, and both ends are in place', async () => {
    const { log } = await showMany(1_000);
    const painted: number[] = [];
    const leap = async (to: (step: number) => number): Promise<void> => {
      for (let step = 1; step <= 40; step += 1) {
        log.scrollTop = to(step);
        await nextFrames(1);
        painted.push(holes(log));
      }
    };
    const span = log.scrollHeight - log.clientHeight;
    await leap((step) => span * (1 - step / 40));
    // The history status stands before the first message, and covers little of the view.
    expect(painted.slice(0, -1).filter((count) => count > 0)).toEqual([]);
    expect(painted.at(-1)).toBeLessThanOrEqual(1);
    await nextFrames(30);
    log.scrollTop = 0;
    await nextFrames(30);
    const first = article(log, 'Message 1.');
    expect(first.getBoundingClientRect().top - log.getBoundingClientRect().top).toBeLessThan(120);
    painted.length = 0;
    await leap((step) => (log.scrollHeight - log.clientHeight) * (step / 40));
    expect(painted.slice(1).filter((count) => count > 0)).toEqual([]);
    await nextFrames(30);
    expect(distanceToEnd(log)).toBeLessThan(1);
    expect(article(log, 'Message 1000.').getBoundingClientRect().bottom).toBeLessThan(
      log.getBoundingClientRect().bottom,
    );
  });

  it('B126 a jump to the start during a scroll upwards shows the first message', async () => {
    const { log } = await showMany(400);
    for (let round = 0; round < 6; round += 1) {
      log.scrollTop = 9_000;
      await nextFrames(30);
      for (let step = 0; step < 5 + round * 7; step += 1) {
        log.scrollTop -= 180;
        await nextFrames(1);
      }
      log.scrollTop = round * 10;
      await nextFrames(1);
      // The history status may be in view.
      expect(holes(log)).toBeLessThanOrEqual(1);
      expect(article(log, 'Message 1.')).toBeDefined();
    }
  });

  it('B126 the spacers above and below are as high as their messages', async () => {
    const { log } = await showMany(300);
    for (let step = 0; log.scrollTop > 0 && step < 1_000; step += 1) {
      log.scrollTop -= 400;
      await nextFrames(1);
    }
    await nextFrames(30);
    // All rows have been measured, so that no size is an estimate.
    const before = log.scrollHeight;
    const list = log.querySelector<HTMLElement>('.imflow-items > div')!;
    expect(parseFloat(getComputedStyle(list).paddingTop)).toBe(0);
    log.scrollTop = log.scrollHeight;
    await nextFrames(30);
    expect(log.scrollHeight).toBe(before);
  });

  it('B126 a list that was hidden is at its end when it is shown', async () => {
    const { bo, log, screen } = await showMany(60);
    const frame = screen.container.querySelector<HTMLElement>('.imflow-chat')!.parentElement!;
    frame.style.display = 'none';
    for (let index = 1; index <= 15; index += 1) bo.sendMessage(`News ${index}. ${'Translations. '.repeat(index * 9)}`);
    await expect.poll(() => log.textContent).toContain('News 15.');
    await nextFrames(5);
    frame.style.display = 'flex';
    await nextFrames(5);
    expect([distanceToEnd(log), holes(log)]).toEqual([0, 0]);
  });
});
