// Computes medians and ratios from samples.

/** @import { Sample } from './session.mjs' */

/**
 * All samples of one scenario of one contender at one size.
 *
 * @typedef {object} Row
 * @property {string} contender
 * @property {number} size
 * @property {string} scenario
 * @property {number} samples The number of runs.
 * @property {boolean} finished Whether every run finished.
 * @property {number} work Median, in ms for each step.
 * @property {number} spread Half the range between the quartiles of work, as part of the median.
 * @property {number} task Median, in ms for each step.
 * @property {number} layouts Median, for each step.
 * @property {number} elapsed Median, in ms.
 * @property {number} [heap]
 * @property {number} [elements]
 * @property {number} [moved] The worst.
 * @property {number} [frames]
 * @property {number} [dropped]
 * @property {number} [blank]
 */

/**
 * @param {readonly Sample[]} samples
 * @returns {Row[]}
 */
export function summarise(samples) {
  /** @type {Map<string, Sample[]>} */
  const groups = new Map();
  for (const sample of samples) {
    if (sample.renders) continue;
    const key = `${sample.contender} ${sample.size} ${sample.scenario}`;
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return Array.from(groups.values(), rowOf);
}

/**
 * @param {Sample[]} group
 * @returns {Row}
 */
function rowOf(group) {
  const [first] = group;
  if (!first) throw new Error('A group has at least one sample.');
  const { contender, size, scenario } = first;
  const perStep = (/** @type {(sample: Sample) => number} */ pick) =>
    group.map((sample) => pick(sample) / Math.max(1, sample.ops)).toSorted((a, b) => a - b);
  const work = perStep((sample) => sample.spent.work);
  /**
   * @type {(name: 'heap' | 'elements' | 'moved' | 'frames' | 'dropped' | 'blank', take?: (values: number[]) => number)
   * => Partial<Row>}
   */
  const optional = (name, take = median) => {
    const values = group.map((sample) => sample[name]).filter((value) => value !== undefined);
    return values.length > 0 ? { [name]: take(values) } : {};
  };
  return {
    contender,
    size,
    scenario,
    samples: group.length,
    finished: group.every(({ finished }) => finished),
    work: median(work),
    spread: (quantile(work, 0.75) - quantile(work, 0.25)) / 2 / Math.max(1e-9, median(work)),
    task: median(perStep((sample) => sample.spent.task)),
    layouts: median(perStep((sample) => sample.spent.layouts)),
    elapsed: median(group.map(({ elapsed }) => elapsed)),
    ...optional('heap'),
    ...optional('elements'),
    ...optional('moved', (values) => Math.max(...values)),
    ...optional('frames'),
    ...optional('dropped'),
    ...optional('blank'),
  };
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/**
 * @param {readonly number[]} sorted
 * @param {number} part
 */
function quantile(sorted, part) {
  const place = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return low + (high - low) * (place - Math.floor(place));
}
