import type { Transport } from '../ports/transport.ts';

/**
 * Counts the flows of each transport: the first one connects it, and the last one disconnects it.
 */
const references = new WeakMap<Transport, number>();

export function acquireTransport(transport: Transport): void {
  const count = references.get(transport) ?? 0;
  references.set(transport, count + 1);
  if (count === 0) transport.connect();
}

export function releaseTransport(transport: Transport): void {
  const count = references.get(transport) ?? 0;
  references.set(transport, count - 1);
  if (count === 1) transport.disconnect();
}
