import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, nextFrames, show, type Shown } from '../../fixtures/render.tsx';

const box = ({ screen }: Shown): HTMLTextAreaElement => screen.container.querySelector('textarea')!;
const held = (shown: Shown): string[] =>
  Array.from(shown.log.querySelectorAll('.imflow-held > .imflow-label'), ({ textContent }) => textContent);
const undo = (shown: Shown) => shown.screen.getByRole('button', { name: 'Undo', exact: true });

async function write(shown: Shown, text: string): Promise<void> {
  box(shown).focus();
  await userEvent.keyboard(`${text}{Enter}`);
  await expect.poll(() => shown.log.textContent).toContain(text);
}

const template = { sendDelay: 60_000 };

describe('a message that is held', () => {
  it('B255 a held message shows the remaining time, and Undo returns its text to the composer; the message is never sent', async () => {
    const shown = await show({ stored: [message(1)], template });
    await write(shown, 'a slip');
    await expect.element(undo(shown)).toBeVisible();
    expect(held(shown)[0]).toMatch(/^Sending in (60|59) s$/);
    const { status } = article(shown.log, 'a slip').dataset;
    expect(status).toBe('waiting');
    await undo(shown).click();
    await expect.poll(() => articles(shown.log).length).toBe(1);
    expect(box(shown).value).toBe('a slip');
    expect(document.activeElement).toBe(box(shown));
    expect(shown.ana.store.getState().outboxCount).toBe(0);
    await userEvent.keyboard(', mended{Enter}');
    await expect.poll(() => shown.log.textContent).toContain('a slip, mended');
  });

  it('B255 Undo of a held reply restores the reply', async () => {
    const shown = await show({ stored: [message(1)], template });
    shown.ana.sendMessage('Gladly', { replyTo: 'm1' });
    await undo(shown).click();
    await expect.poll(() => box(shown).value).toBe('Gladly');
    await expect.element(shown.screen.getByText('Reply to Bo', { exact: true })).toBeVisible();
  });

  it('B255 Undo does not replace a text that was written since', async () => {
    const shown = await show({ stored: [message(1)], template });
    await write(shown, 'a slip');
    await userEvent.keyboard('something else');
    await undo(shown).click();
    await expect.poll(() => articles(shown.log).length).toBe(1);
    expect(box(shown).value).toBe('something else');
  });

  it('B255 a held message is announced once, when it is sent', async () => {
    const shown = await show({ stored: [message(1)], template });
    const said: string[] = [];
    const regions = shown.screen.container.querySelectorAll('[aria-live="polite"]');
    const observer = new MutationObserver(() =>
      said.push(...Array.from(regions, ({ textContent }) => textContent).filter((text) => text !== '')),
    );
    onTestFinished(() => observer.disconnect());
    for (const region of regions) observer.observe(region, { childList: true, characterData: true, subtree: true });
    await write(shown, 'a slip');
    await expect.poll(() => said.length).toBe(1);
    expect(said[0]).toMatch(/^Sending in (60|59) seconds\. Undo is available\.$/);
    await nextFrames(90);
    expect(said).toHaveLength(1);
  });

  it('B255 all held messages count down with one timer, and with none after the last one', async () => {
    const shown = await show({ stored: [message(1)], template });
    const [set, clear] = [vi.spyOn(window, 'setTimeout'), vi.spyOn(window, 'clearTimeout')];
    onTestFinished(() => {
      set.mockRestore();
      clear.mockRestore();
    });
    const running = (): number => {
      const ours = set.mock.calls.flatMap(([callback], index) =>
        (callback as { name: string }).name === 'tick' ? [set.mock.results[index]?.value as unknown] : [],
      );
      return ours.filter((each) => !clear.mock.calls.some(([cleared]) => cleared === each)).length;
    };
    for (const text of ['One', 'Two', 'Three']) await write(shown, text);
    await expect.poll(() => held(shown).length).toBe(3);
    expect(running()).toBe(1);
    for (let left = 2; left >= 0; left -= 1) {
      await undo(shown).last().click();
      await expect.poll(() => held(shown).length).toBe(left);
    }
    expect(running()).toBe(0);
  });

  it('B255 a held message has Undo and not Delete, no button after the hold, and is then sent', async () => {
    const shown = await show({ stored: [message(1)], template: { sendDelay: 1_500 } });
    await write(shown, 'on its way');
    await expect.poll(() => held(shown)[0]).toBe('Sending in 1 s');
    article(shown.log, 'on its way').focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    const bar = shown.screen.getByRole('toolbar', { name: 'Message actions' });
    await expect.element(bar).toBeVisible();
    expect(bar.getByRole('button', { name: 'Delete' }).elements()).toEqual([]);
    await expect.poll(() => held(shown)).toEqual([]);
    await expect.poll(() => shown.bo.messages.get(shown.bo.messages.order.at(-1) ?? '')?.body).toBe('on its way');
  });
});
