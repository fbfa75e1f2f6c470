import type { MessageRecord } from '@imflow/react';
import type { Words } from '../settings/words.ts';

const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string | undefined, options: Intl.DateTimeFormatOptions, time: number): string {
  const key = `${locale}${JSON.stringify(options)}`;
  if (!isTime(time)) return '';
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, options)));
  return found.format(time);
}

/**
 * The time that a message shows. The sender's own time is shown for what came late; it is never believed to be
 * in the future. NaN where there is none that a calendar knows; it is shown as nothing.
 */
export function timeOf({ sentAt = NaN, at }: MessageRecord): number {
  const time = isTime(sentAt) ? Math.min(sentAt, at) : at;
  return isTime(time) ? time : NaN;
}

/** Whether a calendar knows it: days end 100 million days around the epoch (ECMA-262, 21.4.1.1). */
function isTime(time: number): boolean {
  return Math.abs(time) <= 8.64e15;
}

/** "10:42" */
export function shortTime(time: number, locale: string | undefined): string {
  return format(locale, { timeStyle: 'short' }, time);
}

/** "Thursday, 12 March 2026 at 10:42:07" */
export function fullTime(time: number, locale: string | undefined): string {
  return format(locale, { dateStyle: 'full', timeStyle: 'medium' }, time);
}

/** Midnight before a time, where the user is. */
export function dayOf(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** Midnight after a time, where the user is. Days are not all of the same length. */
export function dayAfter(time: number): number {
  return dayOf(dayOf(time) + 1.5 * DAY);
}

/** "Today", "Yesterday", "Monday", "12 March", "12 March 2025", as seen from a day. */
export function dayName(day: number, today: number, words: Words, locale: string | undefined): string {
  const ago = Math.round((today - day) / DAY);
  if (ago === 0) return words.today;
  if (ago === 1) return words.yesterday;
  if (ago > 1 && ago < 7) return format(locale, { weekday: 'long' }, day);
  const sameYear = new Date(day).getFullYear() === new Date(today).getFullYear();
  return format(locale, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) }, day);
}

/** For the `dateTime` of a `<time>`; nothing for a time that no calendar has. */
export function isoTime(time: number): string | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
