// The contenders that are measured, and the order of their turns.

/**
 * @typedef {object} ContenderInfo
 * @property {string} id
 * @property {string} name As in the tables.
 * @property {'ours' | 'floor' | 'list' | 'full'} kind `list`: renders the rows near the view; `full`: has all rows in the
 * document.
 */

/** @type {readonly ContenderInfo[]} */
export const CONTENDERS = [
  { id: 'floor', name: 'bare DOM', kind: 'floor' },
  { id: 'imflow', name: 'imflow', kind: 'ours' },
  { id: 'virtua', name: 'virtua', kind: 'list' },
  { id: 'virtuoso', name: 'react-virtuoso', kind: 'list' },
  { id: 'memo', name: 'plain memo list', kind: 'full' },
  { id: 'chatscope', name: 'chatscope', kind: 'full' },
  { id: 'reactChatElements', name: 'react-chat-elements', kind: 'full' },
];

/** One turn of a run: all scenarios of one contender at one size. */
/**
 * @typedef {object} Turn
 * @property {string} contender
 * @property {number} size
 * @property {boolean} counts
 */

/**
 * The turns of a run. Each round measures all contenders, in a different order, so that a temporary disturbance of the
 * machine affects all of them.
 *
 * @param {{ quick: boolean, rounds: number }} options
 * @returns {Turn[]}
 */
export function plan({ quick, rounds }) {
  const near = CONTENDERS.filter(({ kind }) => kind !== 'full').map(({ id }) => id);
  const full = CONTENDERS.filter(({ kind }) => kind === 'full').map(({ id }) => id);
  /** @type {Turn[]} */
  const turns = [];
  const add = (/** @type {readonly string[]} */ ids, /** @type {number} */ size, counts = false) => {
    for (const contender of ids) turns.push({ contender, size, counts });
  };
  if (quick) {
    add(['imflow'], 1_000, true);
    for (let round = 0; round < rounds; round += 1) add(rotated(near, round), 10_000);
    add(['chatscope'], 10_000);
    return turns;
  }
  add([...near, ...full], 1_000, true);
  for (let round = 0; round < rounds; round += 1) {
    for (const size of [10_000, 100_000, 1_000]) add(rotated(near, round), size);
    // Contenders with all rows in the document need a minute for each turn.
    if (round === 0) for (const size of [1_000, 10_000]) add(full, size);
  }
  return turns;
}

/**
 * @param {readonly string[]} ids
 * @param {number} by
 */
function rotated(ids, by) {
  return ids.map((_, index) => ids[(index + by) % ids.length] ?? '');
}
