'use client';

/** The line above the text box that names the message being edited or replied to. */

import { useFlow } from '@imflow/react';
import type { ReactElement } from 'react';
import { Button } from '../internal/Button.tsx';
import { type PartProps, renderPart } from '../internal/part.ts';
import { sliceText } from '../messageBody/excerpt.ts';
import { textOf } from '../messageBody/plainText.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { type ComposerState, useComposer } from './ComposerContext.ts';

/** The longest shown text of a message, in UTF-16 units. */
const MAX_LENGTH = 200;

/** The attributes of a `<div>`, `className` by state, and `render`. */
export type ComposerBannerProps = PartProps<'div', ComposerState>;

/** Shows which message is edited or replied to, with a button that cancels. Renders a `<div>`, or nothing. */
export function ComposerBanner(props: ComposerBannerProps): ReactElement | null {
  const flow = useFlow();
  const settings = useSettings();
  const { state, target, targetId, input, dismiss } = useComposer();
  if (!target) return null;
  const { translations } = settings;
  const name = target.sender === flow.localAddress ? translations.you : nameOf(settings, target.sender);
  const text = textOf(target, settings) ?? '';
  return renderPart('div', 'target', state, props, {
    children: (
      <>
        <span id={targetId} className="imflow-target-message">
          <span className="imflow-target-name" dir={settings.textDir}>
            {state.editing ? translations.editing : translations.replyingTo(name)}
          </span>{' '}
          <span className="imflow-target-text" dir="auto">
            {sliceText(text.replaceAll(/\s+/g, ' '), MAX_LENGTH)}
          </span>
        </span>
        <Button
          name="dismiss"
          aria-label={translations.dismiss}
          onClick={() => {
            dismiss();
            input.current?.focus({ preventScroll: true });
          }}
        >
          <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
            <path d="M5 5l10 10M15 5L5 15" />
          </svg>
        </Button>
      </>
    ),
  });
}
