import type { MessageOrder } from '@imflow/react';
import { describe, expect, it } from 'vitest';
import type { Geometry } from './geometry.ts';
import { createScrollAnchor } from './scrollAnchor.ts';
import { INITIAL_STATE, MAX_PASSES, scrollReducer } from './state.ts';
import { type Metrics, NO_ROWS, type ScrollEvent } from './state.types.ts';

/** The sizes of the content before the first row and after the last one, in px. */
const HEAD = 48;
const FOOT = 6;

type Size = readonly [id: string, size: number];

/** A page with a list in it, as a browser lays it out and as `driver.ts` connects it to the engine. */
function createPage(count: number) {
  let ids: string[] = Array.from({ length: count }, (_, index) => `m${index + 100}`);
  const sizes = new Map<string, number>();
  const anchor = createScrollAnchor();
  const elements = new Map<string, Element>();
  let state = INITIAL_STATE;
  let committed = NO_ROWS;
  let padding = { before: 0, after: 0 };
  let scrollTop = 0;
  let reported = 0;
  let height = 400;
  let hasBox = true;
  let observed = new Map<string, number>();
  let [mustRender, mustMeasure, isMeasuring, mustFrame, renders] = [false, false, false, false, 0];

  const sizeOf = (id: string): number => sizes.get(id) ?? 20 + ((Number(id.slice(1)) * 37) % 190);
  const shown = (): string[] => Array.from(committed.order).slice(committed.from, committed.to);
  const rowTop = (id: string): number => {
    let top = HEAD + padding.before;
    for (const each of shown()) {
      if (each === id) return top;
      top += sizeOf(each);
    }
    return NaN;
  };
  const contentHeight = (): number =>
    HEAD + padding.before + shown().reduce((sum, id) => sum + sizeOf(id), 0) + padding.after + FOOT;
  const clamp = (): void => {
    scrollTop = hasBox ? Math.max(0, Math.min(scrollTop, contentHeight() - height)) : 0;
  };
  const metrics = (): Metrics => {
    clamp();
    return hasBox
      ? { scrollTop, scrollHeight: Math.max(height, contentHeight()), clientHeight: height }
      : { scrollTop: 0, scrollHeight: 0, clientHeight: 0 };
  };
  const elementOf = (id: string): Element => {
    if (!elements.has(id)) {
      const element = { id, get isConnected() { return !Number.isNaN(rowTop(id)); } }; // prettier-ignore
      elements.set(id, element as unknown as Element);
    }
    return elements.get(id)!;
  };
  const topInView = ({ id }: Element): number => (hasBox ? rowTop(id) - metrics().scrollTop : 0);
  const geometry: Geometry = {
    metrics,
    origin: () => (hasBox ? HEAD : 0),
    sizeOf: ({ id }) => sizeOf(id),
    topInView,
    driftFrom: (top, element) => topInView(element) - top,
  };

  function dispatch(event: ScrollEvent): void {
    const { state: next, effects } = scrollReducer(state, event);
    state = next;
    for (const effect of effects) {
      if (effect.type === 'setScrollTop' || effect.type === 'scrollBy') {
        scrollTop = effect.type === 'scrollBy' ? scrollTop + effect.by : effect.top;
        dispatch({ type: 'positioned', scrollTop: metrics().scrollTop });
      } else if (effect.type === 'setSpacers' && state.rows === committed) padding = effect;
      else if (effect.type === 'render') mustRender = true;
      else if (effect.type === 'measure') measure();
      else if (effect.type === 'requestFrame') mustFrame = true;
      else if (effect.type === 'anchor') {
        const elementsOfRows = effect.candidates.filter((id) => shown().includes(id)).map(elementOf);
        const element = elementsOfRows.find((each) => topInView(each) >= 0) ?? elementsOfRows.at(-1);
        if (effect.candidates.length > 0 && !hasBox) continue;
        if (element) anchor.set(element, geometry, effect.isMeasured ? 0 : anchor.shift(geometry));
        else anchor.clear();
      }
    }
  }

  function measure(resized: readonly Size[] = []): void {
    mustMeasure = isMeasuring;
    if (isMeasuring) return;
    isMeasuring = true;
    let reports = resized;
    for (let round = 0; round < 2; round += 1) {
      mustMeasure = false;
      const fresh = shown().filter((id) => !observed.has(id));
      observed = new Map(shown().map((id) => [id, observed.get(id) ?? (hasBox ? sizeOf(id) : 0)]));
      const drift = anchor.drift(geometry);
      const all = [...reports, ...fresh.map((id) => [id, hasBox ? sizeOf(id) : 0] as const)];
      dispatch({ type: 'layout', metrics: metrics(), origin: geometry.origin(), drift, sizes: all });
      reports = [];
      if (!mustMeasure) break;
    }
    isMeasuring = false;
    dispatch({ type: 'settled', metrics: metrics() });
  }

  /** React renders, the browser lays out and reports, until nothing is left to do. */
  function settle(): void {
    renders = 0;
    for (let frame = 0; frame < 9; frame += 1) {
      while (mustRender) {
        mustRender = false;
        renders += 1;
        if (renders > 200) throw new Error('The list renders without end.');
        committed = state.rows;
        dispatch({ type: 'committed' });
        measure();
      }
      const resized = shown().filter((id) => observed.get(id) !== (hasBox ? sizeOf(id) : 0));
      const isTall = metrics().clientHeight !== state.height;
      for (const id of resized) observed.set(id, hasBox ? sizeOf(id) : 0);
      if (resized.length > 0 || isTall) measure(resized.map((id) => [id, hasBox ? sizeOf(id) : 0]));
      if (metrics().scrollTop !== reported) {
        reported = metrics().scrollTop;
        dispatch({ type: 'scroll', metrics: metrics() });
      }
      if (!mustFrame) continue;
      mustFrame = false;
      dispatch({ type: 'frame' });
    }
  }

  const order = (hasSent = false): void =>
    dispatch({ type: 'order', order: ids, metrics: metrics(), firstUnread: undefined, hasSent });

  const page = {
    settle,
    order,
    state: () => state,
    renders: () => renders,
    scrollTop: () => metrics().scrollTop,
    hasBox: () => hasBox,
    toEnd: () => contentHeight() - height - metrics().scrollTop,
    isAtLimit: () => metrics().scrollTop < 1 || page.toEnd() < 1,
    setBox(on: boolean) {
      hasBox = on;
      clamp();
    },
    setHeight(next: number) {
      height = next;
    },
    scrollBy(by: number) {
      scrollTop += by;
      clamp();
    },
    append(sent: boolean) {
      ids = [...ids, `m${Number(ids.at(-1)!.slice(1)) + 1}`];
      order(sent);
    },
    prepend() {
      const first = Number(ids[0]!.slice(1));
      ids = [...Array.from({ length: 8 }, (_, index) => `m${first - 8 + index}`), ...ids];
      order();
    },
    remove(id: string | undefined) {
      ids = ids.filter((each) => each !== id);
      order();
    },
    resize: (id: string | undefined, size: number) => sizes.set(id ?? '', size),
    rows: shown,
    ids: () => ids,
    dispatch,
    measure,
    idle() {
      dispatch({ type: 'idle', metrics: metrics() });
      dispatch({ type: 'settled', metrics: metrics() });
    },
    /** The first row that begins in view, and where. */
    place(): Size | undefined {
      const first = shown().find((id) => topInView(elementOf(id)) >= 0 && topInView(elementOf(id)) < height);
      return first === undefined ? undefined : [first, topInView(elementOf(first))];
    },
    topOf: (id: string) => topInView(elementOf(id)),
    /** How much of the view is spacer, in px. */
    hole(): number {
      if (!hasBox) return 0;
      const { scrollTop: top } = metrics();
      const [start, end] = [HEAD + padding.before, contentHeight() - FOOT - padding.after];
      return Math.max(0, start - Math.max(top, HEAD)) + Math.max(0, Math.min(top + height, end + padding.after) - end);
    },
  };
  order();
  committed = state.rows;
  dispatch({ type: 'committed' });
  measure();
  dispatch({ type: 'attached' });
  settle();
  return page;
}

type Page = ReturnType<typeof createPage>;

/** The possible events. `moves`: the reader or the application moves the list. */
const STEPS: Readonly<Record<string, { readonly moves?: boolean; readonly run: (page: Page) => void }>> = {
  'scroll up a little': { moves: true, run: (page) => page.scrollBy(-90) },
  'scroll up a view': { moves: true, run: (page) => page.scrollBy(-500) },
  'scroll to the start': { moves: true, run: (page) => page.scrollBy(-1e6) },
  'scroll down': { moves: true, run: (page) => page.scrollBy(260) },
  'a message arrives': { run: (page) => page.append(false) },
  'a message is sent': { moves: true, run: (page) => page.append(true) },
  'older messages arrive': { run: (page) => page.prepend() },
  'the first rendered row grows': { run: (page) => page.resize(page.rows()[0], 333) },
  'the first rendered row shrinks': { run: (page) => page.resize(page.rows()[0], 1) },
  'the last rendered row grows': { run: (page) => page.resize(page.rows().at(-1), 777) },
  'the first message is removed': { run: (page) => page.remove(page.ids()[0]) },
  'the box goes': { run: (page) => page.setBox(false) },
  'the box comes back': { run: (page) => page.setBox(true) },
  'it comes to rest': { run: (page) => page.idle() },
  'jump to the end': { moves: true, run: (page) => page.dispatch({ type: 'toEnd' }) },
  'jump to a message': {
    moves: true,
    run: (page) => page.dispatch({ type: 'toRow', id: page.ids()[9]!, align: 'center', focus: false }),
  },
};

function check(page: Page, path: readonly string[]): void {
  const say = (what: string): string => `${path.join(', ')}: ${what}`;
  expect(page.renders(), say('renders')).toBeLessThanOrEqual(9 * (MAX_PASSES + 1));
  if (!page.hasBox()) return;
  if (page.hole() > 0.5) throw new Error(say(`${page.hole()} px of the view are empty`));
  // A reader this near to the end counts as being at the end.
  if (page.state().position.at === 'end' && page.toEnd() > 80) throw new Error(say('not at the end'));
}

/** Performs a step and compares what the reader sees before and after it. */
function step(page: Page, name: string, path: readonly string[], kept: { place?: Size | undefined }): void {
  const { run, moves = false } = STEPS[name]!;
  const wasAtEnd = page.state().position.at === 'end';
  if (page.hasBox()) kept.place = page.place();
  // A list without a box moves when the application says so; the reader cannot scroll it.
  if (!page.hasBox() && moves) kept.place = undefined;
  run(page);
  page.settle();
  check(page, path);
  const { place } = kept;
  if (!page.hasBox() || moves || wasAtEnd || !place || page.isAtLimit() || !page.ids().includes(place[0])) return;
  const drift = page.topOf(place[0]) - place[1];
  if (!(Math.abs(drift) <= 1)) throw new Error(`${path.join(', ')}: ${place[0]} moved by ${drift} px`);
}

function play(names: readonly string[], count = 40): Page {
  const page = createPage(count);
  const kept: { place?: Size | undefined } = {};
  names.forEach((name, index) => step(page, name, names.slice(0, index + 1), kept));
  return page;
}

describe('scrollReducer', () => {
  it('B214 all sequences of three events from the middle leave no hole, shift nothing, and follow the end', () => {
    const names = Object.keys(STEPS);
    for (const one of names)
      for (const two of names) {
        play([one, two], 25);
        for (const three of names) play(['scroll up a view', 'scroll up a view', one, two, three], 25);
      }
  });

  it('B214 two hundred long random sequences leave no hole, shift nothing, and follow the end', () => {
    const names = Object.keys(STEPS);
    let seed = 7;
    const next = (): number => (seed = (seed * 48_271) % 2_147_483_647);
    for (let round = 0; round < 200; round += 1)
      play(
        Array.from({ length: 30 }, () => names[next() % names.length]!),
        5 + (next() % 60),
      );
  });

  it('B213 sizes that never agree change the rendered range a bounded number of times for an event', () => {
    let state = INITIAL_STATE;
    const order = Array.from({ length: 500 }, (_, index) => `m${index}`) as MessageOrder;
    const metrics = { scrollTop: 9_000, scrollHeight: 30_000, clientHeight: 700 };
    state = scrollReducer(state, { type: 'order', order, metrics, firstUnread: undefined, hasSent: false }).state;
    let renders = 0;
    for (let pass = 0; pass < 100; pass += 1) {
      const { from, to } = state.rows;
      const sizes = Array.from(order).slice(from, to).map((id) => [id, pass % 2 === 0 ? 3 : 900] as const); // prettier-ignore
      for (const event of [
        { type: 'committed' },
        { type: 'layout', metrics, origin: 48, drift: pass % 2 === 0 ? 400 : -400, sizes },
        { type: 'settled', metrics },
      ] as const) {
        const { state: next, effects } = scrollReducer(state, event);
        state = next;
        renders += effects.filter(({ type }) => type === 'render').length;
      }
    }
    expect(renders).toBeLessThanOrEqual(MAX_PASSES);
  });
});
