'use client';

/** The placeholder of an empty message list. */

import { useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

/** The attributes of a `<div>`, `className` and `render`. Children replace the words. */
export type MessageListEmptyProps = PartProps<'div'>;

/** The placeholder while there are no messages. Renders a `<div>`, or nothing. */
export function MessageListEmpty(props: MessageListEmptyProps): ReactElement | null {
  const { translations, textDir } = useSettings();
  const empty = useFlowState(({ history, messageCount }) => history.ready && !history.loading && messageCount === 0);
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
