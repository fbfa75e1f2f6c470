import { describe, expect, it } from 'vitest';
import { checkAlways } from './invariants.ts';
import { printScript, readScript, type ScriptOptions } from './script.ts';
import { searchSeeds, simulate, simulateIn, simulateSeed, type SimulationResult } from './simulate.ts';
import { Violation } from './violation.ts';
import { createSimulation } from './simulation.ts';

/** The number of conversations in a run. */
const SEEDS = 2_000;

/** First seeds of runs lie below this number, so that one is short to type. */
const FIRST_SEEDS = 1_000_000_000;

/**
 * Ana's new tab becomes the leader with a queued message, but cannot read the storage, which has an earlier one: the old
 * leader crashed before it replicated its state.
 */
const READ_LATE = `
seed 200003437 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"server"}
{"do":"send","user":"ana","tab":0}
{"do":"open","user":"ana"}
{"do":"link","user":"ana","online":false}
{"do":"wait","ms":116}
{"do":"storage","user":"ana","works":false}
{"do":"crash","user":"ana","tab":1}
{"do":"open","user":"ana"}
{"do":"send","user":"ana","tab":0}
{"do":"crash","user":"ana","tab":0}
{"do":"wait","ms":219}
`;

/** Ana's storage fails after her message was sent, so that her new tab reads it as queued; then both tabs sleep. */
const READ_STALE = `
seed 5017447 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"server"}
{"do":"link","user":"ana","online":false}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":1005}
{"do":"link","user":"ana","online":true}
{"do":"storage","user":"ana","works":false}
{"do":"wait","ms":146}
{"do":"open","user":"ana"}
{"do":"send","user":"ana","tab":0}
{"do":"storage","user":"ana","works":true}
{"do":"sleep","user":"ana","ms":110923,"timersFirst":true}
`;

/**
 * Bo's only tab sleeps while Ana sends, and then crashes. His next tab opens after Ana's message has failed once.
 */
const WAITS_FOR_PAGE = `
seed 20127 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"pages"}
{"do":"send","user":"ana","tab":1}
{"do":"sleep","user":"bo","ms":56605,"timersFirst":false}
{"do":"crash","user":"bo","tab":0}
`;

/** Bo's storage fails; his file arrives, his tab crashes, and more messages come to his next tab than a page has. */
const FILE_LEFT = `
seed 950006322 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"pages","sendDelay":0,"pageSize":2}
{"do":"sendFile","user":"bo","tab":0}
{"do":"wait","ms":125}
{"do":"storage","user":"bo","works":false}
{"do":"type","user":"bo","tab":1}
{"do":"send","user":"ana","tab":0}
{"do":"wait","ms":10938}
{"do":"open","user":"bo"}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":64}
{"do":"reply","user":"bo","tab":1,"pick":2}
{"do":"send","user":"bo","tab":0}
{"do":"crash","user":"bo","tab":0}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":325}
`;

/**
 * Bo receives a message, its edit and its retraction at once. Ana's storage fails after the edit, and her tab crashes, so
 * that her next one knows nothing of the retraction.
 */
const ERASED_AT_ONCE = `
seed 970000928 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"server","sendDelay":3453,"pageSize":20}
{"do":"send","user":"ana","tab":0}
{"do":"sendFile","user":"ana","tab":0}
{"do":"link","user":"bo","online":false}
{"do":"wait","ms":9609}
{"do":"edit","user":"ana","tab":0,"pick":1}
{"do":"send","user":"ana","tab":0}
{"do":"send","user":"ana","tab":1}
{"do":"send","user":"ana","tab":0}
{"do":"discard","user":"ana","tab":0}
{"do":"wait","ms":4156}
{"do":"retract","user":"ana","tab":0,"pick":3}
{"do":"storage","user":"ana","works":false}
{"do":"wait","ms":4172}
{"do":"crash","user":"ana","tab":0}
`;

/** Scripts that once violated an invariant about operations. */
const OPERATIONS: readonly (readonly [title: string, script: string])[] = [
  [
    'an edit in a tab that crashes before it stores the edit, after it told a second tab',
    `
seed 253 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"server"}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":77}
{"do":"edit","user":"ana","tab":1,"pick":2}
{"do":"open","user":"ana"}
{"do":"crash","user":"bo","tab":0}
{"do":"crash","user":"ana","tab":0}
`,
  ],
  [
    'a reply that quotes a message which a different tab has just retracted',
    `
seed 137 {"tabs":2,"stored":false,"proxied":true,"maxInFlight":2,"network":"server"}
{"do":"open","user":"ana"}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":151}
{"do":"retract","user":"ana","tab":0,"pick":1}
{"do":"reply","user":"ana","tab":1,"pick":1}
`,
  ],
  [
    'an edit that arrives after the user read the earlier text in a second tab',
    `
seed 96 {"tabs":2,"stored":false,"proxied":false,"maxInFlight":1,"network":"server"}
{"do":"open","user":"ana"}
{"do":"send","user":"bo","tab":1}
{"do":"wait","ms":363}
{"do":"markDisplayed","user":"ana","tab":1}
{"do":"edit","user":"bo","tab":0,"pick":1}
`,
  ],
  [
    'an edit whose recipient sleeps before it is stored',
    `
seed 110 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"server"}
{"do":"wait","ms":6850}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":319}
{"do":"edit","user":"ana","tab":0,"pick":3}
{"do":"react","user":"bo","tab":0,"pick":3}
{"do":"sleep","user":"bo","ms":36274,"timersFirst":true}
`,
  ],
  [
    'a quote of a retracted message that the network lost',
    `
seed 710002645 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"server","sendDelay":0}
{"do":"send","user":"bo","tab":0}
{"do":"wait","ms":162}
{"do":"open","user":"bo"}
{"do":"markDisplayed","user":"ana","tab":1}
{"do":"type","user":"ana","tab":0}
{"do":"send","user":"ana","tab":1}
{"do":"send","user":"bo","tab":1}
{"do":"faults","user":"ana","faults":{"delay":122,"jitter":0,"loss":0.3310110158286989,"duplication":0.13556596925482153,"reordering":false}}
{"do":"send","user":"ana","tab":1}
{"do":"send","user":"ana","tab":0}
{"do":"reply","user":"ana","tab":0,"pick":0}
{"do":"sleep","user":"bo","ms":116800,"timersFirst":true}
{"do":"retract","user":"ana","tab":1,"pick":1}
`,
  ],
  [
    'a reaction in a tab that crashes while it is stored',
    `
seed 663189924 {"tabs":1,"stored":true,"proxied":false,"maxInFlight":2,"network":"server","sendDelay":0}
{"do":"send","user":"ana","tab":1}
{"do":"send","user":"bo","tab":0}
{"do":"react","user":"bo","tab":0,"pick":3}
{"do":"sleep","user":"bo","ms":87122,"timersFirst":true}
{"do":"sleep","user":"bo","ms":57586,"timersFirst":true}
{"do":"crash","user":"bo","tab":1}
`,
  ],
  [
    'an edit of a held message while the storage fails',
    `
seed 710005301 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"pages","sendDelay":9301}
{"do":"send","user":"ana","tab":1}
{"do":"sleep","user":"ana","ms":70221,"timersFirst":false}
{"do":"edit","user":"ana","tab":0,"pick":0}
{"do":"send","user":"ana","tab":1}
{"do":"send","user":"ana","tab":1}
{"do":"storage","user":"ana","works":false}
{"do":"retract","user":"ana","tab":0,"pick":3}
{"do":"type","user":"bo","tab":1}
{"do":"open","user":"bo"}
{"do":"send","user":"ana","tab":1}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":2097}
{"do":"send","user":"bo","tab":1}
{"do":"send","user":"bo","tab":1}
{"do":"send","user":"bo","tab":0}
{"do":"send","user":"ana","tab":0}
{"do":"discard","user":"ana","tab":0}
{"do":"discard","user":"ana","tab":0}
{"do":"wait","ms":146}
{"do":"send","user":"bo","tab":0}
{"do":"closeAll","user":"ana"}
`,
  ],
  [
    'a reaction that was sent and removed again by the only tab while the storage failed',
    `
seed 1300002366 {"tabs":1,"stored":true,"proxied":false,"maxInFlight":1,"network":"server","sendDelay":8523,"pageSize":2}
{"do":"send","user":"bo","tab":1}
{"do":"wait","ms":7667}
{"do":"sendFile","user":"ana","tab":0}
{"do":"react","user":"bo","tab":0,"pick":1}
{"do":"send","user":"ana","tab":1}
{"do":"send","user":"bo","tab":1}
{"do":"send","user":"ana","tab":0}
{"do":"send","user":"ana","tab":0}
{"do":"storage","user":"bo","works":false}
{"do":"wait","ms":6007}
{"do":"send","user":"ana","tab":0}
{"do":"react","user":"bo","tab":0,"pick":3}
{"do":"crash","user":"bo","tab":0}
`,
  ],
  [
    'a retracted message that the network repeats to a tab that cannot read the storage',
    `
seed 1200026832 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"network":"server","sendDelay":0,"pageSize":2}
{"do":"wait","ms":323}
{"do":"sendFile","user":"ana","tab":0}
{"do":"crash","user":"bo","tab":1}
{"do":"wait","ms":4107}
{"do":"sendFile","user":"ana","tab":0}
{"do":"wait","ms":1466}
{"do":"faults","user":"bo","faults":{"delay":90,"jitter":0,"loss":0.2672011718153954,"duplication":0,"reordering":false}}
{"do":"open","user":"ana"}
{"do":"wait","ms":293}
{"do":"faults","user":"ana","faults":{"delay":83,"jitter":208,"loss":0.08442375753074885,"duplication":0,"reordering":false}}
{"do":"open","user":"bo"}
{"do":"send","user":"ana","tab":1}
{"do":"type","user":"bo","tab":1}
{"do":"retract","user":"ana","tab":0,"pick":3}
{"do":"wait","ms":890}
{"do":"send","user":"ana","tab":1}
{"do":"wait","ms":5893}
{"do":"open","user":"bo"}
{"do":"storage","user":"bo","works":false}
{"do":"crash","user":"bo","tab":0}
{"do":"wait","ms":354}
`,
  ],
];

/** The first seed of the run: random, unless `SIMULATION_SEED` is set. */
function firstSeed(): number {
  return Number(process.env['SIMULATION_SEED'] ?? Math.floor(Math.random() * FIRST_SEEDS) + 1);
}

/** The message about a violation: how to replay it. */
function reportOf({ script, violation }: SimulationResult, { operations = true }: ScriptOptions = {}): string {
  const replay = `Replay it with: npm run simulate --${operations ? '' : ' --no-operations'} --seeds 1 --from ${script.seed}`;
  const shrunk = `Or what it was shrunk to, with npm run simulate -- --script:\n${printScript(script)}`;
  const trace = 'With --trace FOLDER it also writes what each tab did, for the inspector.';
  return `${violation?.message}\n${replay}\n${trace}\n${shrunk}`;
}

describe('simulated conversations', () => {
  it(
    `conversations violate no invariant, over ${SEEDS} fresh seeds without operations`,
    { timeout: 300_000 },
    async () => {
      const first = firstSeed();
      expect(first).toSatisfy(Number.isSafeInteger);
      // oxlint-disable-next-line no-console -- the first seed is needed to repeat a run
      console.info(`Simulated conversations: seeds ${first} to ${first + SEEDS - 1}`);
      const broken = await searchSeeds(first, SEEDS, undefined, { operations: false });
      if (broken !== undefined) expect.fail(reportOf(broken, { operations: false }));
    },
  );

  // Always the same seeds: fresh ones may find a rare fault and fail an unrelated change (decision 14).
  it(
    'B141 B147 B154 B155 conversations violate no invariant, over 250 seeds with operations',
    { timeout: 300_000 },
    async () => {
      const broken = await searchSeeds(30_001, 250);
      if (broken !== undefined) expect.fail(reportOf(broken));
    },
  );

  it('a conversation that violates an invariant prints how to replay it', async () => {
    const { script } = await simulateSeed(7);
    const report = reportOf({ script, messages: 1, violation: new Violation('ana/1 shows #1 twice') });
    expect(report).toContain('ana/1 shows #1 twice');
    expect(report).toContain('npm run simulate -- --seeds 1 --from 7\n');
    expect(readScript(report.slice(report.indexOf('--script:\n') + '--script:\n'.length))).toEqual(script);
  });

  it('no order is checked for a message that a tab read after it had sent later ones', async () => {
    const script = readScript(READ_LATE);
    const simulation = createSimulation(script.seed, script.scenario);
    const { violation } = await simulateIn(simulation, script);
    expect(violation).toBeUndefined();
    // Without the recorded late read, the invariant about order would fail.
    expect(simulation.userOf('ana').readLate.size).toBe(1);
    simulation.userOf('ana').readLate.clear();
    expect(() => checkAlways(simulation)).toThrow('after what was sent later');
  });

  it('no order is checked for a sent message that a tab reads as queued until the other tab wakes', async () => {
    expect(await simulate(readScript(READ_STALE))).not.toHaveProperty('violation');
  });

  it('B180 B181 a message is delivered over broadcast channels although the only page of the participant slept and then crashed', async () => {
    expect(await simulate(readScript(WAITS_FOR_PAGE))).not.toHaveProperty('violation');
  });

  it('B503 the storage has what the last leader could not store, and the file of a message that has arrived is freed', async () => {
    expect(await simulate(readScript(FILE_LEFT))).not.toHaveProperty('violation');
  });

  it('an edit counts as arrived though the participant stored it only as part of its retracted message', async () => {
    expect(await simulate(readScript(ERASED_AT_ONCE))).not.toHaveProperty('violation');
  });

  it.each(OPERATIONS)('B141 B147 conversations violate no invariant with %s', async (_title, script) => {
    expect(await simulate(readScript(script))).not.toHaveProperty('violation');
  });

  it('the same seed gives the same conversation', async () => {
    const one = await simulateSeed(7);
    const other = await simulate(readScript(printScript(one.script)));
    expect(other).toEqual(one);
  });
});
