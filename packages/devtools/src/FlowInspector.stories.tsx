import type { Meta, StoryObj } from '@storybook/react-vite';
import { type ReactElement, useEffect, useState } from 'react';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { incomingCases } from '../fixtures/incomingCases.ts';
import { outgoingCases } from '../fixtures/outgoingCases.ts';
import type { StatusFlow } from '../fixtures/statusFlow.ts';
import type { StatusReason } from './explain/sentences.ts';
import { FlowInspector } from './FlowInspector.tsx';

const cases = [...outgoingCases, ...incomingCases];

const meta = {
  title: 'Tools/FlowInspector',
  component: StatusOf,
  args: { reason: 'receipt-pending' },
} satisfies Meta<typeof StatusOf>;

export default meta;
type Story = StoryObj<typeof meta>;

interface StatusOfProps {
  readonly reason: StatusReason;
  readonly placement?: 'bottom' | 'inline';
  readonly defaultOpen?: boolean;
}

/** A flow that was brought into a state, and its inspector. */
function StatusOf({ reason, placement = 'inline', defaultOpen = true }: StatusOfProps): ReactElement {
  const [test, setTest] = useState<StatusFlow>();
  useEffect(() => {
    let isCurrent = true;
    void caseOf(reason)
      .run()
      .then(([started]) => isCurrent && setTest(started));
    return () => {
      isCurrent = false;
    };
  }, [reason]);
  if (test === undefined) return <p>Starts the flow …</p>;
  const { flow, recording } = test;
  return <FlowInspector flow={flow} recording={recording} placement={placement} defaultOpen={defaultOpen} />;
}

function caseOf(reason: StatusReason): (typeof cases)[number] {
  const found = cases.find((each) => each.reason === reason);
  if (found === undefined) throw new Error(`There is no case for ${reason}.`);
  return found;
}

/** The elements of the inspector, which are in its shadow root. */
async function inspectorIn(canvasElement: HTMLElement): Promise<ReturnType<typeof within>> {
  const root = await waitFor(() => {
    const found = canvasElement.querySelector('.imflow-inspector')?.shadowRoot;
    if (!found) throw new Error('The inspector has no shadow root yet.');
    return found;
  });
  return within(root as unknown as HTMLElement);
}

/** The story of a reason shows its sentence. */
function explains(reason: StatusReason): Story {
  return {
    args: { reason },
    play: async ({ canvasElement }) => {
      const inspector = await inspectorIn(canvasElement);
      await expect((await inspector.findAllByText(caseOf(reason).sentence))[0]).toBeVisible();
    },
  };
}

export const Held: Story = explains('held');
export const Offline: Story = explains('offline');
export const ParticipantAway: Story = explains('participant');
export const WaitsForStorage: Story = explains('storage');
export const WaitsForTurn: Story = explains('turn');
export const WaitsForNextAttempt: Story = explains('retry');
export const Follower: Story = explains('follower');
export const InFlight: Story = explains('in-flight');
export const Sent: Story = explains('receipt-pending');
export const SentWithoutReceipts: Story = explains('receipts-not-carried');
export const NoReceiptRequested: Story = explains('receipt-not-requested');
export const ReceiptForUnknownId: Story = explains('receipt-unknown-id');
export const Delivered: Story = explains('displayed-pending');
export const Displayed: Story = explains('displayed');
export const TimedOut: Story = explains('timed-out');
export const Refused: Story = explains('refused');
export const TooLarge: Story = explains('too-large');
export const Declined: Story = explains('declined');
export const Undeliverable: Story = explains('undeliverable');
export const Deleted: Story = explains('retracted');
export const ReceiptsAreOff: Story = explains('receipts-off');
export const ReceivedAndNotSeen: Story = explains('unseen');

/** The button that opens the panel. The code of the panel is loaded only then. */
export const Closed: Story = {
  args: { placement: 'bottom', defaultOpen: false },
  play: async ({ canvasElement }) => {
    const inspector = await inspectorIn(canvasElement);
    await expect(inspector.getByRole('button', { name: 'Inspect flow' })).toBeVisible();
  },
};

export const Transactions: Story = {
  play: async ({ canvasElement }) => {
    const inspector = await inspectorIn(canvasElement);
    await userEvent.click(await inspector.findByRole('tab', { name: 'Transactions' }));
    await expect(await inspector.findByRole('region', { name: /^Transaction \d/ })).toBeVisible();
  },
};

export const Outbox: Story = {
  args: { reason: 'turn' },
  play: async ({ canvasElement }) => {
    const inspector = await inspectorIn(canvasElement);
    await userEvent.click(await inspector.findByRole('tab', { name: 'Outbox' }));
    await expect(await inspector.findByText(caseOf('turn').sentence)).toBeVisible();
  },
};

export const OwedReceipts: Story = {
  args: { reason: 'receipt-next' },
  play: async ({ canvasElement }) => {
    const inspector = await inspectorIn(canvasElement);
    await userEvent.click(await inspector.findByRole('tab', { name: 'Receipts' }));
    await expect(await inspector.findByText(caseOf('receipt-next').sentence)).toBeVisible();
  },
};

export const State: Story = {
  args: { reason: 'storage' },
  play: async ({ canvasElement }) => {
    const inspector = await inspectorIn(canvasElement);
    await userEvent.click(await inspector.findByRole('tab', { name: 'State' }));
    await expect(await inspector.findByText('A write is under way.')).toBeVisible();
  },
};

export const Dark: Story = { ...Transactions, globals: { theme: 'dark' } };

export const Narrow: Story = { ...Transactions, globals: { viewport: { value: 'mobile1' } } };
