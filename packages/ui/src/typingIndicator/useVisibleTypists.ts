'use client';

/** Who is shown as typing, without flicker. */

import { type InstantMessagingFlow, useFlow } from '@imflow/react';
import { useEffect, useState } from 'react';

/** The time for which typing stays visible after the participant has stopped, in ms. */
const HIDE_DELAY = 1_000;

const NOBODY: readonly string[] = [];

/**
 * Returns the participants to show as typing: at once when typing begins, and a moment longer when it ends, unless a
 * message arrives or the connection is lost.
 */
export function useVisibleTypists(given?: InstantMessagingFlow): readonly string[] {
  const flow = useFlow(given);
  const [shown, setShown] = useState(() => flow.store.getState().remoteComposers);
  useEffect(() => watchTypists(flow, setShown), [flow]);
  return shown;
}

function isSame(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((address, index) => address === now[index]);
}

function watchTypists(flow: InstantMessagingFlow, show: (composers: readonly string[]) => void): () => void {
  let shown: readonly string[] | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const showNow = (composers: readonly string[]): void => {
    clearTimeout(timer);
    timer = undefined;
    // A pause that is shorter than the delay does not re-render the indicator.
    if (shown && isSame(shown, composers)) return;
    shown = composers;
    show(composers);
  };
  showNow(flow.store.getState().remoteComposers);
  const stop = flow.store.subscribe((now, before) => {
    const changed = now.remoteComposers !== before.remoteComposers;
    const replaced = now.connection !== 'online' || now.messageCount > before.messageCount;
    if (now.remoteComposers.length > 0) {
      if (changed) showNow(now.remoteComposers);
    } else if (replaced) {
      if (changed || timer !== undefined) showNow(NOBODY);
    } else if (changed) {
      clearTimeout(timer);
      timer = setTimeout(showNow, HIDE_DELAY, NOBODY);
    }
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
