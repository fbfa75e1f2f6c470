import type { InstantMessagingFlow } from '@imflow/core';

/** Takes local composing back, where that is allowed (`allowExplicitIdle`); else it reverts automatically. Never throws. */
export function stopComposing(flow: InstantMessagingFlow): void {
  if (flow.store.getState().localComposingState === 'idle') return;
  try {
    flow.setLocalComposingState('idle');
  } catch {
    // `allowExplicitIdle: false`.
  }
}
