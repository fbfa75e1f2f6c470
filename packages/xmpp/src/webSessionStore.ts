/** Keeps the session in the page's storage. */

import { bareOf, isBareAddress } from './address.ts';
import type { SessionStore } from './options.ts';

/**
 * Keeps a session in the page's storage: the session itself for this tab, over a reload (`sessionStorage`), and the
 * archive position for all later tabs (`localStorage`), so that the next tab reads the messages that were missed while no
 * tab was open. Use it together with a storage of messages that the tabs share.
 * @param name names the account, such as its address, in any spelling.
 */
export function createWebSessionStore(name: string): SessionStore {
  const key = `imflow:xmpp:${isBareAddress(name) ? bareOf(name) : name}`;
  // Each storage may be full or forbidden on its own.
  return {
    load: () =>
      attempt(() => globalThis.sessionStorage.getItem(key)) ??
      attempt(() => globalThis.localStorage.getItem(key)) ??
      undefined,
    save(session) {
      const isSaved = attempt(() => {
        if (session !== undefined) globalThis.sessionStorage.setItem(key, session);
        return session !== undefined;
      });
      // An older session would hide the newer position.
      if (isSaved !== true) attempt(() => globalThis.sessionStorage.removeItem(key));
      const { address, position, overlapping, rereads } = JSON.parse(session ?? '{}') as Readonly<
        Record<string, unknown>
      >;
      if (position === undefined) return;
      attempt(() => globalThis.localStorage.setItem(key, JSON.stringify({ address, position, overlapping, rereads })));
    },
  };
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
