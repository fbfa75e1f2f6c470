import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { ChatSettings } from '../settings/ChatSettings.tsx';
import { TypingIndicator } from './TypingIndicator.tsx';

const meta = {
  title: 'Components/TypingIndicator',
  component: TypingIndicator,
  render: (args) => (
    <StoryFrame width={360} begin={keepTyping}>
      <TypingIndicator {...args} />
    </StoryFrame>
  ),
} satisfies Meta<typeof TypingIndicator>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Bo types for as long as the story is shown. */
function keepTyping({ bo }: { bo: { setLocalComposingState(state: 'composing'): void } }): void {
  const type = (): void => bo.setLocalComposingState('composing');
  setTimeout(type, 100);
  setInterval(type, 2_000);
}

export const Typing: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Bo is typing…')).toBeVisible();
  },
};

/** The row keeps its height while no one types. */
export const Nobody: Story = {
  render: (args) => (
    <StoryFrame width={360}>
      <TypingIndicator {...args} />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    const lane = await canvas.findByRole('status');
    await expect(lane).toBeEmptyDOMElement();
    await expect(lane.getBoundingClientRect().height).toBe(26);
  },
};

export const LongName: Story = {
  render: (args) => (
    <StoryFrame width={240} begin={keepTyping}>
      <ChatSettings names={{ bo: 'Bonifatius von und zu Hohenlohe-Schillingsfürst' }}>
        <TypingIndicator {...args} />
      </ChatSettings>
    </StoryFrame>
  ),
};
