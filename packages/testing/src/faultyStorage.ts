/** A storage that fails, hangs or is slow as a test plans. */

import type { Clock, MessageStorage } from '@imflow/core';

/** A recorded call of a storage method. */
export interface StorageCall {
  readonly method: keyof MessageStorage;
  readonly conversation: string;
  /** The number of the call among those of the method, from 1. */
  readonly nth: number;
}

/** The fault of a call. */
export type StorageFault =
  /** It rejects, and the inner storage is not asked. */
  | { readonly type: 'fail'; readonly error: unknown }
  /** The inner storage executes the call, and then it rejects, as when a tab crashes before it learns of the result. */
  | { readonly type: 'fail-after'; readonly error: unknown }
  /** It never settles, and the inner storage is not asked. */
  | { readonly type: 'hang' }
  /** The inner storage is called `ms` later, by the clock of the options. */
  | { readonly type: 'delay'; readonly ms: number };

/** Options of a faulty storage besides its plan. */
export interface FaultyStorageOptions {
  /** For delays. */
  readonly clock?: Clock;
}

/** A storage that records its calls and fails as the test plans. */
export interface FaultyStorage extends MessageStorage {
  /** All calls so far, oldest first. */
  readonly calls: readonly StorageCall[];
}

/**
 * A storage that fails, hangs or is slow as planned; all other calls go to the inner storage.
 * @param plan returns the fault of each call; undefined: none.
 * @throws Error from the call, if the plan delays one and no clock was passed.
 */
export function createFaultyStorage(
  inner: MessageStorage,
  plan: (call: StorageCall) => StorageFault | undefined,
  options: FaultyStorageOptions = {},
): FaultyStorage {
  const calls: StorageCall[] = [];

  function disturb<T>(method: keyof MessageStorage, conversation: string, work: () => Promise<T>): Promise<T> {
    const nth = calls.filter((call) => call.method === method).length + 1;
    const call: StorageCall = { method, conversation, nth };
    calls.push(call);
    const fault = plan(call);
    switch (fault?.type) {
      case undefined:
        return work();
      case 'fail':
        return rejected(fault.error);
      case 'fail-after':
        return work().then(() => rejected(fault.error));
      case 'hang':
        return new Promise(() => {});
      case 'delay': {
        const { clock } = options;
        if (clock === undefined) throw new Error('The plan delays a call: pass a clock to createFaultyStorage().');
        return new Promise((resolve) => {
          clock.setTimer(() => resolve(work()), fault.ms);
        });
      }
    }
  }

  return {
    calls,
    open: (conversation, limit) => disturb('open', conversation, () => inner.open(conversation, limit)),
    loadBefore: (conversation, before, limit) =>
      disturb('loadBefore', conversation, () => inner.loadBefore(conversation, before, limit)),
    find: (conversation, messageIds) => disturb('find', conversation, () => inner.find(conversation, messageIds)),
    write: (conversation, changes) => disturb('write', conversation, () => inner.write(conversation, changes)),
    ...(inner.onPageHide === undefined ? {} : { onPageHide: (listener) => inner.onPageHide?.(listener) ?? (() => {}) }),
    ...(inner.onOutdated === undefined ? {} : { onOutdated: (listener) => inner.onOutdated?.(listener) ?? (() => {}) }),
  };
}

function rejected(error: unknown): Promise<never> {
  return new Promise((_, reject) => {
    reject(error);
  });
}
