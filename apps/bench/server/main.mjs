// Measures the capacity of the server, compared with two bare relays: `npm run bench:server`.
//
// `-- --publish` writes the tables into the documentation, `-- --quick` takes one short turn, `-- --only=talk,idle,storm,pglite`
// measures a part. Linux only: CPU and memory come from /proc. The load comes from a process of its own, on the same machine.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { ROOT } from '../../../tools/packages.mjs';
import { hasNats, startNats } from '../../../packages/server/test/server/nats.mjs';
import { startPostgres } from '../../../packages/server/test/server/postgres.mjs';
import { anonymousMemory, processorTime } from './processes.mjs';
import { ONE_NODE, publishServer, tablesOfServer } from './tables.mjs';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Job } from './load.ts' */
/** @import { Kind } from './clients.ts' */
/** @import { StormResult } from './crowd.ts' */
/** @import { Order } from './target.ts' */
/** @import { TalkResult } from './talk.ts' */
/** @import { Measured, Talk } from './tables.mjs' */

const SOURCES = join(ROOT, 'apps/bench/server');
/** The folder of the built processes: below the server's package, so that the dependencies of the server resolve. */
const OUT = join(ROOT, 'packages/server/node_modules/.cache/bench');
const PAIRS = 200;
const IN_FLIGHT = 2;
const IDLE_SOCKETS = 10_000;
/** How long sockets are idle before they are measured, in ms. */
const IDLE_TIME = 30_000;
const STORM = { clients: 5_000, messages: 50, within: 2_000 };

const { values: options } = parseArgs({
  options: {
    publish: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'talk,idle,storm,pglite' },
    contenders: {
      type: 'string',
      default: 'imflow,ws+receipts,socket.io+receipts,ws,socket.io,imflow+postgres,imflow+nats',
    },
    profile: { type: 'boolean', default: false },
  },
});
const parts = new Set(options.only.split(','));
/** The numbers of messages before and during the measurement, and of turns. */
const [warmUp, count, turns] = options.quick ? [4_000, 8_000, 1] : [6_000, 12_000, 3];

await build({
  root: ROOT,
  configFile: false,
  logLevel: 'error',
  ssr: { noExternal: [/^@imflow\//], resolve: { conditions: ['@imflow/source', 'module', 'node'] } },
  build: {
    ssr: true,
    outDir: OUT,
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      // Everything but files and packages of this workspace is resolved from the server's package.
      external: (id) => /^[@\w]/.test(id) && !id.startsWith('@imflow/'),
      input: { target: join(SOURCES, 'target.ts'), load: join(SOURCES, 'load.ts') },
    },
  },
});

/**
 * @param {ChildProcess} child
 * @param {string} type
 * @returns {Promise<any>}
 */
async function heard(child, type) {
  for (;;) {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('A process of the bench has ended.');
      }),
    ]);
    if (message.type === type) return message;
  }
}

/**
 * A server in a process of its own.
 * @param {string} kind
 * @param {string} place The database or folder.
 */
async function startTarget(kind, place) {
  const profile = options.profile
    ? ['--cpu-prof', `--cpu-prof-dir=${join(OUT, 'profiles')}`, `--cpu-prof-name=${kind}.${Date.now()}.cpuprofile`]
    : [];
  const child = fork(join(OUT, 'target.js'), [kind, place, nats?.url ?? ''], { execArgv: ['--expose-gc', ...profile] });
  const { port, opening } = await heard(child, 'listening');
  return {
    pid: child.pid ?? 0,
    port: Number(port),
    /** @type {{ wall: number, cpu: number }} */
    opening,
    /** @param {Order} order */
    async ask(order) {
      child.send(order);
      await heard(child, 'done');
    },
    async stop() {
      child.send({ type: 'exit' });
      await once(child, 'exit');
    },
  };
}

/** Starts a process that generates the load of one job. */
function startLoad() {
  const child = fork(join(OUT, 'load.js'));
  return {
    child,
    /**
     * @param {Job} job
     * @returns {Promise<any>}
     */
    async run(job) {
      child.send(job);
      return (await heard(child, 'done')).result;
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/**
 * @param {Kind} kind
 * @param {{ pid: number, port: number }[]} targets
 * @param {number} database Its process; 0 where there is none.
 * @param {number} [rate]
 * @returns {Promise<Talk>}
 */
async function talkWith(kind, targets, database, rate) {
  const load = startLoad();
  const clock = () => ({
    server: targets.reduce((sum, { pid }) => sum + processorTime(pid), 0),
    database: database === 0 ? 0 : processorTime(database),
    load: processorTime(load.child.pid ?? 0),
  });
  const begun = heard(load.child, 'begin').then(clock);
  const ended = heard(load.child, 'end').then(clock);
  /** @type {TalkResult} */
  const result = await load.run({
    type: 'talk',
    kind,
    ports: targets.map(({ port }) => port),
    pairs: PAIRS,
    inFlight: IN_FLIGHT,
    warmUp,
    count,
    ...(rate === undefined ? {} : { rate }),
  });
  const [before, after] = [await begun, await ended];
  await load.stop();
  const each = (/** @type {'server' | 'database' | 'load'} */ name) => (after[name] - before[name]) / result.delivered;
  return {
    rate: result.delivered / result.seconds,
    server: each('server'),
    database: each('database'),
    load: each('load'),
    accepted: result.accepted,
    arrived: result.arrived,
  };
}

/** @param {string} text */
const say = (text) =>
  console.log(`${new Date().toISOString().slice(11, 19)} load ${loadavg()[0]?.toFixed(1)}: ${text}`);

/** @type {Measured} */
const measured = { talks: [], idle: undefined, storm: undefined, opening: undefined, load: [] };
measured.load.push(loadavg()[0] ?? NaN);

/**
 * Measures at the highest rate that the server reaches, then at half of that rate.
 * @param {string} name
 * @param {Kind} kind
 * @param {readonly string[]} variants One for each node.
 * @param {string} place
 * @param {number} database
 */
async function measureTalk(name, kind, variants, place, database) {
  const targets = await Promise.all(variants.map((variant) => startTarget(variant, place)));
  const full = await talkWith(kind, targets, database);
  const half = await talkWith(kind, targets, database, full.rate / 2);
  for (const target of targets) await target.stop();
  measured.talks.push({ name, full, half });
  say(`${name}, as fast as it goes: ${inShort(full)}; at half of that: ${inShort(half)}`);
}

/** @param {Talk} talk */
function inShort({ rate, server, database, load, accepted }) {
  const [p50, p99] = [accepted.p50, accepted.p99].map((value) => value.toFixed(1));
  const cpu = [server, database, load].map((value) => value.toFixed(3)).join(' + ');
  return `${rate.toFixed(0)}/s, CPU of server, database and load ${cpu} ms, accepted p50 ${p50} and p99 ${p99} ms`;
}

// Servers that were started end with this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const nats = hasNats() ? await startNats() : undefined;
const postgres = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), 'imflow-bench-'));
try {
  const { connectionString: place, pid } = postgres;
  for (let turn = 0; parts.has('talk') && turn < turns; turn += 1) {
    /** @type {[name: string, kind: Kind, variants: string[]][]} */
    const contenders = [
      [ONE_NODE, 'imflow', ['imflow']],
      ['relay over ws, stores messages and receipts', 'ws', ['ws+receipts']],
      ['relay over Socket.IO, stores messages and receipts', 'socket.io', ['socket.io+receipts']],
      ['relay over ws, stores messages only', 'ws', ['ws']],
      ['relay over Socket.IO, stores messages only', 'socket.io', ['socket.io']],
      ['imflow on PostgreSQL, two nodes, LISTEN and NOTIFY', 'imflow', ['imflow+postgres', 'imflow+postgres']],
      ['imflow on PostgreSQL, two nodes, NATS', 'imflow', ['imflow+nats', 'imflow+nats']],
    ];
    const wanted = contenders.filter(([, , [variant = '']]) => {
      return (variant !== 'imflow+nats' || nats !== undefined) && options.contenders.split(',').includes(variant);
    });
    for (const contender of turn % 2 === 0 ? wanted : wanted.toReversed()) await measureTalk(...contender, place, pid);
  }
  if (parts.has('pglite')) {
    for (let turn = 0; turn < turns; turn += 1)
      await measureTalk('imflow on PGlite', 'imflow', ['pglite'], join(folder, String(turn)), 0);
    const target = await startTarget('pglite', join(folder, '0'));
    measured.opening = target.opening;
    await target.stop();
    say(`PGlite opened again in ${target.opening.wall.toFixed(0)} ms, CPU ${target.opening.cpu.toFixed(0)} ms`);
  }
  if (parts.has('idle')) {
    const target = await startTarget('imflow', place);
    const load = startLoad();
    // The first socket alone, so that code that it loads does not count.
    await load.run({ type: 'idle', port: target.port, sockets: 1 });
    await target.ask({ type: 'collect' });
    const before = anonymousMemory(target.pid);
    await load.run({ type: 'idle', port: target.port, sockets: IDLE_SOCKETS });
    await target.ask({ type: 'collect' });
    const connected = anonymousMemory(target.pid);
    const started = processorTime(target.pid);
    await new Promise((resolve) => setTimeout(resolve, IDLE_TIME));
    const busy = (processorTime(target.pid) - started) / IDLE_TIME;
    await target.ask({ type: 'collect' });
    const rested = anonymousMemory(target.pid);
    measured.idle = {
      sockets: IDLE_SOCKETS,
      connected: (connected - before) / IDLE_SOCKETS,
      rested: (rested - before) / IDLE_SOCKETS,
      core: busy,
    };
    await load.stop();
    await target.stop();
    say(
      `${IDLE_SOCKETS} idle sockets: ${measured.idle.connected.toFixed(1)} kB each, then ${measured.idle.rested.toFixed(1)}; ${(busy * 100).toFixed(1)} % of a core`,
    );
  }
  if (parts.has('storm')) {
    const target = await startTarget('imflow', place);
    await target.ask({ type: 'seed', conversations: STORM.clients, messages: STORM.messages });
    const load = startLoad();
    const clock = () => ({ server: processorTime(target.pid), database: processorTime(pid) });
    const before = clock();
    /** @type {StormResult} */
    const result = await load.run({ type: 'storm', port: target.port, ...STORM });
    const after = clock();
    measured.storm = {
      ...STORM,
      ...result,
      server: (after.server - before.server) / STORM.clients,
      database: (after.database - before.database) / STORM.clients,
    };
    await load.stop();
    await target.stop();
    say(
      `${STORM.clients} clients served in ${result.all.toFixed(0)} ms; each p50 ${result.each.p50.toFixed(0)}, p99 ${result.each.p99.toFixed(0)} ms; ${measured.storm.server.toFixed(2)} + ${measured.storm.database.toFixed(2)} ms`,
    );
  }
} finally {
  await postgres.stop();
  await nats?.kill();
  rmSync(folder, { recursive: true, force: true });
}
measured.load.push(loadavg()[0] ?? NaN);
const tables = tablesOfServer(measured);
for (const table of Object.values(tables)) console.log(`\n${table}`);
if (options.publish) publishServer(tables);
