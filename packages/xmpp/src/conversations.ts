/** The open channels, and the presence of participants. */

import type { ChannelEvent } from '@imflow/core';

/** One open channel. */
export interface OpenChannel {
  readonly receive: (event: ChannelEvent) => void;
}

/** More events than this do not wait for a channel; the archive has them. */
const MAX_WAITING = 500;

/** The open channels by the address of the participant, the messages that wait for a channel, and the presence. */
export interface Conversations {
  open(remote: string, channel: OpenChannel): void;
  close(remote: string, channel: OpenChannel): void;
  isOpen(remote: string, channel: OpenChannel): boolean;
  /** Whether any channel of a participant is open. */
  has(remote: string): boolean;
  /** Hands an event to all channels of a participant; messages and notifications wait for the first one. */
  emit(remote: string, event: ChannelEvent): void;
  /** Whether any device of a participant is available. */
  isThere(remote: string): boolean;
  /**
   * A device of a participant became available or unavailable (RFC 6121 section 4).
   * @param lastSeen when it became unavailable, in ms since the epoch, where that is known.
   */
  presence(remote: string, device: string, isThere: boolean, lastSeen?: number): void;
  /** A participant without an available device was last seen at this time, in ms since the epoch. */
  wasThere(remote: string, lastSeen: number): void;
  /** Emits the known presence again, after a resumed session. */
  repeatPresence(): void;
  /** Clears waiting messages and presence: a new session delivers them again. */
  forget(): void;
}

/** @param waits receives a participant whose first message waits for a channel. */
export function createConversations(waits?: (remote: string) => void): Conversations {
  const channels = new Map<string, Set<OpenChannel>>();
  const devices = new Map<string, Set<string>>();
  const lastSeen = new Map<string, number>();
  let waiting: { readonly remote: string; readonly event: ChannelEvent }[] = [];

  function emitTo(remote: string, event: ChannelEvent): boolean {
    const open = Array.from(channels.get(remote) ?? []);
    for (const channel of open) channel.receive(event);
    return open.length > 0;
  }

  function isThere(remote: string): boolean {
    return (devices.get(remote)?.size ?? 0) > 0;
  }

  function emitPresence(remote: string): void {
    const at = lastSeen.get(remote);
    const change = isThere(remote)
      ? ({ change: 'available' } as const)
      : ({ change: 'unavailable', ...(at === undefined ? {} : { lastSeen: at }) } as const);
    emitTo(remote, { type: 'participant', address: remote, ...change });
  }

  return {
    open(remote, channel) {
      channels.set(remote, (channels.get(remote) ?? new Set()).add(channel));
      // After the caller has received the channel.
      queueMicrotask(() => {
        if (channels.get(remote)?.has(channel) !== true) return;
        if (devices.has(remote)) emitPresence(remote);
        const own = waiting.filter((each) => each.remote === remote);
        waiting = waiting.filter((each) => each.remote !== remote);
        for (const { event } of own) emitTo(remote, event);
      });
    },
    close(remote, channel) {
      const open = channels.get(remote);
      open?.delete(channel);
      if (open?.size === 0) channels.delete(remote);
    },
    has: (remote) => channels.has(remote),
    isOpen: (remote, channel) => channels.get(remote)?.has(channel) === true,
    emit(remote, event) {
      if (emitTo(remote, event)) return;
      if (event.type === 'composing' || event.type === 'participant' || event.type === 'diagnostic') return;
      const isNew = waiting.every((each) => each.remote !== remote);
      waiting = [...waiting, { remote, event }].slice(-MAX_WAITING);
      if (isNew) waits?.(remote);
    },
    isThere,
    presence(remote, device, available, at) {
      const known = devices.get(remote) ?? new Set();
      const before = known.size > 0;
      devices.set(remote, known);
      if (available) known.add(device);
      else known.delete(device);
      if (known.size > 0) lastSeen.delete(remote);
      else if (at !== undefined) lastSeen.set(remote, at);
      if (before !== known.size > 0 || (!before && at !== undefined)) emitPresence(remote);
    },
    wasThere(remote, at) {
      if (isThere(remote)) return;
      lastSeen.set(remote, at);
      emitPresence(remote);
    },
    repeatPresence() {
      for (const remote of devices.keys()) emitPresence(remote);
    },
    forget() {
      waiting = [];
      devices.clear();
      lastSeen.clear();
    },
  };
}
