'use client';

/** The placeholder of a conversation whose row cannot be rendered. */

import { type InstantMessagingFlow, useLastMessage } from '@imflow/react';
import type { ReactElement } from 'react';
import { Avatar } from '../avatar/Avatar.tsx';
import { useRetryOnChange } from '../internal/RowBoundary.tsx';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';

interface ConversationSubstituteProps {
  readonly flow: InstantMessagingFlow;
  readonly selected: boolean;
  readonly tabStop: boolean;
}

/**
 * Stands in for a conversation whose row cannot be rendered, until its last message changes: it can still be opened.
 */
export function ConversationSubstitute(props: ConversationSubstituteProps): ReactElement {
  const { flow, selected, tabStop } = props;
  const name = nameOf(useSettings(), flow.remote);
  useRetryOnChange(useLastMessage(flow));
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as the row that it stands in for
      role="option"
      className="imflow-conversation"
      data-selected={selected ? '' : undefined}
      aria-selected={selected}
      tabIndex={tabStop ? 0 : -1}
    >
      <Avatar address={flow.remote} />
      <span className="imflow-conversation-line">
        <strong className="imflow-name" dir="auto">
          {name}
        </strong>
      </span>
    </div>
  );
}
