// Draws a plot of a run: for each scenario a dot for each contender, on a logarithmic scale.

import { CONTENDERS } from './contenders.mjs';
import { find, NAMES } from './tables.mjs';

/** @import { Results } from './results.mjs' */
/** @import { Scenario } from './tables.mjs' */

const WIDTH = 860;
const LEFT = 250;
const RIGHT = 24;
const TOP = 92;
const LINE = 34;
const COLOURS = ['#6b7280', '#0f766e', '#2563eb', '#7c3aed', '#b45309', '#dc2626', '#db2777'];

/** @type {readonly Scenario[]} */
const SHOWN = [
  'mount',
  'tickInView',
  'tickOutOfView',
  'typing',
  'keys',
  'append',
  'burst',
  'appendMany',
  'grow',
  'scroll',
];

/**
 * @param {Results} results
 * @param {number} size
 * @returns {string} An SVG.
 */
export function plot({ rows }, size) {
  const present = CONTENDERS.filter(({ id }) => find(rows, size, id, 'mount'));
  const works = SHOWN.flatMap((scenario) => present.map(({ id }) => workOf(id, scenario))).filter((work) => work > 0);
  const [low, high] = [Math.floor(Math.log10(Math.min(...works))), Math.ceil(Math.log10(Math.max(...works)))];
  const x = (/** @type {number} */ work) => LEFT + ((Math.log10(work) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const bottom = TOP + SHOWN.length * LINE;
  /** @type {string[]} */
  const parts = [];

  for (let power = low; power <= high; power += 1) {
    const at = round(x(10 ** power));
    parts.push(`<path class="grid" d="M${at} ${TOP - 10}V${bottom}"/>`);
    parts.push(`<text class="unit" x="${at}" y="${bottom + 18}">${(10 ** power).toLocaleString('en')} ms</text>`);
  }
  for (const [index, scenario] of SHOWN.entries()) {
    const y = TOP + index * LINE + 8;
    parts.push(`<text class="name" x="${LEFT - 14}" y="${y + 4}">${NAMES[scenario].name}</text>`);
    const ends = present.map(({ id }) => workOf(id, scenario)).filter((work) => work > 0);
    parts.push(`<path class="range" d="M${round(x(Math.min(...ends)))} ${y}H${round(x(Math.max(...ends)))}"/>`);
    for (const { id, name, kind } of present) {
      const work = workOf(id, scenario);
      if (!(work > 0)) continue;
      const title = `${name}: ${work.toFixed(1)} ms`;
      parts.push(
        `<circle cx="${round(x(work))}" cy="${y}" r="${kind === 'ours' ? 7 : 5}" fill="${colourOf(id)}"><title>${title}</title></circle>`,
      );
    }
  }
  let from = 24;
  for (const { id, name } of present) {
    parts.push(`<circle cx="${from}" cy="56" r="5" fill="${colourOf(id)}"/>`);
    parts.push(`<text class="legend" x="${from + 10}" y="60">${name}</text>`);
    from += 28 + name.length * 6.6;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 34}" role="img" aria-label="Work by scenario at ${size} messages">
<style>
  text { font: 12px system-ui, sans-serif; fill: #374151 }
  .title { font-size: 15px; font-weight: 600; fill: #111827 }
  .name { text-anchor: end }
  .unit { text-anchor: middle; fill: #6b7280; font-size: 11px }
  .grid { stroke: #e5e7eb }
  .range { stroke: #cbd5e1; stroke-width: 2 }
  circle { stroke: #fff; stroke-width: 1.5 }
</style>
<rect width="100%" height="100%" fill="#fff"/>
<text class="title" x="24" y="30">Work at ${size.toLocaleString('en')} messages: script, layout and style (less is better)</text>
${parts.join('\n')}
</svg>
`;

  /**
   * @param {string} id
   * @param {Scenario} scenario
   */
  function workOf(id, scenario) {
    return (find(rows, size, id, scenario)?.work ?? NaN) * NAMES[scenario].steps;
  }
}

/** @param {string} id */
function colourOf(id) {
  return COLOURS[CONTENDERS.findIndex((contender) => contender.id === id)];
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
