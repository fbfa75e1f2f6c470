import type { Random } from '@imflow/core';
import type { SessionStore } from './options.ts';

/** The device id, under which the server keeps the cursors of this device. */
export interface Device {
  readonly id: string;
  /** Takes a new id, since another page uses this one. */
  replace(): void;
}

/** A store that throws or has an invalid value counts as empty. */
export function createDevice(store: SessionStore | undefined, address: string, random: Random): Device {
  let id = load(store, address);

  function take(): string {
    const taken = random.id();
    try {
      store?.save(JSON.stringify({ address, device: taken }));
    } catch {
      // The store is full or forbidden: a reload is a new device then.
    }
    return taken;
  }

  return {
    get id() {
      id ??= take();
      return id;
    },
    replace() {
      id = take();
    },
  };
}

function load(store: SessionStore | undefined, address: string): string | undefined {
  try {
    const saved = JSON.parse(store?.load() ?? 'null') as Record<string, unknown> | null;
    const device = saved?.['address'] === address ? saved['device'] : undefined;
    return typeof device === 'string' && /^[\w-]{1,100}$/.test(device) ? device : undefined;
  } catch {
    return undefined;
  }
}
