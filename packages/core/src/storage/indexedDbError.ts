/** Explains failures of IndexedDB as a FlowError. */

import { FlowError } from '../errors/FlowError.ts';

const QUOTA = 'The browser has no room left for messages (quota): free some space or delete old conversations.';
const UNAVAILABLE = 'IndexedDB is unavailable here: private mode, a setting that blocks it, or no browser.';
const NEWER = 'The database has a newer version than this page: reload the page.';

/** Errors by which browsers report that a page may not use IndexedDB. */
const UNAVAILABLE_NAMES: ReadonlySet<string> = new Set(['SecurityError', 'NotAllowedError', 'InvalidStateError']);

/** Converts a failure of IndexedDB into a FlowError that explains it. */
export function storageError(cause: unknown, doing: 'open' | 'read' | 'write'): FlowError {
  if (cause instanceof FlowError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'VersionError') return new FlowError('outdated', NEWER, { cause });
  return new FlowError('storage', explain(name, doing), { cause });
}

function explain(name: string, doing: 'open' | 'read' | 'write'): string {
  if (name === 'QuotaExceededError') return QUOTA;
  // A host without IndexedDB throws a ReferenceError, or a TypeError where it is undefined.
  const missing = name === 'ReferenceError' || (doing === 'open' && name === 'TypeError');
  if (missing || (doing === 'open' && UNAVAILABLE_NAMES.has(name))) return UNAVAILABLE;
  return `IndexedDB could not ${doing === 'open' ? 'open the database' : `${doing} messages`}${name === '' ? '' : ` (${name})`}.`;
}
