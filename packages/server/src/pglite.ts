export { createPgliteStore, type PgliteStoreOptions } from './store/pgliteStore.ts';
