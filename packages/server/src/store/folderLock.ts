/** A lock file that keeps two servers out of one database folder. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FlowError } from '@imflow/core';

/** The lock files that this process holds. Its number in a file does not prove that: systems use numbers again. */
const held = new Set<string>();

/**
 * Locks a folder for this process. A lock that a killed process left behind is taken over.
 * @returns a function that releases the lock.
 * @throws FlowError `storage` if this process or a different running process holds the lock.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = resolve(join(folder, 'imflow.lock'));
  if (held.has(file)) {
    throw new FlowError('storage', `The folder ${folder} is used by a server of this process: close it first.`);
  }
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch {
    const owner = ownerOf(file);
    if (owner !== undefined && owner !== process.pid && isRunning(owner)) {
      throw new FlowError('storage', `The folder ${folder} is used by the process ${owner}: stop it first.`);
    }
    writeFileSync(file, String(process.pid));
  }
  held.add(file);
  return () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
}

function ownerOf(file: string): number | undefined {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // It runs under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
