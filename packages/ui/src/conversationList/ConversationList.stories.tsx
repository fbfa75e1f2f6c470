import type { InstantMessagingFlow, MessageRecord } from '@imflow/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { message } from '../../fixtures/conversation.ts';
import { type Conversations, createConversations } from '../../fixtures/conversations.ts';
import { showFlows } from '../../fixtures/shownFlows.ts';
import { ChatSettings } from '../settings/ChatSettings.tsx';
import { ConversationList, type ConversationListActions, type ConversationListProps } from './ConversationList.tsx';

const meta = {
  title: 'Components/ConversationList',
  component: ConversationList,
  args: { flows: [], onSelect: fn() },
  parameters: { layout: 'fullscreen' },
} satisfies Meta<typeof ConversationList>;

export default meta;
type Story = StoryObj<typeof meta>;

const HOUR = 3_600_000;
const NAMES = { ana: 'Ana', bo: 'Bo', echo: 'Echo', news: 'News of the day', notes: 'Notes' };

const shown: { conversations?: Conversations } = {};

interface ListProps extends Omit<ConversationListProps, 'flows'> {
  readonly stored: Readonly<Record<string, readonly MessageRecord[]>>;
  readonly begin?: (conversations: Conversations) => void;
}

function List({ stored, begin, onSelect, ...rest }: ListProps): ReactElement {
  // A story keeps its initial conversations.
  const [conversations] = useState(() => createConversations(stored));
  const [first] = useState(() => begin);
  const [selected, setSelected] = useState<InstantMessagingFlow>();
  useEffect(() => {
    shown.conversations = conversations;
    const hide = showFlows(conversations.flows);
    conversations.start();
    first?.(conversations);
    return () => {
      conversations.end();
      hide();
    };
  }, [conversations, first]);
  return (
    <ChatSettings names={NAMES}>
      <ConversationList
        {...rest}
        flows={conversations.flows}
        selected={selected}
        onSelect={(flow) => {
          setSelected(flow);
          onSelect(flow);
        }}
        style={{ inlineSize: 320, maxInlineSize: '100%' }}
      />
    </ChatSettings>
  );
}

function some(now: number = Date.now()): Record<string, MessageRecord[]> {
  return {
    bo: [
      message(1, { at: now - 3 * HOUR, body: 'Are we still on for the lake?' }),
      message(2, { at: now - HOUR, direction: 'outgoing', status: 'displayed', body: 'Yes! See you at the clock.' }),
    ],
    news: [
      message(1, { at: now - 26 * HOUR, status: 'delivered', body: 'Trains run on time' }),
      message(2, {
        at: now - 25 * HOUR,
        status: 'delivered',
        body: 'The lake is warm enough to swim in, say those who did',
      }),
    ],
    echo: [message(1, { at: now - 24 * 9 * HOUR, direction: 'outgoing', status: 'failed', code: 408, body: 'Hello?' })],
    notes: [],
  };
}

function Organiser(): ReactElement {
  const [pinned, setPinned] = useState<readonly string[]>(['notes']);
  const [muted, setMuted] = useState<readonly string[]>(['news']);
  return (
    <div style={{ inlineSize: 320, maxInlineSize: '100%' }}>
      <ConversationList.Header actions={<button type="button">New</button>} />
      <List
        stored={some()}
        onSelect={() => {}}
        search
        pinned={pinned}
        onPinnedChange={setPinned}
        muted={muted}
        onMutedChange={setMuted}
      />
    </div>
  );
}

/** With a heading, a search box, a conversation that is pinned and one that is muted. */
export const Organised: Story = {
  render: () => <Organiser />,
  play: async ({ canvas }) => {
    const box = await canvas.findByRole('searchbox', { name: 'Search conversations' });
    await userEvent.type(box, 'news');
    await waitFor(() => expect(canvas.getAllByRole('option')).toHaveLength(1));
    await expect(canvas.getByRole('option', { name: /^News of the day .+ Muted/ })).toBeVisible();
    await userEvent.clear(box);
    await expect(canvas.getAllByRole('option')[0]).toHaveAccessibleName(/^Notes .+ Pinned$/);
  },
};

const DRAFTS = new Map([['draft:news', 'I have always wondered whether']]);

/** The draft of a conversation stands in its row, unless the conversation is open. */
export const Drafts: Story = {
  render: ({ onSelect }) => (
    <List
      stored={some()}
      onSelect={onSelect}
      draftKey={({ remote }) => `draft:${remote}`}
      draftStorage={{
        getItem: (key) => DRAFTS.get(key) ?? null,
        setItem: (key, text) => void DRAFTS.set(key, text),
        removeItem: (key) => void DRAFTS.delete(key),
      }}
    />
  ),
  play: async ({ canvas }) => {
    const news = await canvas.findByRole('option', { name: /Draft: I have always wondered whether/ });
    await userEvent.click(news);
    await waitFor(() => expect(news).toHaveAccessibleName(expect.not.stringContaining('Draft:')));
  },
};

/** The user has marked the conversation as unread, without an unread message. */
export const MarkedUnread: Story = {
  render: ({ onSelect }) => <List stored={some()} onSelect={onSelect} begin={({ flows }) => flows[0]?.markUnread()} />,
  play: async ({ canvas }) => {
    await canvas.findByRole('option', { name: /Marked as unread$/ });
  },
};

/** Arrow keys and first letters move through the list, and Enter opens a conversation. */
export const Several: Story = {
  render: ({ onSelect }) => <List stored={some()} onSelect={onSelect} />,
  play: async ({ canvas, args }) => {
    const bo = await canvas.findByRole('option', { name: /^Bo .+ Read You said: Yes! See you at the clock\.$/ });
    await waitFor(() => expect(canvas.getAllByRole('option')[0]).toBe(bo));
    await userEvent.tab();
    await expect(bo).toHaveFocus();
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await expect(canvas.getByRole('option', { name: /^News of the day .+ 2 new messages$/ })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await expect(args.onSelect).toHaveBeenCalledOnce();
    // The first letter of a name moves the focus to its row.
    await userEvent.keyboard('b');
    await expect(bo).toHaveFocus();
    await expect(args.onSelect).toHaveBeenCalledOnce();
  },
};

/** The typing participant stands in place of the last message. */
export const Typing: Story = {
  render: ({ onSelect }) => <List stored={some()} onSelect={onSelect} />,
  play: async ({ canvas }) => {
    await canvas.findByRole('option', { name: /^Bo/ });
    await waitFor(() => {
      shown.conversations?.peer('bo').setLocalComposingState('composing');
      return expect(canvas.getByText('typing…')).toBeVisible();
    });
  },
};

/** A received message moves its conversation up. */
export const MovesUp: Story = {
  render: ({ onSelect }) => <List stored={some()} onSelect={onSelect} />,
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole('option')[0]).toHaveAccessibleName(/^Bo/));
    shown.conversations?.peer('echo').sendMessage('Hello, hello');
    await waitFor(() =>
      expect(canvas.getAllByRole('option')[0]).toHaveAccessibleName(
        /^Echo .+ Hello, hello A message to Echo needs your attention\. 1 new message$/,
      ),
    );
  },
};

function WithButton({ onSelect }: Pick<ConversationListProps, 'onSelect'>): ReactElement {
  const actions = useRef<ConversationListActions>(null);
  return (
    <>
      <button type="button" onClick={() => actions.current?.focus()}>
        To the conversations
      </button>
      <List stored={some()} onSelect={onSelect} actionsRef={actions} />
    </>
  );
}

/** The application gives the list the focus. */
export const GivenTheFocus: Story = {
  render: ({ onSelect }) => <WithButton onSelect={onSelect} />,
  play: async ({ canvas, args }) => {
    const bo = await canvas.findByRole('option', { name: /^Bo/ });
    await waitFor(() => expect(canvas.getAllByRole('option')[0]).toBe(bo));
    await userEvent.click(canvas.getByRole('button', { name: 'To the conversations' }));
    await expect(bo).toHaveFocus();
    await expect(args.onSelect).not.toHaveBeenCalled();
  },
};

export const Empty: Story = {
  render: ({ onSelect }) => <List stored={{}} onSelect={onSelect} />,
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No conversations yet.')).toBeVisible();
  },
};

export const Dark: Story = { ...Several, globals: { theme: 'dark' } };

export const RightToLeft: Story = { ...Several, globals: { direction: 'rtl' } };
