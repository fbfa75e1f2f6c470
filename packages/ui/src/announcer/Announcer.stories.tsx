import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { StoryFrame, story } from '../../fixtures/StoryFrame.tsx';
import { Announcer } from './Announcer.tsx';

const meta = {
  title: 'Components/Announcer',
  component: Announcer,
} satisfies Meta<typeof Announcer>;

export default meta;
type Story = StoryObj<typeof meta>;

/** The announcer is invisible. Its two live regions contain the sentences for screen readers. */
export const Speaks: Story = {
  render: () => (
    <StoryFrame width={360}>
      <Announcer />
      <p style={{ font: '15px/22px system-ui' }}>Bo has just written; a screen reader says so.</p>
    </StoryFrame>
  ),
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(story.conversation?.ana.store.getState().connection).toBe('online'));
    story.conversation?.bo.sendMessage('The train is late');
    const region = canvasElement.querySelector('[aria-live="polite"]');
    await waitFor(() => expect(region).toHaveTextContent('Bo: The train is late'));
  },
};
