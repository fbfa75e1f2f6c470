import { Profiler, type ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { articles, distanceToEnd, nextFrames, show } from '../../fixtures/render.tsx';
import { ChatHeader, Composer, MessageList, TypingIndicator } from '../index.ts';

const stored = (count: number) => Array.from({ length: count }, (_, index) => message(index + 1));

/** Shows a chat. Counts the renders of its rows, and of each of its parts. */
async function counted(count: number) {
  const rows: unknown[] = [];
  const parts: string[] = [];
  const row = (props: object): ReactElement => {
    rows.push((props as Record<string, unknown>)['data-message']);
    return <article {...props} />;
  };
  const tell = (part: string): void => void parts.push(part);
  const shown = await show({
    strict: false,
    stored: stored(count),
    template: { pageSize: Math.min(count, 1_000) },
    children: (
      <>
        <Profiler id="header" onRender={tell}>
          <ChatHeader />
        </Profiler>
        <Profiler id="list" onRender={tell}>
          <MessageList.Root>
            <MessageList.Viewport>
              <MessageList.HistoryStatus />
              <MessageList.Items>{(each) => <MessageList.Item {...each} render={row} />}</MessageList.Items>
            </MessageList.Viewport>
            <MessageList.ScrollToLatest />
          </MessageList.Root>
        </Profiler>
        <Profiler id="typing" onRender={tell}>
          <TypingIndicator />
        </Profiler>
        <Composer />
      </>
    ),
  });
  await nextFrames(30);
  const reset = (): void => {
    rows.length = 0;
    parts.length = 0;
  };
  reset();
  return { ...shown, rows, parts, reset };
}

describe('render counts', () => {
  it('B123 a keystroke renders no row and nothing above the composer', async () => {
    const { ana, screen, rows, parts, reset } = await counted(40);
    await userEvent.type(screen.getByRole('textbox'), 'a');
    await expect.poll(() => ana.store.getState().localComposingState).toBe('composing');
    await nextFrames(5);
    reset();
    await userEvent.type(screen.getByRole('textbox'), 'nd nineteen others.');
    await nextFrames(5);
    expect({ rows, parts }).toEqual({ rows: [], parts: [] });
  });

  it('B123 typing renders the typing indicator and nothing else', async () => {
    const { ana, bo, rows, parts } = await counted(40);
    bo.setLocalComposingState('composing');
    await expect.poll(() => ana.store.getState().remoteComposingState).toBe('composing');
    await nextFrames(5);
    expect(rows).toEqual([]);
    expect(new Set(parts)).toEqual(new Set(['typing']));
  });

  it('B123 a received message renders itself and its neighbour, and no rows above', async () => {
    const { ana, bo, log, rows, reset } = await counted(40);
    for (const body of ['One', 'Two', 'Three']) {
      const before = articles(log).map((element) => element.dataset['message']);
      reset();
      bo.sendMessage(body);
      await expect.poll(() => log.textContent).toContain(body);
      // Waits until the list is idle.
      await nextFrames(30);
      const id = ana.messages.order.at(-1);
      const neighbour = before.at(-1);
      expect(new Set(rows)).toEqual(new Set([id, neighbour]));
      expect(distanceToEnd(log)).toBe(0);
    }
  });

  it('B123 the number of rows in the document is bounded by the visible range, however many messages arrive', async () => {
    const { ana, bo, log } = await counted(1_000);
    const before = articles(log).length;
    for (let count = 0; count < 40; count += 1) bo.sendMessage(`Message ${1_001 + count}`);
    await expect.poll(() => ana.messages.order.length, { timeout: 10_000 }).toBe(1_040);
    await expect.poll(() => log.textContent).toContain('Message 1040');
    await nextFrames(30);
    expect(articles(log).length).toBeLessThanOrEqual(before + 2);
    for (let top = log.scrollTop; top > 0; top -= 5_000) {
      log.scrollTop = Math.max(0, top);
      await nextFrames(2);
      expect(articles(log).length).toBeLessThan(80);
    }
  });
});
