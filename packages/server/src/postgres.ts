export { createPostgresBus, type PostgresBusOptions } from './bus/postgresBus.ts';
export { createPostgresStore, type PostgresStoreOptions } from './store/postgresStore.ts';
