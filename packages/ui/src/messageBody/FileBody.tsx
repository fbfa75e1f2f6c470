'use client';

import { useFlow } from '@imflow/react';
import { createElement, type ReactElement } from 'react';
import { type LazyModule, lazyModule } from '../internal/lazyModule.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { fileText } from './fileText.ts';
import type { MessageFile } from './MessageFile.tsx';
import type { MessageRendererProps } from './renderers.ts';
import { UnsupportedBody } from './UnsupportedBody.tsx';

/** Loads the component that shows files. */
export const useMessageFile: LazyModule<typeof MessageFile> = /* @__PURE__ */ lazyModule(
  async () => (await import('./MessageFile.tsx')).MessageFile,
);

/** The file of a message. Its component is loaded with the first file, by applications that support files. */
export function FileBody(props: MessageRendererProps): ReactElement {
  const { files } = useFlow();
  return files ? <LoadedFile {...props} /> : <UnsupportedBody {...props} />;
}

function LoadedFile(props: MessageRendererProps): ReactElement {
  const { translations } = useSettings();
  const file = useMessageFile();
  if (file) return createElement(file, props);
  return <span className="imflow-label">{fileText(props.message.body, translations)}</span>;
}
