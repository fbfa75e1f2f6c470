'use client';

/** One row of the message list. */

import { isEdited, type MessageRecord, useFlow } from '@imflow/react';
import {
  type MemoExoticComponent,
  memo,
  type ReactElement,
  type RefCallback,
  useId,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { isUnconfirmed, tickState, type TickState } from '../deliveryTicks/tickState.ts';
import { Button } from '../internal/Button.tsx';
import { createFocusReturn, restingPlace } from '../internal/focusPlaces.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { isEmojiOnly } from '../messageBody/emoji.ts';
import { nameOf, useSettings } from '../settings/ChatSettings.tsx';
import { dayName, dayOf, timeOf } from './dates.ts';
import type { ObserveMessage } from './readReceiptObserver.ts';
import { hasFailed } from './grouping.ts';
import { MessageFailure } from './MessageFailure.tsx';
import { hasHeldLine, MessageHeld } from './MessageHeld.tsx';
import { bubbleOf } from './MessageListBubble.tsx';
import { useMessageList } from './MessageListContext.ts';
import { chipsOf } from './MessageListReactions.tsx';
import type { RowModel } from './rowModel.ts';
import { RowProvider } from './RowProvider.tsx';
import { createRowStore } from './rowStore.ts';

/** The state of a row: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageState {
  readonly direction: MessageRecord['direction'];
  /** Its place among messages of the same author. */
  readonly group: 'single' | 'first' | 'middle' | 'last';
  /** What the ticks of an own message show. */
  readonly status: TickState | undefined;
  /** A few emoji and nothing else. */
  readonly emojiOnly: boolean;
  /** Just scrolled to by `scrollToMessage`. */
  readonly highlighted: boolean;
  /** Its author has edited it. */
  readonly edited: boolean;
  /** Its author has retracted it. */
  readonly retracted: boolean;
}

/**
 * The message, its neighbours, and the attributes of an `<article>`, `className` by state, and `render`. Children
 * replace its parts: the bubble, the reactions, the remaining send delay, and the reason of a failure.
 */
export interface MessageListItemProps extends PartProps<'article', MessageState> {
  /** The id of the message. */
  readonly id: string;
  /** The id of the message before it. Default: it is the first one. */
  readonly previous?: string | undefined;
  /** The id of the message after it. Default: it is the last one. */
  readonly next?: string | undefined;
  /** Where the "New" line stands. Default: it is not here. */
  readonly divider?: 'before' | 'after' | undefined;
}

/**
 * One message, with the day and the "New" line above it. It re-renders only when its record or its place in its
 * group changes. Renders an `<article>` in a `<div>`.
 */
export const MessageListItem: MemoExoticComponent<(props: MessageListItemProps) => ReactElement | null> = memo(
  function MessageListItem({
    id,
    previous,
    next,
    divider,
    children,
    ...rest
  }: MessageListItemProps): ReactElement | null {
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

    const { record, joinsPrevious, joinsNext, startsDay, waiting, highlighted: found, quoted } = view;
    const { translations, locale } = settings;
    const { direction, status } = record;
    const own = direction === 'outgoing';
    const first = divider === 'before' || !joinsPrevious;
    const last = divider === 'after' || !joinsNext;
    const time = timeOf(record);
    const day = startsDay && dayName(dayOf(time), today, translations, locale);
    const edited = isEdited(record);
    const state: MessageState = {
      direction,
      group: first ? (last ? 'single' : 'first') : last ? 'last' : 'middle',
      status: own ? tickState(status, waiting, isUnconfirmed(record)) : undefined,
      emojiOnly: record.contentType.startsWith('text/plain') && isEmojiOnly(record.body),
      highlighted: found,
      edited,
      retracted: record.retracted !== undefined,
    };
    const row: RowModel = { record, waiting, quoted, flow, settings, list, uid, last, time, watched };

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
          'aria-labelledby': [own && 's', 'a', record.replyTo && 'q', 'b', edited && 'e', 't']
            .flatMap((part) => (part ? `${uid}${part}` : []))
            .join(' '),
          'aria-describedby': record.reactions ? `${uid}r` : undefined,
          children: children ? (
            <RowProvider row={row}>{children}</RowProvider>
          ) : (
            <>
              {bubbleOf(row)}
              {chipsOf(row)}
              {list.hasActionButtons && (
                <Button
                  name="actions-button"
                  aria-label={translations.actions.label}
                  onClick={({ currentTarget }) => {
                    const element = currentTarget.closest('article') ?? currentTarget;
                    list.surface.show({ id, element, kind: 'actions', focus: true });
                  }}
                >
                  <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 20 20">
                    <path d="M10 4.5v.1M10 10v.1M10 15.5v.1" />
                  </svg>
                </Button>
              )}
              {hasHeldLine(record, list) && <MessageHeld message={record} />}
              {own && hasFailed(record) && <MessageFailure message={record} name={nameOf(settings, flow.remote)} />}
            </>
          ),
        })}
      </div>
    );
  },
);

/** A ref that observes an element while it is mounted. */
function createWatched(observe: ObserveMessage, id: string): RefCallback<Element> {
  let stop: (() => void) | undefined;
  return (element) => {
    stop?.();
    stop = element ? observe(element, id) : undefined;
  };
}
