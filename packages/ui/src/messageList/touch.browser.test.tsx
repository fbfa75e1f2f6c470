import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { page } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, nextFrames, show, type ShowOptions, type Shown } from '../../fixtures/render.tsx';

const toolbar = () => page.getByRole('toolbar', { name: 'Message actions' });

beforeEach(() => {
  const { matchMedia } = window;
  vi.spyOn(window, 'matchMedia').mockImplementation((query) =>
    query === '(pointer: coarse)' ? ({ matches: true } as MediaQueryList) : matchMedia.call(window, query),
  );
  onTestFinished(() => void vi.restoreAllMocks());
});

/** A simulated finger on an element. Positions are in px from where the touch began. */
class Finger {
  readonly element: Element;

  constructor(element: Element) {
    this.element = element;
    this.#send('pointerdown', 0, 0);
  }

  move(x: number, y = 0): void {
    this.#send('pointermove', x, y);
  }

  up(x = 0, y = 0): void {
    this.#send('pointerup', x, y);
  }

  cancel(): void {
    this.#send('pointercancel', 0, 0);
  }

  #send(type: string, x: number, y: number): void {
    this.element.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true,
        cancelable: true,
        pointerType: 'touch',
        pointerId: 5,
        isPrimary: true,
        clientX: 100 + x,
        clientY: 100 + y,
      }),
    );
  }
}

async function showThree(options: ShowOptions = {}): Promise<Shown> {
  const stored = [
    message(1, { body: 'See https://example.org/tea' }),
    message(2, { body: 'Tea at five?' }),
    message(3, { body: '', retracted: { at: 1 } }),
  ];
  return show({ stored, strict: false, ...options });
}

const textOf = (log: HTMLElement, text: string): Element => article(log, text).querySelector('.imflow-text')!;
const replied = ({ screen }: Shown): string => screen.container.querySelector('.imflow-target')?.textContent ?? '';

describe('a finger that rests on a message', () => {
  it('B369 a long press shows the actions while the finger is down, and lifting it presses nothing', async () => {
    const { log } = await showThree();
    const finger = new Finger(textOf(log, 'Tea at five?'));
    await expect.element(toolbar()).toBeVisible();
    const reply = toolbar().getByRole('button', { name: 'Reply' });
    await expect.element(reply).toHaveFocus();
    expect(article(log, 'Tea at five?').contains(reply.element())).toBe(true);
    finger.up();
    // The finger is over a button that has appeared.
    (reply.element() as HTMLElement).click();
    await nextFrames(4);
    await expect.element(toolbar()).toBeVisible();
    (reply.element() as HTMLElement).click();
    await expect.element(toolbar()).not.toBeInTheDocument();
  });

  it('B369 a long press neither selects a word nor opens the menu of the browser', async () => {
    const { log } = await showThree();
    const text = textOf(log, 'Tea at five?');
    const finger = new Finger(text);
    const selecting = new Event('selectstart', { bubbles: true, cancelable: true });
    text.dispatchEvent(selecting);
    const menu = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
    text.dispatchEvent(menu);
    expect([selecting.defaultPrevented, menu.defaultPrevented]).toEqual([true, true]);
    await expect.element(toolbar()).toBeVisible();
    finger.up();
  });

  it.each([
    ['moves, as to scroll', (finger: Finger) => finger.move(0, 30)],
    ['lifts soon', (finger: Finger) => finger.up()],
    ['is taken over by the browser', (finger: Finger) => finger.cancel()],
  ])('B369 a long press shows nothing where it %s', async (_, act) => {
    onTestFinished(() => void vi.useRealTimers());
    const { log } = await showThree();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const finger = new Finger(textOf(log, 'Tea at five?'));
    act(finger);
    vi.advanceTimersByTime(2_000);
    vi.useRealTimers();
    await nextFrames(4);
    expect(toolbar().elements()).toEqual([]);
  });

  it('B369 a long press on a link is left to the browser', async () => {
    const { log } = await showThree();
    const link = log.querySelector('a')!;
    const finger = new Finger(link);
    const menu = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
    link.dispatchEvent(menu);
    expect(menu.defaultPrevented).toBe(false);
    finger.up();
    expect(toolbar().elements()).toEqual([]);
  });
});

describe('a message that is swiped', () => {
  it('B370 a swiped message follows the finger and is replied to, and no other row moves', async () => {
    const shown = await showThree();
    const row = article(shown.log, 'Tea at five?');
    const others = (): number[] =>
      ['See ', 'Message deleted'].map((text) => article(shown.log, text).getBoundingClientRect().left);
    const [before, start] = [others(), row.getBoundingClientRect().left];
    const finger = new Finger(textOf(shown.log, 'Tea at five?'));
    for (const x of [12, 30, 60, 300]) finger.move(x, 2);
    expect(row.getBoundingClientRect().left - start).toBe(72);
    expect(row.dataset['swiped']).toBe('far');
    expect(others()).toEqual(before);
    finger.up(300, 2);
    await expect.poll(() => replied(shown)).toContain('Tea at five?');
    expect(row.getBoundingClientRect().left).toBe(start);
    expect(row.dataset['swiped']).toBeUndefined();
    await expect.element(shown.screen.getByRole('textbox', { name: 'Message Bo' })).toHaveFocus();
  });

  it.each([
    [
      'too short a way',
      [
        [12, 0],
        [40, 0],
      ],
    ],
    [
      'back again',
      [
        [12, 0],
        [80, 0],
        [5, 0],
      ],
    ],
    [
      'down, as to scroll',
      [
        [4, 20],
        [90, 40],
      ],
    ],
    [
      'the other way',
      [
        [-12, 0],
        [-90, 0],
      ],
    ],
  ] as const)('B370 a message returns where it is swiped %s', async (_, steps) => {
    const shown = await showThree();
    const row = article(shown.log, 'Tea at five?');
    const start = row.getBoundingClientRect().left;
    const finger = new Finger(textOf(shown.log, 'Tea at five?'));
    for (const [x, y] of steps) finger.move(x, y);
    finger.up(...steps.at(-1)!);
    await nextFrames(4);
    expect([row.getBoundingClientRect().left, replied(shown)]).toEqual([start, '']);
  });

  it('B370 a swipe that begins on a link moves the message, and the link is not followed', async () => {
    const shown = await showThree();
    const finger = new Finger(shown.log.querySelector('a')!);
    finger.move(30);
    finger.move(60);
    expect(article(shown.log, 'See ').dataset['swiped']).toBe('far');
    finger.up(60);
    await expect.poll(() => replied(shown)).toContain('Reply to Bo');
    expect(toolbar().elements()).toEqual([]);
  });

  it('B370 a swipe goes in the opposite direction in right-to-left texts', async () => {
    const shown = await showThree();
    shown.log.closest<HTMLElement>('.imflow-list')!.dir = 'rtl';
    const finger = new Finger(textOf(shown.log, 'Tea at five?'));
    for (const x of [-12, -80]) finger.move(x);
    finger.up(-80);
    await expect.poll(() => replied(shown)).toContain('Tea at five?');
  });

  it('B370 a swiped message that is deleted stays in its place', async () => {
    const shown = await showThree();
    const deleted = article(shown.log, 'Message deleted');
    const finger = new Finger(deleted);
    for (const x of [12, 80]) finger.move(x);
    expect(deleted.style.translate).toBe('');
    finger.up(80);
    expect(replied(shown)).toBe('');
  });
});
