import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import type { Conversation } from '../../fixtures/conversation.ts';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';

const meta = {
  title: 'Components/ConnectionBanner',
  component: ConnectionBanner,
} satisfies Meta<typeof ConnectionBanner>;

export default meta;
type Story = StoryObj<typeof meta>;

function cut({ network }: Conversation): void {
  setTimeout(() => network.setOnline('ana', false), 100);
}

/** The banner is empty while the connection works. It takes no space: its text lies over the following element. */
export const Online: Story = {
  render: (args) => (
    <StoryFrame width={360} height={60}>
      <ConnectionBanner {...args} />
    </StoryFrame>
  ),
};

export const Away: Story = {
  render: (args) => (
    <StoryFrame width={360} height={60} begin={cut}>
      <ConnectionBanner {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const translations = await canvas.findByText(/Reconnecting…|You are offline/, {}, { timeout: 3_000 });
    await waitFor(() => expect(translations).toBeVisible());
  },
};

export const Back: Story = {
  render: (args) => (
    <StoryFrame
      width={360}
      height={60}
      begin={({ network }) => {
        setTimeout(() => network.setOnline('ana', false), 50);
        setTimeout(() => network.setOnline('ana', true), 1_000);
      }}
    >
      <ConnectionBanner {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const translations = await canvas.findByText('Connected again', {}, { timeout: 5_000 });
    await waitFor(() => expect(translations).toBeVisible());
  },
};
