/** The components: the chat, and its parts. */

export { Announcer, type AnnouncerProps } from './announcer/Announcer.tsx';
export { Avatar, type AvatarProps, type AvatarState } from './avatar/Avatar.tsx';
export { Chat, type ChatProps } from './chat/Chat.tsx';
export { ChatHeader, type ChatHeaderProps, type ChatHeaderState } from './chat/ChatHeader.tsx';
export { useKeyboardInset } from './chat/useKeyboardInset.ts';
export { Composer, type ComposerProps } from './composer/Composer.tsx';
export type { ComposerAttachProps } from './composer/ComposerAttach.tsx';
export type { ComposerAttachmentsProps } from './composer/ComposerAttachments.tsx';
export type { ComposerBannerProps } from './composer/ComposerBanner.tsx';
export type { ComposerState, EnterKey } from './composer/ComposerContext.ts';
export type { ComposerInputProps } from './composer/ComposerInput.tsx';
export type { ComposerNoteProps } from './composer/ComposerNote.tsx';
export type { ComposerRootProps } from './composer/ComposerRoot.tsx';
export type { ComposerSendProps } from './composer/ComposerSend.tsx';
export type { DraftStorage } from './composer/drafts.ts';
export {
  ConnectionBanner,
  type ConnectionBannerProps,
  type ConnectionBannerState,
} from './connectionBanner/ConnectionBanner.tsx';
export type { ConnectionPhase } from './connectionBanner/useConnectionBanner.ts';
export {
  ConversationList,
  type ConversationListActions,
  type ConversationListProps,
  type ConversationListState,
  type ConversationRow,
} from './conversationList/ConversationList.tsx';
export type { ConversationListHeaderProps } from './conversationList/ConversationListHeader.tsx';
export type { ConversationListItemProps, ConversationState } from './conversationList/ConversationListItem.tsx';
export { FindBar, type FindBarHandle, type FindBarProps, type FindBarState } from './findBar/FindBar.tsx';
export { MessageDetails, type MessageDetailsProps, type MessageDetailsState } from './deliveryTicks/MessageDetails.tsx';
export { DeliveryTicks, type DeliveryTicksProps, type DeliveryTicksState } from './deliveryTicks/DeliveryTicks.tsx';
export type { TickState } from './deliveryTicks/tickState.ts';
export type { Customisation, PartProps } from './internal/part.ts';
export { MessageBody, type MessageBodyProps } from './messageBody/MessageBody.tsx';
export type {
  ContentTypePattern,
  MessageExcerpt,
  MessageExcerpts,
  MessageRenderer,
  MessageRendererProps,
  MessageRenderers,
} from './messageBody/renderers.ts';
export type { MessageListHandle } from './messageList/messageListHandle.ts';
export { MessageList, type MessageListProps } from './messageList/MessageList.tsx';
export type {
  EmojiPicker,
  MessageAction,
  MessageActionContext,
  MessageActionName,
} from './messageList/actions/messageAction.ts';
export { type AvailableMessageAction, useMessageActions } from './messageList/actions/useMessageActions.tsx';
export type { MessageListActionsProps } from './messageList/MessageListActions.tsx';
export type { MessageListBubbleProps } from './messageList/MessageListBubble.tsx';
export type { MessageListHeldProps } from './messageList/MessageHeld.tsx';
export type { MessageListFailureProps } from './messageList/MessageFailure.tsx';
export type { MessageListDayInViewProps } from './messageList/MessageListDayInView.tsx';
export type { MessageListEmptyProps } from './messageList/MessageListEmpty.tsx';
export type {
  MessageListHistoryStatusProps,
  MessageListHistoryStatusState,
} from './messageList/MessageListHistoryStatus.tsx';
export type { MessageListItemProps, MessageState } from './messageList/MessageListItem.tsx';
export type { MessageListMetaProps } from './messageList/MessageListMeta.tsx';
export type { MessageListQuoteProps, MessageListQuoteState } from './messageList/MessageListQuote.tsx';
export type { MessageListReactionsProps } from './messageList/MessageListReactions.tsx';
export type { MessageListItemsProps, MessageRow } from './messageList/MessageListItems.tsx';
export type {
  MessageListScrollToLatestProps,
  MessageListScrollToLatestState,
} from './messageList/MessageListScrollToLatest.tsx';
export type { MessageListScrollToUnreadProps } from './messageList/MessageListScrollToUnread.tsx';
export type { MessageListRootProps, MessageListState } from './messageList/MessageListRoot.tsx';
export type { MessageListViewportProps, MessageListViewportState } from './messageList/MessageListViewport.tsx';
export { ChatSettings, type ChatSettingsProps } from './settings/ChatSettings.tsx';
export type { Direction } from './settings/language.ts';
export { defaultTranslations, type Translations } from './settings/translations.ts';
export {
  TypingIndicator,
  type TypingIndicatorProps,
  type TypingIndicatorState,
} from './typingIndicator/TypingIndicator.tsx';
