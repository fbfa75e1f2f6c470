'use client';

/** The day of the messages in view, over the list. */

import { type InstantMessagingFlow, useFlow } from '@imflow/react';
import { type ReactElement, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { viewOf } from '../internal/realm.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { dayName, dayOf, timeOf } from './dates.ts';
import { useMessageList } from './MessageListContext.ts';
import type { Scroller } from './scroll/scroller.types.ts';

/** How long the day stays after the list has moved, in ms. */
const SHOWN_TIME = 1_000;
/** The first row of a day shows the day itself until this much of the row is above the view, in px. */
const DAY_LINE_HEIGHT = 40;

/** The attributes of a `<div>`, `className` and `render`. */
export type MessageListDayInViewProps = PartProps<'div'>;

/**
 * The day of the first visible message, over the list while the reader scrolls back, and for a second after that. It takes no
 * space, and renders no row. Screen readers skip it: the line before the first message of a day has the same text. Renders a
 * `<div>`, or nothing.
 */
export function MessageListDayInView(props: MessageListDayInViewProps): ReactElement | null {
  const flow = useFlow();
  const { scroller, today } = useMessageList();
  const { translations, locale, textDir } = useSettings();
  const element = useRef<HTMLElement>(null);
  const read = useMemo(() => () => dayInView(scroller, flow), [scroller, flow]);
  const day = useSyncExternalStore(scroller.watch, read, () => undefined);

  useEffect(() => {
    const shown = element.current;
    const view = shown && viewOf(shown);
    if (day === undefined || !shown || !view) return undefined;
    let timer: number | undefined;
    const show = (): void => {
      shown.dataset['shown'] = '';
      view.clearTimeout(timer);
      timer = view.setTimeout(() => delete shown.dataset['shown'], SHOWN_TIME);
    };
    show();
    const stop = scroller.watch(show);
    return () => {
      stop();
      view.clearTimeout(timer);
    };
  }, [scroller, day]);

  const line = useRenderPart('div', 'day-in-view', {}, props, {
    ref: element,
    'aria-hidden': true,
    children: (
      <span className="imflow-label" dir={textDir}>
        {day !== undefined && dayName(day, today, translations, locale)}
      </span>
    ),
  });
  return day === undefined ? null : line;
}

/** Midnight before the first message in view; nothing at the end of the list, and where a line in view says it. */
function dayInView(scroller: Scroller, { messages }: InstantMessagingFlow): number | undefined {
  const first = scroller.isAtEnd() ? undefined : scroller.firstInView();
  if (first === undefined || first.above < 0) return undefined;
  const { order } = messages;
  const dayOfMessage = (id: string | undefined): number => {
    const record = messages.get(id ?? '');
    return record ? dayOf(timeOf(record)) : NaN;
  };
  const day = dayOfMessage(first.id);
  const index = order.indexOf(first.id);
  const begins = index <= 0 || dayOfMessage(order.at(index - 1)) !== day;
  return Number.isNaN(day) || (begins && first.above < DAY_LINE_HEIGHT) ? undefined : day;
}
