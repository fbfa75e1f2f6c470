/** Formats a number of unread messages. */

import { numberText } from '../settings/language.ts';

/** The largest number of unread messages that is shown. */
const MAX_SHOWN = 99;

/** Formats a number of unread messages in the digits of a locale: at most "99+". */
export function unreadText(count: number, locale: string): string {
  return `${numberText(Math.min(count, MAX_SHOWN), locale)}${count > MAX_SHOWN ? '+' : ''}`;
}

/** Clamps a count to what {@link unreadText} shows. */
export function shownUnread({ unreadCount }: { readonly unreadCount: number }): number {
  return Math.min(unreadCount, MAX_SHOWN + 1);
}
