import { parseFile } from '@imflow/core/files';
import { type MessageRecord, TransportFailure } from '@imflow/core';
import { type ReactElement, useState } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { createConversations } from '../../fixtures/conversations.ts';
import { createTransfer, fileMessage, pictureFile, pictureUrl, soundUrl, textFile } from '../../fixtures/files.ts';
import { articles, show, type Shown } from '../../fixtures/render.tsx';
import { ChatSettings, ConversationList } from '../index.ts';
import { MessageFile } from './MessageFile.tsx';
import { render } from 'vitest-browser-react';

const FILE = 'https://files.example/1';

function buttonOf(root: Element): HTMLButtonElement {
  return root.querySelector<HTMLButtonElement>('.imflow-picture-button')!;
}

/** Renders one message after the other at the same position in React's tree. */
function Switched({ messages }: { readonly messages: readonly MessageRecord[] }): ReactElement {
  const [index, setIndex] = useState(0);
  return (
    <>
      <button type="button" onClick={() => setIndex(1)}>
        Next
      </button>
      <MessageFile message={messages[index]!} />
    </>
  );
}

async function showFile(...stored: Parameters<typeof fileMessage>[1][]): Promise<Shown> {
  const shown = await show({
    files: createTransfer().files,
    stored: [...stored.map((content, index) => fileMessage(index + 1, content)), message(99)],
  });
  await expect.poll(() => shown.log.querySelector('.imflow-attached')).not.toBeNull();
  return shown;
}

describe('the excerpts of a message with a file', () => {
  it('B463 quotes, announcements and copies contain the caption, or "Picture"', async () => {
    const shown = await show({ files: createTransfer().files, stored: [fileMessage(1), message(2)] });
    await expect.poll(() => shown.log.querySelector('.imflow-attached')).not.toBeNull();
    shown.ana.sendMessage('Nice', { replyTo: 'm1' });
    await expect.poll(() => shown.log.querySelector('.imflow-quote')?.textContent).toContain('Picture');
    expect(shown.log.querySelector('.imflow-quote')!.textContent).not.toContain('{');
    shown.bo.sendMessage(fileMessage(1, { caption: 'Another one', url: FILE }).body, {
      contentType: fileMessage(1).contentType,
    });
    await expect.poll(() => document.querySelector('[aria-live="polite"]')!.textContent).toBe('Bo: Another one');
    const [first, second] = articles(shown.log).map((row) => row.querySelector('[data-message-text]')!);
    getSelection()!.setBaseAndExtent(first!, 0, second!.firstChild!, 9);
    const data = new DataTransfer();
    first!.dispatchEvent(new ClipboardEvent('copy', { bubbles: true, cancelable: true, clipboardData: data }));
    expect(data.getData('text/plain')).toMatch(/Bo: Picture\n.*Bo: Message 2$/);
  });

  it('B463 the list of conversations shows the caption or the name', async () => {
    const conversations = createConversations({
      bo: [fileMessage(1, { name: 'notes.pdf', type: 'application/pdf' })],
      cy: [fileMessage(1, { caption: 'The lake' })],
    });
    conversations.start();
    onTestFinished(() => conversations.end());
    const { container } = await render(
      <ChatSettings>
        <ConversationList flows={conversations.flows} onSelect={() => undefined} />
      </ChatSettings>,
    );
    const texts = (): string[] =>
      Array.from(container.querySelectorAll('.imflow-conversation-text'), ({ textContent }) => textContent).toSorted();
    await expect.poll(texts).toEqual(['The lake', 'notes.pdf']);
  });
});

describe('a picture', () => {
  it('B464 a row reserves the space of a picture before it has loaded, whether its size is known or not, and no row moves', async () => {
    const shown = await showFile({ width: 640, height: 400 }, {}, { width: 1, height: 65_535 });
    const rows = (): number[] => articles(shown.log).map((row) => row.getBoundingClientRect().top);
    const before = rows();
    expect(shown.log.querySelector('img')).toBeNull();
    const sizes = Array.from(shown.log.querySelectorAll('.imflow-picture-button'), (each) => {
      const { width, height } = each.getBoundingClientRect();
      return [width, Math.round(height)];
    });
    expect(sizes[0]![0]! / sizes[0]![1]!).toBeCloseTo(1.6, 1);
    expect(sizes.slice(1)).toEqual([
      [240, 180],
      [48, 360],
    ]);
    await shown.screen.unmount();

    const again = await showFile(
      { url: pictureUrl(640, 400), width: 640, height: 400 },
      { url: pictureUrl(64, 400) },
      { url: pictureUrl(4, 400), width: 1, height: 65_535 },
    );
    await expect
      .poll(() => Array.from(again.log.querySelectorAll('img')).filter((img) => img.complete && img.naturalWidth > 0))
      .toHaveLength(3);
    expect(articles(again.log).map((row) => row.getBoundingClientRect().top)).toEqual(before);
  });

  it('B464 a preview fills the space of a picture until it has loaded', async () => {
    const thumbnail = pictureUrl(16, 10);
    const shown = await showFile({ thumbnail, width: 640, height: 400 });
    expect(buttonOf(shown.log).style.backgroundImage).toBe(`url("${thumbnail}")`);
  });

  it('B465 a picture opens larger in a dialog named by its caption or name; Escape closes it, and the focus returns', async () => {
    const url = pictureUrl(640, 400);
    const shown = await showFile({ url, width: 640, height: 400, caption: 'At six' }, { url, name: 'other.png' });
    const { screen, log } = shown;
    for (const [name, label] of [
      ['Picture, lake.png', 'At six'],
      ['Picture, other.png', 'other.png'],
    ] as const) {
      const button = screen.getByRole('button', { name }).element();
      await expect.element(screen.getByRole('button', { name })).toBeEnabled();
      button.focus();
      await userEvent.keyboard('{Enter}');
      const dialog = screen.getByRole('dialog', { name: label });
      await expect.element(dialog).toBeVisible();
      await expect.element(dialog.getByRole('button', { name: 'Close' })).toHaveFocus();
      await expect.element(dialog.getByRole('img', { name: label })).toBeVisible();
      // Keys in the dialog do not reach the list.
      await userEvent.keyboard('{ArrowUp}');
      await expect.element(dialog.getByRole('button', { name: 'Close' })).toHaveFocus();
      await userEvent.keyboard('{Escape}');
      await expect.poll(() => log.querySelector('dialog')).toBeNull();
      expect(document.activeElement).toBe(button);
    }
  });

  /** Shows a picture whose addresses expire one after the other. */
  async function showExpiring(...urls: string[]): Promise<Shown> {
    const waiting = [...urls];
    const files = createTransfer({
      uploader: {
        upload: () => new Promise(() => {}),
        open: async () => {
          const url = waiting.shift();
          if (url === undefined) throw new TransportFailure(503, 'There is none.', { retryable: true });
          return { url, expiresIn: 1_000, close() {} };
        },
      },
    });
    return show({ ...files, stored: [fileMessage(1, { url: FILE, width: 64, height: 40 }), message(2)] });
  }

  it('B502 a picture is not read again when its address expires, and is saved from the newest one', async () => {
    const urls = [pictureUrl(64, 40), pictureUrl(64, 41)];
    const { log, screen } = await showExpiring(...urls);
    await expect.poll(() => log.querySelector('img')?.src).toBe(urls[0]);
    const image = log.querySelector('img');
    buttonOf(log).click();
    await expect.element(screen.getByRole('link', { name: 'Download' })).toHaveAttribute('href', urls[1]!);
    expect(log.querySelector('img')).toBe(image);
    expect(image!.src).toBe(urls[0]);
  });

  it('B502 a picture whose address works no longer is read from the next one', async () => {
    const next = pictureUrl(64, 40);
    const { log } = await showExpiring('data:image/png;base64,AAAA', next);
    await expect.poll(() => log.querySelector('.imflow-file-line')).not.toBeNull();
    await expect.poll(() => log.querySelector('img')?.src).toBe(next);
    await expect.poll(() => log.querySelector('.imflow-file-line')).toBeNull();
  });

  it('B502 the picture of a different message takes the place of one that is kept', async () => {
    const urls = [pictureUrl(64, 40), pictureUrl(64, 41)];
    const [first, second] = urls.map((url, index) => fileMessage(index + 1, { url, width: 64, height: 40 }));
    const shown = await show({
      files: createTransfer().files,
      stored: [first!, second!],
      children: <Switched messages={[first!, second!]} />,
    });
    const picture = (): string | undefined => shown.screen.container.querySelector('img')?.src;
    await expect.poll(picture).toBe(urls[0]);
    await shown.screen.getByRole('button', { name: 'Next' }).click();
    await expect.poll(picture).toBe(urls[1]);
  });

  it('B502 a picture that could not be read is read again when the connection changes', async () => {
    const url = pictureUrl(64, 40);
    const { log, network } = await showFile({ url, width: 64, height: 40 });
    await expect.poll(() => log.querySelector('img')?.src).toBe(url);
    // Simulates a lost network.
    log.querySelector('img')!.dispatchEvent(new Event('error'));
    await expect.poll(() => log.querySelector('img')).toBeNull();
    network.setOnline('ana', false);
    await expect.poll(() => log.querySelector('img')?.src).toBe(url);
  });

  it('B465 a click beside the enlarged picture closes it, and a click on it does not', async () => {
    const shown = await showFile({ url: pictureUrl(640, 400), width: 640, height: 400 });
    await expect.element(shown.screen.getByRole('button', { name: 'Picture, lake.png' })).toBeEnabled();
    buttonOf(shown.log).click();
    const dialog = (): HTMLDialogElement | null => shown.log.querySelector('dialog');
    await expect.poll(() => dialog()?.open).toBe(true);
    dialog()!.querySelector('img')!.click();
    expect(dialog()!.open).toBe(true);
    await userEvent.click(document.documentElement, { position: { x: 2, y: 2 } });
    await expect.poll(dialog).toBeNull();
  });
});

describe('any other file', () => {
  it.each([
    ['image/svg+xml', 'drawing.svg', 'SVG'],
    ['text/html', 'page.html', 'HTML'],
    ['application/pdf', 'notes.pdf', 'PDF'],
    ['application/xhtml+xml', 'page', 'application/xhtml+xml'],
    ['image/tiff', 'scan.tiff', 'TIFF'],
  ])(
    'B466 a file (%s) is never rendered in the page: it shows its name, type and size, and a link that saves it',
    async (type, name, word) => {
      const { log, screen } = await showFile({ name, type, url: FILE, size: 482_000 });
      const file = log.querySelector('.imflow-attached')!;
      expect(file.querySelector('img, video, audio, iframe, object, embed')).toBeNull();
      expect(file.querySelector('bdi')!.textContent).toBe(name);
      expect(file.textContent).toContain(`${word}, 482 kB`);
      const link = screen.getByRole('link', { name: `Download, ${name}` }).element() as HTMLAnchorElement;
      expect([link.href, link.download, link.target, link.rel]).toEqual([FILE, name, '_blank', 'noopener noreferrer']);
    },
  );

  it('B466 videos and sounds have the controls of the browser and a name', async () => {
    const { screen } = await showFile(
      { name: 'gulls.wav', type: 'audio/wav', url: soundUrl() },
      { name: 'waves.mp4', type: 'video/mp4', width: 320, height: 180 },
    );
    const [sound, video] = ['Sound, gulls.wav', 'Video, waves.mp4'].map(
      (label) => screen.getByLabelText(label).element() as HTMLMediaElement,
    );
    await expect.poll(() => sound!.duration).toBe(1);
    expect([sound!.controls, video!.controls, sound!.autoplay, video!.autoplay]).toEqual([true, true, false, false]);
    const { width, height } = video!.getBoundingClientRect();
    expect(width / height).toBeCloseTo(16 / 9, 1);
  });

  it('B466 a file name with bidi controls shows its real extension, and does not affect the text around it', async () => {
    const { log } = await showFile({ name: 'annexe\u202Egpj.exe', type: 'application/x-msdownload', url: FILE });
    expect(log.querySelector('bdi')!.textContent).toBe('annexegpj.exe');
  });

  it('B466 a picture, a video or a sound that cannot be read is shown like any other file', async () => {
    const { log, screen } = await showFile({ url: 'data:image/png;base64,AAAA' });
    await expect.element(screen.getByText('This file is not available.')).toBeVisible();
    expect(log.querySelector('.imflow-attached img')).toBeNull();
    await expect.element(screen.getByRole('link', { name: 'Download, lake.png' })).toBeVisible();
  });

  it('B466 a caption is a text with its links', async () => {
    const { screen } = await showFile({ caption: 'See https://example.org/' });
    await expect.element(screen.getByRole('link', { name: 'https://example.org/' })).toBeVisible();
  });

  it('B473 a chat without support for files does not show a message with a file, and loads no code for it', async () => {
    const shown = await show({ stored: [fileMessage(1, { url: FILE })] });
    await expect.poll(() => shown.log.textContent).toContain('This message cannot be shown here');
    expect(shown.log.querySelector('.imflow-attached')).toBeNull();
  });
});

describe('an upload', () => {
  it('B467 an upload shows its progress, also to screen readers, and only this part renders', async () => {
    const { files, uploader } = createTransfer();
    const { ana, log, screen } = await show({ files });
    ana.sendFile(await pictureFile(), { caption: 'The lake' });
    await expect.poll(() => uploader.uploads.length).toBe(1);
    const bar = screen.getByRole('progressbar', { name: 'Uploading lake.png' });
    await expect.element(bar).toHaveAttribute('value', '0');
    const row = articles(log)[0]!;
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(row, { subtree: true, childList: true, attributes: true, characterData: true });
    onTestFinished(() => observer.disconnect());
    uploader.uploads[0]!.progress(uploader.uploads[0]!.file.size * 0.404);
    await expect.element(bar).toHaveAttribute('value', '40');
    await expect.element(bar).toHaveAttribute('aria-valuetext', '40%');
    expect(log.textContent).toContain('40%');
    expect(changes.every(({ target }) => (target.parentElement ?? row).closest('.imflow-upload') !== null)).toBe(true);
  });

  it('B467 the picture stays while the upload ends, and its address is freed when nothing shows it', async () => {
    const freed = vi.spyOn(URL, 'revokeObjectURL');
    onTestFinished(() => freed.mockRestore());
    const { files, uploader } = createTransfer();
    const { ana, log, screen } = await show({ files });
    ana.sendFile(await pictureFile('lake.png', 640, 400));
    await expect.poll(() => uploader.uploads.length).toBe(1);
    await expect.poll(() => log.querySelector('img')?.naturalWidth).toBe(640);
    const picture = log.querySelector('img')!;
    const { src } = picture;
    expect(src).toMatch(/^blob:/);
    uploader.uploads[0]!.accept();
    await expect.poll(() => log.querySelector('.imflow-upload')).toBeNull();
    const id = ana.messages.order[0]!;
    await expect.poll(() => ana.messages.get(id)?.status).toBe('delivered');
    expect(parseFile(ana.messages.get(id)!)?.url).toMatch(/^https:/);
    expect(log.querySelector('img')).toBe(picture);
    expect(picture.src).toBe(src);
    expect(freed.mock.calls.flat()).not.toContain(src);
    expect(log.textContent).not.toContain('edited');
    await screen.unmount();
    expect(freed.mock.calls.flat()).toContain(src);
  });

  it('B467 Cancel discards the file; its caption returns to the composer, which has the focus', async () => {
    const { files, uploader } = createTransfer();
    const { ana, log, screen } = await show({ files });
    ana.sendFile(textFile(), { caption: 'Read this' });
    await expect.poll(() => uploader.uploads.length).toBe(1);
    await screen.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => articles(log).length).toBe(0);
    await expect.element(screen.getByRole('textbox')).toHaveValue('Read this');
    await expect.element(screen.getByRole('textbox')).toHaveFocus();
    expect(uploader.uploads[0]!.signal.aborted).toBe(true);
  });

  it('B467 the name of a file without a caption does not come back as a text', async () => {
    const { files, uploader } = createTransfer();
    const { ana, log, screen } = await show({ files });
    ana.sendFile(textFile());
    await expect.poll(() => uploader.uploads.length).toBe(1);
    await screen.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => articles(log).length).toBe(0);
    await expect.element(screen.getByRole('textbox')).toHaveValue('');
  });

  it('B467 without a connection the upload waits', async () => {
    const { files } = createTransfer();
    const { ana, network, screen } = await show({ files });
    network.setOnline('ana', false);
    ana.sendFile(textFile());
    await expect.element(screen.getByText('Waiting to be sent').first()).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Cancel' })).toBeVisible();
    expect(screen.container.querySelector('progress')).toBeNull();
  });

  it('B467 a failed upload shows the failure, and can be retried', async () => {
    const { files, uploader } = createTransfer();
    const { ana, log, screen } = await show({ files });
    ana.sendFile(textFile());
    await expect.poll(() => uploader.uploads.length).toBe(1);
    uploader.uploads[0]!.fail(new TransportFailure(413, 'It is too large.', { retryable: false }));
    await expect.element(screen.getByText('Not sent. The file could not be uploaded.')).toBeVisible();
    expect(log.querySelector('.imflow-upload')).toBeNull();
    ana.retryMessage(ana.messages.order[0]!);
    await expect.poll(() => uploader.uploads.length).toBe(2);
    await expect.poll(() => log.querySelector('.imflow-upload')).not.toBeNull();
  });
});
