import { openDB } from 'idb';
import { FlowError } from '../errors/FlowError.ts';
import { storageError } from './indexedDbError.ts';
import { type MessagesDatabase, type MessagesSchema, SCHEMA_VERSION, upgradeSchema } from './indexedDbSchema.ts';

/** A connection to a database that opens on first use, and again after it was closed. */
export interface DatabaseConnection {
  /**
   * Runs a function on the database; if the connection turns out to be closed, once more on a new one.
   * @throws FlowError `storage`, or `outdated` where the database is of a newer version.
   */
  run<T>(doing: 'read' | 'write', work: (database: MessagesDatabase) => Promise<T>): Promise<T>;
  /** Calls back when a newer version takes over the open database. Returns a function that unsubscribes. */
  readonly onOutdated: (listener: () => void) => () => void;
}

/** One opening of the database; it is dropped when the connection closes. */
interface Attempt {
  /** Rejects while other tabs block the opening, and resolves once they do not. */
  database: Promise<MessagesDatabase>;
}

/** @param version of the schema; a different one than the default is for tests of an upgrade. */
export function createDatabaseConnection(name: string, version: number = SCHEMA_VERSION): DatabaseConnection {
  let current: Attempt | undefined;
  const listeners = new Set<() => void>();

  function connect(): Attempt {
    if (current !== undefined) return current;
    const forget = (): void => {
      if (current === attempt) current = undefined;
    };
    const database = new Promise<MessagesDatabase>((resolve, reject) => {
      const begin = async (): Promise<void> => {
        try {
          const opened = await open(name, version, { closed: forget, refuse: reject, outdated: tellOutdated });
          attempt.database = Promise.resolve(opened);
          resolve(opened);
        } catch (error) {
          forget();
          reject(storageError(error, 'open'));
        }
      };
      void begin();
    });
    const attempt: Attempt = { database };
    current = attempt;
    return attempt;
  }

  function tellOutdated(): void {
    for (const listener of listeners) listener();
  }

  async function runOnce<T>(work: (database: MessagesDatabase) => Promise<T>): Promise<T> {
    const attempt = connect();
    const database = await attempt.database;
    try {
      return await work(database);
    } catch (error) {
      const closedUnderUs = current !== attempt;
      if (!closedUnderUs && !isClosed(error)) throw error;
      if (!closedUnderUs) current = undefined;
      return work(await connect().database);
    }
  }

  return {
    run: (doing, work) =>
      runOnce(work).catch((error: unknown) => {
        throw storageError(error, doing);
      }),
    onOutdated(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

interface OpenListener {
  /** The connection can no longer be used. */
  readonly closed: () => void;
  /** The opening has to wait for another tab. */
  readonly refuse: (reason: FlowError) => void;
  /** A newer version of the application upgrades the database. */
  readonly outdated: () => void;
}

async function open(
  name: string,
  version: number,
  { closed, refuse, outdated }: OpenListener,
): Promise<MessagesDatabase> {
  const database: MessagesDatabase = await openDB<MessagesSchema>(name, version, {
    upgrade: upgradeSchema,
    blocked() {
      const problem = 'Another tab holds an older version of the database open: close or reload that tab.';
      refuse(new FlowError('storage', problem));
    },
    // A different tab wants to upgrade or delete the database, which requires that this connection closes.
    blocking(_, newVersion) {
      database.close();
      closed();
      // Without a version, the database is deleted.
      if (newVersion !== null) outdated();
    },
    terminated: closed,
  });
  return database;
}

/** Whether an error means that the connection was closed without a response. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidStateError';
}
