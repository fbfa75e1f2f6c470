'use client';

import { type InstantMessagingFlow, useConversationOrder } from '@imflow/react';
import { type FocusEvent, Fragment, type KeyboardEvent, type MouseEvent, type ReactElement, useState } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useToday } from '../messageList/useToday.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { ConversationListItem, type ConversationListItemProps } from './ConversationListItem.tsx';

/** Which conversation a row shows, and how. */
export type ConversationRow = Pick<ConversationListItemProps, 'flow' | 'selected' | 'tabStop' | 'today'>;

/** What the list shows, as `data-*` attributes and for `className` and `render`. */
export interface ConversationListState {
  /** There are no conversations. */
  readonly empty: boolean;
}

/** The conversations, which of them is open, and what happens when one is chosen; else the attributes of a `<div>`. */
export interface ConversationListProps extends Omit<PartProps<'div', ConversationListState>, 'children' | 'onSelect'> {
  /** The conversations, in any order; keep the array the same while they are, as `useFlows` does. */
  readonly flows: readonly InstantMessagingFlow[];
  /** The one that is open. Default: none. */
  readonly selected?: InstantMessagingFlow | undefined;
  /** The user has chosen one: by a click, or by Enter or Space. */
  readonly onSelect: (flow: InstantMessagingFlow) => void;
  /** Renders a row. Default: `(row) => <ConversationList.Item {...row} />`. Keep the function the same. */
  readonly children?: ((row: ConversationRow) => ReactElement) | undefined;
}

function renderItem(row: ConversationRow): ReactElement {
  return <ConversationListItem {...row} />;
}

function ReadyConversationList(props: ConversationListProps): ReactElement {
  const { flows, selected, onSelect, children = renderItem, ...rest } = props;
  const { words, wordsDir, language } = useSettings();
  const sorted = useConversationOrder(flows);
  const today = useToday();
  const [focused, setFocused] = useState<InstantMessagingFlow>();
  const empty = sorted.length === 0;
  // Where Tab leads: to where the user is or was, else to what is open, else to the first.
  const stop = [focused, selected].find((flow) => flow !== undefined && sorted.includes(flow)) ?? sorted[0];

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const rows = rowsOf(event.currentTarget);
    const here = rows.indexOf(event.target as HTMLElement);
    // Controls inside a row keep their keys.
    if (here < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = rows.length - 1;
    const steps: Readonly<Record<string, number>> = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: last };
    const flow = sorted[here];
    if (event.key === 'Enter' || event.key === ' ') {
      if (flow) onSelect(flow);
    } else if (event.key in steps) {
      rows[steps[event.key] ?? -1]?.focus();
    } else return;
    event.preventDefault();
  }

  function flowAt({ target, currentTarget }: MouseEvent | FocusEvent): InstantMessagingFlow | undefined {
    const row = (target as Element).closest('[role="option"]');
    return sorted[rowsOf(currentTarget).indexOf(row as HTMLElement)];
  }

  if (empty) {
    return renderPart('div', 'conversations', { empty }, rest, {
      ...language,
      children: <span dir={wordsDir}>{words.noConversations}</span>,
    });
  }
  return renderPart('div', 'conversations', { empty }, rest, {
    ...language,
    role: 'listbox',
    'aria-label': words.conversations,
    'aria-orientation': 'vertical',
    onKeyDown,
    onClick(event: MouseEvent) {
      const flow = flowAt(event);
      if (flow) onSelect(flow);
    },
    onFocus: (event: FocusEvent) => setFocused(flowAt(event)),
    children: sorted.map((flow) => (
      <Fragment key={`${flow.localAddress} ${flow.remote}`}>
        {children({ flow, selected: flow === selected, tabStop: flow === stop, today })}
      </Fragment>
    )),
  });
}

function rowsOf(list: Element): HTMLElement[] {
  return Array.from(list.querySelectorAll<HTMLElement>('[role="option"]'));
}

interface ConversationListComponent {
  (props: ConversationListProps): ReactElement;
  Item: typeof ConversationListItem;
}

/**
 * Several conversations, that of the newest message first, of which one is open. Made of `ConversationList.Item`, one for
 * each. Renders a `<div>` with the role `listbox`, which is one stop of the Tab key; arrows, Home and End walk in it.
 */
export const ConversationList: ConversationListComponent = /* @__PURE__ */ Object.assign(ReadyConversationList, {
  Item: ConversationListItem,
});
