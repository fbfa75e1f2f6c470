// The tables of the server's bench, and their goals.

import { cpus } from 'node:os';
import { join } from 'node:path';
import { markdown, number } from '../driver/markdown.mjs';
import { fill } from '../driver/publish.mjs';
import { ROOT } from '../../../tools/packages.mjs';

/** @import { Percentiles } from './talk.ts' */

/**
 * CPU is in ms for each message.
 * @typedef {{ rate: number, server: number, database: number, load: number, accepted: Percentiles, arrived: Percentiles }} Talk
 */

/**
 * @typedef {object} Measured
 * @property {{ name: string, full: Talk, half: Talk }[]} talks One for each turn.
 * @property {{ sockets: number, connected: number, rested: number, core: number } | undefined} idle
 * @property {{ clients: number, messages: number, within: number, all: number, each: Percentiles, server: number, database: number } | undefined} storm
 * @property {{ wall: number, cpu: number } | undefined} opening The time to open an existing folder, in ms.
 * @property {number[]} load The load of the machine when the run began and ended.
 */

/** The row that the others are compared with. */
export const ONE_NODE = 'imflow on PostgreSQL, one node';

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/**
 * @param {string} caption
 * @param {Parameters<typeof markdown>} table
 */
const captioned = (caption, ...table) => `${caption}\n\n${markdown(...table)}`;

/** @param {number} value */
const milliseconds = (value) => value.toFixed(3);

/** @param {Measured} measured */
export function tablesOfServer({ talks, idle, storm, opening, load }) {
  const names = Array.from(new Set(talks.map(({ name }) => name)));
  const rows = names.map((name) => {
    const turns = talks.filter((turn) => turn.name === name);
    const of = (/** @type {(turn: { full: Talk, half: Talk }) => number} */ pick) => median(turns.map(pick));
    return {
      name,
      rate: of(({ full }) => full.rate),
      server: of(({ half }) => half.server),
      database: of(({ half }) => half.database),
      p50: of(({ half }) => half.accepted.p50),
      p99: of(({ half }) => half.accepted.p99),
      arrived: of(({ half }) => half.arrived.p50),
      cost: of(({ full }) => full.server),
      databaseCost: of(({ full }) => full.database),
    };
  });
  const own = rows.find(({ name }) => name === ONE_NODE);
  const times = (/** @type {number} */ rate) => (own === undefined ? '–' : `${(own.rate / rate).toFixed(1)}×`);
  const fastest = (/** @type {string} */ kind) =>
    Math.max(...rows.filter(({ name }) => name.startsWith('relay') && name.endsWith(kind)).map(({ rate }) => rate));
  const embedded = rows.find(({ name }) => name.endsWith('PGlite'));
  /** @type {[string, number | undefined, string, (value: number) => boolean][]} */
  const goals = [
    [
      'messages a second, to those of the faster relay that stores messages and receipts',
      own && own.rate / fastest('receipts'),
      '≥ 3',
      (value) => value >= 3,
    ],
    [
      'messages a second, to those of the faster relay that stores messages only',
      own && own.rate / fastest('only'),
      '≥ 3',
      (value) => value >= 3,
    ],
    ['CPU of the server for a message at half load, ms', own?.server, '≤ 0.10', (value) => value <= 0.1],
    ['CPU of PostgreSQL for a message at half load, ms', own?.database, '≤ 0.08', (value) => value <= 0.08],
    ['acknowledgement at half load, p50, ms', own?.p50, '≤ 5', (value) => value <= 5],
    ['acknowledgement at half load, p99, ms', own?.p99, '≤ 30', (value) => value <= 30],
    ['an idle socket, kB', idle?.connected, '≤ 15', (value) => value <= 15],
    ['all who reconnect have their messages, s', storm && storm.all / 1_000, '≤ 4', (value) => value <= 4],
    [
      'messages a second on PGlite, to those on PostgreSQL',
      embedded && own && embedded.rate / own.rate,
      '≥ 0.33',
      (value) => value >= 1 / 3,
    ],
    ['PGlite opens a folder again, s', opening && opening.wall / 1_000, '≤ 1', (value) => value <= 1],
  ];
  return {
    'server run': `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} cores; load ${load.map((value) => value.toFixed(1)).join(' to ')}.`,
    ...(talks.length === 0
      ? {}
      : {
          'server talk': captioned(
            'As fast as it goes, with the CPU of a message:',
            ['', 'messages a second', 'imflow to it', 'CPU of the server, ms', 'CPU of PostgreSQL, ms'],
            rows.map(({ name, rate, cost, databaseCost }) => [
              name,
              number(rate),
              times(rate),
              milliseconds(cost),
              databaseCost === 0 ? 'in it' : milliseconds(databaseCost),
            ]),
          ),
          'server half': captioned(
            'At half of that, where commits are smaller and a message costs more:',
            [
              '',
              'CPU of the server, ms',
              'CPU of PostgreSQL, ms',
              'accepted, p50, ms',
              'accepted, p99, ms',
              'known to be delivered, p50, ms',
            ],
            rows.map(({ name, server, database, p50, p99, arrived }) => [
              name,
              milliseconds(server),
              database === 0 ? 'in it' : milliseconds(database),
              ...[p50, p99, arrived].map(number),
            ]),
          ),
        }),
    ...(own === undefined
      ? {}
      : {
          'server steps': captioned(
            'Messages that are stored, delivered and confirmed in a second, with the load, the servers and the database on one machine, and the CPU of a message at half of that (`npm run bench:server`):',
            ['', 'messages a second', 'CPU of the servers, ms', 'CPU of PostgreSQL, ms'],
            rows
              .filter(({ name }) => name.startsWith('imflow'))
              .map(({ name, rate, server, database }) => [
                name.replace('imflow on ', ''),
                number(rate),
                milliseconds(server),
                database === 0 ? 'in it' : milliseconds(database),
              ]),
          ),
        }),
    ...(idle === undefined || storm === undefined
      ? {}
      : {
          'server crowd': markdown(
            ['a crowd', ''],
            [
              [`${number(idle.sockets)} idle sockets: kB each, once all are connected`, number(idle.connected)],
              [`the same after half a minute`, number(idle.rested)],
              [`what they take of a core, %`, number(idle.core * 100)],
              [
                `${number(storm.clients)} clients that reconnect within ${storm.within / 1_000} s with ${storm.messages} missed messages each: ms until all have them`,
                number(storm.all),
              ],
              ['of each client: p50, ms', number(storm.each.p50)],
              ['of each client: p99, ms', number(storm.each.p99)],
              ['CPU of the server for a client, ms', number(storm.server)],
              ['CPU of PostgreSQL for a client, ms', number(storm.database)],
            ],
          ),
        }),
    ...(opening === undefined
      ? {}
      : {
          'server opening': `PGlite opens a used folder in ${number(opening.wall)} ms, ${number(opening.cpu)} ms of them CPU.`,
        }),
    'server goals': markdown(
      ['', 'measured', 'goal', 'reached'],
      goals
        .filter(([, value = NaN]) => Number.isFinite(value) && value > 0)
        .map(([name, value = NaN, goal, isReached]) => [
          name,
          Number(value.toPrecision(3)).toLocaleString('en'),
          goal,
          isReached(value) ? 'yes' : 'no',
        ]),
    ),
  };
}

/** @param {ReturnType<typeof tablesOfServer>} tables */
export function publishServer(tables) {
  fill(tables);
  fill(tables, join(ROOT, 'docs/guides/your-own-server.md'));
}
