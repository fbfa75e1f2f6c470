import type { MessageRecord } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { articles, nextFrames, show } from '../../fixtures/render.tsx';
import { MessageList } from '../index.ts';

const DAY = 86_400_000;

/** Forty messages of each of three days, at noon. */
function threeDays(): MessageRecord[] {
  const noon = new Date().setHours(12, 0, 0, 0);
  return Array.from({ length: 120 }, (_, index) =>
    message(index + 1, {
      at: noon - (2 - Math.floor(index / 40)) * DAY + (index % 40) * 1_000,
      body: `Message ${index}`,
    }),
  );
}

describe('the day of the visible messages', () => {
  it('the day of the first visible message stands over the list while the reader scrolls back, and moves and renders no row', async () => {
    let rendered = 0;
    const { log, screen } = await show({
      stored: threeDays(),
      template: { pageSize: 120 },
      strict: false,
      children: (
        <MessageList.Root>
          <MessageList.Viewport>
            <MessageList.Items>
              {(row) => {
                rendered += 1;
                return <MessageList.Item {...row} />;
              }}
            </MessageList.Items>
          </MessageList.Viewport>
          <MessageList.DayInView />
        </MessageList.Root>
      ),
    });
    const pill = (): HTMLElement | null => screen.container.querySelector('.imflow-day-in-view');
    expect(pill()).toBeNull();
    log.scrollTop -= 300;
    await expect.poll(() => pill()?.textContent).toBe('Today');
    expect(pill()?.dataset['shown']).toBe('');
    await expect.poll(() => pill()?.dataset['shown'], { timeout: 3_000 }).toBeUndefined();

    await nextFrames(30);
    rendered = 0;
    const row = articles(log).find((each) => each.getBoundingClientRect().top > 200)!;
    const { top } = row.getBoundingClientRect();
    log.scrollTop -= 20;
    await expect.poll(() => pill()?.dataset['shown']).toBe('');
    expect(row.getBoundingClientRect().top - top).toBeCloseTo(20, 0);
    expect(rendered).toBe(0);

    log.scrollTop = log.scrollHeight * 0.45;
    await expect.poll(() => pill()?.textContent).toBe('Yesterday');
    log.scrollTop = log.scrollHeight;
    await expect.poll(pill).toBeNull();
  });
});
