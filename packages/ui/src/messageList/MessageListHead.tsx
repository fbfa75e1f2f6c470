'use client';

import { useFlow, useFlowState } from '@imflow/react';
import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';

/** What stands before the oldest message, as `data-*` attributes and for `className` and `render`. */
export interface MessageListHeadState {
  readonly loading: boolean;
  /** There is nothing older. */
  readonly complete: boolean;
}

/** The attributes of a `<div>`, `className` by state, and `render`. Keep its height: rows are placed below it. */
export type MessageListHeadProps = PartProps<'div', MessageListHeadState>;

/** Stands before the oldest message: older ones are on their way, or there are none. Its height never changes. Renders a `<div>`. */
export function MessageListHead(props: MessageListHeadProps): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const loading = useFlowState(({ history }) => history.loading);
  const complete = useFlowState(({ history, messageCount }) => history.ready && !history.hasOlder && messageCount > 0);
  return renderPart('div', 'head', { loading, complete }, props, {
    children: (
      <span dir={settings.wordsDir}>
        {loading ? settings.words.loadingOlder : complete && settings.words.beginning(nameOf(settings, flow.remote))}
      </span>
    ),
  });
}
