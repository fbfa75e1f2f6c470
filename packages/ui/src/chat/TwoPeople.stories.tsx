import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, within } from 'storybook/test';
import { TwoPeople as Demo } from '../../fixtures/TwoPeople.tsx';

const meta = {
  title: 'Start here/Two people',
  component: Demo,
  parameters: { layout: 'fullscreen' },
} satisfies Meta<typeof Demo>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Write on one side and watch the other; cut a connection in the middle of a word. */
export const TwoPeople: Story = {
  play: async ({ canvas }) => {
    const ana = within(await canvas.findByRole('region', { name: 'What Ana sees' }));
    const bo = within(canvas.getByRole('region', { name: 'What Bo sees' }));
    await userEvent.type(ana.getByRole('textbox', { name: 'Message Bo' }), 'Shall we go to the lake?');
    await expect(await bo.findByText('Ana is typing…')).toBeInTheDocument();
    await userEvent.keyboard('{Enter}');
    await expect(await bo.findByText('Shall we go to the lake?')).toBeInTheDocument();
    await expect(await ana.findByText(/^(Delivered|Read)$/)).toBeInTheDocument();

    await userEvent.click(canvas.getByRole('checkbox', { name: 'Bo is connected' }));
    await userEvent.type(bo.getByRole('textbox', { name: 'Message Ana' }), 'Yes, on Friday!{Enter}');
    await expect(await bo.findByText('Waiting to be sent')).toBeInTheDocument();
    await userEvent.click(canvas.getByRole('checkbox', { name: 'Bo is connected' }));
    await expect(await ana.findByText('Yes, on Friday!', {}, { timeout: 5_000 })).toBeInTheDocument();
  },
};
