'use client';

import { useFlow } from '@imflow/react';
import { type ReactElement, useMemo, useState, useSyncExternalStore } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import { createDisplayReports } from './displayReports.ts';
import { GROUP_GAP } from './grouping.ts';
import { MessageListContext } from './MessageListContext.ts';
import { createScroller } from './scroller.ts';
import { useToday } from './useToday.ts';

/** Where the reader is, as `data-*` attributes and for `className` and `render`. */
export interface MessageListState {
  /** The newest message is in view. */
  readonly atEnd: boolean;
}

/** How messages are grouped; else the attributes of a `<div>`, `className` by state, and `render`. */
export interface MessageListRootProps extends PartProps<'div', MessageListState> {
  /** Messages of one author within this time form a group, in ms. Default 5 minutes. */
  readonly groupGap?: number | undefined;
}

/** Holds the parts of a message list together. Renders a `<div>`. */
export function MessageListRoot({ groupGap = GROUP_GAP, ...rest }: MessageListRootProps): ReactElement {
  const flow = useFlow();
  const { language } = useSettings();
  const today = useToday();
  const [conversation, setConversation] = useState(() => ({ flow, scroller: createScroller(), key: 0 }));
  if (conversation.flow !== flow) setConversation({ flow, scroller: createScroller(), key: conversation.key + 1 });
  const { scroller, key } = conversation;
  const atEnd = useSyncExternalStore(scroller.subscribe, scroller.isAtEnd, () => true);
  const observe = useMemo(() => createDisplayReports(flow), [flow]);
  const parts = useMemo(() => ({ scroller, today, groupGap, observe }), [scroller, today, groupGap, observe]);
  return (
    <MessageListContext.Provider key={key} value={parts}>
      {renderPart('div', 'list', { atEnd }, rest, language)}
    </MessageListContext.Provider>
  );
}
