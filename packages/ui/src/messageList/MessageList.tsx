'use client';

/** The ready-made message list. */

import type { ReactElement } from 'react';
import { Announcer } from '../announcer/Announcer.tsx';
import { MessageListActions } from './MessageListActions.tsx';
import { MessageListBubble } from './MessageListBubble.tsx';
import { MessageListDayInView } from './MessageListDayInView.tsx';
import { MessageListEmpty } from './MessageListEmpty.tsx';
import { MessageListFailure } from './MessageFailure.tsx';
import { MessageListHistoryStatus } from './MessageListHistoryStatus.tsx';
import { MessageListHeld } from './MessageHeld.tsx';
import { MessageListItem } from './MessageListItem.tsx';
import { MessageListItems } from './MessageListItems.tsx';
import { MessageListMeta } from './MessageListMeta.tsx';
import { MessageListQuote } from './MessageListQuote.tsx';
import { MessageListReactions } from './MessageListReactions.tsx';
import { MessageListScrollToLatest } from './MessageListScrollToLatest.tsx';
import { MessageListScrollToUnread } from './MessageListScrollToUnread.tsx';
import { MessageListRoot, type MessageListRootProps } from './MessageListRoot.tsx';
import { MessageListViewport } from './MessageListViewport.tsx';

/** The props of the root without children. */
export type MessageListProps = Omit<MessageListRootProps, 'children'>;

function ReadyMessageList(props: MessageListProps): ReactElement {
  return (
    <MessageListRoot {...props}>
      <MessageListViewport>
        <MessageListHistoryStatus />
        <MessageListItems />
        <MessageListActions />
        <MessageListEmpty />
      </MessageListViewport>
      <MessageListDayInView />
      <MessageListScrollToUnread />
      <MessageListScrollToLatest />
      <Announcer />
    </MessageListRoot>
  );
}

interface MessageListComponent {
  (props: MessageListProps): ReactElement;
  Root: typeof MessageListRoot;
  Viewport: typeof MessageListViewport;
  HistoryStatus: typeof MessageListHistoryStatus;
  Items: typeof MessageListItems;
  Actions: typeof MessageListActions;
  Item: typeof MessageListItem;
  Bubble: typeof MessageListBubble;
  Quote: typeof MessageListQuote;
  Meta: typeof MessageListMeta;
  Reactions: typeof MessageListReactions;
  Held: typeof MessageListHeld;
  Failure: typeof MessageListFailure;
  Empty: typeof MessageListEmpty;
  DayInView: typeof MessageListDayInView;
  ScrollToLatest: typeof MessageListScrollToLatest;
  ScrollToUnread: typeof MessageListScrollToUnread;
}

/**
 * The message list. Consists of the parts `MessageList.Root`, `.Viewport`, `.HistoryStatus`, `.Items`, `.Item`,
 * `.Actions`, `.Empty`, `.DayInView`, `.ScrollToLatest` and `.ScrollToUnread`, and the `Announcer`; a message of
 * `.Bubble`, with `.Quote` and `.Meta` in it, `.Reactions`, `.Held` and `.Failure`.
 */
export const MessageList: MessageListComponent = Object.assign(ReadyMessageList, {
  Root: MessageListRoot,
  Viewport: MessageListViewport,
  HistoryStatus: MessageListHistoryStatus,
  Items: MessageListItems,
  Actions: MessageListActions,
  Item: MessageListItem,
  Bubble: MessageListBubble,
  Quote: MessageListQuote,
  Meta: MessageListMeta,
  Reactions: MessageListReactions,
  Held: MessageListHeld,
  Failure: MessageListFailure,
  Empty: MessageListEmpty,
  DayInView: MessageListDayInView,
  ScrollToLatest: MessageListScrollToLatest,
  ScrollToUnread: MessageListScrollToUnread,
});
