export type { Bus, BusMember } from './bus/bus.ts';
export { createMemoryBus } from './bus/memoryBus.ts';
export { type ChatServer, createChatServer } from './createChatServer.ts';
export type {
  ChatServerOptions,
  Credentials,
  Identity,
  Limits,
  Logger,
  MaybePromise,
  OfflineMessage,
} from './options.ts';
export { createMemoryStore } from './store/memoryStore.ts';
export {
  type ConversationKey,
  type Cursor,
  type EntryStatus,
  type Growth,
  type NewEntry,
  type NewReceipt,
  type Store,
  type StoredEntry,
} from './store/store.ts';
