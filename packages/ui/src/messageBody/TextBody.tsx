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
  /** Replaces the text once the user has expanded it fully. */
  readonly children?: ReactNode;
}

/** A text with links. Of a long text, the beginning is shown, with a button that shows more. */
export function TextBody({ text, children }: TextBodyProps): ReactNode {
  const { translations } = useSettings();
  const list = useContext(MessageListContext);
  const [scale, setScale] = useState(1);
  const first = excerptEnd(text, 1);
  const end = excerptEnd(text, scale);
  const all = end === text.length;
  const content = useMemo(() => linked(text.slice(0, end), !all), [text, end, all]);
  if (first === text.length) return children ?? content;
  // Page translators replace text nodes, and React cannot remove a text node that was replaced. So each text is added and
  // removed together with its own element.
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

/** A text with its links. If the text is cut within a link, that link is omitted, since it would lead to a different address. */
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
