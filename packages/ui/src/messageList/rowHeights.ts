import type { MessageOrder } from '@imflow/react';

/** Rows are summed up by so many, so that to find a place costs little at any length. */
const BLOCK = 256;
/** How high a row is thought to be before any was seen, in px. */
const GUESS = 56;

/** So many rows say how high rows are. */
const ENOUGH = 5;

/** The heights of all rows, in px: as they were last seen, else as high as the first ones were on average. */
export interface RowHeights {
  /** Where a row begins, below the first one. Of the number of rows: where the last one ends. */
  readonly offset: (index: number) => number;
  /** The row at a place; before the first the first, after the last the last. */
  readonly at: (place: number) => number;
  /** Takes in a height; returns whether it is another one. */
  readonly set: (index: number, height: number) => boolean;
  /** From now on what was not seen is as high as the average of what was. Once; returns whether it did. */
  readonly learn: () => boolean;
  /** Takes over another order, with the heights of the messages in both. */
  readonly follow: (order: MessageOrder) => void;
}

export function createRowHeights(): RowHeights {
  let order: MessageOrder = [];
  // 0: never seen.
  let heights: number[] = [];
  // For each block, what was seen of it in all, and how many of its rows were not.
  let seen: number[] = [];
  let unseen: number[] = [];
  let estimate = GUESS;
  let learned = false;

  function count(index: number, height: number, by: 1 | -1): void {
    const block = Math.floor(index / BLOCK);
    seen[block] = (seen[block] ?? 0) + by * height;
    unseen[block] = (unseen[block] ?? 0) + (height === 0 ? by : 0);
  }

  function heightOf(index: number): number {
    return heights[index] || estimate;
  }

  function sumOf(block: number): number {
    return (seen[block] ?? 0) + (unseen[block] ?? 0) * estimate;
  }

  /** @param heightAt of a row that comes now. */
  function fill(from: number, length: number, heightAt: (index: number) => number): void {
    heights.length = from;
    for (let index = from; index < length; index += 1) {
      const height = heightAt(index);
      heights.push(height);
      count(index, height, 1);
    }
  }

  function rebuild(length: number, heightAt: (index: number) => number): void {
    [heights, seen, unseen] = [[], [], []];
    fill(0, length, heightAt);
  }

  return {
    offset(index) {
      const block = Math.floor(index / BLOCK);
      let sum = 0;
      for (let before = 0; before < block; before += 1) sum += sumOf(before);
      for (let before = block * BLOCK; before < index; before += 1) sum += heightOf(before);
      return sum;
    },
    at(place) {
      let rest = place;
      let block = 0;
      while (block < seen.length - 1 && rest >= sumOf(block)) rest -= sumOf(block++);
      let index = block * BLOCK;
      while (index < heights.length - 1 && rest >= heightOf(index)) rest -= heightOf(index++);
      return index;
    },
    set(index, height) {
      const before = heights[index];
      // What is not displayed at all has no height that would tell anything.
      if (before === undefined || height === 0 || before === height) return false;
      count(index, before, -1);
      heights[index] = height;
      count(index, height, 1);
      return true;
    },
    learn() {
      const known = heights.length - sumUp(unseen);
      if (learned || known < ENOUGH) return false;
      learned = true;
      // Whole pixels, as places in a page are: fractions would move what stands below.
      estimate = Math.round(sumUp(seen) / known);
      return true;
    },
    follow(next) {
      const [before, old] = [order, heights];
      const { length } = before;
      order = next;
      const inFront = length === 0 ? 0 : next.indexOf(before.at(0) ?? '');
      const isWhole = [0, length >> 1, length - 1].every((index) => next.at(inFront + index) === before.at(index));
      if (length > 0 && (inFront < 0 || !isWhole)) {
        const known = new Map(Array.from(before, (id, index) => [id, old[index] ?? 0]));
        rebuild(next.length, (index) => known.get(next.at(index) ?? '') ?? 0);
      } else if (inFront > 0) {
        rebuild(next.length, (index) => old[index - inFront] ?? 0);
      } else {
        fill(length, next.length, () => 0);
      }
    },
  };
}

function sumUp(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}
