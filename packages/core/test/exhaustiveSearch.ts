/** The step of a machine for one event, and the next state of the observer. */
interface Answered<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** One step of the search: an event now, or `wait` ms without one, after which the machine receives the time. */
export type Move<Event> = { readonly event: Event } | { readonly wait: number };

/** A step that was made, as the observer sees it. Times in `before` are relative to the moment before the wait. */
export interface Made<State, Event, Effect> {
  readonly before: State;
  readonly event: Event;
  readonly wait: number;
  /** The state after the step. Times are relative to the moment after the wait: now is 0. */
  readonly after: State;
  readonly effects: readonly Effect[];
}

/**
 * A machine with a small alphabet of events, and an observer that remembers the events and effects so far. In every
 * state of the search the time is 0; waiting reduces the times of the state.
 */
export interface Subject<State, Event extends { readonly type: string }, Effect, Memory> {
  readonly initial: State;
  /** The memory of the observer at the beginning. */
  readonly memory: Memory;
  readonly reduce: (state: State, event: Event, now: number) => Answered<State, Effect>;
  /** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
  readonly deadline: (state: State) => number;
  /** The event that gives the machine the time. */
  readonly time?: Event;
  /** Names of the fields of the state that hold times, in ms. */
  readonly times: readonly string[];
  /** What may happen in a state. */
  readonly moves: (state: State, memory: Memory) => readonly Move<Event>[];
  /** Checks the rules for a step, and returns the next memory of the observer. Throws where a rule is broken. */
  readonly watch: (memory: Memory, made: Made<State, Event, Effect>) => Memory;
  /**
   * A text that is equal for states that behave alike: names are normalised, and times that no longer matter are cut
   * off. The search treats whatever it leaves out as irrelevant.
   */
  readonly key: (state: State, memory: Memory) => string;
}

/** How far a search went. */
export interface Searched {
  readonly states: number;
  readonly steps: number;
  /** The longest of the shortest paths to a state. */
  readonly depth: number;
  /** The search visited all states that can be reached. */
  readonly closed: boolean;
}

interface Node<State, Event, Memory> {
  readonly state: State;
  readonly memory: Memory;
  readonly depth: number;
  readonly from: Node<State, Event, Memory> | undefined;
  readonly by: Move<Event> | undefined;
}

/** Where the second run of each step begins: steps must not depend on when they are made. */
const ELSEWHERE = 1_000_000_000;

/**
 * Visits every state that can be reached in at most `depth` steps, nearest first, and checks every step from each of
 * them. Besides the rules of the observer, each step must be pure (it changes no argument, and has the same result at a
 * different time), and deadlines must be exact: in the future, without effect 1 ms before, and with an effect when they
 * are due. Throws at the first broken rule, with the shortest path that leads to it.
 */
export function searchExhaustively<State, Event extends { readonly type: string }, Effect, Memory>(
  subject: Subject<State, Event, Effect, Memory>,
  depth = Number.POSITIVE_INFINITY,
): Searched {
  const { reduce, time } = subject;
  const times = new Set(subject.times);
  const seen = new Set<string>();
  const queue: Node<State, Event, Memory>[] = [];
  let steps = 0;
  let deepest = 0;
  let closed = true;

  function visit(node: Node<State, Event, Memory>): void {
    const key = subject.key(node.state, node.memory);
    if (seen.has(key)) return;
    seen.add(key);
    checkDeadline(node.state);
    deepest = node.depth;
    queue.push({ ...node, state: deepFreeze(node.state) });
  }

  function step(state: State, event: Event, wait: number): Answered<State, Effect> {
    const first = reduce(state, deepFreeze(event), wait);
    const second = reduce(shifted(state, ELSEWHERE, times), event, ELSEWHERE + wait);
    const state1 = shifted(first.state, -wait, times);
    const state2 = shifted(second.state, -ELSEWHERE - wait, times);
    const effects = shifted(first.effects, -wait, times);
    assertEqual(state1, state2, 'the same step at another time leads to another state');
    assertEqual(effects, shifted(second.effects, -ELSEWHERE - wait, times), 'the same step at another time does more');
    return { state: state1, effects };
  }

  function checkDeadline(state: State): void {
    if (time === undefined) return;
    const due = subject.deadline(state);
    assert(due > 0, `the deadline is not ahead: ${due}`);
    const early = reduce(state, time, Math.min(due - 1, ELSEWHERE));
    assert(early.effects.length === 0, 'something is done before the deadline');
    assertEqual(early.state, state, 'something changes before the deadline');
    if (due === Number.POSITIVE_INFINITY) return;
    const late = reduce(state, time, due);
    const idle = late.effects.length === 0 && JSON.stringify(late.state) === JSON.stringify(state);
    assert(!idle, 'nothing happens at the deadline');
  }

  visit({ state: subject.initial, memory: subject.memory, depth: 0, from: undefined, by: undefined });
  for (let index = 0; index < queue.length; index += 1) {
    const node = queue[index] as Node<State, Event, Memory>;
    if (node.depth >= depth) {
      closed = false;
      continue;
    }
    for (const move of subject.moves(node.state, node.memory)) {
      const [event, wait] = 'wait' in move ? [time as Event, move.wait] : [move.event, 0];
      steps += 1;
      try {
        const { state, effects } = step(node.state, event, wait);
        const memory = subject.watch(node.memory, { before: node.state, event, wait, after: state, effects });
        visit({ state, memory, depth: node.depth + 1, from: node, by: move });
      } catch (error) {
        throw new Error(`${(error as Error).message}, after ${wayTo(node, move)}`, { cause: error });
      }
    }
  }
  return { states: seen.size, steps, depth: deepest, closed };
}

/** Throws with the broken rule. Cheaper than `expect`, which matters for millions of steps. */
export function assert(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(promise);
}

function assertEqual(one: unknown, other: unknown, promise: string): void {
  if (!isEqual(one, other)) throw new Error(`${promise}: ${JSON.stringify(one)}, ${JSON.stringify(other)}`);
}

function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length || Array.isArray(one) !== Array.isArray(other)) return false;
  return keys.every((key) => isEqual((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]));
}

/** The same value with all its times shifted. */
function shifted<T>(value: T, by: number, times: ReadonlySet<string>): T {
  if (by === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => shifted(item, by, times)) as T;
  const moved: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[name];
    if (!times.has(name)) moved[name] = shifted(field, by, times);
    else if (Array.isArray(field)) moved[name] = (field as number[]).map((at) => at + by);
    else moved[name] = (field as number) + by;
  }
  return moved as T;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const name of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[name]);
  return value;
}

function wayTo<Event extends { readonly type: string }>(
  last: Node<unknown, Event, unknown>,
  move: Move<Event>,
): string {
  const way = [move];
  for (let node = last; node.by !== undefined && node.from !== undefined; node = node.from) way.unshift(node.by);
  return way.map((each) => ('wait' in each ? `wait ${each.wait}` : inShort(each.event))).join('; ');
}

function inShort(event: { readonly type: string }): string {
  const { type, ...rest } = event;
  const text = JSON.stringify(rest, (_key, value: unknown) => (value instanceof Set ? [...value] : value));
  return text === '{}' ? type : `${type} ${text}`;
}
