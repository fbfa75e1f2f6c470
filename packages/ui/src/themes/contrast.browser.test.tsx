import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { allSeen, contrast, groundOf, type Seen } from '../../fixtures/contrast.ts';
import { message } from '../../fixtures/conversation.ts';
import { createConversations } from '../../fixtures/conversations.ts';
import { showState, STATE_NAMES } from '../../fixtures/allStates.tsx';
import { ConversationList } from '../index.ts';
import './ink.css';
import './meadow.css';

/** The themes, with the least contrast of their texts: 4.5:1 (WCAG 2.2, 1.4.3), or 7:1 (1.4.6). */
const THEMES: readonly (readonly [theme: string, text: number])[] = [
  ['light', 4.5],
  ['dark', 4.5],
  ['meadow light', 4.5],
  ['meadow dark', 4.5],
  ['ink light', 7],
  ['ink dark', 7],
];
/** The least contrast of a meaningful shape, such as a tick or the focus ring (1.4.11). */
const SHAPE = 3;

const style = document.createElement('style');
style.textContent = '* { animation: none !important; transition: none !important; }';

beforeEach(() => document.head.append(style));
afterEach(() => {
  style.remove();
  delete document.documentElement.dataset['theme'];
});

const tooFaint = (seen: readonly Seen[], text: number): Seen[] =>
  seen.filter(({ kind, contrast: ratio }) => ratio < (kind === 'text' ? text : SHAPE));

describe.each(STATE_NAMES)('%s', (state) => {
  it('every text and every tick has enough contrast, in each theme', async () => {
    const { screen } = await showState(state);
    const faint = THEMES.flatMap(([theme, text]) => {
      document.documentElement.dataset['theme'] = theme;
      return tooFaint(allSeen(screen.container), text).map((seen) => ({ theme, ...seen }));
    });
    expect(faint).toEqual([]);
  });
});

it('a list of conversations has enough contrast, in each theme', async () => {
  const conversations = createConversations({
    bo: [message(1, { body: 'Seen' })],
    echo: [message(1, { direction: 'outgoing', status: 'failed', code: 408, body: 'Not sent' })],
    news: [message(1, { status: 'delivered', body: 'Not seen' })],
    notes: [message(1)],
  });
  conversations.start();
  onTestFinished(() => conversations.end());
  const [selected] = conversations.flows;
  const { container } = await render(
    <ConversationList flows={conversations.flows} selected={selected} onSelect={() => undefined} search />,
  );
  await expect.poll(() => container.querySelectorAll('.imflow-conversation').length).toBe(4);
  conversations.peer('notes').setLocalComposingState('composing');
  await expect.poll(() => container.querySelector('.imflow-conversation-typing')).not.toBeNull();
  await expect.poll(() => container.querySelector('.imflow-count')).not.toBeNull();
  // The button of a row is visible only while the pointer is over the row.
  await userEvent.hover(container.querySelector('.imflow-conversation')!);
  await expect.poll(() => allSeen(container).some(({ part }) => part.includes('conversation-more'))).toBe(true);
  container.querySelector<HTMLElement>('.imflow-conversation')!.focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  await expect.poll(() => allSeen(container).some(({ part }) => part.includes('menuitem'))).toBe(true);
  const faint = THEMES.flatMap(([theme, text]) => {
    document.documentElement.dataset['theme'] = theme;
    return tooFaint(allSeen(container), text).map((seen) => ({ theme, ...seen }));
  });
  expect(faint).toEqual([]);
});

it('the contrast test covers all visible elements', async () => {
  const parts = new Set<string>();
  for (const state of STATE_NAMES) {
    const { screen } = await showState(state);
    for (const { part } of allSeen(screen.container)) parts.add(part);
    await screen.unmount();
  }
  expect(Array.from(parts).toSorted()).toMatchInlineSnapshot(`
    [
      "imflow-action",
      "imflow-action icon path",
      "imflow-answers button",
      "imflow-attach icon path",
      "imflow-attachment icon path",
      "imflow-attachment-name",
      "imflow-attachment-text button",
      "imflow-attachment-text label",
      "imflow-avatar",
      "imflow-banner label",
      "imflow-body text",
      "imflow-body text a",
      "imflow-caption",
      "imflow-consequence",
      "imflow-day label",
      "imflow-dismiss icon path",
      "imflow-edited",
      "imflow-failure button",
      "imflow-failure label",
      "imflow-file button",
      "imflow-file em",
      "imflow-file label",
      "imflow-file-line icon path",
      "imflow-find-result",
      "imflow-head label",
      "imflow-held button",
      "imflow-held label",
      "imflow-html p",
      "imflow-html p code",
      "imflow-html p mark",
      "imflow-html p small",
      "imflow-html pre",
      "imflow-jump count",
      "imflow-jump icon path",
      "imflow-jump-unread icon path",
      "imflow-jump-unread label",
      "imflow-meta time",
      "imflow-note",
      "imflow-presence",
      "imflow-question label",
      "imflow-quote-name",
      "imflow-quote-text",
      "imflow-reaction",
      "imflow-revision label",
      "imflow-revision-text",
      "imflow-send icon path",
      "imflow-stage delivered label",
      "imflow-stage read label",
      "imflow-stage sent label",
      "imflow-stages-day",
      "imflow-target-name",
      "imflow-target-text",
      "imflow-textbox",
      "imflow-ticks delivered icon path",
      "imflow-ticks read icon path",
      "imflow-ticks sending icon path",
      "imflow-ticks sent icon path",
      "imflow-ticks unconfirmed icon path",
      "imflow-ticks undeliverable icon path",
      "imflow-ticks waiting icon path",
      "imflow-title name",
      "imflow-typing label",
      "imflow-unread label",
      "imflow-upload button",
      "imflow-upload label",
      "imflow-when",
      "imflow-when time",
    ]
  `);
});

it.each(THEMES)('the focus ring has enough contrast: %s', async (theme) => {
  const { screen } = await showState('with the connection');
  document.documentElement.dataset['theme'] = theme;
  await userEvent.tab();
  const faint: string[] = [];
  for (const element of screen.container.querySelectorAll<HTMLElement>('a, button:enabled, textarea, [tabindex]')) {
    element.focus();
    const { outlineColor, outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element);
    const name = element.className || element.localName;
    expect(`${name}: ${outlineStyle}`).toBe(`${name}: solid`);
    expect(Number.parseFloat(outlineWidth)).toBeGreaterThanOrEqual(1);
    // A ring with an offset has the background around the element on both sides.
    const grounds = [element.parentElement, ...(Number.parseFloat(outlineOffset) > 0 ? [] : [element])].map(groundOf);
    for (const ground of grounds) if (contrast(outlineColor, ground) < SHAPE) faint.push(name);
  }
  expect(faint).toEqual([]);
});
