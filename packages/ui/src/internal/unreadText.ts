/** Formats a number of unread messages. */

import { numberText } from '../settings/language.ts';

/** The largest number of unread messages that is shown. */
const MOST = 99;

/** Formats a number of unread messages in the digits of a locale: at most "99+". */
export function unreadText(count: number, locale: string): string {
  return `${numberText(Math.min(count, MOST), locale)}${count > MOST ? '+' : ''}`;
}

/** Clamps a count to what {@link unreadText} shows. */
export function shownUnread({ unreadCount }: { readonly unreadCount: number }): number {
  return Math.min(unreadCount, MOST + 1);
}
