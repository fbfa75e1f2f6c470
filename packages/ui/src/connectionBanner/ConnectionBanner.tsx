'use client';

/** The banner that says when the connection is lost or restored. */

import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ConnectionPhase, useConnectionBanner } from './useConnectionBanner.ts';

/** The state of the banner: `data-*` attributes, and the argument of `className` and `render`. */
export interface ConnectionBannerState {
  readonly connection: ConnectionPhase;
}

/** The attributes of a `<div>`, `className` by state, and `render`. */
export type ConnectionBannerProps = PartProps<'div', ConnectionBannerState>;

/** Says that the connection is lost or restored. Renders a `<div>`, empty while there is nothing to say. */
export function ConnectionBanner(props: ConnectionBannerProps): ReactElement {
  const { translations, language, textDir } = useSettings();
  const connection = useConnectionBanner();
  return renderPart('div', 'banner', { connection }, props, {
    ...language,
    children: connection !== 'idle' && (
      <span className="imflow-label" dir={textDir}>
        {translations[connection]}
      </span>
    ),
  });
}
