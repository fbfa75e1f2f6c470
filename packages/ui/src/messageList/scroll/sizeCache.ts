/** The measured and estimated heights of rows. */

import type { MessageOrder } from '@imflow/react';

/** Rows per block. Sums are kept per block, so that finding a position costs little at any length. */
const BLOCK = 256;
/** The size of a row until enough rows have been measured, in px. */
const INITIAL_ESTIMATE = 56;
/** This many measured rows determine the estimate for all others. */
const MIN_SAMPLES = 5;
/** Sizes that differ by less are the same, in px: two ways of measuring differ by this much in long lists. */
const PRECISION = 0.04;
/** Marks a row that was never measured. */
const UNMEASURED = -1;

interface Block {
  readonly sizes: readonly number[];
  /** The sum of the measured sizes, in px. */
  readonly measured: number;
  readonly unmeasured: number;
}

/**
 * The sizes of all rows along the block axis, in layout px: as last measured, else an estimate. The value is immutable;
 * the functions of this module return changed copies that share unchanged blocks.
 */
export interface SizeCache {
  readonly order: MessageOrder;
  readonly blocks: readonly Block[];
  /** The size of a row that was not measured. Fixed once `MIN_SAMPLES` rows have been measured. */
  readonly estimate: number;
  readonly isEstimateFinal: boolean;
}

export const EMPTY_SIZES: SizeCache = { order: [], blocks: [], estimate: INITIAL_ESTIMATE, isEstimateFinal: false };

/** Returns where a row begins, in px below the first row. For `index === order.length`: where the last row ends. */
export function offsetOf({ blocks, estimate }: SizeCache, index: number): number {
  const last = Math.floor(index / BLOCK);
  let sum = 0;
  for (let block = 0; block < last; block += 1) sum += sumOf(blocks[block], estimate);
  const sizes = blocks[last]?.sizes ?? [];
  for (let place = 0; place < index - last * BLOCK; place += 1) sum += sizeIn(sizes, place, estimate);
  return sum;
}

/** Returns the index of the row at an offset, clamped to the first and the last row. */
export function indexAt({ blocks, estimate, order }: SizeCache, offset: number): number {
  let rest = offset;
  let block = 0;
  while (block < blocks.length - 1) {
    const sum = sumOf(blocks[block], estimate);
    if (rest < sum) break;
    rest -= sum;
    block += 1;
  }
  const sizes = blocks[block]?.sizes ?? [];
  let place = 0;
  while (place < sizes.length - 1) {
    const size = sizeIn(sizes, place, estimate);
    if (rest < size) break;
    rest -= size;
    place += 1;
  }
  return Math.max(0, Math.min(block * BLOCK + place, order.length - 1));
}

/** Returns the cache with these sizes of messages; the same cache if nothing changed. Unknown ids are ignored. */
export function withSizes(cache: SizeCache, measured: readonly (readonly [id: string, size: number])[]): SizeCache {
  const changes = new Map<number, number[]>();
  for (const [id, size] of measured) {
    const index = cache.order.indexOf(id);
    if (index < 0 || !Number.isFinite(size) || size < 0) continue;
    const block = Math.floor(index / BLOCK);
    const place = index % BLOCK;
    const sizes = changes.get(block) ?? cache.blocks[block]?.sizes;
    if (!sizes || Math.abs((sizes[place] ?? UNMEASURED) - size) < PRECISION) continue;
    const copy = changes.get(block) ?? sizes.slice();
    copy[place] = size;
    changes.set(block, copy);
  }
  if (changes.size === 0) return cache;
  const blocks = cache.blocks.slice();
  for (const [block, sizes] of changes) blocks[block] = createBlock(sizes);
  return withEstimate({ ...cache, blocks });
}

/** Returns the cache for another order. Messages in both keep their sizes. */
export function withOrder(cache: SizeCache, order: MessageOrder): SizeCache {
  const { order: before, blocks } = cache;
  if (order === before) return cache;
  const { length } = before;
  const first = length === 0 ? 0 : order.indexOf(before.at(0) ?? '');
  const isShifted =
    length === 0 || (first >= 0 && [0, length >> 1, length - 1].every((at) => order.at(first + at) === before.at(at)));
  if (!isShifted) {
    const known = new Map(Array.from(before, (id, index) => [id, sizeAt(blocks, index)]));
    return { ...cache, order, blocks: fill([], order.length, (index) => known.get(order.at(index) ?? '')) };
  }
  if (first > 0) return { ...cache, order, blocks: fill([], order.length, (index) => sizeAt(blocks, index - first)) };
  // Only the last block changes when messages are appended.
  const whole = blocks.slice(0, Math.floor(length / BLOCK));
  return { ...cache, order, blocks: fill(whole, order.length, (index) => sizeAt(blocks, index)) };
}

function fill(whole: Block[], length: number, sizeOf: (index: number) => number | undefined): readonly Block[] {
  for (let start = whole.length * BLOCK; start < length; start += BLOCK) {
    const count = Math.min(BLOCK, length - start);
    whole.push(createBlock(Array.from({ length: count }, (_, place) => sizeOf(start + place) ?? UNMEASURED)));
  }
  return whole;
}

function createBlock(sizes: readonly number[]): Block {
  let measured = 0;
  let unmeasured = 0;
  for (const size of sizes) {
    if (size === UNMEASURED) unmeasured += 1;
    else measured += size;
  }
  return { sizes, measured, unmeasured };
}

function withEstimate(cache: SizeCache): SizeCache {
  if (cache.isEstimateFinal) return cache;
  let [measured, samples] = [0, 0];
  for (const block of cache.blocks) {
    measured += block.measured;
    samples += block.sizes.length - block.unmeasured;
  }
  // Rows without a size are not displayed and say nothing about the others.
  if (samples < MIN_SAMPLES || measured === 0) return cache;
  // Whole pixels, so that rows below an estimated row do not begin at a fraction of a pixel.
  return { ...cache, estimate: Math.max(1, Math.round(measured / samples)), isEstimateFinal: true };
}

function sizeAt(blocks: readonly Block[], index: number): number | undefined {
  return index < 0 ? undefined : blocks[Math.floor(index / BLOCK)]?.sizes[index % BLOCK];
}

function sizeIn(sizes: readonly number[], place: number, estimate: number): number {
  const size = sizes[place] ?? UNMEASURED;
  return size === UNMEASURED ? estimate : size;
}

function sumOf(block: Block | undefined, estimate: number): number {
  return block ? block.measured + block.unmeasured * estimate : 0;
}
