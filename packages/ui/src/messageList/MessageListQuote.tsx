'use client';

/** The quote in a reply. */

import { type MouseEvent, type ReactElement, useState } from 'react';
import { announceIn } from '../internal/announce.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { sliceText } from '../messageBody/excerpt.ts';
import { textOf } from '../messageBody/plainText.ts';
import { nameOf } from '../settings/ChatSettings.tsx';
import { type RowModel, useRow } from './rowModel.ts';

/** The length of a quote, in UTF-16 units. */
const MAX_LENGTH = 200;

/** The state of a quote: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageListQuoteState {
  /** Older messages are being loaded to find the quoted one. */
  readonly searching: boolean;
  /** The quoted message was not found. */
  readonly missing: boolean;
}

/** The attributes of a `<button>`, `className` by state, and `render`. */
export type MessageListQuoteProps = PartProps<'button', MessageListQuoteState>;

/**
 * The message that this one replies to: its author and the beginning of its current text, or a notice that it was deleted.
 * A click scrolls to it and loads older messages if needed. Renders a `<button>`, or nothing if the message is no reply.
 */
export function MessageListQuote(props: MessageListQuoteProps): ReactElement | null {
  const row = useRow();
  return row.record.replyTo ? <Quote row={row} {...props} /> : null;
}

export function Quote({ row, ...rest }: MessageListQuoteProps & { readonly row: RowModel }): ReactElement {
  const { flow, list, settings, uid, quoted, record } = row;
  const { translations } = settings;
  const [state, setState] = useState<MessageListQuoteState>({ searching: false, missing: false });
  const { id = '', sender = '', excerpt = '' } = record.replyTo ?? {};
  const author = quoted?.sender ?? sender;
  const name = author === flow.localAddress ? translations.you : nameOf(settings, author);
  // An excerpt is empty where its message was retracted.
  const text = quoted ? (textOf(quoted, settings) ?? excerpt) : excerpt || translations.deleted;
  const shown = sliceText(text.trim(), MAX_LENGTH);

  async function goThere({ currentTarget }: MouseEvent<HTMLElement>): Promise<void> {
    setState({ searching: true, missing: false });
    const found = await list.scrollToMessage(id, record.id);
    const { ready, hasOlder, failed } = flow.store.getState().history;
    const missing = !found && ready && !hasOlder && !failed;
    setState({ searching: false, missing });
    if (missing) announceIn(currentTarget, flow, 'polite', translations.notFound);
  }

  return renderPart('button', 'quote', state, rest, {
    id: `${uid}q`,
    type: 'button',
    'aria-label': translations.quote(name, shown),
    'aria-busy': state.searching || undefined,
    onClick: (event: MouseEvent<HTMLElement>) => void goThere(event),
    children: (
      <>
        <span className="imflow-quote-name" dir="auto">
          {state.missing ? translations.notFound : name}
        </span>
        <span className="imflow-quote-text" dir="auto">
          {/* The space is between the two in the text of the button, which its name contains. */}
          {` ${shown}`}
        </span>
      </>
    ),
  });
}
