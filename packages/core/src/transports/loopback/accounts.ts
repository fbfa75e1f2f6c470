import type { Device } from './device.ts';
import type { EventFrame } from './frames.ts';
import { createOfflineQueue, type OfflineQueue } from './offlineQueue.ts';

/** The accounts of the loopback server: addresses, their devices and their offline queues. */
export interface Accounts {
  /** Adds the device to its address: from now on, messages that it misses are stored for it. */
  readonly attach: (device: Device) => void;
  /** Removes the device. After the last one of an address, missed messages are stored for the next device. */
  readonly detach: (device: Device) => void;
  /** The devices of an address that are attached, with a link or without. */
  readonly devices: (address: string) => readonly Device[];
  readonly isOnline: (address: string) => boolean;
  /** Devices with a link and an open channel to an address. */
  readonly watchers: (address: string) => Device[];
  /** Stores a frame for a device, or for the next one of its address. */
  readonly keep: (owner: Device | string, frame: EventFrame) => void;
  /** Removes and returns the stored frames of a device in the matching conversations. */
  readonly takeKept: (device: Device, matches: (peer: string) => boolean) => EventFrame[];
  readonly close: (address: string) => void;
  readonly isClosed: (address: string) => boolean;
}

interface Account {
  readonly devices: Map<Device, OfflineQueue>;
  /** For the next device, while none is attached. */
  readonly offlineQueue: OfflineQueue;
}

function move(from: OfflineQueue, to: OfflineQueue): void {
  for (const frame of from.take(() => true)) to.add(frame);
}

export function createAccounts(): Accounts {
  const accounts = new Map<string, Account>();
  const closed = new Set<string>();

  function account(address: string): Account {
    const known = accounts.get(address);
    if (known !== undefined) return known;
    const created: Account = { devices: new Map(), offlineQueue: createOfflineQueue() };
    accounts.set(address, created);
    return created;
  }

  function devices(address: string): readonly Device[] {
    return Array.from(accounts.get(address)?.devices.keys() ?? []);
  }

  return {
    attach(device) {
      const home = account(device.address);
      const offlineQueue = createOfflineQueue();
      move(home.offlineQueue, offlineQueue);
      home.devices.set(device, offlineQueue);
    },
    detach(device) {
      const home = account(device.address);
      const offlineQueue = home.devices.get(device);
      home.devices.delete(device);
      if (offlineQueue !== undefined && home.devices.size === 0) move(offlineQueue, home.offlineQueue);
    },
    devices,
    isOnline: (address) => devices(address).some((device) => device.linked),
    watchers(address) {
      const all = Array.from(accounts.values(), (home) => Array.from(home.devices.keys())).flat();
      return all.filter((device) => device.address !== address && device.linked && device.hasChannel(address));
    },
    keep(owner, frame) {
      if (typeof owner === 'string') account(owner).offlineQueue.add(frame);
      else account(owner.address).devices.get(owner)?.add(frame);
    },
    takeKept: (device, matches) => account(device.address).devices.get(device)?.take(matches) ?? [],
    close(address) {
      accounts.delete(address);
      closed.add(address);
    },
    isClosed: (address) => closed.has(address),
  };
}
