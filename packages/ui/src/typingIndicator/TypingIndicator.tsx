'use client';

/** The line that shows the typing participants. */

import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { numberText } from '../settings/language.ts';
import { useVisibleTypists } from './useVisibleTypists.ts';

/** The state of the indicator: `data-*` attributes, and the argument of `className` and `render`. */
export interface TypingIndicatorState {
  /** Someone is typing. */
  readonly typing: boolean;
}

/** The attributes of a `<div>`, `className` by state, and `render`. */
export type TypingIndicatorProps = PartProps<'div', TypingIndicatorState>;

/**
 * Shows the typing participants in a reserved row of constant height. Renders a `<div>`, empty while no one types. Screen readers
 * skip it: the announcer announces typing, once a burst.
 */
export function TypingIndicator(props: TypingIndicatorProps): ReactElement {
  const settings = useSettings();
  const composers = useVisibleTypists();
  const typing = composers.length > 0;
  return renderPart('div', 'typing', { typing }, props, {
    ...settings.language,
    role: 'status',
    'aria-live': 'off',
    children: typing && (
      <>
        <span aria-hidden="true" className="imflow-dots">
          <i className="imflow-dot" />
          <i className="imflow-dot" />
          <i className="imflow-dot" />
        </span>
        <span className="imflow-label" dir={settings.textDir}>
          {settings.translations.typing(
            composers.map((address) => nameOf(settings, address)),
            numberText(composers.length, settings.locale),
          )}
        </span>
      </>
    ),
  });
}
