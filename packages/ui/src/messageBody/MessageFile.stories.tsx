import { type MessageRecord, TransportFailure } from '@imflow/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor } from 'storybook/test';
import { createTransfer, fileMessage, pictureFile, pictureUrl, soundUrl, videoUrl } from '../../fixtures/files.ts';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { MessageList } from '../messageList/MessageList.tsx';
import { MessageBody } from './MessageBody.tsx';

const meta = {
  title: 'Components/MessageFile',
  component: MessageBody,
  parameters: { layout: 'fullscreen' },
  args: { message: fileMessage(1) },
} satisfies Meta<typeof MessageBody>;

export default meta;
type Story = StoryObj<typeof meta>;

const FILE = 'https://files.example/1';
const OWN = (): Partial<MessageRecord> => ({ direction: 'outgoing', status: 'displayed' });

const received = (...stored: readonly MessageRecord[]): Story => ({
  render: () => (
    <StoryFrame files={createTransfer().files} stored={stored} width={420} height={620}>
      <MessageList />
    </StoryFrame>
  ),
});

/** The state of the upload in the stories that send. */
type Answer = 'nothing' | 'forty' | 'failure';

const sending = (answer: Answer): Story => ({
  render: () => {
    const { files, uploader } = createTransfer();
    return (
      <StoryFrame
        files={files}
        width={420}
        height={420}
        begin={async ({ ana, network }) => {
          await waitFor(() => expect(ana.store.getState().connection).toBe('online'));
          if (answer === 'nothing') network.setOnline('ana', false);
          ana.sendFile(await pictureFile('sunset.png', 640, 400), {
            caption: 'From the boat, see https://example.org/',
          });
          if (answer === 'nothing') return;
          await waitFor(() => expect(uploader.uploads).toHaveLength(1));
          const [upload] = uploader.uploads;
          if (answer === 'forty') upload?.progress(upload.file.size * 0.404);
          else upload?.fail(new TransportFailure(413, 'It is too large.', { retryable: false }));
        }}
      >
        <MessageList />
      </StoryFrame>
    );
  },
});

const PICTURE = () => ({ url: pictureUrl(640, 400), width: 640, height: 400 });

/** The space of a picture is reserved before it has loaded. A click opens the picture larger. */
export const Picture: Story = {
  ...received(
    fileMessage(1, { ...PICTURE(), caption: 'The lake at six in the morning' }),
    fileMessage(2, { ...PICTURE(), name: 'high.png', url: pictureUrl(200, 640), width: 200, height: 640 }, OWN()),
  ),
  play: async ({ canvas }) => {
    const button = await canvas.findByRole('button', { name: 'Picture, lake.png' });
    await waitFor(() => expect(button).toBeEnabled());
    await userEvent.click(button);
    await expect(await canvas.findByRole('dialog', { name: 'The lake at six in the morning' })).toBeVisible();
    await userEvent.click(canvas.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(button).toHaveFocus());
  },
};

/** The enlarged picture. Escape, the button and a click beside it close it. */
export const OpenPicture: Story = {
  ...received(fileMessage(1, { ...PICTURE(), caption: 'The lake at six in the morning' })),
  play: async ({ canvas }) => {
    const button = await canvas.findByRole('button', { name: 'Picture, lake.png' });
    await waitFor(() => expect(button).toBeEnabled());
    await userEvent.click(button);
    await expect(await canvas.findByRole('dialog')).toBeVisible();
  },
};

export const PictureDark: Story = { ...Picture, globals: { theme: 'dark' } };

/** All but pictures, videos and sounds have their name, type and size. SVG and HTML are never opened in the page. */
export const OtherFiles: Story = {
  ...received(
    fileMessage(1, { name: 'Timetable of the boats.pdf', type: 'application/pdf', size: 482_000, url: FILE }),
    fileMessage(2, { name: 'drawing.svg', type: 'image/svg+xml', size: 2_100, url: FILE }, OWN()),
    fileMessage(3, { name: 'page.html', type: 'text/html', size: 12_000, url: FILE, caption: 'What they wrote' }),
    fileMessage(4, { name: 'annexe\u202Egpj.exe', type: 'application/x-msdownload', size: 1_200_000, url: FILE }),
    fileMessage(
      5,
      { name: `${'a-very-long-name-'.repeat(8)}.tar.gz`, type: 'application/gzip', size: 9, url: FILE },
      OWN(),
    ),
  ),
  play: async ({ canvas, canvasElement }) => {
    await expect(await canvas.findByText('annexegpj.exe')).toBeVisible();
    await expect(await canvas.findByRole('link', { name: 'Download, drawing.svg' })).toHaveAttribute(
      'download',
      'drawing.svg',
    );
    await expect(canvasElement.querySelectorAll('article img, iframe, object, embed')).toHaveLength(0);
  },
};

export const OtherFilesDark: Story = { ...OtherFiles, globals: { theme: 'dark' } };

export const OtherFilesRightToLeft: Story = { ...OtherFiles, globals: { direction: 'rtl' } };

/** Videos and sounds have the browser's controls. */
export const Video: Story = {
  loaders: [async () => ({ video: await videoUrl() })],
  render: (_, { loaded }) => (
    <StoryFrame
      files={createTransfer().files}
      stored={[
        fileMessage(1, {
          name: 'waves.webm',
          type: 'video/webm',
          url: String(loaded['video']),
          width: 320,
          height: 180,
          caption: 'Waves',
        }),
      ]}
      width={420}
      height={420}
    >
      <MessageList />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByLabelText('Video, waves.webm')).toHaveAttribute('controls');
  },
};

export const Sound: Story = {
  ...received(fileMessage(1, { name: 'gulls.wav', type: 'audio/wav', url: soundUrl(), size: 8_044 })),
  play: async ({ canvas }) => {
    await expect(await canvas.findByLabelText('Sound, gulls.wav')).toHaveAttribute('controls');
  },
};

/** A picture that cannot be read is shown like any other file. */
export const Unreadable: Story = {
  ...received(fileMessage(1, { url: 'data:image/png;base64,AAAA', width: 640, height: 400 })),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('This file is not available.')).toBeVisible();
  },
};

/** Without a connection, the upload waits. */
export const Waiting: Story = {
  ...sending('nothing'),
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: 'Cancel' })).toBeVisible();
  },
};

export const Uploading: Story = {
  ...sending('forty'),
  play: async ({ canvas }) => {
    const progress = await canvas.findByRole('progressbar', { name: 'Uploading sunset.png' });
    await waitFor(() => expect(progress).toHaveAttribute('value', '40'));
    await expect(canvas.getByText('40%')).toBeVisible();
  },
};

export const UploadingRightToLeft: Story = { ...Uploading, globals: { direction: 'rtl' } };

export const UploadingDark: Story = { ...Uploading, globals: { theme: 'dark' } };

export const Failed: Story = {
  ...sending('failure'),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Not sent. The file could not be uploaded.')).toBeVisible();
  },
};
