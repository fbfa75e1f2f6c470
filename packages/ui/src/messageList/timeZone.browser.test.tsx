import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, show } from '../../fixtures/render.tsx';
import { Chat } from '../index.ts';
import { dayName, dayOf, fullTime, shortTime } from './dates.ts';
import { defaultTranslations } from '../settings/translations.ts';

interface Emulation {
  send: (method: 'Emulation.setTimezoneOverride', parameters: { timezoneId: string }) => Promise<void>;
}

async function travelTo(timezoneId: string): Promise<void> {
  await (cdp() as unknown as Emulation).send('Emulation.setTimezoneOverride', { timezoneId });
}

/** 31 December 2025, 23:30 in Berlin; 22:30 in London; 07:30 on 1 January in Tokyo. */
const at = Date.UTC(2025, 11, 31, 22, 30, 5);

describe('a device that moves to a different time zone', () => {
  it('B233 times, days and full dates are all in the new time zone', async () => {
    onTestFinished(() => travelTo(''));
    const read = (): string[] => [
      shortTime(at, 'en-GB'),
      fullTime(at, 'en-GB').replace(',', ''),
      dayName(dayOf(at), dayOf(Date.UTC(2026, 2, 1, 12)), defaultTranslations, 'en-GB'),
    ];
    await travelTo('Europe/Berlin');
    expect(read()).toEqual(['23:30', 'Wednesday 31 December 2025 at 23:30:05', '31 December 2025']);
    await travelTo('Asia/Tokyo');
    expect(read()).toEqual(['07:30', 'Thursday 1 January 2026 at 07:30:05', '1 January']);
    await travelTo('Asia/Kathmandu');
    expect(shortTime(at, 'en-GB')).toBe('04:15');
    // In Adelaide, daylight saving time is in January.
    await travelTo('Australia/Adelaide');
    expect(shortTime(Date.UTC(2026, 0, 1), 'en-GB')).toBe('10:30');
    expect(shortTime(Date.UTC(2026, 6, 1), 'en-GB')).toBe('09:30');
  });

  it('B233 visible times follow a new time zone within a minute, and when the page gets the focus again', async () => {
    onTestFinished(() => travelTo(''));
    await travelTo('Europe/Berlin');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { log } = await show({ stored: [message(1, { at })], children: <Chat locale="en-GB" /> });
    const time = (): string => article(log, 'Message 1').querySelector('time')!.textContent;
    expect(time()).toBe('23:30');
    await travelTo('Asia/Tokyo');
    await vi.advanceTimersByTimeAsync(60_000);
    await vi.waitFor(() => expect(time()).toBe('07:30'));
    await travelTo('Europe/London');
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.waitFor(() => expect(time()).toBe('22:30'));
  });
});
