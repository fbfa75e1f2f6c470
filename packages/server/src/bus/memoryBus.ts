import type { Bus } from './bus.ts';

/** Connects chat servers in one process that share a store: for tests and development. */
export function createMemoryBus(): Bus {
  const members = new Set<(text: string) => void>();
  return {
    join(receive, subscribed) {
      const member = (text: string): void => receive(text);
      members.add(member);
      queueMicrotask(subscribed);
      return {
        publish(text) {
          for (const other of Array.from(members)) if (other !== member) queueMicrotask(() => other(text));
        },
        async leave() {
          members.delete(member);
        },
      };
    },
  };
}
