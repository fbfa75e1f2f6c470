import { type ReactElement, useSyncExternalStore } from 'react';

/** Renders a content type of the application whose text arrives in parts, outside of the engine. */
export const GROWING = 'text/x-growing';

let grown = '';
const listeners = new Set<() => void>();

export function setGrown(text: string): void {
  grown = text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Growing(): ReactElement {
  return <span style={{ whiteSpace: 'pre-wrap' }}>{useSyncExternalStore(subscribe, () => grown)}</span>;
}
