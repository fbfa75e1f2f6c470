/** The imperative handle of a message list (`actionsRef`): `scrollToMessage`. */

import type { InstantMessagingFlow } from '@imflow/react';
import type { ListControl } from '../internal/lists.ts';
import type { Highlight } from './highlight.ts';
import type { Scroller } from './scroll/scroller.types.ts';

/** Give up after this many consecutive pages without a visible message. */
const MAX_EMPTY_PAGES = 10;
/** The size of the first page on the way to a distant message. Each later page is twice as large. */
const FIRST_PAGE = 50;
/** The largest page, which takes some milliseconds. */
const MAX_PAGE = 250;

/** The imperative handle of a message list, which `actionsRef` receives. */
export interface MessageListHandle {
  /**
   * Brings a message into view, gives it the focus, and highlights it for two seconds (`data-highlighted`). Loads older
   * pages until it is found or there are none. The list jumps, so that there is no motion to reduce.
   *
   * @param id of the record, as in `flow.messages.order`.
   * @returns whether it was found. Never rejects. False also if a page could not be loaded, which the list shows, and if
   * the search ended early: by a later call, a different conversation, or a message that the user sent.
   */
  readonly scrollToMessage: (id: string) => Promise<boolean>;
}

export interface CancellableHandle extends MessageListHandle, Pick<ListControl, 'reveal'> {
  /** Scrolls to a message, and remembers the one that the reader came from. */
  readonly scrollFrom: (id: string, from: string) => Promise<boolean>;
  /** Returns the message that the reader came from last. Each is returned once. */
  readonly takeOrigin: () => string | undefined;
  /** Cancels a running search. */
  readonly stop: () => void;
}

export function createMessageListHandle(
  flow: InstantMessagingFlow,
  scroller: Scroller,
  highlight: Highlight,
): CancellableHandle {
  let search: object | undefined;
  const origins: string[] = [];

  return {
    stop() {
      search = undefined;
    },
    takeOrigin: () => origins.pop(),
    async scrollFrom(id, from) {
      const found = await scrollToMessage(id);
      if (found) origins.push(from);
      return found;
    },
    scrollToMessage,
    async reveal(id, marks) {
      const place = await placeOf(id);
      if (place === undefined) return false;
      if (marks) highlight.show(id);
      if (place !== 'in view') scroller.toRow(id, 'center');
      return true;
    },
  };

  /** The index of a message, once it is loaded. Undefined if it was not found, or a later search replaced this one. */
  async function placeOf(id: string): Promise<ReturnType<Scroller['placeOf']>> {
    const thisSearch = {};
    search = thisSearch;
    const newest = flow.messages.order.at(-1);
    const isLoaded = await loadUntil(flow, id, () => search === thisSearch && !hasSentAfter(flow, newest));
    if (search !== thisSearch) return undefined;
    search = undefined;
    return isLoaded ? scroller.placeOf(id) : undefined;
  }

  async function scrollToMessage(id: string): Promise<boolean> {
    const place = await placeOf(id);
    if (place === undefined) return false;
    highlight.show(id);
    // A message that is in view stays in place.
    scroller.focusRow(id, place === 'in view' ? 'nearest' : 'center');
    return true;
  }
}

/** Loads older pages until a message is rendered, or no older page exists. */
async function loadUntil(flow: InstantMessagingFlow, id: string, wanted: () => boolean): Promise<boolean> {
  let empty = 0;
  let limit = FIRST_PAGE;
  while (flow.messages.order.indexOf(id) < 0) {
    const { hasOlder, ready } = flow.store.getState().history;
    if ((ready && !hasOlder) || empty === MAX_EMPTY_PAGES) return false;
    // One page after the other: each begins where the one before it ended.
    const count = await flow.loadOlder({ limit });
    limit = Math.min(limit * 2, MAX_PAGE);
    if (!wanted() || flow.store.getState().history.failed) return false;
    empty = count > 0 ? 0 : empty + 1;
  }
  // The new messages are rendered in this task.
  await new Promise((resolve) => setTimeout(resolve));
  return wanted();
}

/** Whether the user has sent a message since this one was the newest: they look at that now. */
function hasSentAfter({ messages }: InstantMessagingFlow, newest: string | undefined): boolean {
  const { order } = messages;
  for (let index = order.length - 1; index >= 0 && order.at(index) !== newest; index -= 1) {
    if (messages.get(order.at(index) ?? '')?.direction === 'outgoing') return true;
  }
  return false;
}
