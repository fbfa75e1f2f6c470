import { FILE_CONTENT_TYPE, isBlankText, type MessageRecord } from '@imflow/react';
import { createElement, type ReactElement, type ReactNode, Suspense } from 'react';
import { PartBoundary } from '../internal/PartBoundary.tsx';
import { excerptEnd } from './excerpt.ts';
import { FileBody } from './FileBody.tsx';
import { HtmlBody } from './HtmlBody.tsx';
import type { Settings } from '../settings/ChatSettings.tsx';
import { mayHoldLinks } from './links.ts';
import { type MessageRendererProps, type MessageRenderers, rendererFor } from './renderers.ts';
import { TextBody } from './TextBody.tsx';
import { tombstoneOf } from './tombstone.ts';
import { UnsupportedBody } from './UnsupportedBody.tsx';

function PlainBody({ message }: MessageRendererProps): ReactElement {
  return <TextBody text={message.body} />;
}

const KIT: MessageRenderers = { 'text/plain': PlainBody, 'text/html': HtmlBody, [FILE_CONTENT_TYPE]: FileBody };

/** Renders the body of a message: mostly a plain text. No renderer receives a retracted message. */
export function bodyOf(
  message: MessageRecord,
  { renderers, translations }: Pick<Settings, 'renderers' | 'translations'>,
): ReactNode {
  if (message.retracted) return tombstoneOf(message, translations);
  const { contentType, body } = message;
  const renderer = rendererFor(contentType, renderers, KIT) ?? UnsupportedBody;
  if (renderer === PlainBody && typeof body === 'string') {
    if (isBlankText(body)) return <UnsupportedBody message={message} />;
    const bare = !mayHoldLinks(body) && excerptEnd(body, 1) === body.length;
    return bare ? body : <TextBody text={body} />;
  }
  return (
    <PartBoundary inputs={[message, renderer]} substitute={<UnsupportedBody message={message} />}>
      <Suspense fallback={<span className="imflow-label">…</span>}>{createElement(renderer, { message })}</Suspense>
    </PartBoundary>
  );
}
