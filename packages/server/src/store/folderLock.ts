/** A lock file that keeps two processes out of one database folder. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlowError } from '@imflow/core';

/**
 * Locks a folder for this process. A lock that a killed process left behind is taken over.
 * @returns a function that releases the lock.
 * @throws FlowError `storage` if a different running process holds the lock.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'imflow.lock');
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch {
    const owner = ownerOf(file);
    if (owner !== undefined && owner !== process.pid && isRunning(owner)) {
      throw new FlowError('storage', `The folder ${folder} is used by the process ${owner}: stop it first.`);
    }
    writeFileSync(file, String(process.pid));
  }
  return () => rmSync(file, { force: true });
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
