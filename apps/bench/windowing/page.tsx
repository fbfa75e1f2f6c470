// The page that `node apps/bench/windowing/measure.mjs` opens: a conversation of many messages, shown in one of the two ways.

import { createInstantMessagingFlow } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { createFakeTransport } from '@imflow/testing';
import { ChatSettings, MessageList } from '@imflow/ui';
import '@imflow/ui/styles.css';
import { createRoot } from 'react-dom/client';
import { message } from '../../../packages/ui/fixtures/conversation.ts';
import { RenderedItems } from './RenderedItems.tsx';

/** How many older messages are prepended at once. */
const PAGE = 50;

declare global {
  interface Window {
    /** The actions that the script can request. Each resolves when its result is painted. */
    scenarios: typeof scenarios;
  }
}

const query = new URLSearchParams(location.search);
const count = Number(query.get('count') ?? 1_000);
const windowed = query.get('way') !== 'content-visibility';

const stored = Array.from({ length: count + PAGE }, (_, index) =>
  message(index + 1, {
    direction: index % 3 === 0 ? 'outgoing' : 'incoming',
    body: `Message ${index + 1}. ${'Some more words. '.repeat((index * 7) % 11)}`,
    at: Date.UTC(2026, 0, 1) + index * 60_000,
  }),
);
const [older, shown] = [stored.slice(0, PAGE), stored.slice(PAGE)];

const transport = createFakeTransport();
const flow = createInstantMessagingFlow({
  transport,
  remote: 'bo',
  storage: {
    // A page size larger than the number of messages, so that all are loaded at once.
    open: async () => ({ records: shown, hasOlder: true, outbox: [], meta: { displayedOrder: count + PAGE } }),
    loadBefore: async () => ({ records: older, hasOlder: false }),
    find: async () => [],
    write: async () => {},
  },
});

const scenarios = {
  /** Shows the list, until its newest message is in view. */
  async mount(): Promise<void> {
    flow.start();
    while (!flow.store.getState().history.ready) await frames(1);
    createRoot(found(document.getElementById('root'))).render(
      <FlowProvider flow={flow}>
        <ChatSettings names={{ bo: 'Bo' }}>
          <MessageList.Root>
            {windowed ? (
              <MessageList.Viewport>
                <MessageList.HistoryStatus />
                <MessageList.Items />
              </MessageList.Viewport>
            ) : (
              // The kit's own engine anchors the scroll position, which is the work of the browser here.
              <div className="imflow-viewport" style={{ overflowAnchor: 'auto' }}>
                <MessageList.HistoryStatus />
                <RenderedItems />
              </div>
            )}
          </MessageList.Root>
        </ChatSettings>
      </FlowProvider>,
    );
    do await frames(2);
    while (!isInView(`Message ${count + PAGE}.`));
  },

  /** The user sends messages, and each passes through its statuses. */
  async send(messages: number): Promise<void> {
    for (let index = 0; index < messages; index += 1) {
      const { id } = flow.sendMessage(`Own ${index}`);
      await frames(1);
      for (const outcome of ['delivered', 'displayed'] as const) {
        transport.push({ type: 'notification', sender: 'bo', messageId: id, outcome });
        await frames(1);
      }
    }
  },

  /** Scrolls from the end to the start in this number of steps. Resolves with how many frames had no message in their middle. */
  async scroll(steps: number): Promise<{ blank: number; late: number }> {
    const list = viewport();
    const step = list.scrollTop / steps;
    const result = { blank: 0, late: 0 };
    for (let index = 0; index < steps; index += 1) {
      const before = performance.now();
      list.scrollTop -= step;
      await frames(1);
      if (performance.now() - before > 50) result.late += 1;
      if (!isCovered(350)) result.blank += 1;
    }
    return result;
  },

  /** Prepends a page of older messages while the reader is in the list. Resolves with how far the list moved, in px. */
  async older(): Promise<number> {
    const list = viewport();
    list.scrollTop = 300;
    await frames(20);
    const watched = rowBelow(0);
    const { top } = watched.getBoundingClientRect();
    await flow.loadOlder();
    await frames(20);
    return Math.round(Math.abs(watched.getBoundingClientRect().top - top));
  },

  /** Resolves with how far the row in view moves while the rows above it are measured for the first time, in px. */
  async jump(): Promise<number> {
    const list = viewport();
    list.scrollTop = list.scrollHeight / 2;
    await frames(20);
    let farthest = 0;
    for (let index = 0; index < 20; index += 1) {
      const watched = rowBelow(200);
      const { top } = watched.getBoundingClientRect();
      list.scrollTop -= 100;
      await frames(2);
      farthest = Math.max(farthest, Math.abs(watched.getBoundingClientRect().top - top - 100));
    }
    return Math.round(farthest);
  },
};

window.scenarios = scenarios;

function viewport(): HTMLElement {
  return found(document.querySelector<HTMLElement>('.imflow-viewport'));
}

/**
 * The first row that begins in the window, at least this far from its top. It is found by hit testing: to read the
 * position of every row would make the browser lay out the rows that it skips.
 */
function rowBelow(top: number): Element {
  for (let y = top; y < innerHeight; y += 5) {
    const row = document
      .elementFromPoint(innerWidth / 2, y)
      ?.closest('.imflow-row')
      ?.querySelector('article');
    if (row && row.getBoundingClientRect().top >= top) return row;
  }
  throw new Error('The page does not show what it should.');
}

/** Whether a row is at this height of the window. */
function isCovered(y: number): boolean {
  return document.elementFromPoint(innerWidth / 2, y)?.closest('.imflow-row') !== null;
}

function found<T>(element: T | null | undefined): T {
  if (!element) throw new Error('The page does not show what it should.');
  return element;
}

function isInView(text: string): boolean {
  const last = viewport().querySelector('.imflow-items')?.lastElementChild?.lastElementChild?.querySelector('article');
  return !!last && last.textContent.includes(text) && last.getBoundingClientRect().bottom <= innerHeight + 1;
}

/** Waits until frames have been painted. */
async function frames(number: number): Promise<void> {
  for (let frame = 0; frame < number; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }
}
