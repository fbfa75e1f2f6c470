/** Tab coordination in virtual time. */

import { type Clock, createMonotonicTime, type Random, type TabListener } from '@imflow/core';

/** The membership of a tab in the group of one user's tabs. */
export interface SimulatedMembership {
  post(post: unknown): void;
  leave(): void;
}

/** The tab group of one user: the first tab is the leader; when it leaves, the next one is elected. */
export interface SimulatedTabs {
  join(listener: TabListener): SimulatedMembership;
  /** The number of tabs in the group. */
  readonly memberships: number;
}

interface Membership {
  readonly listener: TabListener;
  elected: boolean;
}

/** The longest duration of a post or an election, in ms. */
const MAX_DELAY = 8;

export function createSimulatedTabs(clock: Clock, random: Random): SimulatedTabs {
  const now = createMonotonicTime(clock);
  const memberships: Membership[] = [];
  // Posts keep their order, as those of a BroadcastChannel do.
  let lastPost = 0;

  function after(delay: number, act: () => void): void {
    clock.setTimer(act, delay);
  }

  function elect(): void {
    const first = memberships[0];
    if (first === undefined || first.elected) return;
    first.elected = true;
    after(random.next() * MAX_DELAY, () => {
      if (memberships.includes(first)) first.listener.elected();
    });
  }

  return {
    get memberships() {
      return memberships.length;
    },
    join(listener) {
      const membership: Membership = { listener, elected: false };
      memberships.push(membership);
      elect();
      return {
        post(post) {
          const copy: unknown = structuredClone(post);
          const others = memberships.filter((other) => other !== membership);
          lastPost = Math.max(lastPost, now() + random.next() * MAX_DELAY);
          after(lastPost - now(), () => {
            for (const other of others) if (memberships.includes(other)) other.listener.received(structuredClone(copy));
          });
        },
        leave() {
          const index = memberships.indexOf(membership);
          if (index !== -1) memberships.splice(index, 1);
          elect();
        },
      };
    },
  };
}
