'use client';

/** The banner that shows when the connection is lost or restored. */

import { useFlow } from '@imflow/react';
import { type ReactElement, useEffect } from 'react';
import { registerBanner } from '../internal/banners.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ConnectionPhase, useConnectionBanner } from './useConnectionBanner.ts';

/** The state of the banner: `data-*` attributes, and the argument of `className` and `render`. */
export interface ConnectionBannerState {
  readonly connection: ConnectionPhase;
}

/** The attributes of a `<div>`, `className` by state, and `render`. */
export type ConnectionBannerProps = PartProps<'div', ConnectionBannerState>;

/** Shows that the connection was lost or restored. Renders a `<div>`, which is usually empty. */
export function ConnectionBanner(props: ConnectionBannerProps): ReactElement {
  const { translations, language, textDir } = useSettings();
  const flow = useFlow();
  const connection = useConnectionBanner();
  useEffect(() => registerBanner(flow), [flow]);
  return renderPart('div', 'banner', { connection }, props, {
    ...language,
    children: connection !== 'idle' && (
      <span className="imflow-label" dir={textDir}>
        {translations[connection]}
      </span>
    ),
  });
}
