/** A chat server for Node. */

export type { Bus, BusMember } from './bus/bus.ts';
export { createMemoryBus } from './bus/memoryBus.ts';
export { type ChatServer, createChatServer } from './createChatServer.ts';
export type { ServerFiles } from './files/fileRequests.ts';
export type { FilesOptions } from './files/options.ts';
export type {
  ChatServerOptions,
  Credentials,
  Identity,
  Limits,
  Logger,
  MaybePromise,
  OfflineMessage,
} from './options.ts';
export type { MetricsRegistry } from './metrics.ts';
export type { Origins } from './origin.ts';
export type { SocketIoSocket } from './socketIo.ts';
export { createMemoryStore } from './store/memoryStore.ts';
export {
  type Change,
  type ConversationKey,
  type Cursor,
  type Device,
  type EntryStatus,
  type Growth,
  type NewEntry,
  type NewReceipt,
  type Stretch,
  type Store,
  type StoredEntry,
} from './store/store.ts';
