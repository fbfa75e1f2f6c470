'use client';

/** The root of the message list: its context and its scroll engine. */

import { type InstantMessagingFlow, trackAttention, useFlow } from '@imflow/react';
import {
  type ReactElement,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { warnings } from '../internal/developmentWarnings.ts';
import { isTouchDevice } from '../internal/focusPlaces.ts';
import { registerList } from '../internal/lists.ts';
import { useDropGuard } from '../internal/fileDrops.ts';
import { type PartProps, useRenderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { createActionSurface } from './actions/actionSurface.ts';
import { createMessageListHandle, type MessageListHandle } from './messageListHandle.ts';
import { createReadReceiptObserver } from './readReceiptObserver.ts';
import { GROUP_GAP } from './grouping.ts';
import { MessageListContext } from './MessageListContext.ts';
import { createHighlight } from './highlight.ts';
import { createRowButtons } from './rowButtons.ts';
import { createScroller } from './scroll/driver.ts';
import { UnreadDividerContext } from './UnreadDividerContext.ts';
import { useToday } from './useToday.ts';
import { useUnreadDivider } from './useUnreadDivider.ts';

/** The position of the reader: `data-*` attributes, and the argument of `className` and `render`. */
export interface MessageListState {
  /** The newest message is in view. */
  readonly atEnd: boolean;
}

/** How messages are grouped, and the attributes of a `<div>`, `className` by state, and `render`. */
export interface MessageListRootProps extends PartProps<'div', MessageListState> {
  /** Messages of one author within this time form a group, in ms. Default 5 minutes. */
  readonly groupGap?: number | undefined;
  /** Receives the imperative handle, with `scrollToMessage`. */
  readonly actionsRef?: Ref<MessageListHandle> | undefined;
}

/** Holds the parts of a message list together. Renders a `<div>`. */
export function MessageListRoot({ groupGap = GROUP_GAP, actionsRef, ...rest }: MessageListRootProps): ReactElement {
  const flow = useFlow();
  const { language } = useSettings();
  const guardDrops = useDropGuard(flow);
  const [conversation, setConversation] = useState(() => createListModel(flow, 0));
  if (conversation.flow !== flow) setConversation(createListModel(flow, conversation.key + 1));
  const { scroller, highlight, handle, details, surface, rowButtons, heldLines, key } = conversation;
  const today = useToday(scroller.viewport);
  const [hasActionButtons, setHasActionButtons] = useState(false);
  useEffect(() => {
    const viewport = scroller.viewport();
    // oxlint-disable-next-line react/set-state-in-effect -- the pointer is known to the document, not to a server
    setHasActionButtons(viewport !== null && surface.isAttached() && isTouchDevice(viewport));
    return viewport === null ? undefined : warnings?.list(viewport);
  }, [scroller, surface]);
  const { stop, scrollToMessage, scrollFrom, takeOrigin, reveal } = handle;
  const atEnd = useSyncExternalStore(scroller.subscribe, scroller.isAtEnd, () => true);
  const observe = useMemo(() => createReadReceiptObserver(flow), [flow]);
  const parts = useMemo(
    () => ({
      scroller,
      highlight,
      today,
      groupGap,
      observe,
      details,
      surface,
      rowButtons,
      heldLines,
      hasActionButtons,
      takeOrigin,
      scrollToMessage: scrollFrom,
    }),
    [
      scroller,
      highlight,
      today,
      groupGap,
      observe,
      details,
      surface,
      rowButtons,
      heldLines,
      hasActionButtons,
      scrollFrom,
      takeOrigin,
    ],
  );
  const divider = useUnreadDivider(scroller);
  useImperativeHandle(actionsRef, () => ({ scrollToMessage }), [scrollToMessage]);
  useEffect(() => stop, [stop]);
  useEffect(() => {
    const element = scroller.viewport();
    return element ? registerList(flow, { element, reveal, focus: (id) => scroller.focusRow(id) }) : undefined;
  }, [flow, scroller, reveal]);
  // The list may be in a different window than the provider of the flow.
  useEffect(() => trackAttention(flow, scroller.viewport()?.ownerDocument), [flow, scroller]);
  const list = useRenderPart('div', 'list', { atEnd }, rest, { ...language, ref: guardDrops });
  return (
    <MessageListContext.Provider key={key} value={parts}>
      <UnreadDividerContext.Provider value={divider}>{list}</UnreadDividerContext.Provider>
    </MessageListContext.Provider>
  );
}

/** The objects of a list that exist as long as it shows the same conversation. */
function createListModel(flow: InstantMessagingFlow, key: number) {
  const scroller = createScroller(flow);
  const highlight = createHighlight();
  const details = new Map<string, HTMLElement>();
  const surface = createActionSurface();
  return {
    flow,
    scroller,
    highlight,
    details,
    surface,
    rowButtons: createRowButtons(),
    heldLines: new Set<string>(),
    handle: createMessageListHandle(flow, scroller, highlight),
    key,
  };
}
