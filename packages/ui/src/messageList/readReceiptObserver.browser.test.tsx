import { createFakeTransport, type FakeTransport } from '@imflow/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, show, type Shown } from '../../fixtures/render.tsx';

/** How long a message has to be in view to count as displayed, in ms. */
const MIN_VIEW_TIME = 500;

const PAGE = Array.from({ length: 30 }, (_, index) => message(index + 1));

let looking = true;

beforeEach(() => {
  looking = true;
  vi.spyOn(document, 'hasFocus').mockImplementation(() => looking);
});

/** Gives the window the user's attention, or takes it away. */
function setLooking(now: boolean): void {
  looking = now;
  window.dispatchEvent(new Event(now ? 'focus' : 'blur'));
}

/** Waits for frames to be painted and their observers to be called, while the timers of the page stand still. */
async function frames(count = 4): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) {
    await new Promise<void>((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => resolve());
        port1.start();
        port2.postMessage(undefined);
      });
    });
  }
}

type Reading = Shown & { readonly transport: FakeTransport; readonly displayed: () => readonly string[] };

/** A chat whose end is in view, all of it read, on a page whose time passes only when the test says so. */
async function reading(): Promise<Reading> {
  const transport = createFakeTransport();
  const shown = await show({ stored: PAGE, transport, strict: false });
  await expect.poll(() => article(shown.log, 'Message 30')).toBeDefined();
  await frames();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const displayed = (): readonly string[] => transport.wire.filter((entry) => entry.startsWith('displayed'));
  return { ...shown, transport, displayed };
}

/** Delivers a message of Bo to the transport. */
function receive({ transport }: Reading, messageId: string, body: string = messageId): void {
  transport.push({ type: 'message', message: { messageId, sender: 'bo', contentType: 'text/plain', body } });
}

/** Advances the clock, and waits until the page has handled it. */
async function advance(time: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(time);
  await frames();
}

/** Scrolls until a share of a message, from its start, is above the end of the view. */
async function showShare({ log }: Reading, body: string, share: number): Promise<void> {
  // Scrolls towards the message until it is rendered, which happens before it is in view.
  const isRendered = (): boolean => articles(log).some((element) => element.textContent.includes(body));
  for (let step = 0; step === 0 || (step < 20 && !isRendered()); step += 1) {
    log.scrollTop += 20;
    await frames();
  }
  const bubble = article(log, body).querySelector('.imflow-bubble')!;
  const { top, height } = bubble.getBoundingClientRect();
  log.scrollTop += top + height * share - log.getBoundingClientRect().bottom;
  await frames();
}

const TALL = `A tall one. ${'Word. '.repeat(250)}`;
const TALLER = `A taller one. ${'Word. '.repeat(500)}`;

describe('displayed receipts', () => {
  it('B98 a message counts as displayed once it was in view for 500 ms', async () => {
    const page = await reading();
    receive(page, 'in view');
    await frames();
    await advance(MIN_VIEW_TIME - 10);
    expect(page.displayed()).toEqual([]);
    await advance(10);
    await advance(1_000);
    expect(page.displayed()).toEqual(['displayed:in view']);
    expect(page.ana.store.getState().unreadCount).toBe(0);
  });

  it('B98 several messages in view together cause one displayed receipt, up to the newest', async () => {
    const page = await reading();
    for (let index = 1; index <= 5; index += 1) receive(page, `news ${index}`);
    // The others are painted together, a frame after the first message.
    await advance(20);
    await advance(MIN_VIEW_TIME);
    await advance(1_000);
    expect(page.displayed()).toEqual(['displayed:news 5']);
    const { notification } = page.transport.notifications.at(-1)!;
    expect(notification).toMatchObject({ upTo: true });
    expect([...(notification.messageIds ?? [])].toSorted()).toEqual(['news 1', 'news 2', 'news 3', 'news 4', 'news 5']);
  });

  it('B98 a message of which less than half is in view does not count as displayed; from half on it does', async () => {
    const page = await reading();
    page.log.scrollTop -= 200;
    await frames();
    receive(page, 'tall', TALL);
    await frames();
    await showShare(page, 'A tall one.', 0.45);
    await advance(2_000);
    expect(page.displayed()).toEqual([]);
    await showShare(page, 'A tall one.', 0.55);
    await advance(2_000);
    expect(page.displayed()).toEqual(['displayed:tall']);
  });

  it('B98 a message higher than the list counts as displayed once its middle was in view', async () => {
    const page = await reading();
    page.log.scrollTop -= 200;
    await frames();
    receive(page, 'taller', TALLER);
    await frames();
    await showShare(page, 'A taller one.', 0.4);
    expect(article(page.log, 'A taller one.').getBoundingClientRect().height).toBeGreaterThan(
      page.log.clientHeight * 2,
    );
    await advance(2_000);
    expect(page.displayed()).toEqual([]);
    await showShare(page, 'A taller one.', 0.6);
    await advance(2_000);
    expect(page.displayed()).toEqual(['displayed:taller']);
  });

  it('B98 a message out of view, or one that only scrolls by, does not count as displayed', async () => {
    const page = await reading();
    page.log.scrollTop -= 500;
    await frames();
    receive(page, 'below');
    await frames();
    await advance(2_000);
    page.log.scrollTop = page.log.scrollHeight;
    await frames();
    await advance(MIN_VIEW_TIME - 100);
    page.log.scrollTop -= 500;
    await frames();
    await advance(2_000);
    expect(page.displayed()).toEqual([]);
    expect(page.ana.store.getState().unreadCount).toBe(1);
    page.log.scrollTop = page.log.scrollHeight;
    await frames();
    await advance(2_000);
    expect(page.displayed()).toEqual(['displayed:below']);
  });

  it('B98 no message counts as displayed in a window without the focus, and all in view do 500 ms after the focus returns', async () => {
    const page = await reading();
    setLooking(false);
    for (let index = 1; index <= 3; index += 1) receive(page, `news ${index}`);
    await frames();
    await advance(5_000);
    expect(page.displayed()).toEqual([]);
    setLooking(true);
    await advance(MIN_VIEW_TIME - 10);
    // The user looks away and returns, so that the time starts again.
    setLooking(false);
    await advance(5_000);
    setLooking(true);
    await advance(MIN_VIEW_TIME - 10);
    expect(page.displayed()).toEqual([]);
    await advance(10);
    await advance(1_000);
    expect(page.displayed()).toEqual(['displayed:news 3']);
  });

  it('B98 no message counts as displayed in a hidden document', async () => {
    const page = await reading();
    let visible = false;
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (visible ? 'visible' : 'hidden'));
    document.dispatchEvent(new Event('visibilitychange'));
    receive(page, 'unseen');
    await frames();
    await advance(5_000);
    expect(page.displayed()).toEqual([]);
    visible = true;
    document.dispatchEvent(new Event('visibilitychange'));
    await advance(MIN_VIEW_TIME);
    await advance(1_000);
    expect(page.displayed()).toEqual(['displayed:unseen']);
  });

  it.each([
    ['is put away', { display: 'none' }],
    ['is made invisible', { visibility: 'hidden' }],
    ['is faded out', { opacity: '0' }],
    ['stands outside of the window', { position: 'fixed', insetBlockStart: '200vh' }],
    ['is in a panel that is folded to nothing', { blockSize: '0', overflow: 'hidden' }],
  ] as const)('B98 no message counts as displayed in a chat that %s', async (_, style) => {
    const page = await reading();
    const { container } = page.screen;
    Object.assign(container.style, style);
    await frames();
    receive(page, 'unseen');
    await frames();
    await advance(5_000);
    expect(page.displayed()).toEqual([]);
    container.removeAttribute('style');
    await frames();
    page.log.scrollTop = page.log.scrollHeight;
    await frames();
    await advance(MIN_VIEW_TIME);
    await advance(2_000);
    expect(page.displayed()).toEqual(['displayed:unseen']);
  });
});
