/** Formats dates and times. */

import type { MessageRecord } from '@imflow/react';
import type { Translations } from '../settings/translations.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

type Format = (time: number, locale: string | undefined) => string;

/**
 * Formats times in a locale; empty for an invalid time. An `Intl` format keeps the time zone of its creation, while `Date`
 * follows the device to a different one. So the formats work in UTC, and receive the local time.
 */
function createFormat(options: Intl.DateTimeFormatOptions): Format {
  const formats = new Map<string | undefined, Intl.DateTimeFormat>();
  return (time, locale) => {
    const wallTime = time - new Date(time).getTimezoneOffset() * MINUTE;
    if (!isTime(wallTime)) return '';
    let format = formats.get(locale);
    if (!format) formats.set(locale, (format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })));
    return format.format(wallTime);
  };
}

/**
 * The shown time of a message. For a message that arrived late, it is the time of its sender, unless that is in the future.
 * NaN for an invalid time, which is not shown.
 */
export function timeOf({ sentAt = NaN, at }: MessageRecord): number {
  const time = isTime(sentAt) ? Math.min(sentAt, at) : at;
  return isTime(time) ? time : NaN;
}

/** Whether a time is valid: within 100 million days of the epoch (ECMA-262, 21.4.1.1). */
function isTime(time: number): boolean {
  return Math.abs(time) <= 8.64e15;
}

/** "10:42" */
export const shortTime: Format = /* @__PURE__ */ createFormat({ timeStyle: 'short' });

/** "12/03/2026" */
export const shortDate: Format = /* @__PURE__ */ createFormat({ dateStyle: 'short' });

/** "Thursday, 12 March 2026 at 10:42:07" */
export const fullTime: Format = /* @__PURE__ */ createFormat({ dateStyle: 'full', timeStyle: 'medium' });

/** "Thursday, 12 March 2026" */
export const fullDate: Format = /* @__PURE__ */ createFormat({ dateStyle: 'full' });

/** "10:42:07" */
export const exactTime: Format = /* @__PURE__ */ createFormat({ timeStyle: 'medium' });

const weekday = /* @__PURE__ */ createFormat({ weekday: 'long' });
const dayAndMonth = /* @__PURE__ */ createFormat({ day: 'numeric', month: 'long' });
const date = /* @__PURE__ */ createFormat({ day: 'numeric', month: 'long', year: 'numeric' });

/** Midnight before a time, in the user's time zone. */
export function dayOf(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** Midnight after a time, in the user's time zone. Days differ in length. */
export function dayAfter(time: number): number {
  return dayOf(dayOf(time) + 1.5 * DAY);
}

/** "Today", "Yesterday", "Monday", "12 March", "12 March 2025", as seen from a day. */
export function dayName(day: number, today: number, translations: Translations, locale: string | undefined): string {
  const ago = Math.round((today - day) / DAY);
  if (ago === 0) return translations.today;
  if (ago === 1) return translations.yesterday;
  if (ago > 1 && ago < 7) return weekday(day, locale);
  const sameYear = new Date(day).getFullYear() === new Date(today).getFullYear();
  return (sameYear ? dayAndMonth : date)(day, locale);
}

/** The `dateTime` of a `<time>`; undefined for an invalid time. */
export function isoTime(time: number): string | undefined {
  return isTime(time) ? new Date(time).toISOString() : undefined;
}
