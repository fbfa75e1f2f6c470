/** A file store in the browser's IndexedDB. */

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { FlowError } from '../errors/FlowError.ts';
import type { FileStore } from '../ports/files.ts';

interface FileRow {
  readonly conversation: string;
  readonly id: string;
  readonly at: number;
  readonly type: string;
  /** The stored file, or its bytes where the browser stores no files. */
  readonly content: Blob | ArrayBuffer;
}

interface FilesSchema extends DBSchema {
  files: {
    key: [conversation: string, id: string];
    value: FileRow;
    indexes: { at: [conversation: string, at: number] };
  };
}

/** Options of the file store. */
export interface IndexedDbFileStoreOptions {
  /** Name of the database. Default `imflow-files`. */
  readonly name?: string;
}

/**
 * A file store that lasts over reloads, in the browser's IndexedDB; the tabs of one origin share it by its name. It opens
 * the database when it is first used. It is a database of its own, so that an application without files has none.
 *
 * Its methods reject with a FlowError `storage`, which says whether the disk is full.
 * @throws FlowError `invalid-argument` for an empty name.
 */
export function createIndexedDbFileStore({ name = 'imflow-files' }: IndexedDbFileStoreOptions = {}): FileStore {
  if (typeof name !== 'string' || name === '') {
    throw new FlowError('invalid-argument', 'name must be a non-empty string.');
  }
  let opened: Promise<IDBPDatabase<FilesSchema>> | undefined;

  function forget(): void {
    opened = undefined;
  }

  function open(): Promise<IDBPDatabase<FilesSchema>> {
    opened ??= openDB<FilesSchema>(name, 1, {
      upgrade(database) {
        const files = database.createObjectStore('files', { keyPath: ['conversation', 'id'] });
        files.createIndex('at', ['conversation', 'at']);
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opened;
  }

  /** Repeats the call once if the connection turns out to be closed. */
  async function run<T>(work: (database: IDBPDatabase<FilesSchema>) => Promise<T>): Promise<T> {
    try {
      return await work(await open()).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'InvalidStateError')) throw error;
        forget();
        return open().then(work);
      });
    } catch (cause) {
      throw fileStoreError(cause);
    }
  }

  return {
    put: (conversation, id, file, at) =>
      run(async (database) => {
        const row = { conversation, id, at, type: file.type };
        try {
          await write(database, { ...row, content: file });
        } catch (error) {
          // In a private session, WebKit stores no Blob, but stores its bytes.
          if (isFull(error)) throw error;
          await write(database, { ...row, content: await file.arrayBuffer() });
        }
      }),
    get: (conversation, id) =>
      run(async (database) => {
        const row = await database.get('files', [conversation, id]);
        return row && new Blob([row.content], { type: row.type });
      }),
    delete: (conversation, ids) =>
      run(async (database) => {
        const transaction = database.transaction('files', 'readwrite');
        await Promise.all([...ids.map((id) => transaction.store.delete([conversation, id])), transaction.done]);
      }),
    list: (conversation, before) =>
      run(async (database) => {
        const range = IDBKeyRange.bound([conversation], [conversation, before], false, true);
        const keys = await database.getAllKeysFromIndex('files', 'at', range);
        return keys.map(([, id]) => id);
      }),
  };
}

async function write(database: IDBPDatabase<FilesSchema>, row: FileRow): Promise<void> {
  const transaction = database.transaction('files', 'readwrite', { durability: 'strict' });
  await Promise.all([transaction.store.put(row), transaction.done]);
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

function fileStoreError(cause: unknown): FlowError {
  const problem = isFull(cause)
    ? 'The browser has no room left for the file (quota).'
    : 'The browser cannot store files here.';
  return new FlowError('storage', problem, { cause });
}
