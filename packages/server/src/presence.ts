/** Tracks which users are connected, on this node and on others. */

import type { BusMessage, FromNode } from './bus/bus.ts';

/** The time after which a silent node counts as stopped, in ms. */
export const NODE_EXPIRY = 30_000;
/** How long the names in one message may be together in bytes, so that it stays below what every bus carries. */
const MAX_NAME_BYTES = 6_000;

type PresenceMessage = Extract<BusMessage, { readonly type: 'present' | 'gone' | 'who' | 'alive' }>;

/** Tracks which users are connected, on this node and on others. */
export interface Presence {
  isAvailable(user: string): boolean;
  /** A socket of a user has opened. */
  enter(user: string): void;
  /** A socket of a user has closed. */
  leave(user: string): void;
  /** Handles a message of another node. */
  receive(message: FromNode<PresenceMessage>): void;
  /** Announces this node to the others, and removes nodes that no longer respond. */
  beat(): void;
  /** Asks the others, after messages may have been lost. */
  ask(): void;
  /** Announces to the other nodes that this node ends. */
  close(): void;
}

/** @param changed is called when the first socket of a user connects or the last one disconnects. */
export function createPresence(
  publish: (message: BusMessage) => void,
  changed: (user: string, available: boolean) => void,
): Presence {
  const local = new Map<string, number>();
  const remote = new Map<string, { users: Set<string>; heardAt: number }>();

  function isRemote(user: string): boolean {
    return Array.from(remote.values()).some(({ users }) => users.has(user));
  }

  function isAvailable(user: string): boolean {
    return local.has(user) || isRemote(user);
  }

  function forget(name: string): void {
    const users = Array.from(remote.get(name)?.users ?? []);
    remote.delete(name);
    for (const user of users) if (!isAvailable(user)) changed(user, false);
  }

  function announce(type: 'present' | 'gone'): void {
    let users: string[] = [];
    let length = 0;
    for (const user of local.keys()) {
      const bytes = Buffer.byteLength(JSON.stringify(user)) + 1;
      if (length + bytes > MAX_NAME_BYTES) {
        publish({ type, users });
        [users, length] = [[], 0];
      }
      users.push(user);
      length += bytes;
    }
    if (users.length > 0) publish({ type, users });
  }

  return {
    isAvailable,
    enter(user) {
      const count = local.get(user) ?? 0;
      local.set(user, count + 1);
      if (count > 0) return;
      publish({ type: 'present', users: [user] });
      if (!isRemote(user)) changed(user, true);
    },
    leave(user) {
      const count = local.get(user) ?? 0;
      if (count > 1) {
        local.set(user, count - 1);
        return;
      }
      if (!local.delete(user)) return;
      publish({ type: 'gone', users: [user] });
      if (!isRemote(user)) changed(user, false);
    },
    receive(message) {
      const now = performance.now();
      if (message.type === 'who') announce('present');
      const known = remote.get(message.node) ?? { users: new Set<string>(), heardAt: now };
      remote.set(message.node, known);
      known.heardAt = now;
      if (message.type === 'present' || message.type === 'gone') {
        for (const user of message.users) {
          const before = isAvailable(user);
          if (message.type === 'present') known.users.add(user);
          else known.users.delete(user);
          if (before !== isAvailable(user)) changed(user, !before);
        }
      }
    },
    beat() {
      // Not the time of day: setting the clock must not make users absent.
      const now = performance.now();
      publish({ type: 'alive' });
      for (const [name, { heardAt }] of Array.from(remote)) if (now - heardAt > NODE_EXPIRY) forget(name);
    },
    ask() {
      publish({ type: 'who' });
      announce('present');
    },
    close() {
      announce('gone');
      local.clear();
    },
  };
}
