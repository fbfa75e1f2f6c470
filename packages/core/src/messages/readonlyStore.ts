import type { StoreApi } from 'zustand/vanilla';

/** A read-only store with the interface that zustand's `useStore` requires. */
export type ReadonlyStore<T> = Pick<StoreApi<T>, 'getState' | 'getInitialState' | 'subscribe'>;
