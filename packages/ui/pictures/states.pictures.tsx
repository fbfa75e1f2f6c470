import type { MessageRecord } from '@imflow/core';
import type { ReactNode } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../fixtures/conversation.ts';
import { nextFrames, show, type ShowOptions, type Shown } from '../fixtures/render.tsx';
import { talk } from '../fixtures/talk.ts';
import { Chat, Composer, DeliveryTicks, MessageList } from '../src/index.ts';
import { LOOKS, wear } from './look.ts';

/** A Thursday. Times of day are those of UTC, in British English: see the project in vite.config.ts. */
const NOW = Date.UTC(2026, 2, 12, 9, 0);

const MINUTE = 60_000;

const at = (order: number, fields: Partial<MessageRecord> = {}): MessageRecord =>
  message(order, { at: NOW - (20 - order) * MINUTE, ...fields });
const own = (order: number, fields: Partial<MessageRecord> = {}): MessageRecord =>
  at(order, { direction: 'outgoing', ...fields });

interface State extends Omit<ShowOptions, 'children'> {
  readonly children?: ReactNode;
  /** The part of the frame that is looked at. Default: all of it. */
  readonly part?: string;
  /** Brings it about, once the messages are there. */
  readonly act?: (shown: Shown) => void | Promise<void>;
}

const said =
  (text: string) =>
  async ({ screen }: Shown): Promise<void> => {
    await expect.element(screen.getByText(text, { exact: true }).first()).toBeVisible();
  };

/** The states of the kit that a person may see, and that no other test looks at as a whole. */
const STATES: Readonly<Record<string, () => State>> = {
  chat: () => ({ stored: talk(NOW) }),
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
    stored: talk(NOW).slice(-6),
    act: async ({ bo, screen }) => {
      bo.setLocalComposingState('composing');
      await expect.element(screen.getByText('Bo is typing…')).toBeVisible();
    },
  }),
  // Whoever comes back begins at the line.
  unread: () => ({
    stored: talk(NOW).map((record, index) =>
      index >= 11 && record.direction === 'incoming' ? { ...record, status: 'delivered' as const } : record,
    ),
    act: said('New'),
  }),
  jump: () => ({
    stored: talk(NOW),
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
  composer: () => ({
    children: <Composer maxLength={40} />,
    part: '.imflow-composer',
    act: async ({ screen }) => {
      await userEvent.fill(screen.getByRole('textbox'), 'This is a message that is longer than it may be,\nby far');
    },
  }),
  offline: () => ({
    stored: talk(NOW).slice(-6),
    children: <Chat />,
    act: async ({ ana, network, screen }) => {
      network.setOnline('ana', false);
      ana.sendMessage('I will be ten minutes late');
      await expect.element(screen.getByText('You are offline', { exact: true }), { timeout: 5_000 }).toBeVisible();
    },
  }),
};

describe.each(Object.entries(LOOKS))('%s', (look, how) => {
  it.each(Object.entries(STATES))('%s', async (state, begin) => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    onTestFinished(() => void vi.useRealTimers());
    await wear(how);
    const { act, part = ':scope > *', ...options } = begin();
    const shown = await show(options);
    await act?.(shown);
    await nextFrames(6);
    const frame = page.elementLocator(shown.screen.container.querySelector(part) ?? document.body);
    await expect.element(frame).toMatchScreenshot(`${look}/${state}`);
  });
});
