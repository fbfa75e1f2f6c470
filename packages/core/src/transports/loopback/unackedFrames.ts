/** The frames that the loopback server has sent and that no device has acknowledged. */

import type { OutgoingNotification } from '../../ports/transport.ts';
import type { Device } from './device.ts';
import type { EventFrame } from './frames.ts';

type Outcome = OutgoingNotification['outcome'] | undefined;

/** The frames that a device has not acknowledged. If the device crashes, the server delivers them again. */
export interface UnackedFrames {
  add(device: Device, frame: EventFrame): void;
  /** @param outcome of a notification; undefined for a message. */
  acknowledged(device: Device, peer: string, messageId: string, outcome: Outcome): void;
  /** Removes a frame that did not reach the device. */
  forget(device: Device, frame: EventFrame): void;
  /** Removes and returns all frames of a device, oldest first. */
  take(device: Device): EventFrame[];
}

/** The largest number of frames for one device: an application may never acknowledge. */
const MAX_FRAMES = 1_000;

export function createUnackedFrames(): UnackedFrames {
  const byDevice = new WeakMap<Device, Map<string, EventFrame>>();

  return {
    add(device, frame) {
      const key = keyOfFrame(frame);
      if (key === undefined) return;
      const own = byDevice.get(device) ?? new Map<string, EventFrame>();
      byDevice.set(device, own.set(key, frame));
      const oldest = own.keys().next();
      if (own.size > MAX_FRAMES && oldest.done !== true) own.delete(oldest.value);
    },
    acknowledged(device, peer, messageId, outcome) {
      byDevice.get(device)?.delete(keyOf(peer, messageId, outcome));
    },
    forget(device, frame) {
      const key = keyOfFrame(frame);
      if (key !== undefined) byDevice.get(device)?.delete(key);
    },
    take(device) {
      const own = byDevice.get(device);
      byDevice.delete(device);
      return Array.from(own?.values() ?? []);
    },
  };
}

function keyOfFrame({ peer, event }: EventFrame): string | undefined {
  if (event.type === 'notification') return keyOf(peer, event.messageId, event.outcome);
  if (event.type === 'operation') return keyOf(peer, event.operation.id, undefined);
  // A message with a deferred response fails when the device leaves without a report, and its sender retries.
  if (event.type !== 'message' || event.message.responsePending === true) return undefined;
  return keyOf(peer, event.message.messageId, undefined);
}

function keyOf(peer: string, messageId: string, outcome: Outcome): string {
  return JSON.stringify([peer, messageId, outcome]);
}
