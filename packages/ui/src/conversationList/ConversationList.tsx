'use client';

/** The list of conversations. */

import { type InstantMessagingFlow, useConversationOrder } from '@imflow/react';
import {
  createElement,
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
import type { DraftStorage } from '../composer/drafts.ts';
import { useDropGuard } from '../internal/fileDrops.ts';
import { isImeKey } from '../internal/keys.ts';
import { lazyModule } from '../internal/lazyModule.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { RowBoundary, RowFrom } from '../internal/RowBoundary.tsx';
import { useToday } from '../messageList/useToday.ts';
import { own, useSettings } from '../settings/ChatSettings.tsx';
import { ConversationAnnouncer } from './ConversationAnnouncer.tsx';
import { ConversationListHeader } from './ConversationListHeader.tsx';
import { ConversationListItem, type ConversationListItemProps } from './ConversationListItem.tsx';
import { ConversationSubstitute } from './ConversationSubstitute.tsx';
import type { ConversationMenu, ConversationMenuProps } from './ConversationMenu.tsx';
import { ConversationSearch } from './ConversationSearch.tsx';
import { matches } from './searchText.ts';
import { createTypeahead } from './typeahead.ts';

/** The data of a row. */
export type ConversationRow = Pick<
  ConversationListItemProps,
  'flow' | 'selected' | 'tabStop' | 'today' | 'pinned' | 'muted' | 'draftKey' | 'draftStorage' | 'onMenu'
>;

/** The state of the list: `data-*` attributes, and the argument of `className` and `render`. */
export interface ConversationListState {
  /** There are no conversations, or the search found none. */
  readonly empty: boolean;
}

/** The imperative handle of a list of conversations (`actionsRef`). */
export interface ConversationListActions {
  /**
   * Gives the focus to the row of a conversation, without opening it. Does nothing if there is no such row.
   *
   * @param flow Default: the row that the Tab key would reach: the last focused one, else the open one.
   */
  readonly focus: (flow?: InstantMessagingFlow) => void;
}

/** The conversations, the open one, and the callback for a selection, and the attributes of a `<div>`. */
export interface ConversationListProps extends Omit<PartProps<'div', ConversationListState>, 'children' | 'onSelect'> {
  /** The conversations, in any order. Keep the array the same while its flows are, as `useFlows` does. */
  readonly flows: readonly InstantMessagingFlow[];
  /** The open conversation. Default: none. */
  readonly selected?: InstantMessagingFlow | undefined;
  /** Called when the user has chosen a conversation, by a click, Enter or Space. */
  readonly onSelect: (flow: InstantMessagingFlow) => void;
  /** A search box above the list, for names and addresses. Default false. */
  readonly search?: boolean | undefined;
  /** The addresses of the participants whose conversations are pinned above the others. Default: none. */
  readonly pinned?: readonly string[] | undefined;
  /** Called when the user has pinned or unpinned a conversation. Default: conversations cannot be pinned. */
  readonly onPinnedChange?: ((pinned: readonly string[]) => void) | undefined;
  /** The addresses of the participants who are muted: their messages are not announced, and their counts are subdued. Default: none. */
  readonly muted?: readonly string[] | undefined;
  /** Called when the user has muted or unmuted a conversation. Default: conversations cannot be muted. */
  readonly onMutedChange?: ((muted: readonly string[]) => void) | undefined;
  /**
   * The key of the stored draft of a conversation, the same as the `draftKey` of its `Composer`: rows of other
   * conversations than the open one show their drafts. Default: no drafts are shown.
   */
  readonly draftKey?: ((flow: InstantMessagingFlow) => string | undefined) | undefined;
  /** Where drafts are stored. Default: `localStorage`. */
  readonly draftStorage?: DraftStorage | undefined;
  /**
   * Whether each row has a menu: mark as unread, and pin and mute if they have a callback. It opens by a button in the row,
   * the right mouse button, a long press, ContextMenu or Shift+F10. Default true.
   */
  readonly menu?: boolean | undefined;
  /** Receives the imperative handle, with `focus`. */
  readonly actionsRef?: Ref<ConversationListActions> | undefined;
  /** Renders a row. Default: `(row) => <ConversationList.Item {...row} />`. Keep the function the same. */
  readonly children?: ((row: ConversationRow) => ReactElement) | undefined;
}

function renderItem(row: ConversationRow): ReactElement {
  return <ConversationListItem {...row} />;
}

function ReadyConversationList(props: ConversationListProps): ReactElement {
  const {
    flows,
    selected,
    onSelect,
    actionsRef,
    children = renderItem,
    search = false,
    menu = true,
    ...others
  } = props;
  const { pinned = NONE, onPinnedChange, muted = NONE, onMutedChange, draftKey, draftStorage, ...rest } = others;
  const settings = useSettings();
  const { translations, textDir, language, locale, names } = settings;
  const [query, setQuery] = useState('');
  const [opened, setOpened] = useState<{ readonly flow: InstantMessagingFlow; readonly anchor: HTMLElement }>();
  const byTime = useConversationOrder(flows);
  const sorted = byTime
    .toSorted((one, other) => Number(pinned.includes(other.remote)) - Number(pinned.includes(one.remote)))
    .filter(({ remote }) => !search || matches(query, [own(names, remote) ?? '', remote], locale));
  const [focused, setFocused] = useState<InstantMessagingFlow>();
  const list = useRef<HTMLElement>(null);
  const box = useRef<HTMLInputElement>(null);
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
  const onMenu = useCallback((flow: InstantMessagingFlow, anchor: HTMLElement) => setOpened({ flow, anchor }), []);
  // The row that Tab reaches: the last focused one, else the open one, else the first.
  const stop = [focused, selected].find((flow) => flow !== undefined && sorted.includes(flow)) ?? sorted[0];

  function focusRow(flow: InstantMessagingFlow | undefined): void {
    if (list.current && flow) rowsOf(list.current)[sorted.indexOf(flow)]?.focus();
  }

  useImperativeHandle(actionsRef, () => ({ focus: (flow = stop) => focusRow(flow) }));

  function select(flow: InstantMessagingFlow): void {
    // The unread mark has served its purpose, which was to remind the user to open the conversation.
    flow.markUnread(false);
    onSelect(flow);
  }

  /** The row that a typed letter leads to; -1: none. */
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
    if (event.key === 'ArrowUp' && here === 0) {
      box.current?.focus();
    } else if (row >= 0 || event.key in steps) {
      rows[row]?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (flow) select(flow);
    } else return;
    event.preventDefault();
  }

  function flowAt({ target, currentTarget }: MouseEvent | FocusEvent): InstantMessagingFlow | undefined {
    const row = (target as Element).closest('[role="option"]');
    return sorted[rowsOf(currentTarget).indexOf(row as HTMLElement)];
  }

  /** Opens the menu by the right mouse button, a long press, ContextMenu or Shift+F10. */
  function onContextMenu(event: MouseEvent): void {
    const flow = flowAt(event);
    if (!flow) return;
    event.preventDefault();
    onMenu(flow, rowsOf(event.currentTarget)[sorted.indexOf(flow)] as HTMLElement);
  }

  const shown = useRenderPart('div', 'conversations', { empty }, rest, {
    ...language,
    ref,
    ...(empty
      ? {
          children: (
            <span className="imflow-label" dir={textDir}>
              {flows.length > 0 ? translations.search.none : translations.noConversations}
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
            if (flow) select(flow);
          },
          ...(menu && { onContextMenu }),
          onFocus: (event: FocusEvent) => setFocused(flowAt(event)),
          children: sorted.map((flow) => {
            const row: ConversationRow = {
              flow,
              selected: flow === selected,
              tabStop: flow === stop,
              today,
              pinned: pinned.includes(flow.remote),
              muted: muted.includes(flow.remote),
              draftKey: draftKey?.(flow),
              draftStorage,
              onMenu: menu ? onMenu : undefined,
            };
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
      {search && flows.length > 0 && (
        <ConversationSearch
          query={query}
          count={sorted.length}
          inputRef={box}
          onQuery={setQuery}
          onLeave={(open) => {
            if (!open) focusRow(sorted[0]);
            else if (sorted[0]) select(sorted[0]);
          }}
        />
      )}
      {shown}
      {opened && (
        <Menu
          {...opened}
          pinned={pinned.includes(opened.flow.remote)}
          muted={muted.includes(opened.flow.remote)}
          onPin={onPinnedChange && (({ remote }) => onPinnedChange(toggled(pinned, remote)))}
          onMute={onMutedChange && (({ remote }) => onMutedChange(toggled(muted, remote)))}
          close={(returns) => {
            setOpened(undefined);
            if (returns) focusRow(opened.flow);
          }}
        />
      )}
      {/* Not inside: a list box may contain only options. */}
      <ConversationAnnouncer flows={flows} selected={selected} muted={muted} />
    </>
  );
}

const NONE: readonly string[] = [];

/** Returns the addresses with this one added, or removed if it is among them. */
function toggled(addresses: readonly string[], address: string): readonly string[] {
  return addresses.includes(address) ? addresses.filter((each) => each !== address) : [...addresses, address];
}

const useMenu: () => typeof ConversationMenu | undefined = /* @__PURE__ */ lazyModule(
  async () => (await import('./ConversationMenu.tsx')).ConversationMenu,
);

/** The menu. Loaded when the first one is opened, since most users open none. */
function Menu(props: ConversationMenuProps): ReactElement | null {
  const loaded = useMenu();
  return loaded ? createElement(loaded, props) : null;
}

function rowsOf(list: Element): HTMLElement[] {
  return Array.from(list.querySelectorAll<HTMLElement>('[role="option"]'));
}

interface ConversationListComponent {
  (props: ConversationListProps): ReactElement;
  Header: typeof ConversationListHeader;
  Item: typeof ConversationListItem;
}

/**
 * A list of conversations, pinned ones first, then by their newest message; one of them may be open. Consists of a
 * `ConversationList.Item` for each. Renders a `<div>` with the role `listbox`, which is one stop of the Tab key; arrows,
 * Home, End and the first letters of a name move in it.
 */
export const ConversationList: ConversationListComponent = /* @__PURE__ */ Object.assign(ReadyConversationList, {
  Header: ConversationListHeader,
  Item: ConversationListItem,
});
