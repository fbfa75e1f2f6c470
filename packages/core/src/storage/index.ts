/** Storages: IndexedDB, and memory for tests. */

export { createIndexedDbStorage } from './indexedDb.ts';
export type { IndexedDbStorageOptions } from './indexedDb.ts';
export { createMemoryStorage } from './memory.ts';
