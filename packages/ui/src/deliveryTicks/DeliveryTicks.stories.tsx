import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { DeliveryTicks } from './DeliveryTicks.tsx';

const meta = {
  title: 'Components/DeliveryTicks',
  component: DeliveryTicks,
  args: { status: 'sent' },
} satisfies Meta<typeof DeliveryTicks>;

export default meta;
type Story = StoryObj<typeof meta>;

const STATES = [
  ['queued', true, 'Waiting to be sent'],
  ['sending', false, 'Sending'],
  ['sent', false, 'Sent'],
  ['delivered', false, 'Delivered'],
  ['displayed', false, 'Read'],
  ['undeliverable', false, 'Could not be delivered'],
  ['failed', false, 'Not sent'],
] as const;

/** All seven states. Each has its own shape and text, not only a colour. */
export const All: Story = {
  render: () => (
    <ul style={{ display: 'grid', gap: 8, margin: 0, padding: 0, font: '15px/20px system-ui', listStyle: 'none' }}>
      {STATES.map(([status, waiting, text]) => (
        <li key={text} style={{ display: 'flex', gap: 10, alignItems: 'center' }}>
          <DeliveryTicks status={status} waiting={waiting} />
          <span aria-hidden="true">{text}</span>
        </li>
      ))}
    </ul>
  ),
  play: async ({ canvas }) => {
    const items = await canvas.findAllByRole('listitem');
    for (const [index, [, , text]] of STATES.entries()) {
      await expect(items[index]?.querySelector('.imflow-hidden')).toHaveTextContent(text);
    }
  },
};

export const Waiting: Story = { args: { status: 'queued', waiting: true } };
/** The clock appears after 300 ms, so that a message that leaves at once never shows it. */
export const Sending: Story = { args: { status: 'sending' } };
export const Sent: Story = { args: { status: 'sent' } };
export const Delivered: Story = { args: { status: 'delivered' } };
export const Read: Story = { args: { status: 'displayed', time: '10:42' } };
export const Undeliverable: Story = { args: { status: 'undeliverable' } };
export const Failed: Story = { args: { status: 'failed' } };
