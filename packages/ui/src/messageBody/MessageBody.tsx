'use client';

import type { MessageRecord } from '@imflow/react';
import { createElement, type ReactElement, Suspense } from 'react';
import { useSettings } from '../settings/ChatSettings.tsx';
import { BodyBoundary } from './BodyBoundary.tsx';
import { HtmlBody } from './HtmlBody.tsx';
import { type MessageRenderers, rendererFor } from './renderers.ts';
import { TextBody } from './TextBody.tsx';
import { UnsupportedBody } from './UnsupportedBody.tsx';

/** Which message it is. There is no element of its own, so it takes nothing else. */
export interface MessageBodyProps {
  readonly message: MessageRecord;
}

const KIT: MessageRenderers = {
  'text/plain': ({ message }) => <TextBody text={message.body} />,
  'text/html': HtmlBody,
};

/**
 * The body of a message: by the renderer of its content type, else as text with its links or as sanitised HTML, else as
 * a row that says what it is and offers to save it. Nothing in a body can take down what is around it.
 */
export function MessageBody({ message }: MessageBodyProps): ReactElement {
  const { renderers } = useSettings();
  const renderer = rendererFor(message.contentType, renderers, KIT) ?? UnsupportedBody;
  return (
    <BodyBoundary message={message} renderer={renderer}>
      <Suspense fallback="…">{createElement(renderer, { message })}</Suspense>
    </BodyBoundary>
  );
}
