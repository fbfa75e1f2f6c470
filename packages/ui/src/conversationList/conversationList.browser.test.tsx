import type { InstantMessagingFlow, MessageRecord } from '@imflow/core';
import { createRef, type ReactElement, useState } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Locator, page, userEvent } from 'vitest/browser';
import { render, type RenderResult } from 'vitest-browser-react';
import { message } from '../../fixtures/conversation.ts';
import { type Conversations, createConversations } from '../../fixtures/conversations.ts';
import { nextFrames } from '../../fixtures/render.tsx';
import '../styles.css';
import '../conversation-list.css';
import {
  ChatSettings,
  ConversationList,
  type ConversationListActions,
  type ConversationListItemProps,
} from '../index.ts';

const HOUR = 3_600_000;
const NAMES = { ana: 'Ana', bo: 'Bo', echo: 'Echo', news: 'News' };

interface Shown extends Conversations {
  readonly screen: RenderResult;
  readonly list: HTMLElement;
  readonly actions: () => ConversationListActions;
  readonly chosen: InstantMessagingFlow[];
  /** The names in their order. */
  readonly names: () => (string | undefined)[];
}

async function showList(
  stored: Readonly<Record<string, readonly MessageRecord[]>>,
  item?: (row: ConversationListItemProps) => ReactElement,
): Promise<Shown> {
  await page.viewport(420, 720);
  const conversations = createConversations(stored);
  conversations.start();
  onTestFinished(() => conversations.end());
  await expect
    .poll(() =>
      conversations.flows.every((flow) => {
        const { history, connection } = flow.store.getState();
        return history.ready && connection === 'online';
      }),
    )
    .toBe(true);
  const chosen: InstantMessagingFlow[] = [];
  const actions = createRef<ConversationListActions>();
  function Choosing(): ReactElement {
    const [selected, setSelected] = useState<InstantMessagingFlow>();
    const choose = (flow: InstantMessagingFlow): void => {
      chosen.push(flow);
      setSelected(flow);
    };
    return (
      <ChatSettings names={NAMES} locale="en-GB">
        <ConversationList
          flows={conversations.flows}
          selected={selected}
          onSelect={choose}
          actionsRef={actions}
          style={{ inlineSize: 320 }}
        >
          {item}
        </ConversationList>
      </ChatSettings>
    );
  }
  const screen = await render(<Choosing />);
  const list = screen.container.firstElementChild as HTMLElement;
  const names = (): (string | undefined)[] =>
    Array.from(list.querySelectorAll('[role="option"] strong'), (name) => name.textContent ?? undefined);
  return { ...conversations, screen, list, actions: () => actions.current!, chosen, names };
}

/** Three conversations, of which that with Echo has the newest message. */
function three(): Record<string, MessageRecord[]> {
  const now = Date.now();
  return {
    bo: [message(1, { at: now - 2 * HOUR, body: 'See you' })],
    echo: [message(1, { at: now - HOUR, direction: 'outgoing', status: 'delivered', body: 'Hello?' })],
    news: [],
  };
}

describe('a list of conversations', () => {
  it('the list sorts conversations by their newest message, and moves one up when it receives a message', async () => {
    const { names, peer, list } = await showList(three());
    expect(names()).toEqual(['Echo', 'Bo', 'News']);
    peer('news').sendMessage('It rains');
    await expect.poll(names).toEqual(['News', 'Echo', 'Bo']);
    await expect.poll(() => list.textContent).toContain('It rains');
  });

  it('B389 a row says that an own message failed, also where it shows a newer message, and never twice', async () => {
    const now = Date.now();
    const failed = { at: now - HOUR, direction: 'outgoing', status: 'failed', code: 403, body: 'Hello?' } as const;
    const { flows, peer, screen } = await showList({
      bo: [message(1, { at: now - 2 * HOUR, body: 'See you' })],
      echo: [message(1, failed)],
      news: [message(1, failed), message(2, { at: now, body: 'It rains' })],
    });
    const row = (name: RegExp): Locator => screen.getByRole('option', { name });
    await expect.element(row(/^News .+ It rains A message to News needs your attention\.$/)).toBeVisible();
    await expect.element(screen.getByTitle('A message to News needs your attention.')).toBeVisible();
    await expect.element(row(/^Echo .+ Not sent You said: Hello\?$/)).toBeVisible();
    await expect.element(row(/^Bo .+ See you$/)).toBeVisible();
    peer('echo').setLocalComposingState('composing');
    await expect.element(row(/^Echo .+ typing… A message to Echo needs your attention\.$/)).toBeVisible();
    const news = flows.find(({ remote }) => remote === 'news')!;
    news.discardMessage(news.messages.order[0]!);
    await expect.element(row(/^News .+ It rains$/)).toBeVisible();
  });

  it('B123 a change in one conversation renders no other row', async () => {
    const rendered: string[] = [];
    const { flows, peer, list } = await showList(three(), (row) => (
      <ConversationList.Item
        {...row}
        render={(props) => {
          rendered.push(row.flow.remote);
          return <div {...props} />;
        }}
      />
    ));
    await nextFrames();
    rendered.length = 0;
    peer('echo').setLocalComposingState('composing');
    await expect.poll(() => list.textContent).toContain('typing…');
    peer('echo').sendMessage('Hello?');
    await expect.poll(() => list.textContent).not.toContain('typing');
    flows[1]!.sendMessage('Good');
    await expect.poll(() => list.querySelector('[data-status="delivered"]')).not.toBeNull();
    expect(new Set(rendered)).toEqual(new Set(['echo']));
  });

  it('a row shows who is typing in place of the last message, and counts unread messages up to 99+', async () => {
    const { screen, peer, list } = await showList(three());
    for (let index = 1; index <= 3; index += 1) peer('bo').sendMessage(`Bo ${index}`);
    await expect.element(screen.getByRole('option', { name: /^Bo .+ Bo 3 3 new messages$/ })).toBeVisible();
    expect(list.querySelector('.imflow-count > [aria-hidden]')?.textContent).toBe('3');
    for (let index = 4; index <= 120; index += 1) peer('bo').sendMessage(`Bo ${index}`);
    await expect
      .poll(() => list.querySelector('.imflow-count > [aria-hidden]')?.textContent, { timeout: 5_000 })
      .toBe('99+');
    peer('bo').setLocalComposingState('composing');
    await expect.element(screen.getByRole('option', { name: /^Bo .+ typing… 99\+ new messages$/ })).toBeVisible();
  });

  it('the accessible name of a row holds its content; its time is a time of today, or a day', async () => {
    const at = new Date().setHours(0, 1, 0, 0);
    const { screen } = await showList({
      bo: [message(1, { at, direction: 'outgoing', status: 'displayed', body: 'Good\nnight' })],
      echo: [message(1, { at: at - 12 * HOUR, body: '<b>Bold</b>', contentType: 'text/html' })],
      news: [],
    });
    const rows = screen.getByRole('option').elements();
    await expect.element(rows[0] as HTMLElement).toHaveAccessibleName('Bo 00:01 Read You said: Good night');
    await expect.element(rows[1] as HTMLElement).toHaveAccessibleName('Echo Yesterday Bold');
    await expect.element(rows[2] as HTMLElement).toHaveAccessibleName('News No messages yet. Say hello!');
  });

  it('B128 markup in names and bodies is shown as text, and long ones stay in their line', async () => {
    const evil = '<img src=x onerror="window.hacked=1">';
    const { list, screen } = await showList({
      bo: [message(1, { body: `${evil}${'x'.repeat(5_000)}` })],
      [evil]: [message(1, { body: 'y', sender: evil })],
    });
    await nextFrames();
    expect(list.querySelector('img')).toBeNull();
    expect('hacked' in window).toBe(false);
    expect(list.scrollWidth).toBe(list.clientWidth);
    const heights = screen
      .getByRole('option')
      .elements()
      .map((row) => row.getBoundingClientRect().height);
    expect(new Set(heights).size).toBe(1);
  });

  it('an empty list says that there are no conversations', async () => {
    const { list, screen } = await showList({});
    expect(list.textContent).toBe('No conversations yet.');
    expect(screen.getByRole('listbox').elements()).toEqual([]);
  });
});

describe('the keyboard', () => {
  it('B130 the list is one stop of the Tab key; arrows, Home and End move; Enter and Space open', async () => {
    const { screen, chosen } = await showList(three());
    await userEvent.tab();
    expect(focusedName()).toBe('Echo');
    await userEvent.keyboard('{ArrowDown}');
    expect(focusedName()).toBe('Bo');
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    expect(focusedName()).toBe('Echo');
    await userEvent.keyboard('{End}');
    expect(focusedName()).toBe('News');
    await userEvent.keyboard('{ArrowDown}');
    expect(focusedName()).toBe('News');
    await userEvent.keyboard('{Home}');
    expect(focusedName()).toBe('Echo');
    expect(chosen).toEqual([]);

    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(chosen.map(({ remote }) => remote)).toEqual(['bo']);
    await expect.element(screen.getByRole('option', { name: /^Bo/ })).toHaveAttribute('aria-selected', 'true');
    await userEvent.keyboard('{ArrowDown} ');
    expect(chosen.map(({ remote }) => remote)).toEqual(['bo', 'news']);
    const stops = screen
      .getByRole('option')
      .elements()
      .filter((row) => (row as HTMLElement).tabIndex === 0);
    expect(stops).toHaveLength(1);
  });

  it('B130 the focus stays with its conversation when another moves up', async () => {
    const { peer, names } = await showList(three());
    await userEvent.tab();
    await userEvent.keyboard('{ArrowDown}');
    const row = document.activeElement;
    peer('news').sendMessage('It rains');
    await expect.poll(names).toEqual(['News', 'Echo', 'Bo']);
    expect(document.activeElement).toBe(row);
    peer('bo').sendMessage('Hello');
    await expect.poll(names).toEqual(['Bo', 'News', 'Echo']);
    expect(document.activeElement).toBe(row);
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement?.querySelector('strong')?.textContent).toBe('News');
  });

  it('B130 typed letters move to the next conversation whose name begins with them', async () => {
    const { chosen } = await showList({ ...three(), bruno: [] });
    await userEvent.tab();
    // Bruno has no display name.
    expect(typed('b')).toEqual(['Bo', true]);
    expect(typed('b', 1_000)).toEqual(['bruno', true]);
    expect(typed('b', 2_000)).toEqual(['Bo', true]);
    expect(typed('R', 2_500)).toEqual(['bruno', true]);
    expect(typed('u', 3_000)).toEqual(['bruno', true]);
    // Half a second later, the next letter begins a new prefix.
    expect(typed('n', 3_501)).toEqual(['News', true]);
    expect(typed('x', 5_000)).toEqual(['News', false]);
    expect(chosen).toEqual([]);
  });

  it('B130 a space within a name belongs to the typed letters, and any other space opens', async () => {
    const { chosen } = await showList({ ...three(), 'new year': [] });
    await userEvent.tab();
    typed('n');
    typed('e', 100);
    typed('w', 200);
    expect(typed(' ', 300)).toEqual(['new year', true]);
    expect(chosen).toEqual([]);
    expect(typed(' ', 400)).toEqual(['new year', true]);
    expect(chosen.map(({ remote }) => remote)).toEqual(['new year']);
    expect(typed(' ', 2_000)).toEqual(['new year', true]);
    expect(chosen).toHaveLength(2);
  });

  it('B125 B130 shortcuts and keys of an input method are ignored and not prevented', async () => {
    await showList(three());
    await userEvent.tab();
    for (const how of [
      { ctrlKey: true },
      { metaKey: true },
      { altKey: true },
      { isComposing: true },
      { keyCode: 229 },
    ]) {
      expect(typed('b', 0, how)).toEqual(['Echo', false]);
    }
    for (const key of ['Process', 'Dead', 'F1', 'Shift', 'Backspace']) expect(typed(key)).toEqual(['Echo', false]);
    expect(typed('B', 0, { shiftKey: true })).toEqual(['Bo', true]);
  });

  it('a click opens a conversation', async () => {
    const { screen, chosen } = await showList(three());
    const spy = vi.spyOn(console, 'error');
    await screen.getByRole('option', { name: /^News/ }).click();
    expect(chosen.map(({ remote }) => remote)).toEqual(['news']);
    expect(spy).not.toHaveBeenCalled();
  });
});

/**
 * Presses a key where the focus is, at a time in ms. Returns where the focus is then, and whether the list used the
 * key.
 */
function typed(key: string, at = 0, how: KeyboardEventInit = {}): [name: string | undefined, used: boolean] {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...how });
  Object.defineProperty(event, 'timeStamp', { value: at + 1 });
  document.activeElement?.dispatchEvent(event);
  return [focusedName(), event.defaultPrevented];
}

function focusedName(): string | undefined {
  return document.activeElement?.querySelector('strong')?.textContent ?? undefined;
}

describe('the actions of the list', () => {
  it('B130 the focus action of the list focuses a conversation, or the row that Tab would reach', async () => {
    const { actions, flows, chosen } = await showList(three());
    actions().focus();
    expect(focusedName()).toBe('Echo');
    actions().focus(flows[2]);
    expect(focusedName()).toBe('News');
    await expect.poll(() => (document.activeElement as HTMLElement).tabIndex).toBe(0);
    (document.activeElement as HTMLElement).blur();
    actions().focus();
    expect(focusedName()).toBe('News');
    expect(chosen).toEqual([]);
  });

  it('the focus action does nothing where there is no such row', async () => {
    const { actions } = await showList(three());
    actions().focus();
    const others = createConversations({ bo: [] });
    onTestFinished(() => others.end());
    actions().focus(others.flows[0]);
    expect(focusedName()).toBe('Echo');
    (await showList({})).actions().focus();
    expect(focusedName()).toBe('Echo');
  });
});
