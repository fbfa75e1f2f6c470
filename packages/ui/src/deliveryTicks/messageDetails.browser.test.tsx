import type { ReactElement } from 'react';
import { describe, expect, it, onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, nextFrames, show } from '../../fixtures/render.tsx';
import { MessageList } from '../index.ts';

const AT = new Date(2026, 2, 12, 9, 41).getTime();
const own = { direction: 'outgoing', at: AT, body: 'Hi Bo' } as const;

function panel(): HTMLElement | null {
  return document.querySelector('.imflow-details');
}

/** The lines of the panel, with the `dateTime` of each time. */
function lines(): string[] {
  return Array.from(document.querySelectorAll('.imflow-details dl > div'), (line) => {
    const time = line.querySelector('time')?.dateTime ?? line.querySelector('dd')?.textContent ?? '';
    return `${line.querySelector('dt')!.textContent} ${time}`.trim();
  });
}

describe('the details of an own message', () => {
  it('B130 Enter and Space open the details of the focused message, and Escape closes them and returns the focus', async () => {
    const timestamps = { queued: AT, sent: AT + 1_000, displayed: AT + 60_000 };
    const { log, screen } = await show({
      stored: [message(1, { ...own, status: 'displayed', timestamps }), message(2)],
    });
    const ownMessage = article(log, 'Hi Bo');
    for (const key of ['{Enter}', ' ']) {
      ownMessage.focus();
      await userEvent.keyboard(key);
      await expect.element(screen.getByRole('dialog', { name: 'Message details' })).toHaveFocus();
      expect(lines()).toEqual([
        `Written ${new Date(AT).toISOString()}`,
        `Sent ${new Date(AT + 1_000).toISOString()}`,
        'Delivered Time unknown',
        `Read ${new Date(AT + 60_000).toISOString()}`,
      ]);
      expect(panel()!.textContent).toMatch(
        /^Thursday, March 12, 2026Written9:41:00\sAMSent9:41:01\sAMDeliveredTime unknownRead9:42:00\sAM$/,
      );
      await userEvent.keyboard('{Escape}');
      await expect.poll(panel).toBeNull();
      expect(document.activeElement).toBe(ownMessage);
    }
  });

  it('B372 Enter, Space and the toolbar open the details of a received message, and Escape returns the focus', async () => {
    const sentAt = AT - 60_000;
    const { log, screen } = await show({ stored: [message(1, { at: AT, sentAt, timestamps: { delivered: AT } })] });
    const theirs = articles(log)[0]!;
    for (const key of ['{Enter}', ' ', '{Shift>}{F10}{/Shift}']) {
      theirs.focus();
      await userEvent.keyboard(key);
      if (key.includes('F10')) {
        const toolbar = screen.getByRole('toolbar', { name: 'Message actions' });
        await toolbar.getByRole('button', { name: 'Message details' }).click();
      }
      await expect.element(screen.getByRole('dialog', { name: 'Message details' })).toHaveFocus();
      expect(lines()).toEqual([`Sent ${new Date(sentAt).toISOString()}`, `Delivered ${new Date(AT).toISOString()}`]);
      const { left, right, bottom } = panel()!.getBoundingClientRect();
      const bubble = theirs.querySelector('.imflow-bubble')!.getBoundingClientRect();
      expect(bottom <= bubble.top || panel()!.getBoundingClientRect().top >= bubble.bottom).toBe(true);
      expect([left < bubble.right, right <= innerWidth]).toEqual([true, true]);
      await userEvent.keyboard('{Escape}');
      await expect.poll(panel).toBeNull();
      expect(document.activeElement).toBe(theirs);
    }
    // A click elsewhere closes the details too.
    await userEvent.keyboard('{Enter}');
    await expect.poll(panel).not.toBeNull();
    await userEvent.click(log, { position: { x: 200, y: 20 } });
    await expect.poll(panel).toBeNull();
  });

  it('B373 the details name each day once, and each time on its own line', async () => {
    const timestamps = { queued: AT, sent: AT + 1_000, delivered: AT + 2_000, displayed: AT + 86_400_000 };
    const { log } = await show({ stored: [message(1, { ...own, status: 'displayed', timestamps })] });
    await page.viewport(320, 720);
    onTestFinished(() => page.viewport(420, 720));
    article(log, 'Hi Bo').querySelector<HTMLElement>('.imflow-details-button')!.click();
    await expect.poll(panel).not.toBeNull();
    const days = Array.from(document.querySelectorAll('.imflow-stages-day'), (day) => day.textContent);
    expect(days).toEqual(['Thursday, March 12, 2026', 'Friday, March 13, 2026']);
    for (const line of document.querySelectorAll('.imflow-details dl > div')) {
      const [label, time] = ['dt', 'dd'].map((part) => line.querySelector(part)!.getBoundingClientRect());
      expect(time!.top).toBe(label!.top);
      expect(time!.height).toBeLessThan(24);
    }
  });

  it('B130 the ticks open and close the details; a click elsewhere and Tab close them; they are no stop of the Tab key', async () => {
    const { log, screen } = await show({ stored: [message(1, { ...own, status: 'delivered' })] });
    const ticks = screen.getByRole('button', { name: 'Delivered' });
    await expect.element(ticks).toHaveAttribute('aria-expanded', 'false');
    expect(ticks.element().getAttribute('tabindex')).toBe('-1');
    await ticks.click();
    await expect.poll(panel).not.toBeNull();
    await expect.element(ticks).toHaveAttribute('aria-expanded', 'true');
    const { left, right, top, bottom } = panel()!.getBoundingClientRect();
    expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
    expect([right <= innerWidth, bottom <= innerHeight]).toEqual([true, true]);
    await ticks.click();
    await expect.poll(panel).toBeNull();
    await nextFrames();
    expect(panel()).toBeNull();

    await ticks.click();
    await expect.poll(panel).not.toBeNull();
    await userEvent.click(log, { position: { x: 20, y: 20 } });
    await expect.poll(panel).toBeNull();

    await ticks.click();
    await userEvent.tab();
    await expect.poll(panel).toBeNull();
    await expect.element(screen.getByRole('toolbar').getByRole('button', { name: 'Reply' })).toHaveFocus();
    await userEvent.tab();
    await expect.element(screen.getByRole('textbox')).toHaveFocus();
  });

  it.each([
    ['above it', 720, -1, 5],
    ['below it, where there is no room above', 720, 0, 5],
    ['above the ticks, where it fills the window', 640, -1, 300],
  ])('the details leave their message in view: %s', async (place, height, index, count) => {
    const timestamps = { queued: AT, sent: AT, delivered: AT, displayed: AT };
    const body = 'A few words. '.repeat(count);
    const stored = Array.from({ length: 20 }, (_, each) =>
      message(each + 1, { ...own, body, status: 'displayed', timestamps }),
    );
    const { log } = await show({ stored });
    await page.viewport(420, height);
    onTestFinished(() => page.viewport(420, 720));
    if (index === 0) log.scrollTop = 0;
    await nextFrames(5);
    // Rows above the first message are measured when they are rendered, which may move the message.
    const roomAbove = (): number => {
      if (index === 0) articles(log)[0]!.scrollIntoView({ block: 'start' });
      return index === 0 ? articles(log)[0]!.getBoundingClientRect().top - log.getBoundingClientRect().top : 0;
    };
    await expect.poll(roomAbove).toBeLessThan(20);
    await nextFrames(5);
    expect(roomAbove()).toBeLessThan(20);
    const ownMessage = articles(log).at(index)!;
    ownMessage.querySelector<HTMLElement>('.imflow-details-button')!.click();
    await expect.poll(panel).not.toBeNull();
    const boxOf = (selector: string): DOMRect => ownMessage.querySelector(selector)!.getBoundingClientRect();
    const { top, bottom } = panel()!.getBoundingClientRect();
    if (place === 'above it') expect(bottom).toBeLessThanOrEqual(boxOf('.imflow-bubble').top);
    else if (index === 0) expect(top).toBeGreaterThanOrEqual(boxOf('.imflow-bubble').bottom);
    else expect(bottom).toBeLessThanOrEqual(boxOf('.imflow-ticks').top);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(bottom).toBeLessThanOrEqual(innerHeight);
  });

  it.each(['ltr', 'rtl'])('the details stay over the conversation where the page runs %s', async (dir) => {
    const { log, screen } = await show({ stored: [message(1, { ...own, body: 'Hi', status: 'delivered' })] });
    await page.viewport(1_200, 720);
    onTestFinished(() => page.viewport(420, 720));
    screen.container.dir = dir;
    screen.container.style.paddingInline = '400px';
    await nextFrames();
    log.querySelector<HTMLElement>('.imflow-details-button')!.click();
    await expect.poll(panel).not.toBeNull();
    const [box, conversation] = [panel()!, log].map((element) => element.getBoundingClientRect()) as [DOMRect, DOMRect];
    expect(box.left).toBeGreaterThanOrEqual(conversation.left);
    expect(box.right).toBeLessThanOrEqual(conversation.right);
  });

  it('the details follow the text direction of the translations, whatever that of the message', async () => {
    const stored = [message(1, { ...own, body: 'שלום' }), message(2, { ...own, body: '👍' })];
    const { log } = await show({ stored });
    for (const [index, direction] of ['rtl', 'ltr'].entries()) {
      articles(log)[index]!.focus();
      await userEvent.keyboard('{Enter}');
      await expect.poll(panel).not.toBeNull();
      expect(getComputedStyle(panel()!).direction).toBe('ltr');
      expect(getComputedStyle(articles(log)[index]!.querySelector('.imflow-body')!).direction).toBe(direction);
      await userEvent.keyboard('{Escape}');
    }
  });

  it('B123 opening the details renders no row; a tick renders one, and the details follow it', async () => {
    const rendered: unknown[] = [];
    const render = (props: object): ReactElement => {
      rendered.push((props as Record<string, unknown>)['data-message']);
      return <article {...props} />;
    };
    const list = (
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.Items>{(row) => <MessageList.Item {...row} render={render} />}</MessageList.Items>
        </MessageList.Viewport>
      </MessageList.Root>
    );
    const { ana, bo, log, screen } = await show({ strict: false, stored: [message(1)], children: list });
    const { id } = ana.sendMessage('Did you see it?');
    await expect.poll(() => article(log, 'Did you see it?').textContent).toContain('Delivered');
    rendered.length = 0;
    await screen.getByRole('button', { name: 'Delivered' }).click();
    await expect.poll(() => lines().at(-1)).toMatch(/^Delivered 20/);
    expect(rendered).toEqual([]);
    bo.markDisplayed(id);
    await expect.poll(() => lines().at(-1)).toMatch(/^Read 20/);
    expect(rendered).toEqual([id]);
  });

  it.each([
    [404, 'Bo cannot be found.'],
    [410, 'Bo is not here any more.'],
    [413, 'The message is too long.'],
    [415, 'Bo cannot show messages of this kind.'],
    [480, 'Bo is not available now.'],
    [486, 'Bo is busy.'],
    [500, 'The service has a problem.'],
    [599, 'The service has a problem.'],
    [603, 'Bo declined the message.'],
    [607, 'The message was refused (code 607).'],
    [422, 'The message was refused (code 422).'],
  ])('the code %i has a sentence, also below the message', async (code, sentence) => {
    const { log } = await show({ stored: [message(1, { ...own, status: 'undeliverable', code })] });
    expect(articles(log)[0]!.textContent).toContain(`Could not be delivered. ${sentence}`);
    articles(log)[0]!.focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => panel()?.querySelector('p')?.textContent).toBe(sentence);
  });

  it('B130 a queued message is discarded by keyboard, and the focus moves to the composer', async () => {
    const { ana, bo, network, log, screen } = await show();
    network.setOnline('ana', false);
    await expect.poll(() => ana.store.getState().connection).not.toBe('online');
    ana.sendMessage('Never mind');
    ana.sendMessage('This one stays');
    await expect.poll(() => articles(log).length).toBe(2);
    article(log, 'Never mind').focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => lines().at(-1)).toBe('Waiting to be sent');
    await userEvent.keyboard('{Tab}');
    await expect.element(screen.getByRole('button', { name: 'Do not send' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => log.textContent).not.toContain('Never mind');
    await expect.element(screen.getByRole('textbox')).toHaveFocus();
    expect(panel()).toBeNull();
    network.setOnline('ana', true);
    await expect.poll(() => bo.messages.order.length, { timeout: 5_000 }).toBe(1);
    expect(bo.messages.get(bo.messages.order.at(0)!)?.body).toBe('This one stays');
  });

  it('B130 without a composer the focus moves to the list, and a message that has left cannot be discarded', async () => {
    const { ana, network, log, screen } = await show({ children: <MessageList /> });
    network.setOnline('ana', false);
    await expect.poll(() => ana.store.getState().connection).not.toBe('online');
    ana.sendMessage('Never mind');
    await screen.getByRole('button', { name: 'Waiting to be sent' }).click();
    await screen.getByRole('button', { name: 'Do not send' }).click();
    await expect.poll(() => articles(log).length).toBe(0);
    expect(document.activeElement).toBe(log);

    ana.sendMessage('Too late');
    await screen.getByRole('button', { name: 'Waiting to be sent' }).click();
    network.setOnline('ana', true);
    await expect.poll(() => lines().at(-1), { timeout: 5_000 }).toMatch(/^Delivered 20/);
    await expect.element(screen.getByRole('button', { name: 'Do not send' })).not.toBeInTheDocument();
  });
});
