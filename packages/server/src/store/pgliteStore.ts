/** A store in PGlite: PostgreSQL within this process. */

import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { lockFolder } from './folderLock.ts';
import type { Row, Sql } from './sql.ts';
import { createSqlStore } from './sqlStore.ts';
import { PLANNER_SETTINGS } from './statements.ts';
import type { Store } from './store.ts';

/** Location and options of the database. */
export interface PgliteStoreOptions {
  /** A folder, which is created if it does not exist. Default: the database lives as long as the process. */
  readonly folder?: string;
}

/**
 * A store in PGlite: PostgreSQL inside this process, for trying and developing. PGlite does not wait until the disk has
 * its writes, so a power failure can lose messages: do not keep the only copy of a team's messages in it. `open`
 * rejects where another process uses the folder.
 */
export function createPgliteStore({ folder }: PgliteStoreOptions = {}): Store {
  let opening: Promise<PGlite> | undefined;
  let unlock: (() => void) | undefined;

  function database(): Promise<PGlite> {
    opening ??= start();
    return opening;
  }

  async function start(): Promise<PGlite> {
    if (folder === undefined) return prepared(await PGlite.create());
    unlock = lockFolder(folder);
    try {
      return await prepared(await PGlite.create(`file://${join(folder, 'database')}`));
    } catch (error) {
      unlock();
      throw error;
    }
  }

  const sql: Sql = {
    async query(_name, text, values) {
      return (await (await database()).query<Row>(text, Array.from(values))).rows;
    },
    async transaction(run) {
      const opened = await database();
      return opened.transaction((transaction) =>
        run(async (_name, text, values) => (await transaction.query<Row>(text, Array.from(values))).rows),
      );
    },
    async migrate(run) {
      await (
        await database()
      ).transaction(async (transaction) => {
        await run(async (text) => (await transaction.exec(text)).at(-1)?.rows as Row[]);
      });
    },
    async close() {
      if (opening === undefined) return;
      await (await opening).close();
      unlock?.();
    },
  };
  return createSqlStore(sql);
}

async function prepared(database: PGlite): Promise<PGlite> {
  await database.exec(PLANNER_SETTINGS);
  return database;
}
