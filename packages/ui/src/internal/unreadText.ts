/** Formats a number of unread messages. */

import { numberText } from '../settings/language.ts';

/** More unread messages than this are not counted out. */
const MOST = 99;

/** A number of unread messages as it is shown, in the digits of a locale: at most "99+". */
export function unreadText(count: number, locale: string): string {
  return `${numberText(Math.min(count, MOST), locale)}${count > MOST ? '+' : ''}`;
}

/** The count as far as it matters for {@link unreadText}: what is shown of all greater ones is the same. */
export function shownUnread({ unreadCount }: { readonly unreadCount: number }): number {
  return Math.min(unreadCount, MOST + 1);
}
