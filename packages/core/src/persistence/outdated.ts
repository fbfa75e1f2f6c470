import type { EngineState } from '../engine/state.ts';

/** Whether a newer version of the application has upgraded the storage, so that this page cannot write to it. */
export function isOutdatedPage({ storageError }: Pick<EngineState, 'storageError'>): boolean {
  return storageError?.code === 'outdated';
}
