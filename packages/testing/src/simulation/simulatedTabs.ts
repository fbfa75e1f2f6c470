import { type Clock, createMonotonicTime, type Random, type TabListener } from '@imflow/core';

/** A place among the tabs of one user that can also be lost without a word. */
export interface SimulatedSeat {
  post(post: unknown): void;
  leave(): void;
}

/** The election and the channel of one user's tabs: the first speaks, and when it goes the next one is elected. */
export interface SimulatedTabs {
  join(listener: TabListener): SimulatedSeat;
  /** How many seats are taken. */
  readonly seats: number;
}

interface Seat {
  readonly listener: TabListener;
  elected: boolean;
}

/** The longest that a post or an election takes, in ms. */
const MAX_DELAY = 8;

export function createSimulatedTabs(clock: Clock, random: Random): SimulatedTabs {
  const now = createMonotonicTime(clock);
  const seats: Seat[] = [];
  // Posts keep their order, as those of a BroadcastChannel do.
  let lastPost = 0;

  function after(delay: number, act: () => void): void {
    clock.setTimer(act, delay);
  }

  function elect(): void {
    const first = seats[0];
    if (first === undefined || first.elected) return;
    first.elected = true;
    after(random.next() * MAX_DELAY, () => {
      if (seats.includes(first)) first.listener.elected();
    });
  }

  return {
    get seats() {
      return seats.length;
    },
    join(listener) {
      const seat: Seat = { listener, elected: false };
      seats.push(seat);
      elect();
      return {
        post(post) {
          const copy: unknown = structuredClone(post);
          const others = seats.filter((other) => other !== seat);
          lastPost = Math.max(lastPost, now() + random.next() * MAX_DELAY);
          after(lastPost - now(), () => {
            for (const other of others) if (seats.includes(other)) other.listener.received(structuredClone(copy));
          });
        },
        leave() {
          const index = seats.indexOf(seat);
          if (index !== -1) seats.splice(index, 1);
          elect();
        },
      };
    },
  };
}
