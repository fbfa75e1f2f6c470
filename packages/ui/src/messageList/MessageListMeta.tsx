'use client';

/** The time and the ticks of a message. */

import { isEdited } from '@imflow/react';
import type { ReactElement } from 'react';
import { renderTicks } from '../deliveryTicks/DeliveryTicks.tsx';
import { MessageDetails } from '../deliveryTicks/MessageDetails.tsx';
import { isUnconfirmed } from '../deliveryTicks/tickState.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { fullTime, isoTime, shortTime } from './dates.ts';
import { type RowModel, useRow } from './rowModel.ts';

/** The attributes of a `<span>`, `className` and `render`. */
export type MessageListMetaProps = PartProps<'span'>;

/**
 * The line after the text of a message: whether it was edited, its time, and the ticks of an own one, which open its
 * details. Renders a `<span>`.
 */
export function MessageListMeta(props: MessageListMetaProps): ReactElement {
  return metaOf(useRow(), props);
}

export function metaOf(
  { record, settings, uid, last, time, waiting }: RowModel,
  props: MessageListMetaProps = {},
): ReactElement {
  const { translations, locale } = settings;
  const { status, direction } = record;
  const own = direction === 'outgoing';
  const edited = isEdited(record) && (
    <span id={`${uid}e`} className="imflow-edited">
      {translations.edited}
    </span>
  );
  const unconfirmed = isUnconfirmed(record);
  return renderPart('span', own || last || edited ? 'meta' : 'hidden', {}, props, {
    children: (
      <>
        {edited && !own ? <MessageDetails message={record}>{edited}</MessageDetails> : edited}
        <time
          id={`${uid}t`}
          dir="auto"
          className={last ? 'imflow-time' : 'imflow-hidden'}
          dateTime={isoTime(time)}
          title={fullTime(time, locale)}
        >
          {shortTime(time, locale)}
        </time>
        {own && (
          <MessageDetails message={record} waiting={waiting}>
            {renderTicks(
              {
                id: `${uid}s`,
                status,
                waiting,
                unconfirmed,
                time: shortTime(record.timestamps[status] ?? NaN, locale),
              },
              translations,
            )}
          </MessageDetails>
        )}
      </>
    ),
  });
}
