'use client';

import { type InstantMessagingFlow, useFlow } from '@imflow/react';
import {
  type ReactElement,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { createActions, type MessageListActions } from './actions.ts';
import { createDisplayReports } from './displayReports.ts';
import { GROUP_GAP } from './grouping.ts';
import { MessageListContext } from './MessageListContext.ts';
import { createMark } from './mark.ts';
import { createScroller } from './scroller.ts';
import { UnreadDividerContext } from './UnreadDividerContext.ts';
import { useToday } from './useToday.ts';
import { useUnreadDivider } from './useUnreadDivider.ts';

/** Where the reader is, as `data-*` attributes and for `className` and `render`. */
export interface MessageListState {
  /** The newest message is in view. */
  readonly atEnd: boolean;
}

/** How messages are grouped; else the attributes of a `<div>`, `className` by state, and `render`. */
export interface MessageListRootProps extends PartProps<'div', MessageListState> {
  /** Messages of one author within this time form a group, in ms. Default 5 minutes. */
  readonly groupGap?: number | undefined;
  /** Is given what the list can be asked for: to scroll to a message. */
  readonly actionsRef?: Ref<MessageListActions> | undefined;
}

/** Holds the parts of a message list together. Renders a `<div>`. */
export function MessageListRoot({ groupGap = GROUP_GAP, actionsRef, ...rest }: MessageListRootProps): ReactElement {
  const flow = useFlow();
  const { language } = useSettings();
  const today = useToday();
  const [conversation, setConversation] = useState(() => createPlace(flow, 0));
  if (conversation.flow !== flow) setConversation(createPlace(flow, conversation.key + 1));
  const { scroller, mark, actions, key } = conversation;
  const atEnd = useSyncExternalStore(scroller.subscribe, scroller.isAtEnd, () => true);
  const observe = useMemo(() => createDisplayReports(flow), [flow]);
  const parts = useMemo(
    () => ({ scroller, mark, today, groupGap, observe }),
    [scroller, mark, today, groupGap, observe],
  );
  const divider = useUnreadDivider(scroller);
  const { stop, scrollToMessage } = actions;
  useImperativeHandle(actionsRef, () => ({ scrollToMessage }), [scrollToMessage]);
  useEffect(() => stop, [stop]);
  return (
    <MessageListContext.Provider key={key} value={parts}>
      <UnreadDividerContext.Provider value={divider}>
        {renderPart('div', 'list', { atEnd }, rest, language)}
      </UnreadDividerContext.Provider>
    </MessageListContext.Provider>
  );
}

/** What a list keeps for as long as it shows the same conversation. */
function createPlace(flow: InstantMessagingFlow, key: number) {
  const scroller = createScroller(flow);
  const mark = createMark();
  return { flow, scroller, mark, actions: createActions(flow, scroller, mark), key };
}
