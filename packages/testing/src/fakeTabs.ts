/** Tab coordination within one test. */

import type { TabCoordinator, TabListener } from '@imflow/core';

/**
 * Creates a tab coordinator for flows in one test. Posts arrive at once, as copies. The first flow that joins is elected
 * a microtask later; when the leader leaves, the flow that joined next is elected.
 */
export function createFakeTabs(): TabCoordinator {
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
          const led = listeners[0] === listener;
          listeners.splice(listeners.indexOf(listener), 1);
          if (led) queueMicrotask(() => listeners[0]?.elected());
        },
      };
    },
  };
}
