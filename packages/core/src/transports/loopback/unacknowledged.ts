import type { Device } from './device.ts';
import type { EventFrame } from './frames.ts';

/** Messages that went to a device and that it has not acknowledged: the device may have died with them. */
export interface Unacknowledged {
  add(device: Device, frame: EventFrame): void;
  acknowledged(device: Device, peer: string, messageId: string): void;
  /** Takes out all of a device, oldest first. */
  take(device: Device): EventFrame[];
}

/** More than this many are not remembered, for a recipient that never acknowledges. */
const MOST = 1_000;

export function createUnacknowledged(): Unacknowledged {
  const byDevice = new WeakMap<Device, Map<string, EventFrame>>();

  return {
    add(device, frame) {
      // A message whose answer is held fails when the device goes without one, and its sender tries again.
      if (frame.event.type !== 'message' || frame.event.message.answerHeld === true) return;
      const own = byDevice.get(device) ?? new Map<string, EventFrame>();
      byDevice.set(device, own.set(keyOf(frame.peer, frame.event.message.messageId), frame));
      const oldest = own.keys().next();
      if (own.size > MOST && oldest.done !== true) own.delete(oldest.value);
    },
    acknowledged(device, peer, messageId) {
      byDevice.get(device)?.delete(keyOf(peer, messageId));
    },
    take(device) {
      const own = byDevice.get(device);
      byDevice.delete(device);
      return Array.from(own?.values() ?? []);
    },
  };
}

function keyOf(peer: string, messageId: string): string {
  return JSON.stringify([peer, messageId]);
}
