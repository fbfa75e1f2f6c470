import type { InstantMessagingFlow } from '@imflow/core';
import { createFileTransfer, createMemoryFileStore, parseFile } from '@imflow/core/files';
import { FlowProvider } from '@imflow/react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { message, startConversation } from '../../fixtures/conversation.ts';
import { createTransfer, fileMessage, pictureFile, textFile } from '../../fixtures/files.ts';
import { cutOff, overlapping, setPageFontSize, sticksOut, tooSmall } from '../../fixtures/layout.ts';
import { article, nextFrames, show, type ShowOptions, type Shown } from '../../fixtures/render.tsx';
import { Chat, Composer } from '../index.ts';
import { ar } from '../translations/ar.ts';
import { de } from '../translations/de.ts';
import { ja } from '../translations/ja.ts';

interface ShownWithFiles extends Shown {
  readonly box: HTMLTextAreaElement;
  readonly uploader: ReturnType<typeof createTransfer>['uploader'];
}

/** Shows a chat whose files wait for their uploads. */
async function showWithFiles(
  options: ShowOptions = {},
  transfer: Parameters<typeof createTransfer>[0] = {},
): Promise<ShownWithFiles> {
  const { files, uploader } = createTransfer(transfer);
  const shown = await show({ files, ...options });
  await expect.poll(() => shown.screen.container.querySelector('button.imflow-attach')).not.toBeNull();
  return { ...shown, uploader, box: shown.screen.container.querySelector('textarea')! };
}

function pickerOf({ screen }: Shown): HTMLInputElement {
  return screen.container.querySelector<HTMLInputElement>('input[type="file"]')!;
}

/** Chooses files, as the browser's dialog does. */
function choose(shown: Shown, ...files: readonly File[]): void {
  const picker = pickerOf(shown);
  picker.files = transferOf(files).files;
  picker.dispatchEvent(new Event('change', { bubbles: true }));
}

function transferOf(files: readonly File[], texts: Readonly<Record<string, string>> = {}): DataTransfer {
  const data = new DataTransfer();
  for (const file of files) data.items.add(file);
  for (const [type, text] of Object.entries(texts)) data.setData(type, text);
  return data;
}

function drag(target: Element, type: 'dragover' | 'drop' | 'dragleave', data: DataTransfer): void {
  target.dispatchEvent(
    new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer: data, relatedTarget: null }),
  );
}

/** Dispatches a paste. Returns whether the default action of the text box is kept. */
function paste(target: Element, data: DataTransfer): boolean {
  return target.dispatchEvent(
    new ClipboardEvent('paste', { bubbles: true, cancelable: true, composed: true, clipboardData: data }),
  );
}

/** The names of the attached files. */
function attached({ screen }: Shown): string[] {
  return Array.from(screen.container.querySelectorAll('.imflow-attachment bdi'), ({ textContent }) => textContent);
}

/** The files of a conversation, in order: name and caption. */
function sent(flow: InstantMessagingFlow): string[] {
  return Array.from(flow.messages.order, (id) => {
    const record = flow.messages.get(id)!;
    const file = parseFile(record);
    return file ? [file.name, file.caption].filter(Boolean).join(': ') : record.body;
  });
}

const assertive = (): string | null => document.querySelector('[aria-live="assertive"]')!.textContent;
const polite = (): string | null => document.querySelector('[aria-live="polite"]')!.textContent;

describe('files that are attached', () => {
  it('B468 chosen files stand in a list, and are sent in their order, with the text as the caption of the first one', async () => {
    const shown = await showWithFiles();
    const { screen, ana, box } = shown;
    await expect.element(screen.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    choose(shown, await pictureFile(), textFile());
    await expect.poll(() => attached(shown)).toEqual(['lake.png', 'notes.txt']);
    await expect.poll(polite).toBe('2 files attached');
    expect(document.activeElement).toBe(box);
    choose(shown, textFile('more.txt'));
    await expect.poll(() => attached(shown)).toEqual(['lake.png', 'notes.txt', 'more.txt']);
    await userEvent.fill(box, 'The lake');
    await screen.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(() => sent(ana)).toEqual(['lake.png: The lake', 'notes.txt', 'more.txt']);
    expect(attached(shown)).toEqual([]);
    expect(box.value).toBe('');
    await expect.element(screen.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
  });

  it('B468 Enter sends files without a text', async () => {
    const shown = await showWithFiles();
    choose(shown, textFile());
    await expect.poll(() => attached(shown)).toEqual(['notes.txt']);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => sent(shown.ana)).toEqual(['notes.txt']);
  });

  it('B468 the button opens the dialog of the browser, and the same file can be chosen again', async () => {
    const shown = await showWithFiles({}, { accept: 'image/*,.txt' });
    const picker = pickerOf(shown);
    const clicked = vi.spyOn(picker, 'click').mockImplementation(() => {});
    await shown.screen.getByRole('button', { name: 'Attach files' }).click();
    expect(clicked).toHaveBeenCalledOnce();
    expect([picker.accept, picker.multiple, picker.offsetParent]).toEqual(['image/*,.txt', true, null]);
    choose(shown, textFile());
    await expect.poll(() => attached(shown)).toEqual(['notes.txt']);
    expect(picker.files).toHaveLength(0);
  });

  it('B468 a removed file is not sent, and the focus goes to the next one, and at last to the text box', async () => {
    const shown = await showWithFiles();
    const { screen, box } = shown;
    choose(shown, textFile('a.txt'), textFile('b.txt'));
    await expect.poll(() => attached(shown)).toEqual(['a.txt', 'b.txt']);
    screen.getByRole('button', { name: 'Remove a.txt' }).element().focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByRole('button', { name: 'Remove b.txt' })).toHaveFocus();
    await userEvent.keyboard(' ');
    await expect.poll(() => attached(shown)).toEqual([]);
    expect(document.activeElement).toBe(box);
  });

  it('B468 the address of a thumbnail is freed with the file', async () => {
    const made = vi.spyOn(URL, 'createObjectURL');
    const freed = vi.spyOn(URL, 'revokeObjectURL');
    onTestFinished(() => void vi.restoreAllMocks());
    const shown = await showWithFiles();
    choose(shown, await pictureFile());
    await expect.poll(() => shown.screen.container.querySelector('.imflow-attachment img')).not.toBeNull();
    await shown.screen.getByRole('button', { name: 'Remove lake.png' }).click();
    await expect.poll(() => freed.mock.calls.length).toBe(made.mock.calls.length);
    expect(freed.mock.calls.flat()).toEqual(made.mock.results.map(({ value }) => value));
  });

  it('B468 a reply with files is that of the first one', async () => {
    const { files } = createTransfer();
    const shown = await showWithFiles({ files, stored: [message(1)] });
    article(shown.log, 'Message 1').focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await shown.screen.getByRole('button', { name: 'Reply' }).click();
    choose(shown, textFile('a.txt'), textFile('b.txt'));
    await expect.poll(() => attached(shown)).toEqual(['a.txt', 'b.txt']);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => sent(shown.ana)).toEqual(['Message 1', 'a.txt', 'b.txt']);
    const replies = Array.from(shown.ana.messages.order, (id) => shown.ana.messages.get(id)?.replyTo?.id);
    expect(replies).toEqual([undefined, 'm1', undefined]);
  });

  it('B469 files that are dropped anywhere on the chat or pasted are attached, and not sent', async () => {
    const shown = await showWithFiles();
    const { screen, box, ana } = shown;
    drag(screen.container.querySelector('.imflow-header')!, 'drop', transferOf([textFile('header.txt')]));
    await expect.poll(() => attached(shown)).toEqual(['header.txt']);
    drag(box, 'drop', transferOf([textFile('box.txt')]));
    await expect.poll(() => attached(shown)).toEqual(['header.txt', 'box.txt']);
    expect(paste(box, transferOf([await pictureFile('image.png')]))).toBe(true);
    await expect.poll(() => attached(shown)).toEqual(['header.txt', 'box.txt', 'image.png']);
    expect(sent(ana)).toEqual([]);
  });

  it('B469 a clipboard with a text and a picture is pasted as text, and one with a file and its name is attached as a file', async () => {
    const shown = await showWithFiles();
    const { box } = shown;
    paste(box, transferOf([await pictureFile('table.png')], { 'text/plain': 'a\tb', 'text/html': '<table>' }));
    paste(box, transferOf([textFile('copied.txt')], { 'text/plain': 'copied.txt' }));
    await expect.poll(() => attached(shown)).toEqual(['copied.txt']);
  });

  it('B469 while files are dragged over the chat, it says that they can be dropped', async () => {
    const shown = await showWithFiles({ stored: [message(1)], files: createTransfer().files });
    const chat = shown.screen.container.querySelector('.imflow-chat')!;
    const zone = (): string => getComputedStyle(chat, '::after').content;
    drag(shown.box, 'dragover', transferOf([textFile()]));
    expect(zone()).toBe('"Drop files here to attach them"');
    drag(article(shown.log, 'Message 1'), 'dragleave', transferOf([]));
    expect(zone()).toBe('none');
    drag(shown.box, 'dragover', transferOf([], { 'text/plain': 'words' }));
    expect(zone()).toBe('none');
    drag(shown.box, 'dragover', transferOf([textFile()]));
    drag(shown.box, 'drop', transferOf([textFile()]));
    expect(zone()).toBe('none');
    await expect.poll(() => attached(shown)).toEqual(['notes.txt']);
  });

  it('B470 a file that cannot be sent is named with the limit, however it was added; the others are attached', async () => {
    const shown = await showWithFiles({}, { accept: '.txt', maxFileBytes: 1_000 });
    const { screen, box } = shown;
    const refused: readonly [File, string][] = [
      [textFile('large.txt', 'x'.repeat(1_001)), 'large.txt is too large: files can have up to 1 kB.'],
      [await pictureFile(), 'lake.png cannot be sent here. Accepted: .txt.'],
      [textFile('nothing.txt', ''), 'nothing.txt is empty.'],
    ];
    for (const [file, sentence] of refused) {
      for (const offer of [
        () => choose(shown, file),
        () => drag(box, 'drop', transferOf([file])),
        () => paste(box, transferOf([file])),
      ]) {
        offer();
        await expect.element(screen.getByRole('textbox')).toHaveAccessibleDescription(sentence);
        await expect.poll(assertive).toBe(sentence);
        await userEvent.fill(box, 'a');
        await expect.element(screen.getByRole('textbox')).not.toHaveAccessibleDescription();
      }
    }
    choose(shown, ...refused.map(([file]) => file), textFile());
    await expect.poll(() => attached(shown)).toEqual(['notes.txt']);
    await expect
      .element(screen.getByRole('textbox'))
      .toHaveAccessibleDescription(refused.map(([, sentence]) => sentence).join(' '));
  });

  it('B470 a folder, which cannot be read, is named', async () => {
    const shown = await showWithFiles();
    const folder = textFile('holidays');
    vi.spyOn(folder, 'slice').mockImplementation(() => {
      throw new DOMException('It is a folder.', 'NotFoundError');
    });
    // A `DataTransfer` would return a copy of the folder, which is readable.
    const data = transferOf([textFile()]);
    vi.spyOn(data, 'files', 'get').mockReturnValue([folder] as unknown as FileList);
    drag(shown.box, 'drop', data);
    await expect.element(shown.screen.getByText('holidays cannot be read.').first()).toBeVisible();
    expect(attached(shown)).toEqual([]);
  });

  it('B471 a file that this device cannot store comes back with its caption and its reply, and the note gives the reason', async () => {
    const store = createMemoryFileStore();
    const shown = await showWithFiles({}, { store: { ...store, put: () => Promise.reject(new Error('full')) } });
    const { screen, box, ana } = shown;
    choose(shown, textFile('a.txt'), textFile('b.txt'));
    await expect.poll(() => attached(shown)).toEqual(['a.txt', 'b.txt']);
    await userEvent.fill(box, 'Both of them');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => attached(shown)).toEqual(['a.txt', 'b.txt']);
    expect(box.value).toBe('Both of them');
    expect(sent(ana)).toEqual([]);
    const sentence = 'b.txt was not sent: this device has no room to store it.';
    await expect.element(screen.getByRole('textbox')).toHaveAccessibleDescription(sentence);
  });

  it('B471 a caption that comes back does not replace a newer text; it stays with its file', async () => {
    const store = createMemoryFileStore();
    let refuse = (): void => {};
    const put = vi.fn(store.put).mockImplementationOnce(
      () =>
        new Promise((_, reject) => {
          refuse = () => reject(new Error('full'));
        }),
    );
    const shown = await showWithFiles({}, { store: { ...store, put } });
    const { box, screen, ana } = shown;
    choose(shown, textFile());
    await expect.poll(() => attached(shown)).toEqual(['notes.txt']);
    await userEvent.fill(box, 'Old');
    await userEvent.keyboard('{Enter}');
    await userEvent.fill(box, 'New');
    await expect.poll(() => put.mock.calls.length).toBe(1);
    refuse();
    await expect.poll(() => screen.container.querySelector('.imflow-attachment')?.textContent).toContain('Old');
    expect(box.value).toBe('New');
    expect(sent(ana)).toEqual([]);
    box.focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => sent(ana)).toEqual(['notes.txt: Old\nNew']);
  });

  it('B472 attached files stay with their conversation while another one is open', async () => {
    const { files } = createTransfer();
    const [first, second] = [startConversation({ files }), startConversation({ files })];
    onTestFinished(() => {
      first.end();
      second.end();
    });
    const chat = (flow: InstantMessagingFlow) => (
      <FlowProvider flow={flow}>
        <Composer />
      </FlowProvider>
    );
    const screen = await render(chat(first.ana));
    await expect.poll(() => screen.container.querySelector('button.imflow-attach')).not.toBeNull();
    const shown = { screen } as Shown;
    choose(shown, textFile());
    await expect.poll(() => attached(shown)).toEqual(['notes.txt']);
    await screen.rerender(chat(second.ana));
    expect(attached(shown)).toEqual([]);
    await screen.rerender(chat(first.ana));
    expect(attached(shown)).toEqual(['notes.txt']);
  });

  it('B473 an application that sends no files has neither the button nor the drop zone', async () => {
    for (const files of [undefined, createFileTransfer({ store: createMemoryFileStore() })]) {
      const shown = await show({ ...(files && { files }) });
      const { container } = shown.screen;
      expect(container.querySelector('.imflow-attach, input[type="file"]')).toBeNull();
      drag(container.querySelector('textarea')!, 'dragover', transferOf([textFile()]));
      drag(container.querySelector('textarea')!, 'drop', transferOf([textFile()]));
      expect(container.querySelector('[data-drop]')).toBeNull();
      await expect.element(shown.screen.getByText('Files cannot be sent here.').first()).toBeVisible();
      await shown.screen.unmount();
    }
  });

  it('B474 the caption of a file is edited in the composer, and may be emptied', async () => {
    const { files, uploader } = createTransfer();
    const shown = await showWithFiles({ files });
    const { ana, box } = shown;
    ana.sendFile(await pictureFile(), { caption: 'The laek' });
    await expect.poll(() => uploader.uploads.length).toBe(1);
    box.focus();
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(() => box.value).toBe('The laek');
    const picture = shown.log.querySelector('img');
    await userEvent.fill(box, 'The lake');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => sent(ana)).toEqual(['lake.png: The lake']);
    expect(shown.log.querySelector('img')).toBe(picture);
    await userEvent.keyboard('{ArrowUp}');
    await userEvent.clear(box);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => sent(ana)).toEqual(['lake.png']);
    expect(ana.messages.order).toHaveLength(1);
  });
});

describe('attached files on small screens', () => {
  const LANGUAGES: Readonly<Record<string, object>> = { English: {}, German: de, Japanese: ja, Arabic: ar };

  it.each(Object.keys(LANGUAGES))(
    'B475 in %s, at a width of 320 px and with a page font of 32 px, nothing is cut off, overlaps or is too small to press',
    async (language) => {
      onTestFinished(() => setPageFontSize());
      const { files } = createTransfer();
      const shown = await showWithFiles({
        files,
        stored: [
          fileMessage(1, {
            name: 'Timetable of all boats and trains.pdf',
            type: 'application/pdf',
            url: 'https://a.example/',
          }),
        ],
        children: <Chat translations={LANGUAGES[language]} />,
      });
      choose(shown, await pictureFile(), textFile('The timetable of all boats and trains of the lake.txt'));
      await expect.poll(() => attached(shown)).toHaveLength(2);
      shown.ana.sendFile(await pictureFile(), { caption: 'From the boat' });
      await expect.poll(() => shown.log.querySelector('.imflow-upload')).not.toBeNull();
      await page.viewport(320, 720);
      const frame = shown.screen.container.firstElementChild as HTMLElement;
      frame.style.inlineSize = '320px';
      document.body.style.margin = '0';
      for (const size of ['', '32px']) {
        setPageFontSize(size);
        await nextFrames(4);
        const composer = shown.screen.container.querySelector('.imflow-composer')!;
        for (const part of [composer, ...shown.log.querySelectorAll('.imflow-bubble')]) {
          expect(sticksOut(part)).toEqual([]);
          expect(overlapping(part)).toEqual([]);
          expect(tooSmall(part)).toEqual([]);
        }
        for (const part of shown.log.querySelectorAll('.imflow-upload, .imflow-file-line'))
          expect(cutOff(part)).toEqual([]);
      }
    },
  );
});
