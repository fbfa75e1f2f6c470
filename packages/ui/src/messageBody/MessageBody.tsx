'use client';

import type { MessageRecord } from '@imflow/react';
import { createElement, Fragment, type ReactElement, type ReactNode, useMemo } from 'react';
import { own, useSettings } from '../settings/ChatSettings.tsx';
import { findLinks } from './links.ts';
import { isText, textOf } from './plainText.ts';

export interface MessageBodyProps {
  readonly message: MessageRecord;
}

/**
 * The body of a message: with the renderer of its content type, else as text with its links, else as a line that says
 * that it cannot be shown. Markup is never taken for more than text.
 */
export function MessageBody({ message }: MessageBodyProps): ReactNode {
  const { words, renderers } = useSettings();
  const renderer = own(renderers, message.contentType);
  const text = useMemo(() => (renderer ? '' : textOf(message, words)), [renderer, message, words]);
  if (renderer) return createElement(renderer, { message });
  return isText(message.contentType) ? <Linked text={text} /> : <em>{text}</em>;
}

function Linked({ text }: { readonly text: string }): ReactElement {
  const pieces = useMemo(() => findLinks(text), [text]);
  return (
    <>
      {pieces.map(({ start, text: piece, href }) =>
        href === undefined ? (
          <Fragment key={start}>{piece}</Fragment>
        ) : (
          <a key={start} href={href} target="_blank" rel="noopener noreferrer">
            {piece}
          </a>
        ),
      )}
    </>
  );
}

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200D|\uFE0F|\s)+$/u;

/** Whether a text is made of a few emoji and nothing else, and may be shown large. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 40 && EMOJI.test(text) && /\p{Emoji_Presentation}|\uFE0F/u.test(text);
}
