import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChatServer, createChatServer, createMemoryStore } from '@imflow/server';
import { createPgliteStore } from '@imflow/server/pglite';

/** Normalises a name, so that different spellings are the same person. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,64}$/u;

/**
 * The chat server behind `/server`. It accepts every name without a password.
 * @param folder for messages and files. Default: they end with the process.
 */
export function createDemoChat(folder?: string): ChatServer {
  return createChatServer({
    files: { folder: folder === undefined ? temporaryFolder() : `${folder}-files` },
    store: folder === undefined ? createMemoryStore() : createPgliteStore({ folder }),
    authenticate({ token }) {
      const name = token.trim().normalize('NFC').toLowerCase();
      return NAME.test(name) ? name : undefined;
    },
  });
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imflow-files-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
