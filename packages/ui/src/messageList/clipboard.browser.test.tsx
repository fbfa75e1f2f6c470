import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { articles, show, type Shown } from '../../fixtures/render.tsx';

/** Replaces the asynchronous clipboard of the page, until the test ends. */
function replaceClipboard(clipboard: Pick<Clipboard, 'writeText'> | undefined): void {
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'clipboard'));
}

async function copyFirstMessage(shown: Shown): Promise<void> {
  articles(shown.log)[0]!.focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  const button = page.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: 'Copy' });
  await expect.element(button).toBeVisible();
  await button.click();
}

describe('Copy, in a page that may not use the asynchronous clipboard', () => {
  it.each([
    ['there is none, as on a page without https', undefined],
    [
      'it refuses, as in a frame that is not allowed to use it',
      { writeText: () => Promise.reject(new DOMException('Write permission denied.', 'NotAllowedError')) },
    ],
  ])('B254 without the asynchronous clipboard, Copy still copies the text: %s', async (_, clipboard) => {
    replaceClipboard(clipboard);
    const shown = await show({ stored: [message(1, { body: '<b>Hello</b> there', contentType: 'text/html' })] });
    await copyFirstMessage(shown);
    await expect.poll(() => shown.screen.container.textContent).toContain('Copied');
    const box = shown.screen.getByRole('textbox');
    await box.click();
    await userEvent.paste();
    await expect.element(box).toHaveValue('Hello there');
  });

  it('B254 Copy announces a failure where the browser refuses both ways', async () => {
    replaceClipboard(undefined);
    const command = vi.spyOn(document, 'execCommand').mockReturnValue(false);
    onTestFinished(() => command.mockRestore());
    const shown = await show({ stored: [message(1)] });
    await copyFirstMessage(shown);
    await expect.poll(() => shown.screen.container.textContent).toContain('could not be copied');
  });
});
