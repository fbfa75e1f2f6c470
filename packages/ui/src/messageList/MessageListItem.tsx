'use client';

import { type MessageRecord, useFlow } from '@imflow/react';
import {
  type MemoExoticComponent,
  memo,
  type ReactElement,
  type RefCallback,
  useId,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { MessageDetails } from '../deliveryTicks/MessageDetails.tsx';
import { renderTicks } from '../deliveryTicks/DeliveryTicks.tsx';
import { isUnconfirmed, tickState, type TickState } from '../deliveryTicks/tickState.ts';
import { createFocusReturn, restingPlace } from '../internal/focusPlaces.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { bodyOf } from '../messageBody/bodyOf.tsx';
import { isEmojiOnly } from '../messageBody/emoji.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { dayName, dayOf, fullTime, isoTime, shortTime, timeOf } from './dates.ts';
import type { ObserveMessage } from './readReceiptObserver.ts';
import { hasFailed } from './grouping.ts';
import { MessageFailure } from './MessageFailure.tsx';
import { useMessageList } from './MessageListContext.ts';
import { createRowStore } from './rowStore.ts';

/** What is to be known of a message to show it, as `data-*` attributes and for `className` and `render`. */
export interface MessageState {
  readonly direction: MessageRecord['direction'];
  /** Its place among messages of the same author. */
  readonly group: 'single' | 'first' | 'middle' | 'last';
  /** What the ticks of an own message show. */
  readonly status: TickState | undefined;
  /** A few emoji and nothing else. */
  readonly emojiOnly: boolean;
  /** It was looked for just now. */
  readonly highlighted: boolean;
}

/**
 * Which message it is, and between which it stands; else the attributes of an `<article>`, `className` by state, and
 * `render`.
 */
export interface MessageListItemProps extends PartProps<'article', MessageState> {
  readonly id: string;
  /** The message before it. */
  readonly previous?: string | undefined;
  /** The message after it. */
  readonly next?: string | undefined;
  /** Where the "New" line stands, if it is here. */
  readonly divider?: 'before' | 'after' | undefined;
}

/**
 * One message with what stands above it. It renders again when its own record changes, or its place in its group, and
 * for nothing else. Renders an `<article>` in a `<div>`.
 */
export const MessageListItem: MemoExoticComponent<(props: MessageListItemProps) => ReactElement | null> = memo(
  function MessageListItem({ id, previous, next, divider, ...rest }: MessageListItemProps): ReactElement | null {
    const flow = useFlow();
    const settings = useSettings();
    const list = useMessageList();
    const { today, observe } = list;
    const store = useMemo(() => createRowStore(flow, list, id, previous, next), [flow, list, id, previous, next]);
    const view = useSyncExternalStore(store.subscribe, store.get, store.get);
    const watched = useMemo(() => createWatched(observe, id), [observe, id]);
    const leaving = useMemo(() => createFocusReturn((row) => restingPlace(flow, row, true)), [flow]);
    const uid = useId();
    if (!view) return null;

    const { record, joinsPrevious, joinsNext, startsDay, waiting, highlighted: found } = view;
    const { translations, locale } = settings;
    const { direction, status } = record;
    const own = direction === 'outgoing';
    const unconfirmed = isUnconfirmed(record);
    const first = divider === 'before' || !joinsPrevious;
    const last = divider === 'after' || !joinsNext;
    const time = timeOf(record);
    const day = startsDay && dayName(dayOf(time), today, translations, locale);
    const state: MessageState = {
      direction,
      group: first ? (last ? 'single' : 'first') : last ? 'last' : 'middle',
      status: own ? tickState(status, waiting, unconfirmed) : undefined,
      emojiOnly: record.contentType.startsWith('text/plain') && isEmojiOnly(record.body),
      highlighted: found,
    };

    return (
      <div className="imflow-row" data-group={state.group}>
        {day && (
          <div className="imflow-day">
            <span className="imflow-label">{day}</span>
          </div>
        )}
        {divider === 'before' && (
          <div className="imflow-unread">
            <span className="imflow-label">{translations.unread}</span>
          </div>
        )}
        {renderPart('article', 'message', state, rest, {
          'data-message': id,
          tabIndex: -1,
          ref: leaving,
          'aria-labelledby': `${own ? `${uid}s ` : ''}${uid}a ${uid}b ${uid}t`,
          children: (
            <>
              <div className="imflow-bubble">
                {!own && status !== 'displayed' && <i ref={watched} className="imflow-middle" />}
                <span id={`${uid}a`} className="imflow-hidden">
                  {own ? translations.youSaid : translations.said(nameOf(settings, record.sender))}
                </span>
                <div className="imflow-body" dir="auto">
                  {/* Of its text, so that another one comes with another element: see `TextBody`. */}
                  <span key={record.body} id={`${uid}b`} className="imflow-text">
                    {bodyOf(record, settings.renderers)}
                  </span>
                  <span className={own || last ? 'imflow-meta' : 'imflow-hidden'}>
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
                  </span>
                </div>
              </div>
              {own && hasFailed(record) && <MessageFailure message={record} name={nameOf(settings, flow.remote)} />}
            </>
          ),
        })}
      </div>
    );
  },
);

/** A ref for an element that is watched for as long as it is there. */
function createWatched(observe: ObserveMessage, id: string): RefCallback<Element> {
  let stop: (() => void) | undefined;
  return (element) => {
    stop?.();
    stop = element ? observe(element, id) : undefined;
  };
}
