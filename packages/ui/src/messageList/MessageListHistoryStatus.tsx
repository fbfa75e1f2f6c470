'use client';

/** The row before the oldest message: loading, failed, or the beginning. */

import { useFlow, useFlowState } from '@imflow/react';
import { type ReactElement, useMemo } from 'react';
import { createFocusReturn } from '../internal/focusPlaces.ts';
import { Button } from '../internal/Button.tsx';
import { type PartProps, renderPart } from '../internal/part.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { useMessageList } from './MessageListContext.ts';

/** The state of the part: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageListHistoryStatusState {
  readonly loading: boolean;
  /** Older messages could not be loaded. */
  readonly failed: boolean;
  /** There are no older messages. */
  readonly complete: boolean;
}

/**
 * The attributes of a `<div>`, `className` by state, and `render`. Keep its height the same in all states: rows stand
 * below it.
 */
export type MessageListHistoryStatusProps = PartProps<'div', MessageListHistoryStatusState>;

/**
 * The row before the oldest message. It shows that older messages are loading, that they could not be loaded, with a
 * button for another attempt, or that there are none. Its height never changes. Renders a `<div>`.
 */
export function MessageListHistoryStatus(props: MessageListHistoryStatusProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const { scroller } = useMessageList();
  const loading = useFlowState(({ history }) => history.loading);
  const failed = useFlowState(({ history }) => history.failed);
  const complete = useFlowState(({ history, messageCount }) => history.ready && !history.hasOlder && messageCount > 0);
  const { translations, textDir } = settings;
  const says = loading
    ? translations.loadingOlder
    : failed
      ? translations.olderFailed
      : complete && translations.beginning(nameOf(settings, flow.remote));

  // The button is removed, and the focus stays in the list.
  const leaving = useMemo(() => createFocusReturn(() => scroller.viewport()), [scroller]);

  function tryAgain(): void {
    void flow.loadOlder();
  }

  return renderPart('div', 'head', { loading, failed, complete }, props, {
    children: (
      <>
        <span className="imflow-label" dir={textDir}>
          {says}
        </span>
        {failed && (
          <Button buttonRef={leaving} onClick={tryAgain}>
            {translations.tryAgain}
          </Button>
        )}
      </>
    ),
  });
}
