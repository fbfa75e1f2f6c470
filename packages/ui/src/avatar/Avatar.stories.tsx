import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { ChatSettings } from '../settings/ChatSettings.tsx';
import { Avatar } from './Avatar.tsx';

const PICTURE = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="teal"/><circle cx="4" cy="3" r="1.5" fill="white"/><circle cx="4" cy="8" r="3" fill="white"/></svg>',
)}`;

const meta = {
  title: 'Components/Avatar',
  component: Avatar,
  args: { address: 'bo' },
  decorators: (Story) => (
    <ChatSettings names={{ bo: 'Bo Larsen', echo: 'Echo' }} avatars={{ echo: PICTURE }}>
      <div style={{ display: 'flex', gap: 12, padding: 12 }}>
        <Story />
      </div>
    </ChatSettings>
  ),
} satisfies Meta<typeof Avatar>;

export default meta;
type Story = StoryObj<typeof meta>;

/** The initials of the name, on a tint that comes from the address. */
export const Initials: Story = {
  play: async ({ canvas }) => {
    await expect(canvas.getByText('BL')).toBeVisible();
  },
};

export const Picture: Story = { args: { address: 'echo' } };

/** The eight tints. */
export const Tints: Story = {
  render: () => (
    <>
      {['ana', 'bo', 'cy', 'di', 'eva', 'flo', 'gus', 'hal'].map((address) => (
        <Avatar key={address} address={address} />
      ))}
    </>
  ),
};
