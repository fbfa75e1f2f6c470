import { createFakeTransport } from '@imflow/testing';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { type ReactElement, type ReactNode, useState } from 'react';
import { expect } from 'storybook/test';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { ChatSettings } from '../settings/ChatSettings.tsx';
import { ChatHeader } from './ChatHeader.tsx';

const meta = {
  title: 'Components/ChatHeader',
  component: ChatHeader,
  render: (args) => (
    <StoryFrame width={360} capabilities={{ offlineDelivery: false }}>
      <ChatHeader {...args} />
    </StoryFrame>
  ),
} satisfies Meta<typeof ChatHeader>;

export default meta;
type Story = StoryObj<typeof meta>;

/** A conversation with a participant who has been offline since yesterday. */
function AwayFrame({ children }: { readonly children: ReactNode }): ReactElement {
  const [transport] = useState(() => createFakeTransport());
  const leave = (): void => {
    const lastSeen = Date.now() - 24 * 60 * 60_000;
    transport.push({ type: 'participant', address: 'bo', change: 'unavailable', lastSeen });
  };
  return (
    <StoryFrame width={360} alone transport={transport} begin={() => void setTimeout(leave, 100)}>
      {children}
    </StoryFrame>
  );
}

/** The participant is online. This is shown only if the transport knows. */
export const Online: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Online')).toBeVisible();
  },
};

export const Away: Story = {
  render: (args) => (
    <StoryFrame width={360} alone capabilities={{ offlineDelivery: false }}>
      <ChatHeader {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Away')).toBeVisible();
  },
};

/** The server reports when the participant was last online. */
export const LastSeen: Story = {
  render: (args) => (
    <AwayFrame>
      <ChatHeader {...args} />
    </AwayFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(/^Last seen: Yesterday, /)).toBeVisible();
  },
};

/** The name is shown as text, and truncated if there is no space. */
export const LongName: Story = {
  render: (args) => (
    <StoryFrame width={240}>
      <ChatSettings names={{ bo: 'Bonifatius von und zu <b>Hohenlohe</b>' }}>
        <ChatHeader {...args} />
      </ChatSettings>
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Bonifatius von und zu <b>Hohenlohe</b>')).toBeVisible();
  },
};
