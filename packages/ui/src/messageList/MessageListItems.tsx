'use client';

/** The rendered rows of the message list. */

import { useFlow, useFlowState } from '@imflow/react';
import {
  type ClipboardEvent,
  type CSSProperties,
  type FocusEvent,
  type ReactElement,
  useContext,
  useSyncExternalStore,
} from 'react';
import { RowBoundary, RowFrom } from '../internal/RowBoundary.tsx';
import { asElement } from '../internal/realm.ts';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { MessageListItem, type MessageListItemProps } from './MessageListItem.tsx';
import { useMessageList } from './MessageListContext.ts';
import { MessageRowSubstitute } from './MessageRowSubstitute.tsx';
import { selectionText } from './selectionText.ts';
import { NO_ROWS } from './scroll/state.types.ts';
import { UnreadDividerContext } from './UnreadDividerContext.ts';

/** The message of a row and its neighbours. */
export type MessageRow = Required<Pick<MessageListItemProps, 'id' | 'previous' | 'next' | 'divider'>>;

/** How rows are rendered, and the attributes of a `<div>`, `className` and `render`. */
export interface MessageListItemsProps extends Omit<PartProps<'div'>, 'children'> {
  /** Renders a row. Default: `(row) => <MessageList.Item {...row} />`. Keep the function the same. */
  readonly children?: (row: MessageRow) => ReactElement;
}

function renderItem(row: MessageRow): ReactElement {
  return <MessageListItem {...row} />;
}

const LIST: CSSProperties = { position: 'relative' };
// Margins stay inside.
const ROW: CSSProperties = { display: 'flow-root' };

/** The messages, of which only those in and near view are rendered. Renders a `<div>`. */
export function MessageListItems({ children = renderItem, ...rest }: MessageListItemsProps): ReactElement {
  const { attachRows, rows: shown, rendered, focusIn } = useMessageList().scroller;
  const { order, from, to, kept } = useSyncExternalStore(shown.subscribe, shown.get, () => NO_ROWS);
  const flow = useFlow();
  const settings = useSettings();
  const divider = useContext(UnreadDividerContext);
  // If there are older messages, the list may have to load them.
  useFlowState(({ history }) => history.ready && history.hasOlder && !history.failed);

  // Before the page is painted: the reader never sees the list move.
  useIsomorphicLayoutEffect(() => rendered());

  function rowOf(index: number, style = ROW): ReactElement {
    const id = order.at(index) ?? '';
    const next = order.at(index + 1);
    const row: MessageRow = {
      id,
      previous: index > 0 ? order.at(index - 1) : undefined,
      next,
      divider: divider === undefined ? undefined : divider === id ? 'before' : divider === next ? 'after' : undefined,
    };
    return (
      <RowBoundary key={id} style={style} substitute={<MessageRowSubstitute id={id} />}>
        {/* Functions of the application may throw when they are called, not only when their elements render. */}
        {children === renderItem ? renderItem(row) : <RowFrom row={row} render={children} />}
      </RowBoundary>
    );
  }

  function onCopy(event: ClipboardEvent): void {
    const text = selectionText(event.currentTarget, flow, settings);
    if (text === undefined) return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  }

  const rows: ReactElement[] = [];
  const addKept = (isBefore: boolean): void => {
    for (const { index, top } of kept)
      if (index < from === isBefore) rows.push(rowOf(index, { ...ROW, position: 'absolute', insetInline: 0, top }));
  };
  addKept(true);
  for (let index = from; index < to; index += 1) rows.push(rowOf(index));
  addKept(false);

  return renderPart('div', 'items', {}, rest, {
    onFocus: ({ target }: FocusEvent) => focusIn(messageOf(target)),
    onCopy,
    onBlur: ({ relatedTarget }: FocusEvent) => focusIn(messageOf(relatedTarget)),
    children: (
      <div ref={attachRows} className="imflow-rows" style={LIST}>
        {rows}
      </div>
    ),
  });
}

/** The message that an element is in. */
function messageOf(element: EventTarget | null): string | undefined {
  return asElement(element)?.closest<HTMLElement>('[data-message]')?.dataset['message'];
}
