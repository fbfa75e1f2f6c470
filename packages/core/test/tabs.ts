import type { TabCoordinator, TabListener } from '../src/ports/tabs.ts';

/** Tabs that hear each other at once; the first to come speaks, and when it leaves, the next. */
export function createTabs(): TabCoordinator {
  const listeners: TabListener[] = [];
  return {
    join(_conversation, listener) {
      listeners.push(listener);
      if (listeners.length === 1) queueMicrotask(() => listener.elected());
      return {
        post: (post) => {
          for (const other of listeners) if (other !== listener) other.received(structuredClone(post));
        },
        leave: () => {
          const spoke = listeners[0] === listener;
          listeners.splice(listeners.indexOf(listener), 1);
          if (spoke) queueMicrotask(() => listeners[0]?.elected());
        },
      };
    },
  };
}
