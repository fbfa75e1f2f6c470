'use client';

/** The placeholder of an empty message list. */

import { useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';
import { isEmptyConversation } from '../internal/isEmptyConversation.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

/** The attributes of a `<div>`, `className` and `render`. Children replace the words. */
export type MessageListEmptyProps = PartProps<'div'>;

/** The number of skeleton bubbles while the conversation loads. */
const SKELETONS = 6;

/**
 * The placeholder while there are no messages, or while it is not known yet whether there are some. Renders a `<div>`, or
 * nothing.
 */
export function MessageListEmpty(props: MessageListEmptyProps): ReactElement | null {
  const { translations, textDir } = useSettings();
  const empty = useFlowState(isEmptyConversation);
  const opening = useFlowState(({ history, messageCount }) => !history.ready && messageCount === 0);
  if (opening) {
    return (
      <div className="imflow-skeletons" aria-hidden="true">
        {Array.from({ length: SKELETONS }, (_, index) => (
          <span key={index} className="imflow-skeleton" />
        ))}
      </div>
    );
  }
  return empty
    ? renderPart('div', 'empty', {}, props, {
        children: (
          <span className="imflow-label" dir={textDir}>
            {translations.empty}
          </span>
        ),
      })
    : null;
}
