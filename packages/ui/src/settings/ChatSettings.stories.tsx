import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { ChatSettingsAnatomy } from '../../examples/ChatSettings.tsx';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { sampleConversation } from '../../fixtures/sampleConversation.ts';
import { ChatSettings } from './ChatSettings.tsx';

const meta = {
  title: 'Components/ChatSettings',
  component: ChatSettings,
  parameters: { layout: 'fullscreen' },
} satisfies Meta<typeof ChatSettings>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Some translations, the date format of a different language, and a name for an address. */
export const AnotherLanguage: Story = {
  render: () => (
    <StoryFrame stored={sampleConversation()} width={420} height={520}>
      <ChatSettingsAnatomy />
    </StoryFrame>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: 'Senden' })).toBeVisible();
  },
};
