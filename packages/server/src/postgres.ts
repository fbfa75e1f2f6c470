export { createPostgresStore, type PostgresStoreOptions } from './store/postgresStore.ts';
