import { describe, expect, it } from 'vitest';
import { CONTENDERS, plan } from '../apps/bench/driver/contenders.mjs';
import { summarise } from '../apps/bench/driver/summary.mjs';
import { workTable } from '../apps/bench/driver/tables.mjs';

const SPENT = { script: 0, layout: 0, style: 0, task: 0, layouts: 0, styles: 0 };

function sample(contender: string, work: number, more: object = {}) {
  return {
    contender,
    size: 10_000,
    scenario: 'typing',
    ops: 40,
    finished: true,
    elapsed: 1,
    spent: { ...SPENT, work },
    ...more,
  };
}

describe('a summary of the bench', () => {
  it('the summary contains the median of the turns, for one step', () => {
    const [row] = summarise([sample('floor', 40), sample('floor', 400), sample('floor', 80)]);
    expect(row).toMatchObject({ samples: 3, work: 2, finished: true });
  });

  it('the summary counts the completed work of a turn that did not finish', () => {
    const [row] = summarise([sample('memo', 100, { ops: 10, finished: false })]);
    expect(row).toMatchObject({ work: 10, finished: false });
  });

  it('the summary leaves out turns that count renders, since those are slower', () => {
    expect(summarise([sample('imflow', 1, { renders: { rows: 1, components: 1 } })])).toEqual([]);
  });

  it('the summary shows the work of all steps, and its ratio to the bare DOM', () => {
    const rows = summarise([
      sample('floor', 40),
      sample('imflow', 60),
      sample('memo', 100, { ops: 10, finished: false }),
    ]);
    const table = workTable(
      { rows, renders: [], opening: [], finding: [], date: '', browser: '', machine: '', load: [0, 0] },
      10_000,
    );
    expect(table).toMatch(/\| typing on or off, 40 times +\| +40 \| 60 \(1\.5×\) \| +≈ 400 \(10×\) \|/);
  });
});

describe('the plan of the bench', () => {
  it('the plan gives each contender a turn at 10,000 messages, in a different order each time', () => {
    const turns = plan({ quick: false, rounds: 2 }).filter(({ size, counts }) => size === 10_000 && !counts);
    expect(new Set(turns.map(({ contender }) => contender))).toEqual(new Set(CONTENDERS.map(({ id }) => id)));
    const near = turns
      .map(({ contender }) => contender)
      .filter((id) => ['floor', 'imflow', 'virtua', 'virtuoso'].includes(id));
    expect(near.slice(0, 4)).not.toEqual(near.slice(4));
    expect(near.slice(0, 4).toSorted()).toEqual(near.slice(4).toSorted());
  });
});
