'use client';

/** The list of conversations. */

import { type InstantMessagingFlow, useConversationOrder } from '@imflow/react';
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type Ref,
  useCallback,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { useDropGuard } from '../internal/fileDrops.ts';
import { isImeKey } from '../internal/keys.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { RowBoundary, RowFrom } from '../internal/RowBoundary.tsx';
import { useToday } from '../messageList/useToday.ts';
import { own, useSettings } from '../settings/ChatSettings.tsx';
import { ConversationAnnouncer } from './ConversationAnnouncer.tsx';
import { ConversationListItem, type ConversationListItemProps } from './ConversationListItem.tsx';
import { ConversationSubstitute } from './ConversationSubstitute.tsx';
import { createTypeahead } from './typeahead.ts';

/** Which conversation a row shows, and how. */
export type ConversationRow = Pick<ConversationListItemProps, 'flow' | 'selected' | 'tabStop' | 'today'>;

/** What the list shows, as `data-*` attributes and for `className` and `render`. */
export interface ConversationListState {
  /** There are no conversations. */
  readonly empty: boolean;
}

/** What an application can ask a list of conversations for, by its `actionsRef`. */
export interface ConversationListActions {
  /**
   * Gives the focus to the row of a conversation. Nothing is opened by it, and nothing happens where there is no such row.
   *
   * @param flow Default: the row that the Tab key would lead to, which is where the user was, else what is open.
   */
  readonly focus: (flow?: InstantMessagingFlow) => void;
}

/** The conversations, which of them is open, and what happens when one is chosen; else the attributes of a `<div>`. */
export interface ConversationListProps extends Omit<PartProps<'div', ConversationListState>, 'children' | 'onSelect'> {
  /** The conversations, in any order; keep the array the same while they are, as `useFlows` does. */
  readonly flows: readonly InstantMessagingFlow[];
  /** The one that is open. Default: none. */
  readonly selected?: InstantMessagingFlow | undefined;
  /** The user has chosen one: by a click, or by Enter or Space. */
  readonly onSelect: (flow: InstantMessagingFlow) => void;
  /** Is given what the list can be asked for: to take the focus. */
  readonly actionsRef?: Ref<ConversationListActions> | undefined;
  /** Renders a row. Default: `(row) => <ConversationList.Item {...row} />`. Keep the function the same. */
  readonly children?: ((row: ConversationRow) => ReactElement) | undefined;
}

function renderItem(row: ConversationRow): ReactElement {
  return <ConversationListItem {...row} />;
}

function ReadyConversationList(props: ConversationListProps): ReactElement {
  const { flows, selected, onSelect, actionsRef, children = renderItem, ...rest } = props;
  const { translations, textDir, language, locale, names } = useSettings();
  const sorted = useConversationOrder(flows);
  const [focused, setFocused] = useState<InstantMessagingFlow>();
  const list = useRef<HTMLElement>(null);
  const today = useToday(useCallback(() => list.current, []));
  const guardDrops = useDropGuard();
  const ref = useCallback(
    (element: HTMLElement | null) => {
      list.current = element;
      guardDrops(element);
    },
    [guardDrops],
  );
  const [typed] = useState(createTypeahead);
  const empty = sorted.length === 0;
  // Where Tab leads: to where the user is or was, else to what is open, else to the first.
  const stop = [focused, selected].find((flow) => flow !== undefined && sorted.includes(flow)) ?? sorted[0];

  useImperativeHandle(
    actionsRef,
    () => ({
      focus(flow = stop) {
        if (list.current && flow) rowsOf(list.current)[sorted.indexOf(flow)]?.focus();
      },
    }),
    [sorted, stop],
  );

  /** Where a key leads to as a letter, from a row. -1: nowhere. */
  function rowTyped(event: KeyboardEvent, here: number): number {
    const { key, timeStamp } = event;
    if (!/^.$/u.test(key) || isImeKey(event)) return -1;
    const shown = sorted.map(({ remote }) => own(names, remote) ?? remote);
    return typed(key, timeStamp, shown, here, locale);
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const rows = rowsOf(event.currentTarget);
    const here = rows.indexOf(event.target as HTMLElement);
    // Controls inside a row keep their keys.
    if (here < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = rows.length - 1;
    const steps: Readonly<Record<string, number>> = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: last };
    const flow = sorted[here];
    const row = steps[event.key] ?? rowTyped(event, here);
    if (row >= 0 || event.key in steps) {
      rows[row]?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (flow) onSelect(flow);
    } else return;
    event.preventDefault();
  }

  function flowAt({ target, currentTarget }: MouseEvent | FocusEvent): InstantMessagingFlow | undefined {
    const row = (target as Element).closest('[role="option"]');
    return sorted[rowsOf(currentTarget).indexOf(row as HTMLElement)];
  }

  const shown = useRenderPart('div', 'conversations', { empty }, rest, {
    ...language,
    ref,
    ...(empty
      ? {
          children: (
            <span className="imflow-label" dir={textDir}>
              {translations.noConversations}
            </span>
          ),
        }
      : {
          role: 'listbox',
          'aria-label': translations.conversations,
          'aria-orientation': 'vertical',
          onKeyDown,
          onClick(event: MouseEvent) {
            const flow = flowAt(event);
            if (flow) onSelect(flow);
          },
          onFocus: (event: FocusEvent) => setFocused(flowAt(event)),
          children: sorted.map((flow) => {
            const row: ConversationRow = { flow, selected: flow === selected, tabStop: flow === stop, today };
            return (
              <RowBoundary
                key={`${flow.localAddress} ${flow.remote}`}
                substitute={<ConversationSubstitute flow={flow} selected={row.selected} tabStop={row.tabStop} />}
              >
                {children === renderItem ? renderItem(row) : <RowFrom row={row} render={children} />}
              </RowBoundary>
            );
          }),
        }),
  });
  return (
    <>
      {shown}
      {/* Beside it: a list box holds options and nothing else. */}
      <ConversationAnnouncer flows={flows} selected={selected} />
    </>
  );
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
 * each. Renders a `<div>` with the role `listbox`, which is one stop of the Tab key; arrows,
 * Home, End and the first letters of a name lead through it.
 */
export const ConversationList: ConversationListComponent = /* @__PURE__ */ Object.assign(ReadyConversationList, {
  Item: ConversationListItem,
});
