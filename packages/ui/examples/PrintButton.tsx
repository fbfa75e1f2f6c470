import { useFlow } from '@imflow/react';
import type { ReactElement } from 'react';

/** Prints the whole conversation, with the messages that are not loaded yet. */
export function PrintButton(): ReactElement {
  const flow = useFlow();

  async function print(): Promise<void> {
    while (flow.store.getState().history.hasOlder && !flow.store.getState().history.failed) await flow.loadOlder();
    // The list renders the loaded messages in the next frame.
    requestAnimationFrame(() => setTimeout(() => window.print()));
  }

  return (
    <button type="button" onClick={() => void print()}>
      Print
    </button>
  );
}
