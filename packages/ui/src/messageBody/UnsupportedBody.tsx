'use client';

import type { ReactElement } from 'react';
import { useSettings } from '../settings/ChatSettings.tsx';
import { essenceOf, kindOf } from './contentType.ts';
import { save, sizeOf, sizeText } from './download.ts';
import type { MessageRendererProps } from './renderers.ts';

/** A message that cannot be shown: says what it is and how large, and offers to save it. It is never opened. */
export function UnsupportedBody({ message }: MessageRendererProps): ReactElement {
  const { words, locale } = useSettings();
  const { contentType } = message;
  return (
    <span className="imflow-file">
      <em>{words.unsupported(essenceOf(contentType))}</em>
      <span>{words.file(words.kinds[kindOf(contentType)], sizeText(sizeOf(message), locale))}</span>
      <button type="button" onClick={() => save(message)}>
        {words.download}
      </button>
    </span>
  );
}
