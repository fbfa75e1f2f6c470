'use client';

/** The bubble of a message. */

import type { MessageRecord } from '@imflow/react';
import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { hasFile } from '../messageBody/fileText.ts';
import { bodyOf } from '../messageBody/bodyOf.tsx';
import { nameOf } from '../settings/ChatSettings.tsx';
import { metaOf } from './MessageListMeta.tsx';
import { Quote } from './MessageListQuote.tsx';
import { type RowModel, useRow } from './rowModel.ts';

/** The attributes of a `<div>`, `className` and `render`. Children replace the quote, the body and the meta line. */
export type MessageListBubbleProps = PartProps<'div'>;

/** The bubble of a message: its quote, its body and its meta line. Renders a `<div>`. */
export function MessageListBubble(props: MessageListBubbleProps): ReactElement {
  return bubbleOf(useRow(), props);
}

export function bubbleOf(row: RowModel, { children, ...rest }: MessageListBubbleProps = {}): ReactElement {
  const { record, settings, uid, watched } = row;
  const { translations } = settings;
  const { direction, body, sender, retracted } = record;
  const own = direction === 'outgoing';
  return renderPart('div', 'bubble', {}, rest, {
    children: (
      <>
        {isUnseen(record) && <i key={record.revision?.id} ref={watched} className="imflow-sentinel" />}
        <span id={`${uid}a`} className="imflow-hidden">
          {own ? translations.youSaid : translations.said(nameOf(settings, sender))}
        </span>
        {children ?? (
          <>
            {record.replyTo && <Quote row={row} />}
            <div className="imflow-body" dir={retracted ? settings.textDir : 'auto'}>
              {/* Keyed by its text, so that a changed text gets a new element: see `TextBody`. A file keeps its element after the upload. */}
              <span key={hasFile(record) ? 'file' : body} id={`${uid}b`} className="imflow-text" data-message-text="">
                {bodyOf(record, settings)}
              </span>
              {metaOf(row)}
            </div>
          </>
        )}
      </>
    ),
  });
}

/** Whether the user has not seen the current text of a received message: it is new, or its author has edited it. */
function isUnseen({ direction, status, revision }: MessageRecord): boolean {
  return (
    direction === 'incoming' && (status !== 'displayed' || (revision !== undefined && revision.displayed !== true))
  );
}
