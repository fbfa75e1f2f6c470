import type { MessageRecord } from '@imflow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { allSeen, contrast, groundOf, type Seen } from '../../fixtures/contrast.ts';
import { message } from '../../fixtures/conversation.ts';
import { show, type Shown } from '../../fixtures/render.tsx';
import './ink.css';
import './meadow.css';

/** Themes, with the contrast that their text promises: 4.5:1 (WCAG 2.2, 1.4.3), or 7:1 (1.4.6). */
const THEMES: readonly (readonly [theme: string, text: number])[] = [
  ['light', 4.5],
  ['dark', 4.5],
  ['meadow light', 4.5],
  ['meadow dark', 4.5],
  ['ink light', 7],
  ['ink dark', 7],
];
/** Of a shape that says something, such as a tick or the ring around what has the focus (1.4.11). */
const SHAPE = 3;

const own = (order: number, fields: Partial<MessageRecord>): MessageRecord =>
  message(order, { direction: 'outgoing', ...fields });

const STORED = [
  message(1, { body: 'See https://example.org', status: 'displayed' }),
  own(2, { body: 'Read, and https://example.org', status: 'displayed' }),
  own(3, { body: 'Delivered', status: 'delivered' }),
  own(4, { body: 'Sent', status: 'sent' }),
  own(5, { body: 'Gone', status: 'undeliverable', code: 480 }),
  own(6, { body: 'Stayed', status: 'failed', code: 408, retryable: true }),
  message(7, { body: '{}', contentType: 'application/vnd.example' }),
  message(8, {
    body: '<p>Some <code>code</code>, <small>small</small> and <mark>marked</mark></p><pre>A line</pre>',
    contentType: 'text/html',
  }),
  message(9, { body: 'News', status: 'delivered' }),
];

/** What stands in a chat at one time or another. A page is large enough to show all of it at once. */
const STATES: Readonly<Record<string, (shown: Shown) => Promise<void>>> = {
  'with the connection': async ({ bo, screen }) => {
    bo.setLocalComposingState('composing');
    await expect.element(screen.getByText('Bo is typing…')).toBeVisible();
    await userEvent.fill(screen.getByRole('textbox'), 'Ready to go');
  },
  'without the connection': async ({ ana, network, screen }) => {
    network.setOnline('ana', false);
    ana.sendMessage('It waits');
    await expect.element(screen.getByText('You are offline', { exact: true }), { timeout: 5_000 }).toBeVisible();
  },
  'away from the end': async ({ bo, log, screen }) => {
    (screen.container.firstElementChild as HTMLElement).style.blockSize = '400px';
    await expect
      .poll(() => {
        log.scrollTop = 0;
        return screen.container.querySelector('.imflow-jump');
      })
      .not.toBeNull();
    bo.sendMessage('More news');
    await expect.element(screen.getByRole('button', { name: /^Jump to latest, \d/ })).toBeVisible();
  },
};

const style = document.createElement('style');
style.textContent = '* { animation: none !important; transition: none !important; }';

beforeEach(() => document.head.append(style));
afterEach(() => {
  style.remove();
  delete document.documentElement.dataset['theme'];
});

async function showAll(act: (shown: Shown) => Promise<void>): Promise<Shown> {
  const shown = await show({ stored: STORED });
  await page.viewport(600, 1_400);
  (shown.screen.container.firstElementChild as HTMLElement).style.blockSize = '1380px';
  await expect.poll(() => shown.log.querySelectorAll('article').length).toBeGreaterThanOrEqual(STORED.length);
  await expect.poll(() => shown.log.querySelector('mark')).not.toBeNull();
  await act(shown);
  return shown;
}

const tooFaint = (seen: readonly Seen[], text: number): Seen[] =>
  seen.filter(({ kind, contrast: ratio }) => ratio < (kind === 'text' ? text : SHAPE));

describe.each(Object.entries(STATES))('%s', (_, act) => {
  it('every text and every tick stands out, in each theme', async () => {
    const { screen } = await showAll(act);
    const faint = THEMES.flatMap(([theme, text]) => {
      document.documentElement.dataset['theme'] = theme;
      return tooFaint(allSeen(screen.container), text).map((seen) => ({ theme, ...seen }));
    });
    expect(faint).toEqual([]);
  });
});

it('the test looks at what there is to see', async () => {
  const parts = new Set<string>();
  for (const act of Object.values(STATES)) {
    const { screen } = await showAll(act);
    for (const { part } of allSeen(screen.container)) parts.add(part);
    await screen.unmount();
  }
  expect(Array.from(parts).toSorted()).toMatchInlineSnapshot(`
    [
      "imflow-avatar",
      "imflow-banner span",
      "imflow-body span",
      "imflow-body span a",
      "imflow-day span",
      "imflow-failure button",
      "imflow-failure span",
      "imflow-file button",
      "imflow-file em",
      "imflow-file span",
      "imflow-head span",
      "imflow-html p",
      "imflow-html p code",
      "imflow-html p mark",
      "imflow-html p small",
      "imflow-html pre",
      "imflow-jump span",
      "imflow-jump svg path",
      "imflow-meta time",
      "imflow-note",
      "imflow-send svg path",
      "imflow-textbox",
      "imflow-ticks delivered svg path",
      "imflow-ticks failed svg path",
      "imflow-ticks read svg path",
      "imflow-ticks sent svg path",
      "imflow-ticks undeliverable svg path",
      "imflow-ticks waiting svg path",
      "imflow-title small",
      "imflow-title strong",
      "imflow-typing span",
      "imflow-unread span",
    ]
  `);
});

it.each(THEMES)('what has the focus has a ring that stands out: %s', async (theme) => {
  const { screen } = await showAll(STATES['with the connection']!);
  document.documentElement.dataset['theme'] = theme;
  await userEvent.tab();
  const faint: string[] = [];
  for (const element of screen.container.querySelectorAll<HTMLElement>('a, button:enabled, textarea, [tabindex]')) {
    element.focus();
    const { outlineColor, outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element);
    const name = element.className || element.localName;
    expect(`${name}: ${outlineStyle}`).toBe(`${name}: solid`);
    expect(Number.parseFloat(outlineWidth)).toBeGreaterThanOrEqual(1);
    // A ring that keeps its distance has the ground around the element on both sides.
    const grounds = [element.parentElement, ...(Number.parseFloat(outlineOffset) > 0 ? [] : [element])].map(groundOf);
    for (const ground of grounds) if (contrast(outlineColor, ground) < SHAPE) faint.push(name);
  }
  expect(faint).toEqual([]);
});
