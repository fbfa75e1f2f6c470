'use client';

/** A text body with links; a long one is folded. */

import { type ReactNode, useContext, useMemo, useState } from 'react';
import { Button } from '../internal/Button.tsx';
import { MessageListContext } from '../messageList/MessageListContext.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { excerptEnd } from './excerpt.ts';
import { findLinks } from './links.ts';

/** The factor by which each step shows more of a long text. */
const STEP = 10;

export interface TextBodyProps {
  readonly text: string;
  /** What to show in place of the text once all of it is shown. */
  readonly children?: ReactNode;
}

/** A text with links; of a long one the beginning, with a button that shows more. */
export function TextBody({ text, children }: TextBodyProps): ReactNode {
  const { translations } = useSettings();
  const list = useContext(MessageListContext);
  const [scale, setScale] = useState(1);
  const first = excerptEnd(text, 1);
  const end = excerptEnd(text, scale);
  const all = end === text.length;
  const content = useMemo(() => linked(text.slice(0, end), !all), [text, end, all]);
  if (first === text.length) return children ?? content;
  // What translates a page replaces text nodes, and React could not take out one that it finds no more. So no text comes or
  // goes alone: it does with an element that is its own.
  return (
    <>
      {all && children ? (
        children
      ) : (
        <span key={end} className="imflow-text">
          {content}
          {!all && '…'}
        </span>
      )}
      <Button
        name="more"
        aria-expanded={scale > 1}
        onClick={({ currentTarget: button }) => {
          // The reader continues here, not at the end of the added text.
          list?.scroller.hold(all ? button : (button.closest('[data-message]') ?? button));
          setScale(all ? 1 : scale * STEP);
        }}
      >
        {all ? translations.showLess : translations.showMore}
      </Button>
    </>
  );
}

/** A text with its links; of one that is cut, all but a link that is cut with it, which would lead to another place. */
function linked(text: string, cut: boolean): ReactNode {
  return findLinks(text).map(({ start, text: piece, href }) =>
    href === undefined || (cut && start + piece.length === text.length) ? (
      piece
    ) : (
      <a key={start} dir="ltr" href={href} target="_blank" rel="noopener noreferrer nofollow">
        {piece}
      </a>
    ),
  );
}
