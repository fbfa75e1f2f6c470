import type { Clock } from '@imflow/core';
import type { BroadcastChannelLike } from '@imflow/core/transports';

/** Broadcast channels in virtual time: every other open channel receives a copy, in order, 1 ms later. */
export interface ChannelBus {
  create(): BroadcastChannelLike;
  onPost(listener: (data: unknown) => void): void;
}

export function createChannelBus(clock: Clock): ChannelBus {
  const members = new Set<(data: unknown) => void>();
  const observers: ((data: unknown) => void)[] = [];
  return {
    create() {
      const listeners: ((event: { readonly data: unknown }) => void)[] = [];
      const receive = (data: unknown): void => {
        for (const listener of listeners) listener({ data });
      };
      members.add(receive);
      return {
        addEventListener(type, listener) {
          if (type === 'message') listeners.push(listener);
        },
        postMessage(data) {
          if (!members.has(receive)) return;
          for (const observer of observers) observer(data);
          for (const member of members) {
            if (member === receive) continue;
            const copy: unknown = structuredClone(data);
            clock.setTimer(() => members.has(member) && member(copy), 1);
          }
        },
        close: () => void members.delete(receive),
      };
    },
    onPost: (listener) => void observers.push(listener),
  };
}
