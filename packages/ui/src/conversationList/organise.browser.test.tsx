import type { InstantMessagingFlow, MessageRecord } from '@imflow/core';
import { type ReactElement, useState } from 'react';
import { describe, expect, it, onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render, type RenderResult } from 'vitest-browser-react';
import { message } from '../../fixtures/conversation.ts';
import { type Conversations, createConversations } from '../../fixtures/conversations.ts';
import '../styles.css';
import '../conversation-list.css';
import { ChatSettings, type ChatSettingsProps, ConversationList } from '../index.ts';

const HOUR = 3_600_000;
const NAMES = { ana: 'Ana', bo: 'Bo Müller', echo: 'Echo', news: 'News' };

interface Shown extends Conversations {
  readonly screen: RenderResult;
  readonly names: () => (string | undefined)[];
  readonly opened: string[];
}

async function showList(settings: ChatSettingsProps = {}, more: Partial<MessageRecord> = {}): Promise<Shown> {
  await page.viewport(420, 720);
  const now = Date.now();
  const conversations = createConversations({
    bo: [message(1, { at: now - 2 * HOUR, body: 'See you', ...more })],
    echo: [message(1, { at: now - HOUR, direction: 'outgoing', status: 'delivered', body: 'Hello?' })],
    news: [],
  });
  conversations.start();
  onTestFinished(() => conversations.end());
  const opened: string[] = [];
  function Organised(): ReactElement {
    const [pinned, setPinned] = useState<readonly string[]>([]);
    const [muted, setMuted] = useState<readonly string[]>([]);
    const [open, setOpen] = useState<InstantMessagingFlow>();
    return (
      <ChatSettings names={NAMES} locale="en-GB" {...settings}>
        <ConversationList
          flows={conversations.flows}
          onSelect={(flow) => {
            opened.push(flow.remote);
            setOpen(flow);
          }}
          search
          pinned={pinned}
          onPinnedChange={setPinned}
          muted={muted}
          onMutedChange={setMuted}
          selected={open}
          draftKey={({ remote }) => `test:draft:${remote}`}
        />
      </ChatSettings>
    );
  }
  const screen = await render(<Organised />);
  const names = (): (string | undefined)[] =>
    Array.from(screen.container.querySelectorAll('[role="option"] strong'), (name) => name.textContent ?? undefined);
  await expect.poll(names).toEqual(['Echo', 'Bo Müller', 'News']);
  return { ...conversations, screen, names, opened };
}

function row({ screen }: Shown, name: RegExp): HTMLElement {
  return screen.getByRole('option', { name }).element() as HTMLElement;
}

/** Opens the menu of a row by a `contextmenu` event, and chooses an item. */
async function choose(shown: Shown, name: RegExp, action: string): Promise<void> {
  row(shown, name).focus();
  row(shown, name).dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
  await shown.screen.getByRole('menuitem', { name: action, exact: true }).click();
  await expect.poll(() => document.activeElement).toBe(row(shown, name));
}

describe('the menu of a conversation', () => {
  it('B332 the menu pins, mutes and marks as unread, and returns the focus to its row', async () => {
    const shown = await showList();
    const { names, screen, flows } = shown;
    await choose(shown, /^News/, 'Pin');
    await expect.poll(names).toEqual(['News', 'Echo', 'Bo Müller']);
    await expect.element(screen.getByRole('option', { name: /^News .+ Pinned$/ })).toBeVisible();
    await choose(shown, /^News/, 'Unpin');
    await expect.poll(names).toEqual(['Echo', 'Bo Müller', 'News']);
    await choose(shown, /^Bo/, 'Mute');
    await expect.element(screen.getByRole('option', { name: /^Bo .+ See you Muted$/ })).toBeVisible();
    await choose(shown, /^Echo/, 'Mark as unread');
    await expect.element(screen.getByRole('option', { name: /^Echo .+ Marked as unread$/ })).toBeVisible();
    expect(flows[1]!.store.getState()).toMatchObject({ markedUnread: true, unreadCount: 0 });
    await choose(shown, /^Echo/, 'Mark as read');
    expect(flows[1]!.store.getState().markedUnread).toBe(false);
  });

  it('B332 the menu moves with arrows, and Escape closes it without a change', async () => {
    const shown = await showList();
    row(shown, /^Echo/).dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
    const item = (name: string) => shown.screen.getByRole('menuitem', { name, exact: true });
    await expect.element(item('Mark as unread')).toHaveFocus();
    await expect.element(shown.screen.getByRole('menu', { name: 'Actions for Echo' })).toBeVisible();
    await userEvent.keyboard('{ArrowUp}');
    await expect.element(item('Mute')).toHaveFocus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expect.element(item('Pin')).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => document.activeElement).toBe(row(shown, /^Echo/));
    expect(shown.screen.getByRole('menu').query()).toBeNull();
    expect(shown.names()).toEqual(['Echo', 'Bo Müller', 'News']);
    expect(shown.opened).toEqual([]);
  });

  it('B332 the button of a row opens the menu and not the conversation', async () => {
    const shown = await showList();
    const button = row(shown, /^Echo/).querySelector<HTMLElement>('[aria-hidden] > svg > path[d^="M6 9"]')!;
    await userEvent.click(button.closest('span')!);
    await expect.element(shown.screen.getByRole('menu', { name: 'Actions for Echo' })).toBeVisible();
    expect(shown.opened).toEqual([]);
  });

  it('B331 opening a conversation removes its unread mark', async () => {
    const shown = await showList();
    shown.flows[0]!.markUnread();
    await expect.element(shown.screen.getByRole('option', { name: /Marked as unread$/ })).toBeVisible();
    await shown.screen.getByRole('option', { name: /^Bo/ }).click();
    expect(shown.opened).toEqual(['bo']);
    expect(shown.flows[0]!.store.getState().markedUnread).toBe(false);
  });

  it('B332 a message of a muted conversation is not announced', async () => {
    const shown = await showList();
    await choose(shown, /^Bo/, 'Mute');
    const said = (): string => shown.screen.container.querySelector('[aria-live="polite"]')?.textContent ?? '';
    shown.peer('bo').sendMessage('Hush');
    await expect.element(shown.screen.getByRole('option', { name: /^Bo .+ Hush Muted 1 new message$/ })).toBeVisible();
    shown.peer('news').sendMessage('It rains');
    await expect.poll(said).toContain('It rains');
    expect(said()).not.toContain('Hush');
  });
});

describe('the search box above conversations', () => {
  it('B333 the search finds names and addresses, announces their number, and leads into the list', async () => {
    const shown = await showList();
    const box = shown.screen.getByRole('searchbox', { name: 'Search conversations' });
    await userEvent.click(box);
    await userEvent.keyboard('muller');
    await expect.poll(shown.names).toEqual(['Bo Müller']);
    await expect.element(shown.screen.getByText('1 conversation found')).toBeInTheDocument();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(() => document.activeElement).toBe(row(shown, /^Bo/));
    await userEvent.keyboard('{ArrowUp}');
    await expect.element(box).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(shown.opened).toEqual(['bo']);
    await userEvent.keyboard('x');
    await expect.poll(shown.names).toEqual([]);
    await expect.element(shown.screen.getByText('No conversations found.').first()).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await expect.poll(shown.names).toHaveLength(3);
    await expect.element(box).toHaveFocus();
  });
});

describe('a row', () => {
  it('B334 a row shows the application’s text for its own content type, or the kind of content if that throws', async () => {
    const body = '{"place":"Lake"}';
    const settings = (place: (record: MessageRecord) => string): ChatSettingsProps => ({
      renderers: { 'application/place+json': () => null },
      excerpts: { 'application/place+json': place },
    });
    const own = { contentType: 'application/place+json', body };
    const shown = await showList(
      settings((record) => `Place: ${(JSON.parse(record.body) as { place: string }).place}`),
      own,
    );
    await expect.element(shown.screen.getByRole('option', { name: /^Bo .+ Place: Lake$/ })).toBeVisible();
    await shown.screen.unmount();
    const failing = await showList(
      settings(() => {
        throw new Error('No words.');
      }),
      own,
    );
    await expect.element(failing.screen.getByRole('option', { name: /^Bo .+ File$/ })).toBeVisible();
  });

  it('B335 a row shows the picture of a participant, or the initials if it fails to load', async () => {
    const picture = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';
    const shown = await showList({ avatars: { bo: picture, echo: 'data:image/png;base64,AAAA' } });
    const avatar = (name: RegExp): HTMLElement => row(shown, name).firstElementChild as HTMLElement;
    expect(avatar(/^Bo/).querySelector('img')?.src).toContain('svg');
    await expect.poll(() => avatar(/^Echo/).textContent).toBe('E');
    expect(avatar(/^News/).textContent).toBe('N');
  });

  it('a row contains its name once, also while its participant types', async () => {
    const shown = await showList();
    shown.peer('bo').setLocalComposingState('composing');
    await expect.element(shown.screen.getByRole('option', { name: /^Bo Müller [^B]+ typing…$/ })).toBeVisible();
  });
});

describe('a draft', () => {
  it('B368 the draft of a conversation shows in its row, until it is sent or the conversation is open', async () => {
    onTestFinished(() => localStorage.clear());
    localStorage.setItem('test:draft:bo', 'On my way,\n  at <five>');
    const shown = await showList();
    await expect
      .element(shown.screen.getByRole('option', { name: /Bo Müller .*Draft: On my way, at <five>/ }))
      .toBeVisible();
    expect(row(shown, /Bo Müller/).textContent).not.toContain('See you');
    expect(row(shown, /Bo Müller/).hasAttribute('data-draft')).toBe(true);
    expect(row(shown, /Echo/).textContent).not.toContain('Draft');
    // A different tab writes the draft, and sends it.
    localStorage.setItem('test:draft:echo', 'Still there?');
    window.dispatchEvent(new StorageEvent('storage', { key: 'test:draft:echo' }));
    await expect.element(shown.screen.getByRole('option', { name: /Echo .*Draft: Still there\?/ })).toBeVisible();
    localStorage.removeItem('test:draft:echo');
    window.dispatchEvent(new StorageEvent('storage', { key: 'test:draft:echo' }));
    await expect.poll(() => row(shown, /Echo/).textContent).toContain('Hello?');
    row(shown, /Bo Müller/).click();
    await expect.poll(() => row(shown, /Bo Müller/).textContent).toContain('See you');
    row(shown, /Echo/).click();
    await expect.poll(() => row(shown, /Bo Müller/).textContent).toContain('Draft:');
  });

  it('B368 a draft of blanks is not shown', async () => {
    onTestFinished(() => localStorage.clear());
    localStorage.setItem('test:draft:bo', ' \n ');
    const shown = await showList();
    await expect.poll(() => row(shown, /Bo Müller/).textContent).toContain('See you');
    expect(row(shown, /Bo Müller/).hasAttribute('data-draft')).toBe(false);
  });
});
