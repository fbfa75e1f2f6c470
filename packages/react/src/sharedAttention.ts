/** Shares between the tabs of one browser whether the user looks at one of them. */

import { watchAttention } from './attention.ts';

/** The used part of Web Locks (W3C). The browser releases the locks of a tab when the tab ends, however it ends. */
function lockManager(): LockManager | undefined {
  return globalThis.navigator?.locks;
}

/**
 * Tells the other tabs of this browser while the user looks at this one, by a shared lock of a name. Returns a function
 * that stops. Where the browser has no Web Locks, or refuses them, tabs do not share their attention.
 */
export function shareAttention(name: string): () => void {
  let release: (() => void) | undefined;
  const stop = watchAttention((attentive) => {
    release?.();
    release = undefined;
    if (!attentive) return;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    try {
      void lockManager()
        ?.request(name, { mode: 'shared' }, () => held)
        .catch(() => {});
    } catch {
      // A page of an opaque origin has no locks.
    }
  });
  return () => {
    stop();
    release?.();
  };
}

/** Whether the user looks at a tab that shares its attention by this name. False where that cannot be known. */
export async function isAttended(name: string): Promise<boolean> {
  try {
    const { held = [] } = (await lockManager()?.query()) ?? {};
    return held.some((lock) => lock.name === name);
  } catch {
    return false;
  }
}
