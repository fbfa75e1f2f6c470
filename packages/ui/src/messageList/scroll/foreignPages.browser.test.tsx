import type { MessageRecord } from '@imflow/core';
import { Profiler } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../../fixtures/conversation.ts';
import { articles, distanceToEnd, nextFrames, show, type Shown } from '../../../fixtures/render.tsx';
import { Chat } from '../../index.ts';

function messages(count: number): MessageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const order = index + 1;
    return message(order, {
      direction: order % 3 === 0 ? 'outgoing' : 'incoming',
      body: `Message ${order}. ${'Some more words. '.repeat((order * order * 7) % 23)}`,
      at: Date.now() - (count - order) * 60_000,
    });
  });
}

/** After this many frames the list is idle, and the rows around the view are rendered. */
const IDLE_FRAMES = 14;

interface Page extends Shown {
  /** The element around the chat. */
  readonly frame: HTMLElement;
}

async function showMany(count = 300, css = '', children = <Chat />): Promise<Page> {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(style);
  onTestFinished(() => style.remove());
  const shown = await show({ stored: messages(count), template: { pageSize: count }, strict: false, children });
  await nextFrames(IDLE_FRAMES);
  return { ...shown, frame: shown.screen.container.querySelector<HTMLElement>('.imflow-chat')!.parentElement! };
}

/** The messages that are at least partly visible, by painted pixels. */
function visible(log: HTMLElement): HTMLElement[] {
  const view = log.getBoundingClientRect();
  return articles(log).filter((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > view.top + 1 && top < view.bottom - 1;
  });
}

interface Place {
  readonly id: string;
  /** The position, in layout px below the start of the view. */
  readonly at: number;
}

/** The position of the first message that begins in view, or the present position of an earlier one. */
function place(log: HTMLElement, former?: Place): Place {
  const view = log.getBoundingClientRect();
  const candidates = former
    ? articles(log).filter((element) => element.dataset['message'] === former.id)
    : visible(log).filter((element) => element.getBoundingClientRect().top >= view.top);
  const [first] = candidates;
  if (!first) return { id: 'none', at: NaN };
  return {
    id: first.dataset['message']!,
    at: (first.getBoundingClientRect().top - view.top) / (view.height / log.offsetHeight),
  };
}

function expectKept(log: HTMLElement, before: Place, label: unknown = ''): void {
  const now = place(log, before);
  expect([label, before.id, now, Math.abs(now.at - before.at) <= 1]).toEqual([label, before.id, now, true]);
}

async function scrollUp(log: HTMLElement, by: number): Promise<void> {
  for (let step = 0; step < by; step += 100) {
    log.scrollBy({ top: -100, behavior: 'instant' });
    await nextFrames(1);
  }
  await nextFrames(IDLE_FRAMES);
}

/** The rows that are visible fill the view: no more than the gap between two rows is empty. */
function expectFilled(log: HTMLElement): void {
  const { top, bottom, height } = log.getBoundingClientRect();
  const boxes = visible(log).map((element) => element.getBoundingClientRect());
  const covered = boxes.reduce((sum, box) => sum + Math.min(box.bottom, bottom) - Math.max(box.top, top), 0);
  expect(covered / height).toBeGreaterThan(0.6);
}

const TRANSFORMS = [
  'transform: scale(0.9)',
  'transform: scale(0.5)',
  'transform: scale(1.27)',
  'transform: scale(1, 0.6)',
  'transform: rotate(90deg)',
  'transform: rotate(180deg)',
  'transform: scaleY(-1)',
  'transform: rotate(7deg)',
  'transform: perspective(900px) rotateX(20deg)',
  'zoom: 0.8',
  'zoom: 1.5',
  'scale: 0.75',
  'writing-mode: horizontal-tb; direction: rtl',
];

describe('a list in a container that the page transforms', () => {
  it.each(TRANSFORMS)('B210 %s: rows are visible, and the reader keeps the place', async (css) => {
    const errors = vi.spyOn(console, 'error');
    const { bo, frame, log } = await showMany();
    frame.style.cssText += css;
    await nextFrames(IDLE_FRAMES);
    expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
    await scrollUp(log, 3_000);
    expect(visible(log).length).toBeGreaterThan(2);
    const top = log.scrollTop;
    const before = place(log);
    await nextFrames(IDLE_FRAMES);
    expectKept(log, before);
    expect(log.scrollTop).toBe(top);
    bo.sendMessage('One more');
    await nextFrames(10);
    expectKept(log, before);
    log.scrollTop = log.scrollHeight;
    await nextFrames(IDLE_FRAMES);
    expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
    expect(log.textContent).toContain('One more');
    for (let step = 0; step < 20; step += 1) {
      log.scrollTop += step % 2 === 0 ? -700 : 300;
      await nextFrames(1);
    }
    await nextFrames(IDLE_FRAMES);
    expect(visible(log).length).toBeGreaterThan(2);
    expect(errors).not.toHaveBeenCalled();
  });

  it.each(['transform: scale(0.5)', 'transform: scale(1.27)', 'zoom: 0.8', 'zoom: 1.5', 'zoom: 1.5; direction: rtl'])(
    'B308 %s: the toolbar and the details stand at their message',
    async (css) => {
      const { ana, frame, log } = await showMany(40);
      await page.viewport(900, 720);
      const { id } = ana.sendMessage('Mine');
      for (let index = 0; index < 4; index += 1) ana.sendMessage(`After it ${index}`);
      frame.style.cssText += `; block-size: 400px; inline-size: 300px; transform-origin: 0 0; ${css}`;
      await nextFrames(IDLE_FRAMES);
      const row = (): HTMLElement => log.querySelector(`[data-message="${id}"]`)!;
      await expect.poll(row).not.toBeNull();
      await nextFrames(IDLE_FRAMES);
      row().focus();
      await userEvent.keyboard('{Shift>}{F10}{/Shift}');
      await expect.poll(() => row().querySelector('[role="toolbar"]')).not.toBeNull();
      const scale = log.getBoundingClientRect().height / log.offsetHeight;
      // The toolbar overlaps its message by 8 px.
      const toolbar = row().querySelector('[role="toolbar"]')!.getBoundingClientRect();
      expect(Math.abs(toolbar.bottom - row().getBoundingClientRect().top - 8 * scale)).toBeLessThan(2.5);
      await userEvent.keyboard('{Escape}{Enter}');
      await expect.poll(() => document.querySelector('.imflow-details')).not.toBeNull();
      await nextFrames(20);
      const details = document.querySelector('.imflow-details')!.getBoundingClientRect();
      const box = row().getBoundingClientRect();
      const gap = details.bottom < box.bottom ? box.top - details.bottom : details.top - box.bottom;
      expect(Math.abs(gap - 8)).toBeLessThan(2.5);
      expect([details.left >= 7, details.right <= innerWidth - 7]).toEqual([true, true]);

      // The toolbar of a tall message that begins above the view stays in view.
      await userEvent.keyboard('{Escape}');
      ana.sendMessage('Tall\n'.repeat(30));
      await expect.poll(() => log.textContent).toContain('Tall');
      await nextFrames(IDLE_FRAMES);
      const tall = articles(log).at(-1)!;
      tall.focus({ preventScroll: true });
      await userEvent.keyboard('{Shift>}{F10}{/Shift}');
      await expect.poll(() => tall.querySelector('[role="toolbar"]')).not.toBeNull();
      const above = log.getBoundingClientRect().top - tall.getBoundingClientRect().top;
      expect(above).toBeGreaterThan(40);
      const inView =
        tall.querySelector('[role="toolbar"]')!.getBoundingClientRect().top - log.getBoundingClientRect().top;
      expect(Math.abs(inView - 4 * scale)).toBeLessThan(2.5);
    },
  );

  it.each(['scale(0.9)', 'scale(0.5)', 'scale(1.27)', 'rotate(180deg)'])(
    'B210 %s: a message above that grows moves no visible row',
    async (transform) => {
      const { frame, log } = await showMany();
      frame.style.transform = transform;
      await scrollUp(log, 2_000);
      const before = place(log);
      const above = articles(log).find((element) => !visible(log).includes(element))!;
      const isAbove = Number(above.dataset['message']!.slice(1)) < Number(before.id.slice(1));
      expect(isAbove).toBe(true);
      above.style.minBlockSize = '333px';
      await nextFrames(10);
      expectKept(log, before);
    },
  );

  it('B210 an animated transform of the container keeps the place of the reader', async () => {
    const { frame, log } = await showMany();
    await scrollUp(log, 2_000);
    const before = place(log);
    for (let step = 0; step < 10; step += 1) {
      frame.style.transform = `scale(${1 - step / 20})`;
      await nextFrames(2);
    }
    frame.style.transform = '';
    await nextFrames(10);
    expectKept(log, before);
  });
});

/** Removes the box of an element. Returns a function that restores it. */
const BOXES: Record<string, (frame: HTMLElement) => () => void> = {
  'display: none': (frame) => {
    frame.style.display = 'none';
    return () => (frame.style.display = 'flex');
  },
  'a height of 0': (frame) => {
    frame.style.blockSize = '0';
    return () => (frame.style.blockSize = '700px');
  },
  'a width of 0': (frame) => {
    frame.style.inlineSize = '0';
    return () => (frame.style.inlineSize = '400px');
  },
  'content-visibility: hidden': (frame) => {
    frame.style.contentVisibility = 'hidden';
    return () => (frame.style.contentVisibility = '');
  },
  'hidden attribute': (frame) => {
    frame.style.display = '';
    frame.hidden = true;
    return () => {
      frame.hidden = false;
      frame.style.display = 'flex';
    };
  },
  'detached from the document': (frame) => {
    const parent = frame.parentElement!;
    frame.remove();
    return () => parent.append(frame);
  },
};

describe('a list that has no box for a while', () => {
  it.each(Object.keys(BOXES))(
    'B211 %s: the reader finds the same message in the same place when the list has a box again',
    async (name) => {
      const { ana, bo, frame, log } = await showMany();
      await scrollUp(log, 2_000);
      const before = place(log);
      for (const hasNews of [false, true]) {
        const restoreBox = BOXES[name]!(frame);
        await nextFrames(IDLE_FRAMES);
        if (hasNews) bo.sendMessage('News');
        await nextFrames(5);
        restoreBox();
        await nextFrames(IDLE_FRAMES);
        expectKept(log, before, [name, hasNews]);
        expect(ana.messages.order.length).toBe(hasNews ? 301 : 300);
        expectFilled(log);
      }
    },
  );

  it.each(Object.keys(BOXES))(
    'B211 %s: a reader at the end is at the end when the list has a box again',
    async (name) => {
      const { bo, frame, log } = await showMany(60);
      const restoreBox = BOXES[name]!(frame);
      await nextFrames(10);
      for (let index = 0; index < 15; index += 1) bo.sendMessage(`News ${index}. ${'Words. '.repeat(index * 5)}`);
      await nextFrames(10);
      restoreBox();
      await nextFrames(IDLE_FRAMES);
      expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
      expect(log.textContent).toContain('News 14.');
      expectFilled(log);
    },
  );

  it('B211 a list that loses and regains its box within one task, or moves in the document, keeps its place', async () => {
    const { frame, log } = await showMany();
    await scrollUp(log, 2_000);
    const before = place(log);
    frame.style.display = 'none';
    void frame.offsetHeight;
    frame.style.display = 'flex';
    await nextFrames(10);
    expectKept(log, before);
    const parent = frame.parentElement!;
    const elsewhere = document.createElement('div');
    parent.append(elsewhere);
    onTestFinished(() => parent.append(frame));
    elsewhere.append(frame);
    await nextFrames(IDLE_FRAMES);
    expectKept(log, before);
    parent.append(frame);
    await nextFrames(IDLE_FRAMES);
    elsewhere.remove();
    expectKept(log, before);
  });

  it('B211 a list that was never shown is at its end when it is shown', async () => {
    const style = document.createElement('style');
    style.textContent = '.imflow-chat { display: none !important; }';
    document.head.append(style);
    const { log } = await show({ stored: messages(100), template: { pageSize: 100 } });
    await nextFrames(10);
    style.remove();
    await nextFrames(10);
    expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
    expectFilled(log);
  });
});

const SCROLLING = [
  '* { scroll-behavior: smooth; }',
  '.imflow-viewport { scroll-behavior: smooth !important; }',
  '* { scroll-snap-type: y mandatory; scroll-snap-align: start; }',
  '* { overflow-anchor: auto !important; }',
  '* { scroll-padding: 50px; scroll-margin: 50px; }',
];

describe('a page with its own idea of scrolling', () => {
  it.each(SCROLLING.slice(0, 2))('B212 %s: the list opens at the end, follows, and jumps at once', async (css) => {
    const { bo, log, screen } = await showMany(300, css);
    expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
    for (let index = 0; index < 20; index += 1) bo.sendMessage(`News ${index}. ${'Words. '.repeat(40)}`);
    await expect.poll(() => log.textContent).toContain('News 19.');
    await nextFrames(3);
    expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
    await scrollUp(log, 2_000);
    const before = place(log);
    await nextFrames(IDLE_FRAMES);
    expectKept(log, before);
    // The first click leads to the unread messages, the second one to the end.
    for (const jump of [1, 2]) {
      const button = screen.getByRole('button', { name: /^Jump to latest/ });
      if (jump === 1 || button.elements().length > 0) await button.click();
      await nextFrames(3);
    }
    expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
  });

  it.each(SCROLLING.slice(2))('B212 %s: the list keeps its place', async (css) => {
    const { bo, log } = await showMany(300, css);
    expect(Math.abs(distanceToEnd(log))).toBeLessThanOrEqual(1);
    await scrollUp(log, 2_000);
    const before = place(log);
    bo.sendMessage('News');
    articles(log)[0]!.style.minBlockSize = '300px';
    await nextFrames(IDLE_FRAMES);
    expectKept(log, before);
  });
});

const LYING = [
  ['rows that are not displayed', '[data-direction="incoming"] { display: none !important; }'],
  ['rows of no height', '.imflow-row { block-size: 0 !important; overflow: hidden; padding: 0 !important }'],
  ['rows of half a pixel more', '.imflow-row { padding-block-end: 0.37px !important; }'],
  ['rows with margins', '.imflow-items > div > div { margin-block: 7px !important; }'],
  ['rows with padding and borders', '.imflow-items > div > div { padding: 5px; border: 3px solid; }'],
  ['rows as high as the view', '.imflow-row { min-block-size: 100cqb; } .imflow-viewport { container-type: size; }'],
  [
    'rows that shrink as more are rendered',
    '.imflow-items > div:has(> :nth-child(14)) .imflow-row { block-size: 9px; overflow: hidden; }',
  ],
  [
    'rows that grow as more are rendered',
    '.imflow-items > div:has(> :nth-child(14)) .imflow-row { block-size: 900px; }',
  ],
  [
    'rows that change without end',
    '.imflow-row { animation: lie 0.1s infinite alternate; } @keyframes lie { from { block-size: 20px } to { block-size: 300px } }',
  ],
] as const;

describe('rows whose sizes the page decides', () => {
  it.each(LYING)('B213 %s: the list keeps working, and renders a bounded number of times', async (_, css) => {
    const errors = vi.spyOn(console, 'error');
    let commits = 0;
    const onRender = (): void => void (commits += 1);
    const chat = (
      <Profiler id="chat" onRender={onRender}>
        <Chat />
      </Profiler>
    );
    const { bo, log } = await showMany(300, css, chat);
    const perStep: number[] = [];
    for (let step = 0; step < 15; step += 1) {
      commits = 0;
      log.scrollTop += step % 3 === 2 ? 250 : -400;
      await nextFrames(1);
      perStep.push(commits);
    }
    // A scroll, a size that changed, and a frame: each may change the rows four times at most.
    expect(Math.max(...perStep)).toBeLessThanOrEqual(12);
    bo.sendMessage('One more');
    await nextFrames(IDLE_FRAMES);
    log.scrollTop = log.scrollHeight;
    await nextFrames(IDLE_FRAMES);
    expect(log.isConnected).toBe(true);
    expect(errors).not.toHaveBeenCalled();
    expect(articles(log).length).toBeLessThanOrEqual(301);
  });
});
