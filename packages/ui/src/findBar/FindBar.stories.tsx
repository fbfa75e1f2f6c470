import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { message } from '../../fixtures/conversation.ts';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { sampleConversation } from '../../fixtures/sampleConversation.ts';
import { MessageList } from '../messageList/MessageList.tsx';
import { FindBar } from './FindBar.tsx';

const meta = {
  title: 'Components/FindBar',
  component: FindBar,
  args: { onClose: fn() },
} satisfies Meta<typeof FindBar>;

export default meta;
type Story = StoryObj<typeof meta>;

const THOUSAND = Array.from({ length: 1_000 }, (_, index) =>
  message(index + 1, { body: index === 799 ? 'The café is here.' : `Message ${index + 1}.` }),
);

/** Matches are highlighted, and the current match has a different colour. */
export const Found: Story = {
  render: (args) => (
    <StoryFrame stored={sampleConversation()} width={420} height={620}>
      <FindBar {...args} />
      <MessageList />
    </StoryFrame>
  ),
  play: async ({ canvas, args }) => {
    await canvas.findAllByRole('article');
    await userEvent.type(canvas.getByRole('searchbox', { name: 'Find in conversation' }), 'the');
    await waitFor(() => expect(canvas.getByText(/^1 of \d+$/)).toBeVisible());
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(canvas.getByText(/^2 of \d+$/)).toBeVisible());
    await expect(args.onClose).not.toHaveBeenCalled();
  },
};

/** Messages that are only in the storage are found too, and loaded when the user moves to them. */
export const FarBack: Story = {
  render: (args) => (
    <StoryFrame stored={THOUSAND} width={420} height={620}>
      <FindBar {...args} />
      <MessageList />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await canvas.findByText('Message 1000.');
    await userEvent.type(canvas.getByRole('searchbox'), 'cafe');
    await waitFor(() => expect(canvas.getByText('The café is here.')).toBeVisible(), { timeout: 5_000 });
    await waitFor(() => expect(canvas.getByText('1 of 1')).toBeVisible());
  },
};

export const NoMatches: Story = {
  render: (args) => (
    <StoryFrame stored={sampleConversation()} width={420} height={620}>
      <FindBar {...args} />
      <MessageList />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await userEvent.type(canvas.getByRole('searchbox'), 'xylophone');
    await waitFor(() => expect(canvas.getByText('No matches')).toBeVisible());
  },
};
