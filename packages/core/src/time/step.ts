/**
 * The result of a machine: its next state, and effects as plain data. Machines are pure: time, random values and
 * settings are arguments. Deadlines are part of the state; each machine returns the time at which it must run next.
 */
export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** No deadline. */
export const NO_DEADLINE: number = Number.POSITIVE_INFINITY;
