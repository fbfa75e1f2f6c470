'use client';

/** The hook that counts unread messages in the title of the page. */

import type { InstantMessagingFlow } from '@imflow/core';
import { useEffect, useMemo, useSyncExternalStore } from 'react';

/** How the title shows the number of unread messages. */
export interface UnreadTitleOptions {
  /** Formats the title while messages are unread. Default: "(3) title", and "(99+) title" beyond 99. */
  readonly format?: ((count: number, title: string) => string) | undefined;
  /** Default: the document of this page. */
  readonly shownIn?: Document | undefined;
}

/**
 * The title of the page, with how many messages are unread: `document.title` while mounted, and the title alone
 * afterwards. A conversation that is marked as unread counts as one more. Returns the count.
 *
 * @param flows one conversation, or several: keep the array the same while its flows are, as `useFlows` does.
 */
export function useUnreadTitle(
  flows: InstantMessagingFlow | readonly InstantMessagingFlow[],
  title: string,
  { format = numberBefore, shownIn }: UnreadTitleOptions = {},
): number {
  const unread = useMemo(() => unreadOf(listOf(flows)), [flows]);
  const count = useSyncExternalStore(unread.subscribe, unread.get, () => 0);
  const shown = count > 0 ? format(count, title) : title;
  useEffect(() => {
    const page = shownIn ?? globalThis.document;
    page.title = shown;
  }, [shown, shownIn]);
  useEffect(() => {
    const page = shownIn ?? globalThis.document;
    return () => {
      page.title = title;
    };
  }, [title, shownIn]);
  return count;
}

/** One flow, or several of them. */
export function listOf(flows: InstantMessagingFlow | readonly InstantMessagingFlow[]): readonly InstantMessagingFlow[] {
  return 'store' in flows ? [flows] : flows;
}

function numberBefore(count: number, title: string): string {
  return `(${count > 99 ? '99+' : count}) ${title}`;
}

function unreadOf(flows: readonly InstantMessagingFlow[]): {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => number;
} {
  return {
    subscribe(listener) {
      const stops = flows.map(({ store }) => store.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    get: () =>
      flows.reduce((sum, { store }) => {
        const { unreadCount, markedUnread } = store.getState();
        return sum + (unreadCount > 0 ? unreadCount : Number(markedUnread));
      }, 0),
  };
}
