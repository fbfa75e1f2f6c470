/** A store in PostgreSQL. */

import { FlowError } from '@imflow/core';
import { type ClientBase, Pool, type PoolClient, type QueryResult } from 'pg';
import type { Query, Row, Sql } from './sql.ts';
import { createSqlStore } from './sqlStore.ts';
import { PLANNER_SETTINGS } from './statements.ts';
import type { Store } from './store.ts';

/** The key of the advisory lock for migrations: an arbitrary number. */
const MIGRATION_LOCK = 4_635_761;

/** Location and options of the database. */
export interface PostgresStoreOptions {
  /** As `pg` takes it: `postgres://user:password@host/database`. */
  readonly connectionString: string;
  /** The largest number of connections. 2 to 100, default 10. */
  readonly maxConnections?: number;
  /** Called with an error of an idle connection. The pool replaces the connection. Default: nothing. */
  readonly onError?: (error: Error) => void;
}

/**
 * A store in PostgreSQL 13 or newer. Its tables begin with `imflow_`; `open` creates or migrates them.
 * @throws FlowError `invalid-argument` or `out-of-range` that names the option.
 */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  const { connectionString, maxConnections = 10, onError } = options;
  if (typeof connectionString !== 'string' || connectionString === '') {
    throw new FlowError('invalid-argument', 'connectionString must be the address of a database.');
  }
  if (!Number.isInteger(maxConnections) || maxConnections < 2 || maxConnections > 100) {
    throw new FlowError('out-of-range', `maxConnections is ${maxConnections}, but must be a number from 2 to 100.`);
  }
  const pool = new Pool({
    connectionString,
    max: maxConnections,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for the promise, which its type does not say
    onConnect: prepare,
  });
  pool.on('error', (error) => onError?.(error));
  const sql: Sql = {
    query: queryOf(pool),
    async transaction(run) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await run(queryOf(client));
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        // What was begun ends with its connection.
        client.release(true);
        throw error;
      }
    },
    async migrate(run) {
      const client = await pool.connect();
      try {
        await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
        await client.query('begin');
        await run(async (text) => {
          const result: QueryResult<Row> | QueryResult<Row>[] = await client.query<Row>(text);
          return Array.isArray(result) ? [] : result.rows;
        });
        await client.query('commit');
        await client.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`);
        client.release();
      } catch (error) {
        // The lock ends with its connection.
        client.release(true);
        throw error;
      }
    },
    close: () => pool.end(),
  };
  return createSqlStore(sql);
}

/** Statements of a pool or of one of its connections. */
function queryOf(on: Pool | PoolClient): Query {
  return async (name, text, values) =>
    (await on.query<Row>({ name: `imflow-${name}`, text, values: Array.from(values) })).rows;
}

async function prepare(client: ClientBase): Promise<void> {
  await client.query(PLANNER_SETTINGS);
}
