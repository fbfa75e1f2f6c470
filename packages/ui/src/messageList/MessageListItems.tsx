'use client';

import { useFlow, useFlowState } from '@imflow/react';
import {
  type FocusEvent,
  Fragment,
  type ReactElement,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Virtualizer } from 'virtua';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { MessageListItem, type MessageListItemProps } from './MessageListItem.tsx';
import { useMessageList } from './MessageListContext.ts';
import { loadOlderIfNear } from './olderPages.ts';
import { HEAD } from './scroller.ts';
import { useGatheredOrder } from './useGatheredOrder.ts';
import { useRenderedOrder } from './useRenderedOrder.ts';
import { firstUnread } from './unread.ts';
import { UnreadDividerContext } from './UnreadDividerContext.ts';

/** How far beyond the viewport rows are kept, in px. */
const BUFFER = 400;
/** How many rows at the end are kept at most. */
const TAIL = 60;

/** Which message a row shows, and between which it stands. */
export type MessageRow = Required<Pick<MessageListItemProps, 'id' | 'previous' | 'next' | 'divider'>>;

/** How rows are rendered; else the attributes of a `<div>`, `className` and `render`. */
export interface MessageListItemsProps extends Omit<PartProps<'div'>, 'children'> {
  /** Renders a row. Default: `(row) => <MessageList.Item {...row} />`. Keep the function the same. */
  readonly children?: (row: MessageRow) => ReactElement;
}

function renderItem(row: MessageRow): ReactElement {
  return <MessageListItem {...row} />;
}

/** The messages, of which only those in and near view are rendered. Renders a `<div>`. */
export function MessageListItems({ children = renderItem, ...rest }: MessageListItemsProps): ReactElement {
  const flow = useFlow();
  const { scroller } = useMessageList();
  const { viewport, attachVirtualizer, resized } = scroller;
  const source = useGatheredOrder();
  const { order, shift } = useRenderedOrder(source);
  const divider = useContext(UnreadDividerContext);
  const [focused, setFocused] = useState<string>();
  const more = useFlowState(({ history }) => history.ready && history.hasOlder && !history.failed);
  const [measured, setMeasured] = useState(false);
  const filled = order.length > 0;
  const newest = useRef<string>(undefined);

  // Before the page is painted: the reader never sees the list move.
  useIsomorphicLayoutEffect(() => {
    const last = order[order.length - 1];
    const sent = last !== undefined && newest.current !== last && flow.messages.get(last)?.direction === 'outgoing';
    const opens = newest.current === undefined && last !== undefined;
    newest.current = last;
    // Whoever comes back reads on from where they stopped; what they have not seen does not count as read.
    const unread = opens ? firstUnread(flow) : undefined;
    if (unread !== undefined) scroller.toRow(unread, 'start');
    else if (sent) scroller.toEnd();
    else scroller.settle(shift);
    // Also where the messages do not fill the viewport, which then cannot be scrolled.
    if (more) loadOlderIfNear(flow, scroller.viewport.current);
  }, [flow, scroller, order, shift, more]);

  const renderRow = useCallback(
    (id: string, index: number) => {
      const next = order[index + 1];
      const row: MessageRow = {
        id,
        previous: order[index - 1],
        next,
        divider: divider === undefined ? undefined : divider === id ? 'before' : divider === next ? 'after' : undefined,
      };
      return <Fragment key={id}>{children(row)}</Fragment>;
    },
    [order, divider, children],
  );

  useEffect(() => (filled ? scroller.whenMeasured(() => setMeasured(true)) : undefined), [scroller, filled]);

  // The message that has the focus stays, wherever the list is scrolled to. So do the rows above a reader at the end: to
  // follow a new message is to scroll down, and while it does that the virtualizer keeps nothing above what is in view.
  const kept = useMemo(() => {
    const index = focused === undefined ? -1 : source.indexOf(focused);
    const tail = Math.min(scroller.tail(), TAIL, source.length);
    return [...(index < 0 ? [] : [index]), ...Array.from({ length: tail }, (_, back) => source.length - 1 - back)];
  }, [scroller, source, focused]);

  return renderPart('div', 'items', { measuring: !measured }, rest, {
    onFocus: (event: FocusEvent<HTMLElement>) => {
      setFocused(event.target.closest<HTMLElement>('[data-message]')?.dataset['message']);
      scroller.look();
    },
    onBlur: () => setFocused(undefined),
    children: (
      <Virtualizer
        ref={attachVirtualizer}
        scrollRef={viewport}
        data={order}
        shift={shift}
        startMargin={HEAD}
        bufferSize={BUFFER}
        keepMounted={kept}
        onResize={resized}
      >
        {renderRow}
      </Virtualizer>
    ),
  });
}
