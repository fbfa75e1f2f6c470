'use client';

/** The button that scrolls to the newest message. */

import { useFlow, useFlowState } from '@imflow/react';
import { type MouseEvent, type ReactElement, useRef, useSyncExternalStore } from 'react';
import { restingPlace } from '../internal/focusPlaces.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { shownUnread, unreadText } from '../internal/unreadText.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { useMessageList } from './MessageListContext.ts';
import { hasFocusIn } from '../internal/realm.ts';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { usePresence } from '../internal/usePresence.ts';
import { firstUnread } from './firstUnread.ts';

/** The state of the part: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageListScrollToLatestState {
  /** There are unread messages. */
  readonly unread: boolean;
  /** The newest message is in view, and the button fades out. */
  readonly leaving: boolean;
}

/** The attributes of a `<button>`, `className` by state, and `render`. Children replace the arrow and the count. */
export type MessageListScrollToLatestProps = PartProps<'button', MessageListScrollToLatestState>;

/**
 * Scrolls back to the reply whose quote was followed, to the first unread message, then to the newest one, and shows
 * the number of unread messages. Renders a `<button>`, or nothing while the newest message is in view.
 */
export function MessageListScrollToLatest(props: MessageListScrollToLatestProps): ReactElement | null {
  const flow = useFlow();
  const { translations, locale } = useSettings();
  const { scroller, takeOrigin } = useMessageList();
  const atEnd = useSyncExternalStore(scroller.subscribe, scroller.isAtEnd, () => true);
  const count = useFlowState(shownUnread);
  const unread = count > 0;
  const shown = unreadText(count, locale);
  const element = useRef<HTMLButtonElement>(null);
  const presence = usePresence(!atEnd, element);
  const leaving = presence === 'leaving';
  useIsomorphicLayoutEffect(() => {
    // An element that fades out must not keep the focus.
    const button = element.current;
    if (leaving && button && hasFocusIn(button)) restingPlace(flow, button)?.focus({ preventScroll: true });
  }, [leaving, flow]);

  /** Returns the last message with a followed quote that is now below the view. */
  function originBelow(): string | undefined {
    let origin = takeOrigin();
    while (origin !== undefined && scroller.placeOf(origin) !== 'below') origin = takeOrigin();
    return origin;
  }

  function onClick(event: MouseEvent): void {
    const origin = originBelow();
    if (origin !== undefined) return scroller.focusRow(origin, 'center');
    const first = firstUnread(flow);
    if (first === undefined || scroller.placeOf(first) !== 'below') return scroller.toEnd();
    // After a key press, the user continues from that message.
    if (event.detail === 0) scroller.focusRow(first, 'start');
    else scroller.toRow(first, 'start');
  }

  const button = useRenderPart('button', 'jump', { unread, leaving }, props, {
    ref: element,
    type: 'button',
    'aria-hidden': leaving || undefined,
    tabIndex: leaving ? -1 : undefined,
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
  return presence === 'gone' ? null : button;
}
