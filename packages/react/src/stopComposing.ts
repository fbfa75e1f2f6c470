import type { InstantMessagingFlow } from '@imflow/core';

/** Sets local composing to idle, if `allowExplicitIdle` permits; otherwise it reverts automatically. Never throws. */
export function stopComposing(flow: InstantMessagingFlow): void {
  if (flow.store.getState().localComposingState === 'idle') return;
  try {
    flow.setLocalComposingState('idle');
  } catch {
    // `allowExplicitIdle: false`.
  }
}
