import type { TransportCapabilities } from '../ports/transport.ts';

/**
 * The capabilities of the transports within one browser; each adds whether it stores messages for users who are away.
 */
export const pageCapabilities: TransportCapabilities = {
  deliveryNotifications: true,
  displayedNotifications: 'up-to',
  operations: { edit: 'any', retract: true, react: 'many', reply: true },
  composing: { refresh: 3_000, expiry: 7_000, announce: false },
};
