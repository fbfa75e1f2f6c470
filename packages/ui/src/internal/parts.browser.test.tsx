import { type InstantMessagingFlow, type MessageRecord, useFlow } from '@imflow/react';
import { type ReactElement, type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { createTransfer, textFile } from '../../fixtures/files.ts';
import { comeBack, nextFrames, show, type Shown } from '../../fixtures/render.tsx';
import * as kit from '../index.ts';
import { Announcer, Avatar, Chat, ChatHeader, Composer, ConnectionBanner, ConversationList } from '../index.ts';
import { MessageDetails, DeliveryTicks, FindBar, MessageList, TypingIndicator } from '../index.ts';
import type { Customisation } from './part.ts';

/** The props that every part accepts. */
interface Given extends Customisation<object> {
  readonly lang?: string;
  readonly title?: string;
  readonly 'data-mine'?: string;
}

interface Part {
  /** The part's own element and class. */
  readonly is: string;
  /** Renders the part in its place, with the given props. */
  readonly stand: (given: Given) => ReactNode;
  /** The number of messages. Default none. */
  readonly messages?: number;
  /** Further fields of these messages. */
  readonly fields?: Partial<MessageRecord>;
  /** Whether files can be sent. Default false. */
  readonly withFiles?: boolean;
  /** Makes the part visible. */
  readonly act?: (shown: Shown) => Promise<void>;
}

const list = (children: ReactNode): ReactNode => (
  <MessageList.Root>
    <MessageList.Viewport>{children}</MessageList.Viewport>
  </MessageList.Root>
);
/** Renders a part in the only message. */
const row = (children: ReactNode): ReactNode =>
  list(<MessageList.Items>{(each) => <MessageList.Item {...each}>{children}</MessageList.Item>}</MessageList.Items>);
const composer = (children: ReactNode): ReactNode => <Composer.Root>{children}</Composer.Root>;

/** The flow of the provider, as an array that stays the same. */
function Flows({ children }: { children: (flows: readonly [InstantMessagingFlow]) => ReactElement }): ReactElement {
  const flow = useFlow();
  const [flows] = useState(() => [flow] as const);
  return children(flows);
}

const PARTS: Readonly<Record<string, Part>> = {
  Announcer: { is: 'div.imflow-hidden', stand: (given) => <Announcer {...given} /> },
  Avatar: { is: 'span.imflow-avatar', stand: (given) => <Avatar address="bo" {...given} /> },
  Chat: { is: 'section.imflow-chat', messages: 1, stand: (given) => <Chat {...given} /> },
  ChatHeader: { is: 'header.imflow-header', stand: (given) => <ChatHeader {...given} /> },
  Composer: { is: 'div.imflow-composer', stand: (given) => <Composer {...given} /> },
  'Composer.Root': { is: 'div.imflow-composer', stand: (given) => <Composer.Root {...given} /> },
  'Composer.Input': {
    is: 'textarea.imflow-textbox',
    stand: (given) => composer(<Composer.Input {...given} />),
  },
  'Composer.Send': { is: 'button.imflow-send', stand: (given) => composer(<Composer.Send {...given} />) },
  'Composer.Note': { is: 'div.imflow-note', stand: (given) => composer(<Composer.Note {...given} />) },
  'Composer.Banner': {
    is: 'div.imflow-target',
    fields: { direction: 'outgoing' },
    messages: 1,
    stand: (given) => (
      <>
        <MessageList />
        <Composer.Root>
          <Composer.Banner {...given} />
          <Composer.Input />
        </Composer.Root>
      </>
    ),
    act: async ({ screen }) => {
      screen.container.querySelector('textarea')?.focus();
      await userEvent.keyboard('{ArrowUp}');
    },
  },
  'Composer.Attach': {
    is: 'button.imflow-attach',
    withFiles: true,
    stand: (given) => composer(<Composer.Attach {...given} />),
  },
  'Composer.Attachments': {
    is: 'ul.imflow-attachments',
    withFiles: true,
    stand: (given) =>
      composer(
        <>
          <Composer.Attachments {...given} />
          <Composer.Input />
        </>,
      ),
    act: async ({ screen }) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(textFile());
      const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
      screen.container.querySelector('textarea')?.dispatchEvent(drop);
    },
  },
  ConnectionBanner: { is: 'div.imflow-banner', stand: (given) => <ConnectionBanner {...given} /> },
  ConversationList: {
    is: 'div.imflow-conversations',
    stand: (given) => (
      <Flows>{(flows) => <ConversationList flows={flows} onSelect={() => undefined} {...given} />}</Flows>
    ),
  },
  'ConversationList.Header': {
    is: 'header.imflow-conversations-header',
    stand: (given) => <ConversationList.Header {...given} />,
  },
  'ConversationList.Item': {
    is: 'div.imflow-conversation',
    stand: (given) => (
      <Flows>
        {([flow]) => <ConversationList.Item flow={flow} selected={false} tabStop={false} today={0} {...given} />}
      </Flows>
    ),
  },
  FindBar: { is: 'div.imflow-find', stand: (given) => <FindBar onClose={() => undefined} {...given} /> },
  MessageDetails: {
    is: 'button.imflow-details-button',
    stand: (given) => (
      <MessageDetails message={message(1, { direction: 'outgoing' })} {...given}>
        Facts
      </MessageDetails>
    ),
  },
  DeliveryTicks: { is: 'span.imflow-ticks', stand: (given) => <DeliveryTicks status="sent" {...given} /> },
  MessageList: { is: 'div.imflow-list', messages: 1, stand: (given) => <MessageList {...given} /> },
  'MessageList.Root': { is: 'div.imflow-list', stand: (given) => <MessageList.Root {...given} /> },
  'MessageList.Viewport': {
    is: 'div.imflow-viewport',
    stand: (given) => (
      <MessageList.Root>
        <MessageList.Viewport {...given} />
      </MessageList.Root>
    ),
  },
  'MessageList.HistoryStatus': {
    is: 'div.imflow-head',
    stand: (given) => list(<MessageList.HistoryStatus {...given} />),
  },
  'MessageList.Items': {
    is: 'div.imflow-items',
    messages: 1,
    stand: (given) => list(<MessageList.Items {...given} />),
  },
  'MessageList.Item': {
    is: 'article.imflow-message',
    messages: 1,
    // A second row, whose message is an `<article>` whatever element the first one has.
    stand: (given) =>
      list(
        <>
          <MessageList.Items />
          <MessageList.Item id="m1" {...given} />
        </>,
      ),
  },
  'MessageList.Actions': {
    is: 'div.imflow-actions',
    messages: 1,
    stand: (given) =>
      list(
        <>
          <MessageList.Items />
          <MessageList.Actions {...given} />
        </>,
      ),
    act: async ({ log }) => {
      // A toolbar without its ref is not positioned. It may be visible before that, and then covers the bubble.
      await userEvent.hover(log.querySelector('.imflow-bubble')!, { force: true });
    },
  },
  'MessageList.Bubble': {
    is: 'div.imflow-bubble',
    messages: 1,
    stand: (given) => row(<MessageList.Bubble {...given} />),
  },
  'MessageList.Quote': {
    is: 'button.imflow-quote',
    messages: 1,
    fields: { replyTo: { id: 'm0', sender: 'bo', excerpt: 'Hello' } },
    stand: (given) => row(<MessageList.Quote {...given} />),
  },
  'MessageList.Meta': { is: 'span.imflow-meta', messages: 1, stand: (given) => row(<MessageList.Meta {...given} />) },
  'MessageList.Reactions': {
    is: 'div.imflow-reactions',
    messages: 1,
    fields: { reactions: [{ author: 'bo', emojis: ['👍'], id: 'r', sequence: 1 }] },
    stand: (given) => row(<MessageList.Reactions {...given} />),
  },
  'MessageList.Failure': {
    is: 'div.imflow-failure',
    messages: 1,
    fields: { direction: 'outgoing', status: 'failed', code: 408 },
    stand: (given) => row(<MessageList.Failure {...given} />),
  },
  'MessageList.Held': {
    is: 'div.imflow-held',
    messages: 1,
    fields: { direction: 'outgoing', status: 'queued', heldUntil: Date.now() + 110_000 },
    stand: (given) => row(<MessageList.Held {...given} />),
  },
  'MessageList.DayInView': {
    is: 'div.imflow-day-in-view',
    messages: 40,
    stand: (given) => (
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.Items />
        </MessageList.Viewport>
        <MessageList.DayInView {...given} />
      </MessageList.Root>
    ),
    act: async ({ log, screen }) => {
      const day = (): HTMLElement | null => screen.container.querySelector('[data-mine]');
      await expect
        .poll(() => {
          log.scrollTop -= 300;
          return day();
        })
        .not.toBeNull();
      // `data-shown` goes after a second.
      await expect.poll(() => day()?.dataset['shown']).toBeUndefined();
    },
  },
  'MessageList.Empty': {
    is: 'div.imflow-empty',
    stand: (given) => list(<MessageList.Empty {...given} />),
  },
  'MessageList.ScrollToLatest': {
    is: 'button.imflow-jump',
    messages: 40,
    stand: (given) => (
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.HistoryStatus />
          <MessageList.Items />
        </MessageList.Viewport>
        <MessageList.ScrollToLatest {...given} />
      </MessageList.Root>
    ),
    act: async ({ log, screen }) => {
      await expect
        .poll(() => {
          log.scrollTop = 0;
          return screen.container.querySelector('[data-mine]');
        })
        .not.toBeNull();
    },
  },
  'MessageList.ScrollToUnread': {
    is: 'button.imflow-jump-unread',
    messages: 40,
    stand: (given) => (
      <MessageList.Root>
        <MessageList.Viewport>
          <MessageList.Items />
        </MessageList.Viewport>
        <MessageList.ScrollToUnread {...given} />
      </MessageList.Root>
    ),
    act: ({ bo, log }) => comeBack(log, bo),
  },
  TypingIndicator: { is: 'div.imflow-typing', stand: (given) => <TypingIndicator {...given} /> },
};

/** The parts without an element. */
const WITHOUT = ['ChatSettings', 'MessageBody'];

/** Renders a part with these props and a marker attribute. Returns its element. */
async function elementOf(
  { stand, act, messages = 0, fields, withFiles = false }: Part,
  given: Given,
): Promise<HTMLElement> {
  const shown = await show({
    ...(withFiles && { files: createTransfer().files }),
    children: stand({ 'data-mine': '', ...given }),
    stored: Array.from({ length: messages }, (_, index) => message(index + 1, fields)),
  });
  await act?.(shown);
  const find = (): HTMLElement | null => shown.screen.container.querySelector('[data-mine]');
  await expect.poll(find).not.toBeNull();
  await nextFrames(6);
  return find()!;
}

/** Removes times from a text: a minute or a second may pass between two renderings. */
function withoutTime(text: string): string {
  return text.replaceAll(/\d+:\d\d|\d+ s/g, '');
}

describe.each(Object.entries(PARTS))('%s', (_, part) => {
  const [tag, own] = part.is.split('.') as [string, string];

  it('a part takes a class name, attributes, and data-*', async () => {
    const element = await elementOf(part, { className: 'mine', lang: 'de', title: 'Title' });
    expect(element.localName).toBe(tag);
    expect(Array.from(element.classList)).toEqual([own, 'mine']);
    expect([element.lang, element.title]).toEqual(['de', 'Title']);
  });

  it('a part takes a class name as a function of its state', async () => {
    const element = await elementOf(part, { className: (state) => `is-${typeof state}` });
    expect(Array.from(element.classList)).toEqual([own, 'is-object']);
  });

  it('a part renders as a different element, with all its content', async () => {
    const before = await elementOf(part, {});
    const element = await elementOf(part, { render: <fieldset className="other" /> });
    expect(element.localName).toBe('fieldset');
    expect(Array.from(element.classList)).toEqual([own, 'other']);
    const stateOf = ({ dataset }: HTMLElement): object => Object.entries(dataset);
    expect(stateOf(element)).toEqual(stateOf(before));
    expect(withoutTime(element.textContent)).toBe(withoutTime(before.textContent));
    expect(element.getAttribute('role')).toBe(before.getAttribute('role'));
    expect(withoutTime(element.ariaLabel ?? '')).toBe(withoutTime(before.ariaLabel ?? ''));
  });

  it('a part renders by a function of its props and state', async () => {
    const element = await elementOf(part, {
      render: (props, state) => <aside {...props} ref={undefined} title={Object.keys(state).join(' ')} />,
    });
    expect(element.localName).toBe('aside');
    expect(element.classList[0]).toBe(own);
    for (const name of Object.keys(element.dataset).filter((key) => !['mine', 'message'].includes(key)))
      expect(element.title.split(' ')).toContain(name);
  });
});

it('every part is tested', () => {
  const names = Object.entries(kit).flatMap(([name, value]) =>
    /^[A-Z]/.test(name) && typeof value === 'function'
      ? [
          name,
          ...Object.keys(value)
            .filter((key) => /^[A-Z]/.test(key))
            .map((key) => `${name}.${key}`),
        ]
      : [],
  );
  expect(names.filter((name) => !WITHOUT.includes(name)).toSorted()).toEqual(Object.keys(PARTS).toSorted());
});
