import { NEVER } from '../machines/step.ts';
import { LATE_TIMER } from '../machines/storing.ts';

/** Lets things pass one by one in their order; while it is closed, they wait. */
export interface Gate<T> {
  /** When a closed gate gives up. */
  readonly deadline: number;
  pass(thing: T): void;
  /**
   * Closes the gate and lets `begin` start what it waits for. `begin` gets `open`, which opens the gate after the given
   * act and tells whether it was still in time. At the deadline, `late` is called instead.
   */
  close(now: number, late: () => void, begin: (open: (act: () => void) => boolean) => void): void;
  /** To be called at the deadline. */
  expire(now: number): void;
  /** Forgets some of what waits. */
  forget(matches: (thing: T) => boolean): void;
  /** Forgets what waits, and opens. */
  clear(): void;
}

/** How long a gate stays closed at the most, in ms. */
export const GATE_PATIENCE = 5_000;

export function createGate<T>(take: (thing: T) => void): Gate<T> {
  let waiting: T[] = [];
  let closed: { deadline: number; readonly late: () => void } | undefined;

  function open(act: () => void): void {
    const own = closed;
    act();
    if (closed === own) closed = undefined;
    // What is taken may close the gate again, and then the rest waits on.
    for (const thing of waiting.splice(0)) pass(thing);
  }

  function pass(thing: T): void {
    if (closed === undefined) take(thing);
    else waiting.push(thing);
  }

  return {
    get deadline() {
      return closed?.deadline ?? NEVER;
    },
    pass,
    close(now, late, begin) {
      const own = (closed = { deadline: now + GATE_PATIENCE, late });
      begin((act) => {
        const inTime = closed === own;
        if (inTime) open(act);
        return inTime;
      });
    },
    expire(now) {
      if (closed === undefined || now < closed.deadline) return;
      // A timer that comes much too late says that the machine slept: so did what the gate waits for.
      if (now >= closed.deadline + LATE_TIMER) closed.deadline = now + GATE_PATIENCE;
      else open(closed.late);
    },
    forget(matches) {
      waiting = waiting.filter((thing) => !matches(thing));
    },
    clear() {
      waiting.length = 0;
      closed = undefined;
    },
  };
}
