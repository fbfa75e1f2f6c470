import { metaOf } from '../shared/metaOf.ts';
import type { BenchMessage } from '../shared/messages.ts';
import { createHeights, type Heights } from './heights.ts';
import { touched } from './touched.ts';

const ESTIMATE = 50;
const BUFFER = 400;
const NEAR_END = 80;
/** Spare capacity, so that an appended message does not create a new tree each time. */
const SPARE = 2_048;

interface Row {
  readonly element: HTMLElement;
  readonly text: HTMLElement;
  readonly meta: HTMLElement;
}

/** A windowed list without any framework, as a lower bound of the cost. */
export interface WindowedList {
  readonly element: HTMLElement;
  add(messages: readonly BenchMessage[], where: 'end' | 'front'): void;
  change(message: BenchMessage): void;
  get(id: string): BenchMessage;
}

export function createWindowedList(start: readonly BenchMessage[]): WindowedList {
  const element = document.createElement('div');
  element.className = 'list';
  const rows = document.createElement('div');
  element.append(rows);
  let messages = start.slice();
  let places = new Map(messages.map(({ id }, index) => [id, index]));
  let heights: Heights = reserve(messages.length, () => undefined);
  const shown = new Map<string, Row>();
  let first = 0;
  let last = -1;
  let atEnd = true;
  let height = 0;

  function build(message: BenchMessage): Row {
    touched.rows += 1;
    const row = document.createElement('div');
    row.className = 'row';
    if (message.own) row.dataset['own'] = 'true';
    const bubble = document.createElement('div');
    bubble.className = 'bubble';
    const text = document.createElement('span');
    const meta = document.createElement('span');
    meta.className = 'meta';
    bubble.append(text, meta);
    row.append(bubble);
    const made = { element: row, text, meta };
    fill(made, message);
    return made;
  }

  function fill({ text, meta }: Row, message: BenchMessage): void {
    text.textContent = message.body;
    meta.textContent = metaOf(message);
  }

  /** Inserts the rows near the view into the document, and removes the others. */
  function update(): void {
    height ||= element.clientHeight;
    const top = atEnd ? Math.max(0, heights.total() - height) : element.scrollTop;
    const from = heights.at(Math.max(0, top - BUFFER));
    const to = Math.min(messages.length - 1, heights.at(top + height + BUFFER));
    const anchor = heights.at(top);
    const before = heights.offset(anchor);
    const kept = new Set<string>();
    for (let index = from; index <= to; index += 1) kept.add((messages[index] as BenchMessage).id);
    for (const [id, row] of shown) {
      if (kept.has(id)) continue;
      row.element.remove();
      shown.delete(id);
    }
    const fresh: number[] = [];
    let next: Element | null = rows.firstElementChild;
    for (let index = from; index <= to; index += 1) {
      const message = messages[index] as BenchMessage;
      const row = shown.get(message.id);
      if (row) {
        next = row.element.nextElementSibling;
        continue;
      }
      const made = build(message);
      shown.set(message.id, made);
      rows.insertBefore(made.element, next);
      fresh.push(index);
    }
    first = from;
    last = to;
    measure(fresh);
    place();
    if (atEnd) element.scrollTop = heights.total();
    else if (heights.offset(anchor) !== before) element.scrollTop = top + heights.offset(anchor) - before;
  }

  function measure(indices: readonly number[]): void {
    for (const index of indices) {
      const row = shown.get((messages[index] as BenchMessage).id);
      if (row) heights.set(index, row.element.getBoundingClientRect().height);
    }
  }

  function place(): void {
    rows.style.paddingTop = `${heights.offset(first)}px`;
    rows.style.paddingBottom = `${Math.max(0, heights.total() - heights.offset(last + 1))}px`;
  }

  element.addEventListener('scroll', () => {
    atEnd = heights.total() - height - element.scrollTop <= NEAR_END;
    update();
  });

  return {
    element,
    get: (id) => messages[places.get(id) as number] as BenchMessage,
    add(added, where) {
      if (where === 'end') {
        for (const message of added) {
          places.set(message.id, messages.push(message) - 1);
        }
        if (messages.length > heights.length) {
          const known = heights;
          heights = reserve(messages.length, (index) =>
            index < known.length ? known.get(index) || ESTIMATE : ESTIMATE,
          );
        } else {
          for (let index = messages.length - added.length; index < messages.length; index += 1) {
            heights.set(index, ESTIMATE);
          }
        }
        update();
        return;
      }
      const known = heights;
      const top = element.scrollTop;
      messages = [...added, ...messages];
      places = new Map(messages.map(({ id }, index) => [id, index]));
      heights = reserve(messages.length, (index) =>
        index < added.length ? undefined : known.get(index - added.length),
      );
      element.style.overflowAnchor = 'none';
      first += added.length;
      last += added.length;
      place();
      element.scrollTop = top + heights.offset(added.length);
      update();
    },
    change(message) {
      const index = places.get(message.id) as number;
      const before = messages[index] as BenchMessage;
      messages[index] = message;
      const row = shown.get(message.id);
      if (!row) return;
      touched.rows += 1;
      fill(row, message);
      if (before.body === message.body) return;
      measure([index]);
      place();
      if (atEnd) element.scrollTop = heights.total();
    },
  };
}

/** Future rows have a height of 0 px. */
function reserve(count: number, known: (index: number) => number | undefined): Heights {
  return createHeights(count + SPARE, ESTIMATE, (index) => (index < count ? known(index) : 0));
}
