/** The responses that the loopback server defers until the recipient's application reports an outcome. */

import type { Device } from './device.ts';
import type { ServerAnswer } from './frames.ts';

/** The device that waits for the response to a message. */
export interface Requester {
  readonly device: Device;
  readonly request: number;
  /** The recipient of the message. */
  readonly peer: string;
  readonly messageId: string;
}

/** Responses that wait for the report of the recipient's application. */
export interface DeferredResponses {
  hold(key: string, asker: Requester, holders: readonly Device[]): void;
  /** The same message was sent again: the response goes to the new request. Returns false if none is deferred. */
  redirect(key: string, asker: Requester): boolean;
  /** Sends the response. Returns false if none is deferred. */
  settle(key: string, answer: ServerAnswer): boolean;
  /** A device that deferred its response disconnected. If no other device remains, the sender may retry later. */
  leave(device: Device): void;
}

/** @param give sends the response, once for each deferred message. */
export function createDeferredResponses(
  give: (key: string, asker: Requester, answer: ServerAnswer) => void,
): DeferredResponses {
  const held = new Map<string, { asker: Requester; readonly holders: Set<Device> }>();

  function settle(key: string, answer: ServerAnswer): boolean {
    const entry = held.get(key);
    if (entry === undefined) return false;
    held.delete(key);
    give(key, entry.asker, answer);
    return true;
  }

  return {
    hold(key, asker, holders) {
      held.set(key, { asker, holders: new Set(holders) });
    },
    redirect(key, asker) {
      const entry = held.get(key);
      if (entry === undefined) return false;
      entry.asker = asker;
      return true;
    },
    settle,
    leave(device) {
      for (const [key, { holders }] of Array.from(held)) {
        if (holders.delete(device) && holders.size === 0) settle(key, { taken: false, code: 480, retryable: true });
      }
    },
  };
}
