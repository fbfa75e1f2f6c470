'use client';

/** The heading above a list of conversations. */

import type { ReactElement, ReactNode } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

/** The content above the list, and the attributes of a `<header>`, `className` and `render`. */
export interface ConversationListHeaderProps extends Omit<PartProps<'header'>, 'title'> {
  /** Default: a heading "Conversations". */
  readonly heading?: ReactNode;
  /** The content at the end, such as a button for a new conversation. Default: nothing. */
  readonly actions?: ReactNode;
}

/** The header of a list of conversations: a heading, and the actions of the application. Renders a `<header>`. */
export function ConversationListHeader({ heading, actions, ...rest }: ConversationListHeaderProps): ReactElement {
  const { translations, language, textDir } = useSettings();
  return renderPart('header', 'conversations-header', {}, rest, {
    ...language,
    children: (
      <>
        {heading ?? (
          <h2 className="imflow-conversations-title" dir={textDir}>
            {translations.conversations}
          </h2>
        )}
        {actions}
      </>
    ),
  });
}
