/** The engine: flows, messages, and the ports that transports, storages and tabs implement. */

export { FlowError, type Diagnostic, type FlowErrorCode } from './errors/FlowError.ts';
export { createInstantMessagingFlow } from './engine/createInstantMessagingFlow.ts';
export type {
  ComposingPolicyName,
  InstantMessagingFlowOptions,
  InstantMessagingFlowTemplate,
  MessageConsumptionMode,
} from './engine/flowOptions.ts';
export type {
  FlowEvents,
  FlowSnapshot,
  FlowState,
  InstantMessagingFlow,
  SendInstantMessageResult,
  SendMessageOptions,
  EditMessageOptions,
  SendFileOptions,
  SentMessage,
  SettleOptions,
} from './engine/publicTypes.ts';
export type {
  FlowDeadlines,
  FlowTransaction,
  InspectedItem,
  InspectedOutboxItem,
  InspectedReceipt,
  InspectedState,
} from './engine/inspection.ts';
export type { ComposingPolicy, ComposingState } from './ports/composing.ts';
export { composingPolicies } from './typing/policies.ts';
export {
  type MessageReaction,
  type MessageRecord,
  type MessageRevision,
  type MessageStatus,
  PENDING_ORDER,
  type RevisionName,
} from './messages/messageRecord.ts';
export { emojiKey, isEdited, revisionsOf } from './messages/revisions.ts';
export type {
  EditOperation,
  IncomingOperation,
  MessageOperation,
  OperationCapabilities,
  OutgoingOperation,
  ReactOperation,
  RetractOperation,
} from './ports/operations.ts';
export { parseRecord } from './validation/records.ts';
export type { ReadonlyMessageTable } from './messages/messageTable.ts';
export type { MessageOrder } from './messages/orderIndex.ts';
export { foldText } from './messages/foldText.ts';
export { createTextMatcher } from './messages/searchText.ts';
export { isBlankText } from './messages/isBlankText.ts';
export { truncateText } from './messages/truncateText.ts';
export type { ReadonlyStore } from './messages/readonlyStore.ts';
export type { SortKey } from './messages/sortKey.ts';
export type { Clock } from './ports/clock.ts';
export type { Random } from './ports/random.ts';
export { systemClock, systemRandom } from './ports/systemPorts.ts';
export { createMonotonicTime } from './time/monotonicTime.ts';
export type {
  ConversationMeta,
  MessageStorage,
  PendingOperation,
  StorageWrite,
  StoredConversation,
  StoredMatches,
  StoredPage,
} from './ports/storage.ts';
export type {
  AttachedFiles,
  FileDetails,
  FileHost,
  FileRefusal,
  FileStore,
  FileTransfer,
  FileUpload,
  FileUploader,
  FlowFiles,
  OpenedFile,
  UploadedFile,
} from './ports/files.ts';
export { FILE_CONTENT_TYPE, readableText } from './messages/fileContent.ts';
export type { TabCoordinator, TabListener, TabMembership } from './ports/tabs.ts';
export {
  type Channel,
  type ChannelEvent,
  type HistoryMatches,
  type HistoryPage,
  type HistorySearchRequest,
  type HistoryReceipt,
  type HistoryRequest,
  type IncomingMessage,
  type MessageDeliveryFailure,
  type OutgoingComposing,
  type OutgoingMessage,
  type OutgoingNotification,
  type ReplyTarget,
  type SendResult,
  type FrameSequence,
  type Transport,
  type TransportCapabilities,
  TransportFailure,
  type TransportStatus,
} from './ports/transport.ts';
