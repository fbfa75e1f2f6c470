import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { article, show } from '../../fixtures/render.tsx';
import { message } from '../../fixtures/conversation.ts';
import { Chat } from '../index.ts';

const NOTE = 'Files cannot be sent here.';

/** The data of a drag or of the clipboard: a picture, or a text by its type. */
function transfer(...types: readonly string[]): DataTransfer {
  const data = new DataTransfer();
  for (const type of types) {
    if (type === 'Files') data.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
    else data.setData(type, 'https://a.example/');
  }
  return data;
}

/** Whether the browser would execute its default action. */
function isLeftToBrowser(target: Element, type: 'dragover' | 'drop', data: DataTransfer): boolean {
  return target.dispatchEvent(
    new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer: data }),
  );
}

function paste(target: Element, data: DataTransfer): void {
  target.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
}

describe('a file that is dropped or pasted', () => {
  it.each(['.imflow-header', 'article', '.imflow-viewport', '.imflow-typing', '.imflow-textbox', '.imflow-composer'])(
    'B238 a dropped file does not replace the page, and a sentence explains why: on %s',
    async (selector) => {
      const { screen } = await show({ stored: [message(1)] });
      const target = screen.container.querySelector(selector)!;
      expect(isLeftToBrowser(target, 'dragover', transfer('Files'))).toBe(false);
      expect(isLeftToBrowser(target, 'drop', transfer('Files'))).toBe(false);
      await expect.element(screen.getByText(NOTE).first()).toBeVisible();
      await expect.element(screen.getByRole('textbox')).toHaveAccessibleDescription(NOTE);
      await expect.poll(() => document.querySelector('[aria-live="assertive"]')!.textContent).toBe(NOTE);
      await screen.getByRole('textbox').fill('a');
      await expect.element(screen.getByRole('textbox')).not.toHaveAccessibleDescription();
    },
  );

  it('B238 a link dropped on the messages does not replace the page, and a dropped text is inserted into the box', async () => {
    const { screen, log } = await show({ stored: [message(1)] });
    const link = transfer('text/uri-list', 'text/plain');
    expect(isLeftToBrowser(article(log, 'Message 1'), 'dragover', link)).toBe(false);
    expect(isLeftToBrowser(article(log, 'Message 1'), 'drop', link)).toBe(false);
    const box = screen.getByRole('textbox').element();
    for (const data of [link, transfer('text/plain'), transfer('text/plain', 'Files')]) {
      expect(isLeftToBrowser(box, 'dragover', data)).toBe(true);
      expect(isLeftToBrowser(box, 'drop', data)).toBe(true);
    }
    expect(screen.container.textContent).not.toContain(NOTE);
  });

  it('B238 a pasted picture is mentioned; a table, whose clipboard also holds a picture, is pasted as text', async () => {
    const { screen } = await show();
    const box = screen.getByRole('textbox').element();
    paste(box, transfer('text/plain', 'text/html', 'Files'));
    paste(box, transfer('text/plain'));
    expect(screen.container.textContent).not.toContain(NOTE);
    paste(box, transfer('Files'));
    await expect.element(screen.getByText(NOTE).first()).toBeVisible();
  });

  it('B238 drops that the application handles are left to it, around the chat and beside React', async () => {
    const taken = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
    const host = (event: Event): void => taken(event);
    document.addEventListener('paste', host);
    onTestFinished(() => document.removeEventListener('paste', host));
    const { screen } = await show({
      children: (
        <div onDrop={taken} style={{ display: 'contents' }}>
          <Chat />
        </div>
      ),
    });
    const box = screen.getByRole('textbox').element();
    expect(isLeftToBrowser(box, 'drop', transfer('Files'))).toBe(false);
    paste(box, transfer('Files'));
    expect(taken).toHaveBeenCalledTimes(2);
    expect(screen.container.textContent).not.toContain(NOTE);
  });

  it('B238 drops beside the chat, and after it has unmounted, are left to the page', async () => {
    const { screen } = await show();
    expect(isLeftToBrowser(document.body, 'drop', transfer('Files'))).toBe(true);
    const { container } = screen;
    await screen.unmount();
    expect(isLeftToBrowser(container, 'drop', transfer('Files'))).toBe(true);
  });
});
