'use client';

import type { ReactElement } from 'react';
import { Announcer } from '../announcer/Announcer.tsx';
import { MessageListEmpty } from './MessageListEmpty.tsx';
import { MessageListHead } from './MessageListHead.tsx';
import { MessageListItem } from './MessageListItem.tsx';
import { MessageListItems } from './MessageListItems.tsx';
import { MessageListJump } from './MessageListJump.tsx';
import { MessageListJumpToUnread } from './MessageListJumpToUnread.tsx';
import { MessageListRoot, type MessageListRootProps } from './MessageListRoot.tsx';
import { MessageListViewport } from './MessageListViewport.tsx';

/** What the root takes, but for children: the parts are there already. */
export type MessageListProps = Omit<MessageListRootProps, 'children'>;

function ReadyMessageList(props: MessageListProps): ReactElement {
  return (
    <MessageListRoot {...props}>
      <MessageListViewport>
        <MessageListHead />
        <MessageListItems />
        <MessageListEmpty />
      </MessageListViewport>
      <MessageListJumpToUnread />
      <MessageListJump />
      <Announcer />
    </MessageListRoot>
  );
}

interface MessageListComponent {
  (props: MessageListProps): ReactElement;
  Root: typeof MessageListRoot;
  Viewport: typeof MessageListViewport;
  Head: typeof MessageListHead;
  Items: typeof MessageListItems;
  Item: typeof MessageListItem;
  Empty: typeof MessageListEmpty;
  Jump: typeof MessageListJump;
  JumpToUnread: typeof MessageListJumpToUnread;
}

/**
 * The messages of a conversation. Made of the parts `MessageList.Root`, `.Viewport`, `.Head`, `.Items`, `.Item`,
 * `.Empty`, `.Jump` and `.JumpToUnread`, and the `Announcer`.
 */
export const MessageList: MessageListComponent = Object.assign(ReadyMessageList, {
  Root: MessageListRoot,
  Viewport: MessageListViewport,
  Head: MessageListHead,
  Items: MessageListItems,
  Item: MessageListItem,
  Empty: MessageListEmpty,
  Jump: MessageListJump,
  JumpToUnread: MessageListJumpToUnread,
});
