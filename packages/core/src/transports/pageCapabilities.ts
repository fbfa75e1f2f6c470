import type { TransportCapabilities } from '../ports/transport.ts';

/** What the wires within one browser can do; each adds whether it keeps messages for the absent. */
export const pageCapabilities: TransportCapabilities = {
  deliveryNotifications: true,
  displayedNotifications: 'up-to',
  operations: { edit: 'any', retract: true, react: 'many', reply: true },
  composing: { refresh: 3_000, expiry: 7_000, announce: false },
};
