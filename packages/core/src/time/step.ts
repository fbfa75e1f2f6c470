/**
 * What a machine answers: its next state, and what is to be done, as plain data. Machines are pure: time, chance and
 * settings are arguments. Deadlines are part of the state; each machine says when it wants to be asked again.
 */
export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** No deadline. */
export const NO_DEADLINE: number = Number.POSITIVE_INFINITY;
