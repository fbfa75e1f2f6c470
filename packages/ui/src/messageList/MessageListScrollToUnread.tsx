'use client';

/** The button that scrolls to the first unread message. */

import { useFlow } from '@imflow/react';
import { type MouseEvent, type ReactElement, useContext, useMemo } from 'react';
import { createFocusReturn, restingPlace } from '../internal/focusPlaces.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { useMessageList } from './MessageListContext.ts';
import { UnreadDividerContext } from './UnreadDividerContext.ts';
import { useDividerAbove } from './useDividerAbove.ts';

/** The attributes of a `<button>`, `className` and `render`. */
export type MessageListScrollToUnreadProps = PartProps<'button'>;

/**
 * Scrolls to the first message that arrived while the user was away, if it is above the viewport. Renders a `<button>`,
 * or nothing once the user has been there.
 */
export function MessageListScrollToUnread(props: MessageListScrollToUnreadProps): ReactElement | null {
  const { translations, textDir } = useSettings();
  const { scroller } = useMessageList();
  const divider = useContext(UnreadDividerContext);
  const above = useDividerAbove(scroller, divider);
  const flow = useFlow();
  const leaving = useMemo(() => createFocusReturn((element) => restingPlace(flow, element)), [flow]);

  function onClick(event: MouseEvent): void {
    if (divider === undefined) return;
    // The button disappears. After a click by pointer, the focus need not move.
    if (event.detail === 0) scroller.focusRow(divider, 'start');
    else scroller.toRow(divider, 'start');
  }

  const button = useRenderPart('button', 'jump-unread', {}, props, {
    ref: leaving,
    type: 'button',
    onClick,
    children: (
      <>
        <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
          <path d="M5 12l5 -5l5 5" />
        </svg>
        <span className="imflow-label" dir={textDir}>
          {translations.scrollToUnread}
        </span>
      </>
    ),
  });
  return above && divider !== undefined ? button : null;
}
