'use client';

/** The send button. */

import { type ReactElement, useRef } from 'react';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { hasFocusIn } from '../internal/realm.ts';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ComposerState, useComposer } from './ComposerContext.ts';

/** The attributes of a `<button>`, `className` by state, and `render`. Children replace the arrow, and name it. */
export type ComposerSendProps = PartProps<'button', ComposerState>;

/** The send button. Renders a `<button>`. */
export function ComposerSend(props: ComposerSendProps): ReactElement {
  const { translations } = useSettings();
  const { state, input, send } = useComposer();
  const button = useRef<HTMLButtonElement>(null);
  const disabled = state.blank || state.invalid || state.disabled;

  useIsomorphicLayoutEffect(() => {
    // A disabled button loses the focus with the next frame.
    if (disabled && button.current && hasFocusIn(button.current)) input.current?.focus({ preventScroll: true });
  }, [disabled, input]);

  return useRenderPart('button', 'send', state, props, {
    ref: button,
    type: 'button',
    disabled,
    // Children of the application name the button.
    'aria-label': props.children === undefined ? translations.send : undefined,
    onClick: send,
    children: (
      <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
        <path d="M10 16V4.5M5 9l5-5l5 5" />
      </svg>
    ),
  });
}
