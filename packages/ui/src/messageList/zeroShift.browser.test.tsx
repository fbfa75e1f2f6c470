import type { InstantMessagingFlow } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, distanceToEnd, nextFrames, show, type Shown } from '../../fixtures/render.tsx';

/** Single messages, and groups of three messages of each side. */
const STORED = Array.from({ length: 40 }, (_, index) =>
  message(index + 1, {
    direction: index % 8 < 3 || index % 8 === 6 ? 'incoming' : 'outgoing',
    at: Date.now() - (60 - index) * 10_000,
  }),
);

/** The top of each row, in px from the top of the window. */
function places(log: HTMLElement): Map<string, number> {
  return new Map(
    articles(log).map((each) => [each.dataset['message'] ?? '', Math.round(each.getBoundingClientRect().top)] as const),
  );
}

/** The rows that move in any frame during an action, with the largest distance of each from its place, in px. */
async function moved(log: HTMLElement, happen: () => Promise<void>): Promise<Record<string, number>> {
  const before = places(log);
  const found: Record<string, number> = {};
  const watch = { isOver: false };
  const watching = (async () => {
    while (!watch.isOver) {
      await nextFrames(1);
      for (const [id, top] of places(log)) {
        const by = top - (before.get(id) ?? top);
        if (by !== 0 && Math.abs(by) > Math.abs(found[id] ?? 0)) found[id] = by;
      }
    }
  })();
  await happen();
  await nextFrames(12);
  watch.isOver = true;
  await watching;
  return found;
}

async function delivered(from: InstantMessagingFlow, to: InstantMessagingFlow, body: string): Promise<string> {
  const { id } = from.sendMessage(body);
  await expect.poll(() => to.messages.get(id)?.body).toBe(body);
  await expect.poll(() => from.messages.get(id)?.status).toMatch(/delivered|displayed/);
  return id;
}

async function atTheEnd(template = {}): Promise<Shown & { readonly ownId: string; readonly receivedId: string }> {
  const shown = await show({ stored: STORED, template, strict: false });
  const ownId = await delivered(shown.ana, shown.bo, 'My own text');
  const receivedId = await delivered(shown.bo, shown.ana, 'The end of it');
  await expect.poll(() => shown.log.textContent).toContain('The end of it');
  await nextFrames(20);
  expect(distanceToEnd(shown.log)).toBeLessThanOrEqual(1);
  return { ...shown, ownId, receivedId };
}

const chips = (log: HTMLElement): number => log.querySelectorAll('.imflow-reaction').length;

/** Messages of very different heights. */
const UNEVEN = Array.from({ length: 400 }, (_, index) =>
  message(index + 1, {
    direction: index % 3 === 0 ? 'outgoing' : 'incoming',
    body: `Message ${index + 1}. ${'Some more words. '.repeat(((index + 1) * 7) % 31)}`,
    at: Date.now() - (400 - index) * 400_000,
  }),
);

describe('a reader who jumps to the very top', () => {
  it.each([0, 1, 8, 16, 33, 120])(
    'B367 a reader at the very top sees no row move when an older page arrives %i ms later',
    async (storageDelay) => {
      const { ana, log } = await show({ stored: UNEVEN, storageDelay, strict: false });
      await nextFrames(20);
      for (let page = 0; page < 4; page += 1) {
        const { order } = ana.messages;
        const first = order.at(0)!;
        const length = order.length;
        log.scrollTop = 0;
        // Only painted positions count, from the first paint after the jump.
        await nextFrames(1);
        const before = places(log);
        const found: Record<string, number> = {};
        for (let frame = 0; frame < 40 || ana.messages.order.length === length; frame += 1) {
          await nextFrames(1);
          for (const [id, top] of places(log)) {
            const by = top - (before.get(id) ?? top);
            if (Math.abs(by) > 1 && top < 700) found[id] = by;
          }
        }
        expect([storageDelay, page, first, found]).toEqual([storageDelay, page, first, {}]);
      }
    },
  );
});

describe('a reader at the end', () => {
  it('B350 a reader at the end sees no row move when the hold of a message ends, and its line gives way to the next message', async () => {
    const { ana, bo, log } = await show({ stored: STORED, template: { sendDelay: 1_500 }, strict: false });
    const { id } = ana.sendMessage('On its way');
    await expect.poll(() => log.querySelector('.imflow-held')).not.toBeNull();
    await nextFrames(20);
    const held = article(log, 'On its way').getBoundingClientRect().height;
    expect(
      await moved(log, async () => {
        await expect.poll(() => bo.messages.get(id)?.body, { timeout: 10_000 }).toBe('On its way');
        await expect.poll(() => ana.messages.get(id)?.status).toMatch(/delivered|displayed/);
      }),
    ).toEqual({});
    expect(log.querySelector('.imflow-held > *')).toBeNull();
    bo.sendMessage('Thank you');
    await expect.poll(() => log.textContent).toContain('Thank you');
    await expect.poll(() => log.querySelector('.imflow-held')).toBeNull();
    expect(article(log, 'On its way').getBoundingClientRect().height).toBeLessThan(held - 20);
    expect(distanceToEnd(log)).toBeLessThanOrEqual(1);
  });

  it('B350 a reader at the end sees no row move when the participant reacts to any message or removes the reaction', async () => {
    const { ana, bo, log, ownId, receivedId } = await atTheEnd();
    for (const id of [ownId, receivedId]) {
      expect(
        await moved(log, async () => {
          bo.react(id, ['👍', '🎉']);
          await expect.poll(() => chips(log)).toBe(2);
        }),
      ).toEqual({});
      expect(
        await moved(log, async () => {
          bo.react(id, []);
          await expect.poll(() => chips(log)).toBe(0);
        }),
      ).toEqual({});
    }
    // Own reactions on each kind of row: single messages, and the first, middle and last of a group.
    const rows = articles(log).slice(-12);
    expect(new Set(rows.map(({ dataset }) => dataset['group'])).size).toBe(4);
    expect(
      await moved(log, async () => {
        for (const { dataset } of rows) ana.react(dataset['message']!, ['👍']);
        await expect.poll(() => chips(log)).toBeGreaterThanOrEqual(rows.length);
      }),
    ).toEqual({});
  });

  it('B350 the reactions to a message cover no text', async () => {
    const { ana, log } = await atTheEnd();
    const rows = articles(log).slice(-12);
    for (const { dataset } of rows) ana.react(dataset['message']!, ['👍']);
    await expect.poll(() => chips(log)).toBeGreaterThanOrEqual(rows.length);
    const boxes = Array.from(log.querySelectorAll('.imflow-reaction'), (chip) => chip.getBoundingClientRect());
    const letters = Array.from(log.querySelectorAll('.imflow-text, .imflow-time'), (text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const size = Number.parseFloat(getComputedStyle(text).fontSize);
      // Letters without a descender fill only the middle of the box of a line.
      const middle = (top + bottom) / 2;
      return { text: text.textContent, left, right, top: middle - size * 0.36, bottom: middle + size * 0.36 };
    });
    const covered = letters.filter((letter) =>
      boxes.some(
        (box) =>
          box.left < letter.right && box.right > letter.left && box.top < letter.bottom && box.bottom > letter.top,
      ),
    );
    expect(covered.map(({ text }) => text)).toEqual([]);
  });

  it('B350 a reader at the end sees no row move when a message is edited to an equally long text, quoted, or deleted', async () => {
    const { ana, bo, log, ownId, receivedId } = await atTheEnd();
    await delivered(bo, ana, 'One more');
    ana.sendMessage('Indeed', { replyTo: receivedId });
    await expect.poll(() => log.querySelector('.imflow-quote')).not.toBeNull();
    await nextFrames(20);
    const steps: readonly (readonly [string, () => void, string])[] = [
      ['their edit', () => bo.editMessage(receivedId, 'The end of us'), 'The end of us'],
      ['my edit', () => ana.editMessage(ownId, 'My new text'), 'My new text'],
      ['their deletion', () => bo.retractMessage(receivedId), 'Message deleted'],
      ['my deletion', () => ana.retractMessage(ownId), 'You deleted this message'],
    ];
    for (const [name, act, text] of steps) {
      const rows = await moved(log, async () => {
        act();
        await expect.poll(() => log.textContent).toContain(text);
      });
      expect([name, rows]).toEqual([name, {}]);
    }
  });

  it('B350 a reader at the end sees no row move when a quote leads to a visible message, and when its frame fades', async () => {
    const { ana, log, receivedId } = await atTheEnd();
    ana.sendMessage('Indeed', { replyTo: receivedId });
    await expect.poll(() => log.querySelector('.imflow-quote')).not.toBeNull();
    await nextFrames(20);
    const target = log.querySelector<HTMLElement>(`[data-message="${receivedId}"]`)!;
    expect(
      await moved(log, async () => {
        log.querySelector<HTMLElement>('.imflow-quote')!.click();
        await expect.poll(() => target.hasAttribute('data-highlighted')).toBe(true);
        await expect.poll(() => target.hasAttribute('data-highlighted'), { timeout: 5_000 }).toBe(false);
      }),
    ).toEqual({});
    expect(document.activeElement).toBe(target);
  });

  it('B350 a reader at the end sees no row move when the actions of a message, its emojis, and the confirmation show', async () => {
    const { log, ownId, screen } = await atTheEnd();
    const row = log.querySelector<HTMLElement>(`[data-message="${ownId}"]`)!;
    const toolbar = screen.getByRole('toolbar', { name: 'Message actions' });
    expect(
      await moved(log, async () => {
        row.focus({ preventScroll: true });
        await userEvent.keyboard('{Shift>}{F10}{/Shift}');
        await expect.element(toolbar).toBeVisible();
        await toolbar.getByRole('button', { name: 'React' }).click();
        await expect.element(toolbar.getByRole('button', { name: '👍' })).toBeVisible();
        await userEvent.keyboard('{Escape}');
        await toolbar.getByRole('button', { name: 'Delete' }).click();
        await expect.element(screen.getByRole('alertdialog')).toBeVisible();
        await userEvent.keyboard('{Escape}');
      }),
    ).toEqual({});
  });
});
