import { describe, expect, it } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { defaultTranslations } from '../settings/translations.ts';
import { dayName, dayOf, fullTime, shortTime, timeOf } from './dates.ts';
import { areGrouped, isSameDay } from './grouping.ts';

const NOON = new Date(2026, 2, 12, 12).getTime();

describe('invalid times', () => {
  it.each([NaN, Infinity, -Infinity, 1e300, -1e300, 8.64e15 + 1])('the invalid time %d is shown as nothing', (at) => {
    expect(timeOf(message(1, { at }))).toBeNaN();
    expect([
      shortTime(at, 'en'),
      fullTime(at, 'en'),
      dayName(dayOf(at), dayOf(NOON), defaultTranslations, 'en'),
    ]).toEqual(['', '', '']);
  });

  it.each([NaN, 1e300, -1e300])('the time of the sender counts only if it is valid, which %d is not', (sentAt) => {
    expect(timeOf(message(1, { at: NOON, sentAt }))).toBe(NOON);
    expect(timeOf(message(1, { at: 1e300, sentAt: NOON }))).toBe(NOON);
  });

  it('messages without a time stand under one day, and in no group', () => {
    const [first, second] = [message(1, { at: NaN }), message(2, { at: 1e300 })];
    expect(isSameDay(first, second)).toBe(true);
    expect(areGrouped(first, second, 1_000)).toBe(false);
    expect(isSameDay(first, message(3, { at: NOON }))).toBe(false);
  });
});
