/** Saves the session over a reload. */

import type { SavedReread } from './archiveRereads.ts';
import type { SessionStore } from './options.ts';

/** The stored part of a session. */
export interface SavedSession {
  /** The resource that the server knows this tab by. Absent where only the position is known, as in a new tab. */
  readonly resource?: string;
  /** The id by which the session can be resumed, and the number of its handled stanzas. */
  readonly resumable?: string;
  readonly handled?: number;
  /** The last archive position up to which everything is stored. */
  readonly position?: string;
  /**
   * A position of some minutes before, from which a new session reads: a server may archive late what it held for the
   * sessions of pages that were closed.
   */
  readonly overlapping?: string;
  /** When the archive is to be read again, from where. */
  readonly rereads?: readonly SavedReread[];
}

/** The most readings that are loaded from a store, which other code may have written. */
const MAX_REREADS = 100;

/** Loads the valid parts of the saved session; a store that throws counts as empty. */
export function loadSession(store: SessionStore | undefined, address: string): SavedSession | undefined {
  try {
    const saved = JSON.parse(store?.load() ?? 'null') as Record<string, unknown> | null;
    const { resource, resumable, handled, position, overlapping, rereads } = saved ?? {};
    if (saved?.['address'] !== address) return undefined;
    const hasResource = typeof resource === 'string' && resource !== '';
    return {
      ...(hasResource ? { resource } : {}),
      ...(hasResource && typeof resumable === 'string' && Number.isSafeInteger(handled)
        ? { resumable, handled: Number(handled) }
        : {}),
      ...(typeof position === 'string' ? { position } : {}),
      ...(typeof overlapping === 'string' ? { overlapping } : {}),
      rereads: Array.isArray(rereads) ? rereads.filter(isReread).slice(0, MAX_REREADS) : [],
    };
  } catch {
    return undefined;
  }
}

function isReread(value: unknown): value is SavedReread {
  const { delay, from, begun, due } = (value ?? {}) as Record<string, unknown>;
  return typeof from === 'string' && [delay, begun, due].every(Number.isFinite) && Number(delay) > 0;
}

export function saveSession(store: SessionStore | undefined, address: string, session: SavedSession | undefined): void {
  try {
    store?.save(session && JSON.stringify({ address, ...session }));
  } catch {
    // The store is full or forbidden: a reload then begins a new session.
  }
}
