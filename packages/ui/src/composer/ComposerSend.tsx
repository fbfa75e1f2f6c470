'use client';

import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ComposerState, useComposer } from './ComposerContext.ts';

/** The attributes of a `<button>`, `className` by state, and `render`. Children replace the arrow, and name it. */
export type ComposerSendProps = PartProps<'button', ComposerState>;

/** Sends what was written. Renders a `<button>`. */
export function ComposerSend(props: ComposerSendProps): ReactElement {
  const { translations } = useSettings();
  const { state } = useComposer();
  return renderPart('button', 'send', state, props, {
    type: 'submit',
    disabled: state.blank || state.invalid || state.disabled,
    // Children of the application's own name it.
    'aria-label': props.children === undefined ? translations.send : undefined,
    children: (
      <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
        <path d="M10 16V4.5M5 9l5-5l5 5" />
      </svg>
    ),
  });
}
