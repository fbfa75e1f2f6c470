import { useCallback, useSyncExternalStore } from 'react';
import type { BenchMessage, Stage } from './messages.ts';

/**
 * The messages of contenders without an engine. The store is keyed, so that a tick renders one row: the best case.
 */
export interface KeyedStore {
  readonly ids: () => readonly string[];
  readonly get: (id: string) => BenchMessage;
  /** All messages as one array, for lists that need it. */
  readonly all: () => readonly BenchMessage[];
  readonly composing: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  readonly subscribeTo: (id: string, listener: () => void) => () => void;
  add(messages: readonly BenchMessage[], where: 'end' | 'front'): void;
  setStatus(ids: readonly string[], status: Stage): void;
  setBody(id: string, body: string): void;
  setComposing(composing: boolean): void;
}

export function createKeyedStore(messages: readonly BenchMessage[]): KeyedStore {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const listeners = new Set<() => void>();
  const own = new Map<string, Set<() => void>>();
  let ids: readonly string[] = messages.map(({ id }) => id);
  let all: readonly BenchMessage[] | undefined;
  let composing = false;

  const get = (id: string): BenchMessage => byId.get(id) as BenchMessage;

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function change(changed: readonly BenchMessage[]): void {
    all = undefined;
    for (const message of changed) byId.set(message.id, message);
    for (const { id } of changed) for (const listener of own.get(id) ?? []) listener();
    tell();
  }

  return {
    ids: () => ids,
    get,
    all: () => (all ??= ids.map(get)),
    composing: () => composing,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribeTo(id, listener) {
      own.set(id, (own.get(id) ?? new Set()).add(listener));
      return () => {
        const rest = own.get(id);
        rest?.delete(listener);
        if (rest?.size === 0) own.delete(id);
      };
    },
    add(added, where) {
      const more = added.map(({ id }) => id);
      ids = where === 'end' ? [...ids, ...more] : [...more, ...ids];
      change(added);
    },
    setStatus(changed, status) {
      change(changed.map((id) => ({ ...get(id), status })));
    },
    setBody(id, body) {
      change([{ ...get(id), body }]);
    },
    setComposing(now) {
      composing = now;
      tell();
    },
  };
}

export function useIds(store: KeyedStore): readonly string[] {
  return useSyncExternalStore(store.subscribe, store.ids);
}

export function useAll(store: KeyedStore): readonly BenchMessage[] {
  return useSyncExternalStore(store.subscribe, store.all);
}

export function useComposing(store: KeyedStore): boolean {
  return useSyncExternalStore(store.subscribe, store.composing);
}

export function useBenchMessage(store: KeyedStore, id: string): BenchMessage {
  const subscribe = useCallback((listener: () => void) => store.subscribeTo(id, listener), [store, id]);
  return useSyncExternalStore(subscribe, () => store.get(id));
}
