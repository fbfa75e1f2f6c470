/** The offline queue of a recipient. */

import type { EventFrame } from './frames.ts';

/** The offline queue of a recipient, oldest first. */
export interface OfflineQueue {
  add(frame: EventFrame): void;
  /** Removes and returns the frames of the matching conversations; messages are marked as stored. */
  take(matches: (peer: string) => boolean): EventFrame[];
}

export function createOfflineQueue(): OfflineQueue {
  let frames: EventFrame[] = [];
  return {
    add(frame) {
      frames.push(frame);
    },
    take(matches) {
      const taken = frames.filter((frame) => matches(frame.peer));
      if (taken.length > 0) frames = frames.filter((frame) => !matches(frame.peer));
      return taken.map(fromStore);
    },
  };
}

/** Whether the server stores such an event for users who are away. Composing and presence are about the moment only. */
export function isKept({ event }: EventFrame): boolean {
  return event.type === 'message' || event.type === 'operation' || event.type === 'notification';
}

function fromStore(frame: EventFrame): EventFrame {
  const { event } = frame;
  if (event.type === 'operation') {
    return { ...frame, event: { ...event, operation: { ...event.operation, fromHistory: true } } };
  }
  if (event.type !== 'message') return frame;
  return { ...frame, event: { ...event, message: { ...event.message, fromHistory: true, responsePending: false } } };
}
