import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor } from 'storybook/test';
import { message } from '../../fixtures/conversation.ts';
import { createTransfer, pictureFile, textFile } from '../../fixtures/files.ts';
import { StoryFrame, story } from '../../fixtures/StoryFrame.tsx';
import { MessageList } from '../messageList/MessageList.tsx';
import { Composer } from './Composer.tsx';

const meta = {
  title: 'Components/Composer',
  component: Composer,
  render: (args) => (
    <StoryFrame width={420}>
      <Composer {...args} />
    </StoryFrame>
  ),
} satisfies Meta<typeof Composer>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Empty: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('textbox', { name: 'Message Bo' })).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeDisabled();
  },
};

/** Enter sends, Shift with Enter makes a new line, and the focus stays in the box. */
export const Writing: Story = {
  play: async ({ canvas }) => {
    const box = await canvas.findByRole('textbox');
    await userEvent.type(box, 'Hello Bo{Shift>}{Enter}{/Shift}how are you?');
    await expect(box).toHaveValue('Hello Bo\nhow are you?');
    await userEvent.type(box, '{Enter}');
    await expect(box).toHaveValue('');
    await expect(box).toHaveFocus();
    const messages = story.conversation?.ana.messages;
    await expect(messages?.get(messages.order[0] ?? '')?.body).toBe('Hello Bo\nhow are you?');
    await userEvent.type(box, 'And there is more to say');
  },
};

/** The box grows with its text, up to a limit. */
export const LongText: Story = {
  play: async ({ canvas }) => {
    const box = await canvas.findByRole('textbox');
    await userEvent.click(box);
    await userEvent.paste('The lake is wide and the boat is small. '.repeat(20));
    await expect(box.getBoundingClientRect().height).toBe(156);
  },
};

/** Arrow up edits the last own message, and the draft waits. */
export const Editing: Story = {
  render: (args) => (
    <StoryFrame stored={[message(1, { direction: 'outgoing', body: 'See you at the clok' })]} width={420}>
      <Composer {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const box = await canvas.findByRole('textbox', { name: 'Message Bo' });
    await waitFor(() => expect(story.conversation?.ana.messages.order.length).toBe(1));
    await userEvent.type(box, '{ArrowUp}');
    await expect(box).toHaveValue('See you at the clok');
    await expect(canvas.getByText('Editing')).toBeVisible();
  },
};

/** A reply names the message that it answers, until it is sent or left by Escape. */
export const Replying: Story = {
  render: (args) => (
    <StoryFrame stored={[message(1, { body: 'Shall we meet at 8?' })]} width={420} height={420}>
      <MessageList />
      <Composer {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const text = await canvas.findByText('Shall we meet at 8?');
    text.closest('article')?.focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await userEvent.click(await canvas.findByRole('button', { name: 'Reply' }));
    await expect(await canvas.findByText('Reply to Bo')).toBeVisible();
  },
};

export const TooLong: Story = {
  args: { maxLength: 20 },
  play: async ({ canvas }) => {
    await userEvent.type(await canvas.findByRole('textbox'), 'This is more than twenty');
    await expect(canvas.getByText('This message is too long by 4 characters.')).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeDisabled();
  },
};

export const Offline: Story = {
  render: (args) => (
    <StoryFrame width={420} begin={({ network }) => void setTimeout(() => network.setOnline('ana', false), 50)}>
      <Composer {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const translations = 'You are offline. Messages will be sent later.';
    await expect(await canvas.findByText(translations, {}, { timeout: 3_000 })).toBeVisible();
  },
};

export const Ended: Story = {
  render: (args) => (
    <StoryFrame width={420} begin={({ ana }) => ana.terminate()}>
      <Composer {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('This conversation has ended.')).toBeVisible();
    await expect(canvas.getByRole('textbox')).toHaveAttribute('readonly');
  },
};

/** Where the flow can send files, a button attaches them; files can also be dropped and pasted. */
export const WithAttachments: Story = {
  render: (args) => (
    <StoryFrame width={420} files={createTransfer().files}>
      <Composer {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await canvas.findByRole('button', { name: 'Attach files' });
    const long = textFile(`The timetable of all boats ${'and trains '.repeat(6)}.pdf`);
    await userEvent.upload(canvas.getByLabelText('Attach files', { selector: 'input' }), [await pictureFile(), long]);
    await expect(await canvas.findByRole('list', { name: 'Attached files' })).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Remove lake.png' })).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeEnabled();
    await userEvent.type(canvas.getByRole('textbox'), 'From the boat');
  },
};

export const WithAttachmentsDark: Story = { ...WithAttachments, globals: { theme: 'dark' } };

export const WithAttachmentsRightToLeft: Story = { ...WithAttachments, globals: { direction: 'rtl' } };

/** A file that cannot be sent is named, with the limit. The others are attached. */
export const RefusedFile: Story = {
  render: (args) => (
    <StoryFrame width={420} files={createTransfer({ maxFileBytes: 1_000 }).files}>
      <Composer {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await canvas.findByRole('button', { name: 'Attach files' });
    const large = textFile('large.txt', 'x'.repeat(2_000));
    await userEvent.upload(canvas.getByLabelText('Attach files', { selector: 'input' }), [large, textFile()]);
    await expect(await canvas.findByText('large.txt is too large: files can have up to 1 kB.')).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Remove notes.txt' })).toBeVisible();
  },
};

/** Made of its parts, with a button of your own. */
export const Parts: Story = {
  render: () => (
    <StoryFrame width={420}>
      <Composer.Root>
        <Composer.Note />
        <button type="button" aria-label="Attach a file" style={{ blockSize: 40, inlineSize: 40 }}>
          +
        </button>
        <Composer.Input placeholder="Write something kind" />
        <Composer.Send style={{ borderRadius: 8 }}>Go</Composer.Send>
      </Composer.Root>
    </StoryFrame>
  ),
};
