'use client';

import { createElement, type ReactElement } from 'react';
import { lazyModule } from '../internal/lazyModule.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import type { BodyFile } from './BodyFile.tsx';
import { essenceOf, isEncrypted } from './contentType.ts';
import type { MessageRendererProps } from './renderers.ts';

const useBodyFile: () => typeof BodyFile | undefined = /* @__PURE__ */ lazyModule(
  async () => (await import('./BodyFile.tsx')).BodyFile,
);

/**
 * The placeholder for a message that cannot be shown. Its details and the save button are loaded when the first one
 * appears.
 */
export function UnsupportedBody({ message }: MessageRendererProps): ReactElement {
  const { translations } = useSettings();
  const file = useBodyFile();
  if (isEncrypted(message.contentType)) return <em>{translations.encrypted}</em>;
  return (
    <span className="imflow-file">
      <em>{translations.unsupported(essenceOf(message.contentType))}</em>
      {file && createElement(file, { message })}
    </span>
  );
}
