'use client';

import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { type ConnectionPhase, useConnectionPhase } from './useConnectionPhase.ts';

export interface ConnectionBannerState {
  readonly connection: ConnectionPhase;
}

export type ConnectionBannerProps = PartProps<'div', ConnectionBannerState>;

/** Says that the connection is away, or back again. Renders a `<div>`, empty while there is nothing to say. */
export function ConnectionBanner(props: ConnectionBannerProps): ReactElement {
  const { words, language, wordsDir } = useSettings();
  const connection = useConnectionPhase();
  return renderPart('div', 'banner', { connection }, props, {
    ...language,
    children: connection !== 'quiet' && <span dir={wordsDir}>{words[connection]}</span>,
  });
}
