import { createBench } from './bench.ts';
import { watchRenders } from './counters.ts';
import type { Contender } from './shared/contender.ts';

// `?contender=imflow&count`: the page of one contender. The driver (apps/bench/driver) does the rest through `window.bench`.
const query = new URLSearchParams(location.search);
const counts = query.has('count');
const renders = counts ? watchRenders() : undefined;
const host = document.querySelector<HTMLElement>('#host');
const name = query.get('contender') ?? 'imflow';

const ours: Record<string, () => Promise<{ contender: Contender }>> = {
  imflow: () => import('./imflow/imflow.tsx'),
  floor: () => import('./floor/floor.ts'),
  memo: () => import('./memoList.tsx'),
};
const theirs = import.meta.glob<{ contender: Contender }>('../contenders/*.tsx');
// The first date format of a page makes the browser load its calendar data, in some 20 ms. Most contenders create a format
// before they are measured, as a constant of a module; this one is created for all of them.
new Intl.DateTimeFormat('en', { timeStyle: 'short' }).format();
const load = ours[name] ?? theirs[`../contenders/${name}.tsx`];
if (!load || !host) throw new Error(`There is no contender '${name}'.`);
const { contender } = await load();
window.bench = createBench(contender, host, renders);
