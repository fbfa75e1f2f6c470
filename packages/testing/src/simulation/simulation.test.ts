import { describe, expect, it } from 'vitest';
import { checkAlways } from './invariants.ts';
import { printScript, readScript, type ScriptOptions } from './script.ts';
import { searchSeeds, simulate, simulateIn, simulateSeed, type SimulationResult } from './simulate.ts';
import { Violation } from './violation.ts';
import { createWorld } from './world.ts';

/** How many conversations one run goes through. */
const SEEDS = 2_000;

/** First seeds of runs lie below this number, so that one is short to type. */
const FIRST_SEEDS = 1_000_000_000;

/**
 * The new tab of Ana takes over a waiting message while the storage, which alone knows an earlier one, can't be read:
 * the tab that spoke died before it could answer the new one.
 */
const READ_LATE = `
seed 200003437 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"wire":"server"}
{"do":"send","party":"ana","tab":0}
{"do":"open","party":"ana"}
{"do":"link","party":"ana","online":false}
{"do":"wait","ms":116}
{"do":"storage","party":"ana","works":false}
{"do":"kill","party":"ana","tab":1}
{"do":"open","party":"ana"}
{"do":"send","party":"ana","tab":0}
{"do":"kill","party":"ana","tab":0}
{"do":"wait","ms":219}
`;

/** The storage of Ana failed when her message had left, so that her new tab reads it as waiting; both sleep then. */
const READ_STALE = `
seed 5017447 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"wire":"server"}
{"do":"link","party":"ana","online":false}
{"do":"send","party":"ana","tab":1}
{"do":"wait","ms":1005}
{"do":"link","party":"ana","online":true}
{"do":"storage","party":"ana","works":false}
{"do":"wait","ms":146}
{"do":"open","party":"ana"}
{"do":"send","party":"ana","tab":0}
{"do":"storage","party":"ana","works":true}
{"do":"sleep","party":"ana","ms":110923,"timersFirst":true}
`;

/**
 * The only tab of Bo sleeps while Ana sends, and dies then; his next tab opens when Ana's message was given up once.
 */
const WAITS_FOR_PAGE = `
seed 20127 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"wire":"pages"}
{"do":"send","party":"ana","tab":1}
{"do":"sleep","party":"bo","ms":56605,"timersFirst":false}
{"do":"kill","party":"bo","tab":0}
`;

/** What simulated conversations with operations have found. */
const OPERATIONS: readonly (readonly [title: string, script: string])[] = [
  [
    'an edit of a tab that died before it could store it, though another tab knows of it',
    `
seed 253 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"wire":"server"}
{"do":"send","party":"ana","tab":1}
{"do":"wait","ms":77}
{"do":"edit","party":"ana","tab":1,"pick":2}
{"do":"open","party":"ana"}
{"do":"kill","party":"bo","tab":0}
{"do":"kill","party":"ana","tab":0}
`,
  ],
  [
    'no quote in a reply from a tab that does not know of the retraction yet',
    `
seed 137 {"tabs":2,"stored":false,"proxied":true,"maxInFlight":2,"wire":"server"}
{"do":"open","party":"ana"}
{"do":"send","party":"ana","tab":1}
{"do":"wait","ms":151}
{"do":"retract","party":"ana","tab":0,"pick":1}
{"do":"reply","party":"ana","tab":1,"pick":1}
`,
  ],
  [
    'no text as read that another tab did not show when the user looked there',
    `
seed 96 {"tabs":2,"stored":false,"proxied":false,"maxInFlight":1,"wire":"server"}
{"do":"open","party":"ana"}
{"do":"send","party":"bo","tab":1}
{"do":"wait","ms":363}
{"do":"look","party":"ana","tab":1}
{"do":"edit","party":"bo","tab":0,"pick":1}
`,
  ],
  [
    'no edit as delivered before it is stored',
    `
seed 110 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"wire":"server"}
{"do":"wait","ms":6850}
{"do":"send","party":"ana","tab":1}
{"do":"wait","ms":319}
{"do":"edit","party":"ana","tab":0,"pick":3}
{"do":"react","party":"bo","tab":0,"pick":3}
{"do":"sleep","party":"bo","ms":36274,"timersFirst":true}
`,
  ],
  [
    'no quote of a retracted message that never came',
    `
seed 710002645 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"wire":"server","sendDelay":0}
{"do":"send","party":"bo","tab":0}
{"do":"wait","ms":162}
{"do":"open","party":"bo"}
{"do":"look","party":"ana","tab":1}
{"do":"type","party":"ana","tab":0}
{"do":"send","party":"ana","tab":1}
{"do":"send","party":"bo","tab":1}
{"do":"faults","party":"ana","faults":{"delay":122,"jitter":0,"loss":0.3310110158286989,"duplication":0.13556596925482153,"reordering":false}}
{"do":"send","party":"ana","tab":1}
{"do":"send","party":"ana","tab":0}
{"do":"reply","party":"ana","tab":0,"pick":0}
{"do":"sleep","party":"bo","ms":116800,"timersFirst":true}
{"do":"retract","party":"ana","tab":1,"pick":1}
`,
  ],
  [
    'no reaction that was stored without the operation that sends it',
    `
seed 663189924 {"tabs":1,"stored":true,"proxied":false,"maxInFlight":2,"wire":"server","sendDelay":0}
{"do":"send","party":"ana","tab":1}
{"do":"send","party":"bo","tab":0}
{"do":"react","party":"bo","tab":0,"pick":3}
{"do":"sleep","party":"bo","ms":87122,"timersFirst":true}
{"do":"sleep","party":"bo","ms":57586,"timersFirst":true}
{"do":"kill","party":"bo","tab":1}
`,
  ],
  [
    'one text under the id of a message that was edited before it left, while the storage failed',
    `
seed 710005301 {"tabs":2,"stored":true,"proxied":false,"maxInFlight":1,"wire":"pages","sendDelay":9301}
{"do":"send","party":"ana","tab":1}
{"do":"sleep","party":"ana","ms":70221,"timersFirst":false}
{"do":"edit","party":"ana","tab":0,"pick":0}
{"do":"send","party":"ana","tab":1}
{"do":"send","party":"ana","tab":1}
{"do":"storage","party":"ana","works":false}
{"do":"retract","party":"ana","tab":0,"pick":3}
{"do":"type","party":"bo","tab":1}
{"do":"open","party":"bo"}
{"do":"send","party":"ana","tab":1}
{"do":"send","party":"ana","tab":1}
{"do":"wait","ms":2097}
{"do":"send","party":"bo","tab":1}
{"do":"send","party":"bo","tab":1}
{"do":"send","party":"bo","tab":0}
{"do":"send","party":"ana","tab":0}
{"do":"discard","party":"ana","tab":0}
{"do":"discard","party":"ana","tab":0}
{"do":"wait","ms":146}
{"do":"send","party":"bo","tab":0}
{"do":"closeAll","party":"ana"}
`,
  ],
];

/** A seed that no run had before, as a rule; `SIMULATION_SEED` names another one. */
function firstSeed(): number {
  return Number(process.env['SIMULATION_SEED'] ?? Math.floor(Math.random() * FIRST_SEEDS) + 1);
}

/** What to do about a promise that was broken. */
function reportOf({ script, violation }: SimulationResult, { operations = true }: ScriptOptions = {}): string {
  const replay = `Replay it with: npm run simulate --${operations ? '' : ' --no-operations'} --seeds 1 --from ${script.seed}`;
  const shrunk = `Or what it was shrunk to, with npm run simulate -- --script:\n${printScript(script)}`;
  return `${violation?.message}\n${replay}\n${shrunk}`;
}

describe('simulated conversations', () => {
  it(`keep every promise, over ${SEEDS} fresh seeds without operations`, { timeout: 300_000 }, async () => {
    const first = firstSeed();
    expect(first).toSatisfy(Number.isSafeInteger);
    // oxlint-disable-next-line no-console -- a run can be had again only by who knows where it began
    console.info(`Simulated conversations: seeds ${first} to ${first + SEEDS - 1}`);
    const broken = await searchSeeds(first, SEEDS, undefined, { operations: false });
    if (broken !== undefined) expect.fail(reportOf(broken, { operations: false }));
  });

  // Always the same seeds: a rare fault that fresh ones find would fail the run of somebody else (decision 14).
  it('B141 B147 B154 B155 keep every promise, over 250 seeds with operations', { timeout: 300_000 }, async () => {
    const broken = await searchSeeds(30_001, 250);
    if (broken !== undefined) expect.fail(reportOf(broken));
  });

  it('say how to replay one that breaks a promise', async () => {
    const { script } = await simulateSeed(7);
    const report = reportOf({ script, messages: 1, violation: new Violation('ana/1 shows #1 twice') });
    expect(report).toContain('ana/1 shows #1 twice');
    expect(report).toContain('npm run simulate -- --seeds 1 --from 7\n');
    expect(readScript(report.slice(report.indexOf('--script:\n') + '--script:\n'.length))).toEqual(script);
  });

  it('claim no order for a message that a tab could read only when later ones had left', async () => {
    const script = readScript(READ_LATE);
    const world = createWorld(script.seed, script.setting);
    const { violation } = await simulateIn(world, script);
    expect(violation).toBeUndefined();
    // It did happen: whoever knew nothing of the late read would complain.
    expect(world.partyOf('ana').readLate.size).toBe(1);
    world.partyOf('ana').readLate.clear();
    expect(() => checkAlways(world)).toThrow('after what was sent later');
  });

  it('claim no order for a message that a tab reads as waiting though it has left, until the other tab wakes', async () => {
    expect(await simulate(readScript(READ_STALE))).not.toHaveProperty('violation');
  });

  it('B180 B181 deliver between pages what was sent while the only page of the participant slept and died', async () => {
    expect(await simulate(readScript(WAITS_FOR_PAGE))).not.toHaveProperty('violation');
  });

  it.each(OPERATIONS)('B141 B147 keep to %s', async (_title, script) => {
    expect(await simulate(readScript(script))).not.toHaveProperty('violation');
  });

  it('are the same again for the same seed', async () => {
    const one = await simulateSeed(7);
    const other = await simulate(readScript(printScript(one.script)));
    expect(other).toEqual(one);
  });
});
