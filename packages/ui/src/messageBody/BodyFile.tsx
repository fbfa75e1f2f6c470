'use client';

import type { ReactElement } from 'react';
import { Button } from '../internal/Button.tsx';
import { useSettings } from '../settings/ChatSettings.tsx';
import { kindOf } from './contentType.ts';
import { save, sizeOf, sizeText } from './download.ts';
import type { MessageRendererProps } from './renderers.ts';

/** The type and size of a body that cannot be shown, and a button that saves it. It is never opened. */
export function BodyFile({ message }: MessageRendererProps): ReactElement {
  const { translations, locale } = useSettings();
  return (
    <>
      <span className="imflow-label">
        {translations.file(translations.kinds[kindOf(message.contentType)], sizeText(sizeOf(message), locale))}
      </span>
      <Button onClick={({ currentTarget }) => save(message, currentTarget.ownerDocument)}>
        {translations.download}
      </Button>
    </>
  );
}
