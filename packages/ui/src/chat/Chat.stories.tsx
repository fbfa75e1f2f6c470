import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { sampleConversation } from '../../fixtures/sampleConversation.ts';
import { ar } from '../translations/ar.ts';
import { de } from '../translations/de.ts';
import { ja } from '../translations/ja.ts';
import { Chat } from './Chat.tsx';

const meta = {
  title: 'Components/Chat',
  component: Chat,
  parameters: { layout: 'fullscreen' },
  render: (args) => (
    <StoryFrame stored={sampleConversation()} height={720} width={900}>
      <Chat {...args} />
    </StoryFrame>
  ),
} satisfies Meta<typeof Chat>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Light: Story = {};

export const Dark: Story = { globals: { theme: 'dark' } };

export const Phone: Story = {
  render: (args) => (
    <StoryFrame stored={sampleConversation()} height={740} width={360}>
      <Chat {...args} />
    </StoryFrame>
  ),
};

export const PhoneDark: Story = { ...Phone, globals: { theme: 'dark' } };

export const RightToLeft: Story = { globals: { direction: 'rtl' } };

/** A catalogue brings its language: words, dates, numbers and direction. */
export const Arabic: Story = {
  args: { translations: ar },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: 'إرسال' })).toBeVisible();
  },
};

export const German: Story = {
  args: { translations: de },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: 'Senden' })).toBeVisible();
  },
};

export const Japanese: Story = {
  args: { translations: ja },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: '送信' })).toBeVisible();
  },
};

export const Empty: Story = {
  render: (args) => (
    <StoryFrame height={560} width={420}>
      <Chat {...args} />
    </StoryFrame>
  ),
};

/** Bo is typing. Nothing moves when the indicator appears. */
export const Typing: Story = {
  render: (args) => (
    <StoryFrame
      stored={sampleConversation()}
      height={560}
      width={420}
      begin={({ bo }) => {
        setTimeout(() => bo.setLocalComposingState('composing'), 200);
      }}
    >
      <Chat {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Bo is typing…')).toBeVisible();
  },
};

/** Messages that are sent now wait, and their status shows it. */
export const Offline: Story = {
  render: (args) => (
    <StoryFrame
      stored={sampleConversation()}
      height={620}
      width={420}
      begin={({ ana, network }) => {
        setTimeout(() => network.setOnline('ana', false), 100);
        setTimeout(() => ana.sendMessage('I will be ten minutes late'), 400);
      }}
    >
      <Chat {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Waiting to be sent')).toBeInTheDocument();
    await canvas.findByText('Messages will be sent later.', {}, { timeout: 3_000 });
  },
};

/** A wide window keeps the lines at a readable length. */
export const Wide: Story = {
  render: (args) => (
    <StoryFrame stored={sampleConversation()} height={720} width={1_280}>
      <Chat {...args} />
    </StoryFrame>
  ),
};

/** The kit has two more themes. */
export const Meadow: Story = { ...Phone, globals: { theme: 'meadow light' } };
export const MeadowDark: Story = { ...Phone, globals: { theme: 'meadow dark' } };
export const Ink: Story = { ...Phone, globals: { theme: 'ink light' } };
export const InkDark: Story = { ...Phone, globals: { theme: 'ink dark' } };

/** Your own colours, by custom properties only. */
export const Themed: Story = {
  args: {
    style: {
      '--imflow-accent': 'var(--imflow-light, #0a7d55) var(--imflow-dark, #4fd1a0)',
      '--imflow-outgoing': 'var(--imflow-light, #d5f2e3) var(--imflow-dark, #12452f)',
      '--imflow-outgoing-muted': 'var(--imflow-light, #3f6655) var(--imflow-dark, #a8d5c0)',
      '--imflow-read': 'var(--imflow-light, #00684a) var(--imflow-dark, #63e0b0)',
      '--imflow-radius': '10px',
      '--imflow-radius-joined': '3px',
    } as never,
  },
  render: Phone.render as never,
};
