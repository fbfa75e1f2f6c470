import type { StoreApi } from 'zustand/vanilla';

/** A store that can be read and watched, in the shape that zustand's `useStore` takes. */
export type ReadonlyStore<T> = Pick<StoreApi<T>, 'getState' | 'getInitialState' | 'subscribe'>;
