/** The hooks of React for a flow. */

export { FlowProvider, type FlowProviderProps } from './FlowProvider.tsx';
export {
  createTextMatcher,
  emojiKey,
  FILE_CONTENT_TYPE,
  foldText,
  isBlankText,
  isEdited,
  readableText,
  revisionsOf,
  truncateText,
} from '@imflow/core';
export type { FlowSource } from './flowRegistry.ts';
export { stopComposing } from './stopComposing.ts';
export { useConversationOrder } from './useConversationOrder.ts';
export { type Find, useFind } from './useFind.ts';
export type { FindState } from './finder.ts';
export { useFileUrl, useUploadProgress } from './useFiles.ts';
export { useFlow } from './useFlow.ts';
export { useFlowEvent } from './useFlowEvent.ts';
export { useFlows } from './useFlows.ts';
export { useFlowState, useRemoteComposers } from './useFlowState.ts';
export { type InstantMessaging, useInstantMessagingFlow } from './useInstantMessagingFlow.ts';
export { useLastMessage, useMessage, useMessageOrder, useMessageState } from './useMessages.ts';
export { type NotificationsOptions, useNotifications } from './useNotifications.ts';
export { type UnreadTitleOptions, useUnreadTitle } from './useUnreadTitle.ts';
export {
  notificationAccess,
  type NotificationAccess,
  requestNotificationAccess,
  showSystemNotification,
  type SystemNotification,
} from './systemNotification.ts';
export { trackAttention, watchAttention } from './attention.ts';
export type {
  FileRefusal,
  FlowEvents,
  FlowFiles,
  FlowSnapshot,
  InstantMessagingFlow,
  InstantMessagingFlowOptions,
  MessageOrder,
  MessageReaction,
  MessageRecord,
  MessageRevision,
  MessageStatus,
  SentMessage,
} from '@imflow/core';
