/** How many bytes the files of a user take. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Counts the bytes of files. */
export interface Usage {
  of(owner: string): Promise<number>;
}

/** The least that a file counts as: a block of the disk. */
const MIN_FILE_BYTES = 4_096;
/** How many users are remembered. */
const MAX_REMEMBERED = 10_000;
/** How many files are asked for their size at once. */
const CONCURRENCY = 16;

/**
 * Lists the files of an owner each time, since other nodes add some, but asks for each size once: a file never changes.
 * @param content is the name of the content within the folder of a file.
 */
export function createUsage(folderOf: (owner: string) => string, content: string): Usage {
  const remembered = new Map<string, ReadonlyMap<string, number>>();

  return {
    async of(owner) {
      const folder = folderOf(owner);
      const known = remembered.get(owner);
      const sizes = new Map<string, number>();
      const waiting = (await readdir(folder).catch(() => [])).values();
      const work = async (): Promise<void> => {
        for (const file of waiting) sizes.set(file, known?.get(file) ?? (await sizeOf(join(folder, file, content))));
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, work));
      remembered.delete(owner);
      remembered.set(owner, sizes);
      const [oldest] = remembered.keys();
      if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
      return Array.from(sizes.values()).reduce((sum, size) => sum + size, 0);
    },
  };
}

/** The bytes that a file of this size counts as. */
export function diskBytes(size: number): number {
  return Math.max(MIN_FILE_BYTES, size);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return diskBytes((await stat(path)).size);
  } catch {
    // It was deleted meanwhile.
    return 0;
  }
}
