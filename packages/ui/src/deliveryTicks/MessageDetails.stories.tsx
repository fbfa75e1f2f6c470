import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent } from 'storybook/test';
import { message } from '../../fixtures/conversation.ts';
import { StoryFrame } from '../../fixtures/StoryFrame.tsx';
import { MessageDetails } from './MessageDetails.tsx';
import { DeliveryTicks } from './DeliveryTicks.tsx';

const AT = new Date(2026, 2, 12, 9, 41).getTime();
const own = { direction: 'outgoing', at: AT } as const;

const meta = {
  title: 'Components/MessageDetails',
  component: MessageDetails,
  args: { message: message(1, own) },
  render: (args) => (
    <StoryFrame width={360} height={260}>
      <div style={{ marginBlockStart: 'auto', alignSelf: 'flex-end' }}>
        <MessageDetails {...args}>
          <DeliveryTicks status={args.message.status} waiting={args.waiting ?? false} />
        </MessageDetails>
      </div>
    </StoryFrame>
  ),
} satisfies Meta<typeof MessageDetails>;

export default meta;
type Story = StoryObj<typeof meta>;

function opened(name: string, ...texts: string[]): NonNullable<Story['play']> {
  return async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name }));
    const panel = await canvas.findByRole('dialog', { name: 'Message details' });
    for (const text of texts) await expect(panel).toHaveTextContent(text);
  };
}

/** Each stage with its time, by the clock of this device. */
export const Read: Story = {
  args: {
    message: message(1, {
      ...own,
      status: 'displayed',
      timestamps: { queued: AT, sent: AT + 900, delivered: AT + 2_100, displayed: AT + 95_000 },
    }),
  },
  play: opened('Read', 'Written', 'Delivered', '9:42:35'),
};

/** A displayed message was also delivered, at an unknown time. */
export const UnknownTime: Story = {
  args: { message: message(1, { ...own, status: 'displayed', timestamps: { queued: AT, displayed: AT + 95_000 } }) },
  play: opened('Read', 'Time unknown'),
};

/** A queued message can be discarded. */
export const Queued: Story = {
  args: { message: message(1, { ...own, status: 'queued', timestamps: { queued: AT } }), waiting: true },
  play: opened('Waiting to be sent', 'Written', 'Do not send'),
};

export const Undeliverable: Story = {
  args: {
    message: message(1, {
      ...own,
      status: 'undeliverable',
      code: 486,
      timestamps: { queued: AT, sent: AT + 900, undeliverable: AT + 2_100 },
    }),
  },
  play: opened('Could not be delivered', 'Bo is busy.'),
};

export const Failed: Story = {
  args: {
    message: message(1, { ...own, status: 'failed', code: 408, timestamps: { queued: AT, failed: AT + 30_000 } }),
  },
  play: opened('Not sent', 'No answer came in time.'),
};

export const Dark: Story = { ...Read, globals: { theme: 'dark' } };
