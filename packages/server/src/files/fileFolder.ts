/**
 * Files in a folder. Each has a folder of its own, `files/OWNER/FILE` with `content` and `about.json`, which is written
 * under `incoming` and renamed when it is complete: other nodes and later starts see it as a whole or not at all.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileKey, ownerKey } from './fileKey.ts';
import { createUsage } from './usage.ts';

/** What the server knows of a file. */
export interface FileRecord {
  readonly uploader: string;
  readonly recipient: string;
  readonly name: string;
  /** The media type as the uploader gave it. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Differs for each upload: the entity tag. */
  readonly tag: string;
}

/** A folder of files. Every method rejects with the error of the file system. */
export interface FileFolder {
  /** Creates the folder. Resolves with the secret that signs addresses, the same for each node and start. */
  open(): Promise<Buffer>;
  find(key: FileKey): Promise<FileRecord | undefined>;
  /** Where the content of a file is, from `root`. */
  readonly root: string;
  contentPath(key: FileKey): string;
  /**
   * Stores a file, unless there is one with the key. Rejects, and leaves nothing, when the content fails or has another
   * size. Resolves with false if a complete file was there.
   */
  store(key: FileKey, record: FileRecord, content: AsyncIterable<Uint8Array>): Promise<boolean>;
  /** The bytes that the files of an owner take. */
  usage(owner: string): Promise<number>;
  delete(key: FileKey): Promise<void>;
  deleteUser(user: string): Promise<void>;
  /** Deletes files that were stored before a time, in ms since the epoch. */
  deleteBefore(at: number): Promise<void>;
  /** Removes incomplete files that nothing was added to since a time, in ms since the epoch. */
  removeAbandoned(before: number): Promise<void>;
}

const CONTENT = 'content';
const RECORD = 'about.json';
/** Only the user of the process reads them. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export function createFileFolder(folder: string): FileFolder {
  const incoming = join(folder, 'incoming');
  const root = join(folder, 'files');
  const usage = createUsage((owner) => join(root, owner), CONTENT);

  const pathOf = ({ owner, file }: FileKey): string => join(root, owner, file);

  /** Writes something under a name of its own, and gives it its final name. Resolves with false where that is taken. */
  async function place(target: string, fill: (part: string) => Promise<void>): Promise<boolean> {
    const part = join(incoming, randomUUID());
    await mkdir(part, { mode: FOLDER_MODE });
    try {
      await fill(part);
      await rename(part, target);
      return true;
    } catch (error) {
      if (isTaken(error) && (await exists(target))) return false;
      throw error;
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  }

  async function remove(path: string): Promise<void> {
    const part = join(incoming, randomUUID());
    // The rename removes it at once for all readers; the deletion takes longer.
    await rename(path, part).catch(ignoreMissing);
    await rm(part, { recursive: true, force: true });
  }

  async function openSecret(): Promise<Buffer> {
    const signing = join(folder, 'signing');
    const secretPath = join(signing, 'secret');
    if (!(await exists(secretPath))) {
      // Of two nodes that begin at the same moment the secret of one counts.
      await place(signing, (part) => write(join(part, 'secret'), randomBytes(32).toString('hex')));
    }
    return Buffer.from(await readFile(secretPath, 'utf8'), 'hex');
  }

  return {
    root,
    async open() {
      for (const path of [incoming, root]) await mkdir(path, { recursive: true, mode: FOLDER_MODE });
      return openSecret();
    },
    async find(key) {
      try {
        return JSON.parse(await readFile(join(pathOf(key), RECORD), 'utf8')) as FileRecord;
      } catch (error) {
        return ignoreMissing(error);
      }
    },
    contentPath: ({ owner, file }) => `${owner}/${file}/${CONTENT}`,
    async store(key, record, content) {
      const owner = join(root, key.owner);
      await mkdir(owner, { recursive: true, mode: FOLDER_MODE });
      const isNew = await place(pathOf(key), async (part) => {
        await writeContent(join(part, CONTENT), content, record.size);
        await write(join(part, RECORD), JSON.stringify(record));
      });
      await syncFolder(owner);
      return isNew;
    },
    usage: (owner) => usage.of(owner),
    delete: (key) => remove(pathOf(key)),
    deleteUser: (user) => remove(join(root, ownerKey(user))),
    async deleteBefore(at) {
      for (const owner of await list(root)) {
        for (const file of await list(join(root, owner))) {
          const path = join(root, owner, file);
          if ((await modifiedAt(join(path, RECORD))) < at) await remove(path);
        }
      }
    },
    async removeAbandoned(before) {
      for (const name of await list(incoming)) {
        const part = join(incoming, name);
        const last = Math.max(await modifiedAt(part, 0), await modifiedAt(join(part, CONTENT), 0));
        if (last < before) await rm(part, { recursive: true, force: true });
      }
    },
  };
}

/** Writes what arrives. Unlike a stream, it leaves the request open when the disk fails, so that it can be answered. */
async function writeContent(path: string, content: AsyncIterable<Uint8Array>, size: number): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    let written = 0;
    for await (const chunk of content) {
      await file.writeFile(chunk);
      written += chunk.byteLength;
    }
    if (written !== size) throw new Error(`The file has ${written} bytes instead of ${size}.`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function write(path: string, text: string): Promise<void> {
  return writeFile(path, text, { flag: 'wx', mode: FILE_MODE, flush: true });
}

/** Makes a new name survive a power failure, where the system supports that. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // Windows does not open folders.
  }
}

async function list(path: string): Promise<string[]> {
  return (await readdir(path).catch(ignoreMissing)) ?? [];
}

/** @param missing is returned where there is nothing. */
async function modifiedAt(path: string, missing = Infinity): Promise<number> {
  return (await stat(path).catch(ignoreMissing))?.mtimeMs ?? missing;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(ignoreMissing)) !== undefined;
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** Windows reports EPERM. */
function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
