import type { EngineState } from '../engine/state.ts';

/** Whether a newer version of the application has taken over the storage, so that this page can keep nothing. */
export function isOutdatedPage({ storageError }: Pick<EngineState, 'storageError'>): boolean {
  return storageError?.code === 'outdated';
}
