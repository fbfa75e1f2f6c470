'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { createFinder, type FindState } from './finder.ts';
import { useFlow } from './useFlow.ts';

/** A search in a conversation, and its matches so far. */
export interface Find extends FindState {
  /** Looks for a text. Case, accents and the width of characters do not count. A blank one ends the search. */
  readonly find: (query: string) => void;
  /** Goes to the next older match, after the oldest one to the newest. */
  readonly next: () => void;
  /** Goes to the next newer match, after the newest one to the oldest. */
  readonly previous: () => void;
}

/**
 * Finds messages by their text: those that are loaded, those in the storage, and those that only the server has where it can
 * search (`historySearch`), without loading them. The newest match comes first. What comes, changes or goes is followed; a text that was retracted or edited away is not found.
 *
 * @param given the conversation. Default: that of the nearest `FlowProvider`.
 */
export function useFind(given?: InstantMessagingFlow): Find {
  const flow = useFlow(given);
  const finder = useMemo(() => createFinder(flow), [flow]);
  const state = useSyncExternalStore(finder.subscribe, finder.get, finder.get);
  useEffect(() => finder.attach(), [finder]);
  const { find, next, previous } = finder;
  return useMemo(() => ({ ...state, find, next, previous }), [state, find, next, previous]);
}
