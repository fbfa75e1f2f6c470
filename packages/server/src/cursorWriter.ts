/** Saves the cursors of devices, some time after they have moved. */

import { createGroupCommit } from './groupCommit.ts';
import type { Cursor, Store } from './store/store.ts';

/** How long a cursor that moves may wait to be saved, in ms. */
const MAX_DELAY = 1_000;

/**
 * Saves cursors that move, each at most once a second however often it moves. A killed server loses the waiting
 * cursors: it then sends entries again that clients recognise.
 */
export interface CursorWriter {
  save(cursor: Cursor): void;
  /** Resolves once the cursors of a user are saved, so that the next read contains them. */
  settle(user: string): Promise<void>;
  /** Saves the waiting cursors now. Resolves once they are saved. */
  flush(): Promise<void>;
}

/** @param failed is called with the error of a store that did not save cursors; they are not tried again. */
export function createCursorWriter(store: Pick<Store, 'saveCursors'>, failed: (error: unknown) => void): CursorWriter {
  /** By user, then by device and conversation. */
  let waiting = new Map<string, Map<string, Cursor>>();
  let timer: NodeJS.Timeout | undefined;
  /** Users whose cursors are being saved. */
  const saving = new Map<string, number>();

  const commits = createGroupCommit<readonly Cursor[], void>({
    maxItems: 1_000,
    async commit(batches) {
      await store.saveCursors(batches.flat());
      return batches.map(() => undefined);
    },
  });

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const users = waiting;
    waiting = new Map();
    if (users.size === 0) {
      await commits.idle();
      return;
    }
    count(users.keys(), 1);
    try {
      await commits.add(Array.from(users.values()).flatMap((own) => Array.from(own.values())));
    } catch (error) {
      failed(error);
    } finally {
      count(users.keys(), -1);
    }
  }

  function count(users: Iterable<string>, change: number): void {
    for (const user of users) {
      const left = (saving.get(user) ?? 0) + change;
      if (left === 0) saving.delete(user);
      else saving.set(user, left);
    }
  }

  return {
    save(cursor) {
      const own = waiting.get(cursor.user) ?? new Map<string, Cursor>();
      waiting.set(cursor.user, own);
      const key = JSON.stringify([cursor.device, cursor.conversation]);
      if ((own.get(key)?.position ?? -1) < cursor.position) own.set(key, cursor);
      timer ??= setTimeout(() => void flush(), MAX_DELAY);
    },
    async settle(user) {
      if (waiting.has(user)) await flush();
      else if (saving.has(user)) await commits.idle();
    },
    flush,
  };
}
