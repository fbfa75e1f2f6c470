import type { MessageRecord } from '@imflow/core';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { attach } from '../fixtures/allStates.tsx';
import { message } from '../fixtures/conversation.ts';
import { createConversations } from '../fixtures/conversations.ts';
import { createTransfer, fileMessage, pictureFile, pictureUrl, textFile } from '../fixtures/files.ts';
import { nextFrames, show, type ShowOptions, type Shown } from '../fixtures/render.tsx';
import { sampleConversation } from '../fixtures/sampleConversation.ts';
import {
  Chat,
  ChatHeader,
  ChatSettings,
  Composer,
  ConversationList,
  DeliveryTicks,
  FindBar,
  MessageList,
} from '../src/index.ts';
import { APPEARANCES, applyAppearance } from './appearance.ts';

/** The present time of the pictures, a Thursday. Times are UTC, in British English: see the project in vite.config.ts. */
const NOW = Date.UTC(2026, 2, 12, 9, 0);

const MINUTE = 60_000;

const at = (order: number, fields: Partial<MessageRecord> = {}): MessageRecord =>
  message(order, { at: NOW - (20 - order) * MINUTE, ...fields });
const own = (order: number, fields: Partial<MessageRecord> = {}): MessageRecord =>
  at(order, { direction: 'outgoing', ...fields });

const NAMES = { bo: 'Bo', dana: 'Dana Marsh', echo: 'Echo', news: 'News of the day', notes: 'Notes' };

/** Pictures by address: only Dana has one. */
const DRAFTS = {
  getItem: (key: string) => (key === 'dana' ? 'One more question, if' : null),
  setItem: () => {},
  removeItem: () => {},
};

/** Conversations in every state that a row has; that with Bo is open. */
function Conversations(): ReactElement {
  const [conversations] = useState(() =>
    createConversations({
      bo: [at(18, { body: 'See you at the clock.' })],
      dana: [own(17, { body: 'Thanks, that is all I wanted to know for now.', status: 'displayed' })],
      news: [at(1, { at: NOW - 24 * 60 * MINUTE, body: 'The lake is warm enough', status: 'delivered' })],
      echo: [own(1, { at: NOW - 9 * 24 * 60 * MINUTE, body: 'Hello?', status: 'failed', code: 408 })],
      notes: [],
    }),
  );
  useEffect(() => {
    conversations.start();
    return () => conversations.end();
  }, [conversations]);
  return (
    <ChatSettings names={NAMES}>
      <ConversationList
        flows={conversations.flows}
        selected={conversations.flows[0]}
        onSelect={() => {}}
        pinned={['news']}
        onPinnedChange={() => {}}
        muted={['notes']}
        onMutedChange={() => {}}
        draftKey={({ remote }) => remote}
        draftStorage={DRAFTS}
      />
    </ChatSettings>
  );
}

interface State extends Omit<ShowOptions, 'children'> {
  readonly children?: ReactNode;
  /** The part of the frame that is compared. Default: the whole frame. */
  readonly part?: string;
  /** Brings the chat into the state, once the messages are rendered. */
  readonly act?: (shown: Shown) => void | Promise<void>;
}

const said =
  (text: string) =>
  async ({ screen }: Shown): Promise<void> => {
    await expect.element(screen.getByText(text, { exact: true }).first()).toBeVisible();
  };

/** Opens the actions of a message by a key. */
async function openActions({ log, screen }: Shown, id: string): Promise<void> {
  const find = (): HTMLElement | null => log.querySelector(`[data-message="${id}"]`);
  await expect.poll(find).not.toBeNull();
  find()?.focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  await expect.element(screen.getByRole('toolbar', { name: 'Message actions' })).toBeVisible();
}

const choose = async ({ screen }: Shown, name: string): Promise<void> =>
  screen.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name, exact: true }).click();

const reactions = (...authors: readonly string[]): NonNullable<MessageRecord['reactions']> =>
  authors.map((author, index) => ({ author, emojis: ['👍', '🎉'].slice(index), id: author, sequence: 1 }));

/** Messages with edits, replies, reactions and retractions. */
function operations(): MessageRecord[] {
  const edited = (body: string): Partial<MessageRecord> => ({
    revision: { id: 'edit', sequence: 1, at: NOW },
    earlierRevisions: [{ ...own(0, { body, status: 'displayed' }), id: 'first', sequence: 0 }],
  });
  return [
    at(11, { body: 'Shall we meet at 8?', ...edited('Shall we meet at 7?') }),
    at(12, { body: 'At the clock, as always', reactions: reactions('ana', 'bo') }),
    at(13, { body: 'Or at the station', reactions: reactions('ana') }),
    own(14, {
      body: 'Gladly!',
      status: 'displayed',
      replyTo: { id: 'm12', sender: 'bo', excerpt: '' },
      reactions: reactions('bo'),
    }),
    at(15, { body: '', retracted: { at: NOW } }),
    own(16, { body: '', retracted: { at: NOW }, status: 'displayed' }),
    own(17, { body: 'See you then', status: 'displayed' }),
  ];
}

/** The visible states of the kit, which no other test compares as a whole. */
const STATES: Readonly<Record<string, () => State>> = {
  chat: () => ({ stored: sampleConversation(NOW) }),
  empty: () => ({ act: said('No messages yet. Say hello!') }),
  ticks: () => ({
    stored: [
      at(1, { body: 'Did everything arrive?' }),
      own(2, { body: 'This was read', status: 'displayed' }),
      own(3, { body: 'This was delivered', status: 'delivered' }),
      own(4, { body: 'This was sent', status: 'sent' }),
      own(5, { body: 'This could not be delivered', status: 'undeliverable', code: 480 }),
      own(6, { body: 'This was not sent', status: 'failed', code: 408, retryable: true }),
    ],
    children: <MessageList />,
  }),
  'all-ticks': () => ({
    part: '.all-ticks',
    children: (
      <div className="all-ticks" style={{ display: 'grid', gap: 12, justifyItems: 'start', padding: 16 }}>
        {(['queued', 'sending', 'sent', 'delivered', 'displayed', 'undeliverable', 'failed'] as const).map((status) => (
          <DeliveryTicks key={status} status={status} waiting={status === 'queued'} style={{ zoom: 2 }} />
        ))}
      </div>
    ),
  }),
  kinds: () => ({
    stored: [
      at(1, { body: 'See https://example.org/a_(b)?q=1 or write to ana@example.org.' }),
      at(2, { body: '😀🎉' }),
      own(3, { body: 'Several\nlines\n\nand a gap' }),
      at(4, { contentType: 'application/vnd.example', body: '{}', isContentTypeSupported: false }),
      own(5, { body: `A long word ${'Donaudampfschifffahrtsgesellschaft'.repeat(2)} wraps` }),
      at(6, { body: 'שלום! מה שלומך היום?' }),
    ],
    children: <MessageList />,
  }),
  typing: () => ({
    stored: sampleConversation(NOW).slice(-6),
    act: async ({ bo, screen }) => {
      bo.setLocalComposingState('composing');
      await expect.element(screen.getByText('Bo is typing…')).toBeVisible();
    },
  }),
  // A returning user begins at the "New" line.
  unread: () => ({
    stored: sampleConversation(NOW).map((record, index) =>
      index >= 11 && record.direction === 'incoming' ? { ...record, status: 'delivered' as const } : record,
    ),
    act: said('New'),
  }),
  jump: () => ({
    stored: sampleConversation(NOW),
    act: async ({ bo, log, screen }) => {
      await expect
        .poll(() => {
          log.scrollTop = 0;
          return screen.container.querySelector('.imflow-jump');
        })
        .not.toBeNull();
      for (const text of ['One', 'Two', 'Three']) bo.sendMessage(text);
      await expect.element(screen.getByRole('button', { name: 'Jump to latest, 3 new messages' })).toBeVisible();
    },
  }),
  conversations: () => ({
    children: <Conversations />,
    // Without StrictMode: effects that run twice would end the flows.
    strict: false,
    part: '.imflow-conversations',
    act: said('The lake is warm enough'),
  }),
  facts: () => ({
    stored: [
      at(1, { body: 'Did it arrive?' }),
      own(2, {
        body: 'It did, as the ticks say.',
        status: 'displayed',
        timestamps: { queued: NOW - 60_000, sent: NOW - 59_000, delivered: NOW - 57_000, displayed: NOW - 20_000 },
      }),
    ],
    children: <MessageList />,
    act: async ({ screen }) => {
      await screen.getByRole('button', { name: 'Read' }).click();
      await expect.element(screen.getByRole('dialog', { name: 'Message details' })).toHaveFocus();
    },
  }),
  'facts-received': () => ({
    stored: [
      at(1, { body: 'Did it arrive?', sentAt: NOW - 26 * 60 * MINUTE, timestamps: { delivered: NOW - 19 * MINUTE } }),
    ],
    children: <MessageList />,
    act: async ({ log, screen }) => {
      log.querySelector<HTMLElement>('[data-message]')?.focus();
      await userEvent.keyboard('{Enter}');
      await expect.element(screen.getByRole('dialog', { name: 'Message details' })).toHaveFocus();
    },
  }),
  swipe: () => ({
    stored: operations(),
    act: async ({ log, screen }) => {
      await said('Or at the station')({ log, screen } as Shown);
      const text = log.querySelector('[data-message="m13"] .imflow-text');
      const toEnd = getComputedStyle(log).direction === 'rtl' ? -1 : 1;
      for (const [type, x] of [
        ['pointerdown', 0],
        ['pointermove', 30],
        ['pointermove', 60],
      ] as const) {
        const finger = { bubbles: true, pointerType: 'touch', isPrimary: true, clientX: 200 + x * toEnd, clientY: 10 };
        text?.dispatchEvent(new PointerEvent(type, finger));
      }
      await expect.poll(() => log.querySelector('[data-swiped="far"]')).not.toBeNull();
    },
  }),
  composer: () => ({
    children: <Composer maxLength={40} />,
    part: '.imflow-composer',
    act: async ({ screen }) => {
      await userEvent.fill(screen.getByRole('textbox'), 'This is a message that is longer than it may be,\nby far');
    },
  }),
  operations: () => ({ stored: operations(), children: <MessageList /> }),
  actions: () => ({
    stored: operations(),
    children: <MessageList />,
    act: async (shown) => openActions(shown, 'm17'),
  }),
  emojis: () => ({
    stored: operations(),
    children: <MessageList />,
    act: async (shown) => {
      await openActions(shown, 'm13');
      await choose(shown, 'React');
    },
  }),
  question: () => ({
    stored: operations(),
    act: async (shown) => {
      await openActions(shown, 'm17');
      await choose(shown, 'Delete');
      await expect.element(shown.screen.getByRole('alertdialog')).toBeVisible();
    },
  }),
  reply: () => ({
    stored: operations(),
    act: async (shown) => {
      await openActions(shown, 'm12');
      await choose(shown, 'Reply');
      await expect.element(shown.screen.getByText('Reply to Bo', { exact: true })).toBeVisible();
    },
  }),
  edit: () => ({
    stored: operations(),
    act: async ({ screen }) => {
      await userEvent.click(screen.getByRole('textbox'));
      await userEvent.keyboard('{ArrowUp}');
      await expect.element(screen.getByText('Editing', { exact: true })).toBeVisible();
    },
  }),
  held: () => ({
    stored: operations(),
    template: { sendDelay: 60_000 },
    act: async ({ ana, screen }) => {
      ana.sendMessage('One more thing');
      await expect.element(screen.getByRole('button', { name: 'Undo', exact: true })).toBeVisible();
    },
  }),
  find: () => ({
    stored: sampleConversation(NOW),
    children: (
      <Chat
        header={
          <>
            <ChatHeader />
            <FindBar onClose={() => {}} />
          </>
        }
      />
    ),
    act: async ({ screen }) => {
      await userEvent.fill(screen.getByRole('searchbox'), 'the');
      await expect.element(screen.getByText(/^1 of \d+$/)).toBeVisible();
    },
  }),
  menu: () => ({
    children: <Conversations />,
    strict: false,
    act: async (shown) => {
      await said('The lake is warm enough')(shown);
      shown.screen
        .getByRole('option', { name: /Dana Marsh/ })
        .element()
        .focus();
      await userEvent.keyboard('{Shift>}{F10}{/Shift}');
      await expect.element(shown.screen.getByRole('menu')).toBeVisible();
    },
  }),
  older: () => ({
    stored: Array.from({ length: 60 }, (_, index) => at(index - 40, { body: `Message ${index + 1}` })),
    template: { pageSize: 20 },
    loadBefore: () => new Promise(() => {}),
    children: <MessageList />,
    act: async ({ log }) => {
      await expect
        .poll(() => {
          log.scrollTop = 0;
          return log.querySelector('.imflow-head[data-loading]');
        })
        .not.toBeNull();
    },
  }),
  files: () => ({
    files: createTransfer().files,
    stored: [
      fileMessage(1, { url: pictureUrl(320, 100), width: 320, height: 100, caption: 'The lake' }, { at: NOW }),
      fileMessage(2, { url: 'data:image/png;base64,AAAA', name: 'shore.png' }, { at: NOW }),
      fileMessage(
        3,
        { url: 'https://files.example/3', name: 'Timetable of all boats.pdf', type: 'application/pdf' },
        { at: NOW, direction: 'outgoing', status: 'displayed' },
      ),
    ],
    act: async ({ ana, log, screen }) => {
      await expect.poll(() => log.querySelectorAll('.imflow-file-line').length).toBe(2);
      await expect.poll(() => log.querySelector('img')?.complete).toBe(true);
      ana.sendFile(textFile());
      await expect.poll(() => log.querySelector('progress')).not.toBeNull();
      await attach(screen.container, await pictureFile(), textFile('Timetable of all boats and trains.txt'));
      // Forced colours show the blinking caret, which is hidden here.
      screen.container.querySelector('textarea')?.blur();
    },
  }),
  offline: () => ({
    stored: sampleConversation(NOW).slice(-6),
    children: <Chat />,
    act: async ({ ana, network, screen }) => {
      network.setOnline('ana', false);
      ana.sendMessage('I will be ten minutes late');
      await expect.element(screen.getByText('You are offline', { exact: true }), { timeout: 5_000 }).toBeVisible();
    },
  }),
};

/** Moves the pointer out of the frame, since a message under the pointer shows its actions. */
async function putPointerAway(): Promise<void> {
  await cdp().send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 414, y: 714 });
}

describe.each(Object.entries(APPEARANCES))('%s', (name, appearance) => {
  it.each(Object.entries(STATES))('%s', async (state, begin) => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    onTestFinished(() => void vi.useRealTimers());
    await applyAppearance(appearance);
    const { act, part = ':scope > *', ...options } = begin();
    const shown = await show(options);
    await putPointerAway();
    await act?.(shown);
    await putPointerAway();
    await nextFrames(6);
    const frame = page.elementLocator(shown.screen.container.querySelector(part) ?? document.body);
    await expect.element(frame).toMatchScreenshot(`${name}/${state}`);
  });
});
