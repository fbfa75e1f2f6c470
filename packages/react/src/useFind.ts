'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { createFinder, type FindState } from './finder.ts';
import { useFlow } from './useFlow.ts';

/** A search in a conversation, and its matches so far. */
export interface Find extends FindState {
  /** Looks for a text. Case, accents and the width of characters do not count. A blank one ends the search. */
  readonly find: (query: string) => void;
  /** Makes the next older match the current one; after the oldest one, the newest. */
  readonly next: () => void;
  /** Makes the next newer match the current one; after the newest one, the oldest. */
  readonly previous: () => void;
}

/**
 * Finds messages by their text, without loading them: in the loaded messages, in the storage, and on a server that can
 * search (`historySearch`). The newest match comes first. The matches follow messages that are added, changed or removed; a
 * text that was retracted or replaced by an edit is not found.
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
