'use client';

/** A sanitised HTML body. */

import { isBlankText } from '@imflow/react';
import { type ReactElement, useMemo, useRef } from 'react';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { htmlToText } from './plainText.ts';
import type { MessageRendererProps } from './renderers.ts';
import { useSanitiser } from './sanitiser.ts';
import { TextBody } from './TextBody.tsx';
import { UnsupportedBody } from './UnsupportedBody.tsx';

/** Longer bodies, in UTF-16 units, are shown as text: sanitising them would block many frames. */
const MAX_HTML_LENGTH = 200_000;
/** Bodies with more blanks than this before and after the readable text are shown as text too. */
const MAX_BLANK = 100;

/** A sanitised HTML body; its text until the sanitiser is loaded, or if it cannot be loaded. */
export function HtmlBody({ message }: MessageRendererProps): ReactElement {
  const { body } = message;
  const sanitise = useSanitiser();
  const [text, formatted] = useMemo(() => {
    const read = htmlToText(body);
    const trimmed = read.trim();
    return [trimmed, body.length <= MAX_HTML_LENGTH && read.length - trimmed.length <= MAX_BLANK];
  }, [body]);
  const content = useMemo(() => (formatted ? sanitise?.(body) : undefined), [body, formatted, sanitise]);
  if (isBlankText(text)) return <UnsupportedBody message={message} />;
  if (content) {
    return (
      <TextBody key="html" text={text}>
        <Sanitised content={content} />
      </TextBody>
    );
  }
  // An element that is removed as a whole once the sanitiser is loaded: see `TextBody`.
  return formatted && !sanitise ? (
    <span key="text" className="imflow-text">
      <TextBody text={text} />
    </span>
  ) : (
    <TextBody text={text} />
  );
}

/** Inserts the sanitised nodes unchanged: markup that is parsed a second time may change its meaning. */
function Sanitised({ content }: { readonly content: DocumentFragment }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  useIsomorphicLayoutEffect(() => place.current?.replaceChildren(content.cloneNode(true)), [content]);
  return <div ref={place} className="imflow-html" />;
}
