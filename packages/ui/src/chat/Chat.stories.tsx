import type { Meta, StoryObj } from '@storybook/react-vite';
import { Stage } from '../../fixtures/Stage.tsx';
import { talk } from '../../fixtures/talk.ts';
import { Chat } from './Chat.tsx';

const meta = {
  title: 'Components/Chat',
  component: Chat,
  parameters: { layout: 'fullscreen' },
  render: (args) => (
    <Stage stored={talk()} height={720} width={900}>
      <Chat {...args} />
    </Stage>
  ),
} satisfies Meta<typeof Chat>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Light: Story = {};

export const Dark: Story = { globals: { theme: 'dark' } };

export const Phone: Story = {
  render: (args) => (
    <Stage stored={talk()} height={740} width={360}>
      <Chat {...args} />
    </Stage>
  ),
};
