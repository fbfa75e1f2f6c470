import type { TabCoordinator, TabMembership } from '../src/ports/tabs.ts';

/** A tab among the tabs of a device that can crash: from then on it posts nothing. */
export interface CrashableTab {
  readonly tabs: TabCoordinator;
  readonly isAlive: () => boolean;
  crash(): void;
}

export function createCrashableTab(group: TabCoordinator): CrashableTab {
  let alive = true;
  let membership: TabMembership | undefined;
  return {
    tabs: {
      join(conversation, listener) {
        const joined = (membership = group.join(conversation, listener));
        return { post: (post) => (alive ? joined.post(post) : undefined), leave: () => joined.leave() };
      },
    },
    isAlive: () => alive,
    crash() {
      alive = false;
      membership?.leave();
    },
  };
}
