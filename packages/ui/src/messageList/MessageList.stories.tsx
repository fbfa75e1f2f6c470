import type { MessageRecord } from '@imflow/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { createRef } from 'react';
import { expect, fireEvent, spyOn, userEvent, waitFor } from 'storybook/test';
import { message } from '../../fixtures/conversation.ts';
import { StoryFrame, story } from '../../fixtures/StoryFrame.tsx';
import { sampleConversation } from '../../fixtures/sampleConversation.ts';
import { Composer } from '../composer/Composer.tsx';
import { ChatSettings } from '../settings/ChatSettings.tsx';
import type { MessageListHandle } from './messageListHandle.ts';
import { MessageList } from './MessageList.tsx';

const meta = {
  title: 'Components/MessageList',
  component: MessageList,
  parameters: { layout: 'fullscreen' },
} satisfies Meta<typeof MessageList>;

export default meta;
type Story = StoryObj<typeof meta>;

const own = (order: number, fields: Partial<MessageRecord>): MessageRecord =>
  message(order, { direction: 'outgoing', ...fields });

const storyOf = (stored: readonly MessageRecord[], rest: Story = {}): Story => ({
  render: (args) => (
    <StoryFrame stored={stored} width={420} height={620}>
      <MessageList {...args} />
    </StoryFrame>
  ),
  ...rest,
});

export const Empty: Story = storyOf([], {
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No messages yet. Say hello!')).toBeVisible();
  },
});

/** Few messages stand at the bottom. */
export const Short: Story = storyOf(sampleConversation().slice(-5));

export const Days: Story = storyOf(sampleConversation());

export const Ticks: Story = storyOf([
  own(1, { body: 'Read', status: 'displayed' }),
  own(2, { body: 'Delivered', status: 'delivered' }),
  own(3, { body: 'Sent', status: 'sent' }),
  own(4, { body: 'Could not be delivered', status: 'undeliverable', code: 480 }),
  own(5, { body: 'Not sent', status: 'failed', code: 408, retryable: true }),
  own(6, { body: 'Refused for good', status: 'failed', code: 403, retryable: false }),
]);

/** A failed message can be sent again or deleted; then the focus goes to the composer, if there is one. */
export const Failed: Story = storyOf(
  [
    message(1, { body: 'Did you get the tickets?' }),
    own(2, { body: 'Yes, two of them, and a place for the bikes', status: 'failed', code: 408, retryable: true }),
  ],
  {
    play: async ({ canvas }) => {
      await userEvent.click(await canvas.findByRole('button', { name: 'Retry' }));
      await waitFor(() => expect(canvas.queryByRole('button', { name: 'Retry' })).toBeNull());
      await expect(await canvas.findByText('Delivered')).toBeInTheDocument();
    },
  },
);

export const Waiting: Story = {
  render: (args) => (
    <StoryFrame
      stored={sampleConversation().slice(-4)}
      width={420}
      height={420}
      begin={({ ana, network }) => {
        setTimeout(() => network.setOnline('ana', false), 100);
        setTimeout(() => ana.sendMessage('This one waits for the connection'), 200);
      }}
    >
      <MessageList {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Waiting to be sent')).toBeInTheDocument();
  },
};

export const Kinds: Story = storyOf([
  message(1, { body: 'See https://example.org/a_(b)?q=1&r=2#here, or write to ana@example.org.' }),
  message(2, { body: '😀' }),
  own(3, { body: '👩‍👩‍👧‍👦 🇩🇪 ❤️' }),
  message(4, { body: 'Several\nlines\n\nand a gap' }),
  message(5, { body: '<b>Markup</b> & <script>alert(1)</script> is text' }),
  message(6, { contentType: 'text/html', body: '<p>An <b>HTML</b> body</p><script>alert(1)</script><p>as text</p>' }),
  message(7, { contentType: 'application/vnd.example', body: '{}', isContentTypeSupported: false }),
  own(8, { body: `A long word ${'Donaudampfschifffahrtsgesellschaft'.repeat(3)} wraps` }),
]);

const edited = (body: string): Partial<MessageRecord> => ({
  revision: { id: 'edit', sequence: 1, at: Date.now() },
  earlierRevisions: [{ ...own(0, { body, status: 'displayed' }), id: 'first', sequence: 0 }],
});
const reactions = (...authors: readonly string[]): Partial<MessageRecord> => ({
  reactions: authors.map((author, index) => ({ author, emojis: ['👍', '🎉'].slice(index), id: author, sequence: 1 })),
});

/** Messages with edits, replies, reactions and retractions. */
export const Operations: Story = storyOf(
  [
    message(1, { body: 'Shall we meet at 8?', ...edited('Shall we meet at 7?'), ...reactions('ana', 'bo') }),
    own(2, {
      body: 'Gladly!',
      replyTo: { id: 'm1', sender: 'bo', excerpt: 'Shall we meet at 7?' },
      ...edited('Sadly!'),
      ...reactions('bo'),
    }),
    message(3, { body: '', retracted: { at: Date.now() } }),
    own(4, { body: '', retracted: { at: Date.now() }, status: 'delivered' }),
    own(5, { body: '', retracted: { at: Date.now() }, status: 'failed', code: 408, retryable: true }),
    message(6, { body: 'Never mind', replyTo: { id: 'm3', sender: 'bo', excerpt: '' } }),
  ],
  {
    play: async ({ canvas }) => {
      await expect(await canvas.findByRole('button', { name: '👍, you', pressed: true })).toBeVisible();
      await expect(canvas.getByRole('button', { name: 'Reply to Bo: Shall we meet at 8?' })).toBeVisible();
      await expect(canvas.getByRole('button', { name: 'Reply to Bo: Message deleted' })).toBeVisible();
    },
  },
);

/** The actions of the focused message. */
export const Actions: Story = storyOf(
  [message(1, { body: 'Shall we?' }), own(2, { body: 'Gladly', status: 'displayed' })],
  {
    play: async ({ canvas }) => {
      const text = await canvas.findByText('Gladly');
      text.closest('article')?.focus();
      await userEvent.keyboard('{Shift>}{F10}{/Shift}');
      await waitFor(() => expect(canvas.getByRole('button', { name: 'React' })).toHaveFocus());
      // Waits until it has faded in.
      await waitFor(() => expect(canvas.getByRole('toolbar', { name: 'Message actions' })).toBeVisible());
    },
  },
);

/** A message that the other side may have is deleted only after a confirmation. */
export const DeleteQuestion: Story = storyOf(
  [message(1, { body: 'Shall we?' }), own(2, { body: 'A slip', status: 'displayed' })],
  {
    play: async ({ canvas }) => {
      const text = await canvas.findByText('A slip');
      text.closest('article')?.focus();
      await userEvent.keyboard('{Shift>}{F10}{/Shift}');
      await userEvent.click(await canvas.findByRole('button', { name: 'Delete' }));
      await expect(await canvas.findByRole('alertdialog')).toBeVisible();
    },
  },
);

/** A swipe of a message towards the end of its line begins a reply. */
export const SwipeToReply: Story = {
  render: () => (
    <StoryFrame stored={sampleConversation().slice(-4)} width={420} height={420}>
      <MessageList />
      <Composer />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const text = await canvas.findByText(/See you at the station/);
    const touch = (type: string, x: number): void =>
      void fireEvent(
        text,
        new PointerEvent(type, { bubbles: true, pointerType: 'touch', isPrimary: true, clientX: x, clientY: 10 }),
      );
    touch('pointerdown', 10);
    for (const x of [30, 50, 80]) touch('pointermove', x);
    await expect(text.closest('article')).toHaveAttribute('data-swiped', 'far');
    touch('pointerup', 80);
    await expect(await canvas.findByText('Reply to Bo')).toBeVisible();
  },
};

/** With `sendDelay`, an own message is held for a time, and Undo discards it. */
export const UndoSend: Story = {
  render: () => (
    <StoryFrame
      stored={sampleConversation().slice(-4)}
      template={{ sendDelay: 60_000 }}
      width={420}
      height={420}
      begin={({ ana }) => void setTimeout(() => ana.sendMessage('See you at eihgt'), 200)}
    >
      <MessageList />
      <Composer />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(canvas.queryByRole('button', { name: 'Undo' })).toBeNull());
    await waitFor(() => expect(canvas.getByRole('textbox')).toHaveValue('See you at eihgt'));
  },
};

/** Each message has its own direction, independent of the page. */
export const RightToLeft: Story = storyOf(
  [
    message(1, { body: 'שלום! מה שלומך היום?' }),
    own(2, { body: 'אני בסדר גמור, תודה. ואתה?' }),
    message(3, { body: 'This one is in English, with a full stop.' }),
    own(4, { body: 'وهذه بالعربية: https://example.org', status: 'delivered' }),
  ],
  { globals: { direction: 'rtl' } },
);

const THOUSAND = Array.from({ length: 1_000 }, (_, index) =>
  message(index + 1, {
    direction: index % 7 < 3 ? 'outgoing' : 'incoming',
    at: Date.now() - (1_000 - index) * 240_000,
    body: `Message ${index + 1}. ${'And a few more words to it. '.repeat((index * 7) % 5)}`,
  }),
);

/** Older messages are loaded in pages. Only rows in and near the view are rendered. */
export const Long: Story = storyOf(THOUSAND, {
  play: async ({ canvas }) => {
    const log = await canvas.findByRole('log', { name: 'Conversation with Bo' });
    const newest = await canvas.findByText(/^Message 1000\./);
    await waitFor(() => expect(newest).toBeVisible());
    await expect(log.querySelectorAll('article').length).toBeLessThan(40);
  },
});

/** Away from the end the list stands still, and a button counts the new messages. */
export const JumpToLatest: Story = storyOf(THOUSAND, {
  play: async ({ canvas }) => {
    const log = await canvas.findByRole('log');
    await canvas.findByText(/^Message 1000\./);
    log.scrollTop -= 600;
    for (let index = 0; index < 3; index += 1) story.conversation?.bo.sendMessage(`News ${index}`);
    await canvas.findByRole('button', { name: 'Jump to latest, 3 new messages' });
  },
});

/** Messages that arrived while the user was away begin above the view, and a button leads back to the first one. */
export const ScrollToUnread: Story = storyOf(THOUSAND, {
  beforeEach: () => {
    const focus = spyOn(document, 'hasFocus').mockReturnValue(false);
    return () => focus.mockRestore();
  },
  play: async ({ canvas }) => {
    await canvas.findByText(/^Message 1000\./);
    for (let index = 1; index <= 12; index += 1) {
      story.conversation?.bo.sendMessage(`News ${index}. ${'And a few more words to it. '.repeat(5)}`);
    }
    const jump = await canvas.findByRole('button', { name: 'Jump to first new message' });
    await waitFor(() => expect(jump).toBeVisible());
  },
});

/** An application scrolls to a message that is not loaded yet. */
export const ScrollToMessage: Story = {
  render: (args) => {
    const actions = createRef<MessageListHandle>();
    return (
      <StoryFrame stored={THOUSAND} width={420} height={620}>
        <button type="button" onClick={() => void actions.current?.scrollToMessage('m800')}>
          Find message 800
        </button>
        <MessageList {...args} actionsRef={actions} />
      </StoryFrame>
    );
  },
  play: async ({ canvas }) => {
    await canvas.findByText(/^Message 1000\./);
    await userEvent.click(canvas.getByRole('button', { name: 'Find message 800' }));
    const found = await canvas.findByText(/^Message 800\./);
    await waitFor(() => expect(found.closest('article')).toHaveFocus());
    await waitFor(() => expect(found).toBeVisible());
  },
};

/** A page of older messages could not be loaded. */
export const OlderFailed: Story = {
  render: (args) => (
    <StoryFrame
      stored={THOUSAND}
      loadBefore={() => Promise.reject(new Error('The disk is gone.'))}
      width={420}
      height={620}
    >
      <MessageList {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const log = await canvas.findByRole('log');
    await canvas.findByText(/^Message 1000\./);
    await waitFor(async () => {
      log.scrollTop = 0;
      await expect(canvas.getByRole('button', { name: 'Try again' })).toBeVisible();
    });
  },
};

/** Messages that arrived while the user was away stand below a line. */
export const Unread: Story = storyOf(
  sampleConversation().map((record, index) =>
    index >= 11 && record.direction === 'incoming' ? { ...record, status: 'delivered' as const } : record,
  ),
);

/** The participant's name, and a renderer for messages of your own type. */
export const Renderers: Story = {
  render: () => (
    <StoryFrame
      stored={[message(1, { body: '{"x": 48.1, "y": 11.6}', contentType: 'application/geo+json' })]}
      width={420}
      height={300}
    >
      <ChatSettings
        names={{ bo: '<b>Bo</b>' }}
        renderers={{ 'application/geo+json': ({ message: { body } }) => <code>📍 {body}</code> }}
      >
        <MessageList />
      </ChatSettings>
    </StoryFrame>
  ),
};

/** Made of its parts: rows of your own, without the jump button. */
export const Parts: Story = {
  render: () => (
    <StoryFrame stored={sampleConversation()} width={420} height={520}>
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.HistoryStatus />
          <MessageList.Items>
            {(row) => (
              <MessageList.Item
                {...row}
                className={({ direction }) => (direction === 'incoming' ? 'theirs' : undefined)}
                style={
                  {
                    '--imflow-outgoing': 'color-mix(in srgb, #b5e8c5, Canvas 25%)',
                    '--imflow-outgoing-text': 'CanvasText',
                  } as never
                }
              />
            )}
          </MessageList.Items>
          <MessageList.Empty />
        </MessageList.Viewport>
      </MessageList.Root>
    </StoryFrame>
  ),
};
