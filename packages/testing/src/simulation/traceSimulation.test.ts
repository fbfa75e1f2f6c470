import type { FlowSnapshot, MessageRecord } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../seededRandom.ts';
import { printTrace, readTrace } from '../trace/printTrace.ts';
import { replay } from '../trace/replay.ts';
import { recordTrace } from '../trace/trace.ts';
import { createScript, readScript } from './script.ts';
import { simulate, simulateIn } from './simulate.ts';
import { createSimulation } from './simulation.ts';
import { traceSimulation } from './traceSimulation.ts';
import { recordsOf } from './violation.ts';

/** What a tab showed after one of its transactions. */
interface Shown {
  readonly messages: readonly MessageRecord[];
  readonly snapshot: FlowSnapshot;
}

const scriptOf = (seed: number): ReturnType<typeof createScript> =>
  createScript(seed, createSeededRandom(`script ${seed}`));

describe('traces of a simulation', () => {
  // In proxied mode; two tabs with a storage, and without one; over pages, with held messages.
  it.each([3, 12, 13, 30_005])(
    'B438 the printed traces of each tab replay to the states of the simulated conversation (seed %i)',
    async (seed) => {
      const script = scriptOf(seed);
      const shown = new Map<string, Shown[]>();
      const simulation = createSimulation(script.seed, script.scenario, (tab) => {
        const recording = recordTrace(tab.flow, { limit: 100_000 });
        const states: Shown[] = [];
        recording.subscribe(() => states.push({ messages: recordsOf(tab), snapshot: tab.flow.store.getState() }));
        shown.set(tab.name, states);
      });
      await simulateIn(simulation, script);

      const { traces } = await traceSimulation(script);
      expect([...traces.keys()]).toEqual([...shown.keys()]);
      for (const [name, trace] of traces) {
        const steps = replay(readTrace(printTrace(trace, { texts: true })));
        expect(steps.transaction.state.lifecycle.started).toBe(false);
        for (const { messages, snapshot } of shown.get(name) ?? []) {
          expect(steps.forward()).toBe(true);
          expect(steps.messages).toEqual(messages);
          expect(steps.transaction.state.role).toBe(snapshot.role);
        }
        expect(steps.forward()).toBe(false);
      }
    },
  );

  it('B438 a simulated conversation is the same when its tabs are recorded', async () => {
    const script = scriptOf(7);
    const { result } = await traceSimulation(script);
    expect(result).toEqual(await simulate(script));
  });

  it('B438 the traces of a conversation that fails end where it failed, and have the tabs that crashed', async () => {
    const script = readScript(`
seed 1 {"tabs":1,"stored":true,"proxied":false,"maxInFlight":1,"network":"server"}
{"do":"send","user":"ana","tab":0}
{"do":"wait","ms":1000}
{"do":"crash","user":"ana","tab":0}
{"do":"open","user":"ana"}
{"do":"faults","user":"ana","faults":{"delay":-1,"jitter":0,"loss":0,"duplication":0,"reordering":false}}
`);
    const { result, traces } = await traceSimulation(script);
    expect(result.violation?.message).toContain('delay');
    expect([...traces.keys()]).toEqual(['ana/1', 'bo/2', 'ana/3']);
    const inputs = Array.from(traces.values(), ({ transactions }) => transactions.map(({ input }) => input.type));
    expect(inputs.flat()).not.toContain('terminate');
    expect(inputs[0]).toContain('send');
  });
});
