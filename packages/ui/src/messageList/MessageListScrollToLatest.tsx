'use client';

import { useFlow, useFlowState } from '@imflow/react';
import { type MouseEvent, type ReactElement, useSyncExternalStore } from 'react';
import { focusComposer } from '../internal/composerFocus.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { shownUnread, unreadText } from '../internal/unreadText.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { useMessageList } from './MessageListContext.ts';
import { firstUnread } from './firstUnread.ts';

/** What waits where it leads, as `data-*` attributes and for `className` and `render`. */
export interface MessageListScrollToLatestState {
  /** There are unread messages. */
  readonly unread: boolean;
}

/** The attributes of a `<button>`, `className` by state, and `render`. Children replace the arrow and the count. */
export type MessageListScrollToLatestProps = PartProps<'button', MessageListScrollToLatestState>;

/**
 * Leads to the first unread message, then to the newest one, and says how many are unread. Renders a `<button>`, or
 * nothing while the newest message is in view.
 */
export function MessageListScrollToLatest(props: MessageListScrollToLatestProps): ReactElement | null {
  const flow = useFlow();
  const { translations, locale } = useSettings();
  const { scroller } = useMessageList();
  const atEnd = useSyncExternalStore(scroller.subscribe, scroller.isAtEnd, () => true);
  const count = useFlowState(shownUnread);
  if (atEnd) return null;
  const unread = count > 0;
  const shown = unreadText(count, locale);

  function onClick(event: MouseEvent): void {
    const first = firstUnread(flow);
    if (first !== undefined && scroller.placeOf(first) === 'below') return scroller.toRow(first, 'start');
    scroller.toEnd();
    // The button is gone now. A pointer has left no focus on it worth moving.
    if (event.detail === 0) focusComposer(flow);
  }

  return renderPart('button', 'jump', { unread }, props, {
    type: 'button',
    'aria-label': unread
      ? translations.joined(translations.jumpToLatest, translations.newMessages(count, shown))
      : translations.jumpToLatest,
    onClick,
    children: (
      <>
        <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
          <path d="M5 8l5 5l5-5" />
        </svg>
        {unread && (
          <span className="imflow-count" aria-hidden="true">
            {shown}
          </span>
        )}
      </>
    ),
  });
}
