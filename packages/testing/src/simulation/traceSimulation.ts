import { type FlowTrace, recordTrace, type TraceRecording } from '../trace/trace.ts';
import type { SimulationScript } from './script.ts';
import { simulateIn, type SimulationResult } from './simulate.ts';
import { createSimulation } from './simulation.ts';

/** The maximum number of recorded transactions, more than any script causes in one tab. */
const LIMIT = 100_000;

/** A simulated conversation, with the trace of each of its tabs. */
export interface TracedSimulation {
  readonly result: SimulationResult;
  /**
   * The traces by tab, such as `ana/1`: tabs are counted in the order in which they open. The trace of a tab that
   * crashed ends there. If an invariant is violated, all of them end there.
   */
  readonly traces: ReadonlyMap<string, FlowTrace>;
}

/** Runs a script as `simulate` does, and records every tab. */
export async function traceSimulation(script: SimulationScript): Promise<TracedSimulation> {
  const recordings = new Map<string, TraceRecording>();
  const simulation = createSimulation(script.seed, script.scenario, ({ name, flow }) => {
    recordings.set(name, recordTrace(flow, { limit: LIMIT }));
  });
  const result = await simulateIn(simulation, script);
  return { result, traces: new Map(Array.from(recordings, ([name, each]) => [name, each.getTrace()])) };
}
