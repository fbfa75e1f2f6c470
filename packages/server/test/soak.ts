import { randomUUID } from 'node:crypto';
import { createInstantMessagingFlow, type InstantMessagingFlow, type MessageRecord } from '@imflow/core';
import { createSeededRandom } from '@imflow/testing';
import { startProxy } from '../../xmpp/test/cuttableProxy.ts';
import { type ServerProcess, startServerProcess } from './serverProcess.ts';
import { transportOf } from './startServer.ts';

export interface SoakOptions {
  /** The store of the servers. */
  readonly database: string;
  readonly seed: number;
  /** Pairs of users who talk with each other. */
  readonly pairs: number;
  readonly messages: number;
  /** How often a connection is reset. */
  readonly cuts: number;
  /** How often a process is killed by SIGKILL and started again: the nodes and `others`, each in turn. */
  readonly kills: number;
  /** How many nodes the server has. */
  readonly nodes: 1 | 2;
  /** What joins the nodes. Default: the database. */
  readonly nats?: string;
  /** What is killed besides the nodes. */
  readonly others?: readonly Victim[];
  /** How long it may take until everything has arrived, from the last message and the last restart, in ms. */
  readonly patience: number;
}

/** A process that is killed and started again. */
export interface Victim {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** The number of each fault, and of each action. */
export interface SoakResult {
  readonly sent: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  /** Own messages whose status differs from what the other side reported. */
  readonly wrongTicks: number;
  readonly cuts: number;
  readonly kills: number;
}

function startNode({ database, nats }: SoakOptions): Promise<ServerProcess> {
  return startServerProcess('--database', database, ...(nats === undefined ? [] : ['--nats', nats]));
}

/** Users talk in pairs over a server, while connections are reset and the server is killed. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { seed, pairs, messages, cuts, kills, nodes: count, others = [], patience } = options;
  const random = createSeededRandom(seed);
  // Users who are new to the database: where a server was killed, a new device may get again what an old one had.
  const run = randomUUID();
  const nameOf = (index: number): string => `user ${index} of ${run}`;
  const nodes = await Promise.all(Array.from({ length: count }, () => startNode(options)));
  const victims: readonly Victim[] = [...nodes, ...others];
  const sides = await Promise.all(
    Array.from({ length: pairs * 2 }, async (_, index) => {
      const [me, remote] = [nameOf(index), nameOf(index ^ 1)];
      // Each of a pair is on another node, where there are two.
      const proxy = await startProxy(nodes[index % nodes.length]?.port ?? 0);
      const transport = transportOf(me, proxy.port, { token: me, requestTimeout: 5_000, maxReconnectDelay: 1_000 });
      const flow = createInstantMessagingFlow({ transport, remote, template: { maxSendAttempts: 1_000 } });
      return { proxy, transport, flow, sent: [] as string[] };
    }),
  );
  let [cut, killed] = [0, 0];
  let restarting: Promise<void> | undefined;

  async function restart(victim: Victim | undefined): Promise<void> {
    await victim?.kill();
    await victim?.start();
    restarting = undefined;
  }

  try {
    for (const { flow } of sides) flow.start();
    for (let index = 0; index < messages; index += 1) {
      const side = sides[Math.floor(random.next() * sides.length)];
      if (side === undefined) continue;
      const body = `message ${index}`;
      side.sent.push(body);
      side.flow.sendMessage(body);
      const newest = records(side.flow).findLast(({ direction }) => direction === 'incoming');
      if (newest !== undefined && random.next() < 0.3) side.flow.markDisplayed(newest.id);
      if (cut < ((index + 1) * cuts) / messages) {
        sides[Math.floor(random.next() * sides.length)]?.proxy.kill();
        cut += 1;
      }
      if (killed < Math.floor(((index + 1) * kills) / messages)) {
        await restarting;
        restarting = restart(victims[killed % victims.length]);
        killed += 1;
      }
      await pause(random.next() * 10);
    }
    await restarting;
    const end = Date.now() + patience;
    while (sides.some(({ flow }) => own(flow).some(({ status }) => status !== 'delivered' && status !== 'displayed'))) {
      if (Date.now() > end) break;
      await pause(20);
    }
    return { ...judge(sides), cuts: cut, kills: killed };
  } finally {
    for (const { flow, proxy } of sides) {
      flow.terminate();
      await proxy.close();
    }
    await Promise.all(nodes.map((node) => node.kill()));
  }
}

type Side = { readonly flow: InstantMessagingFlow; readonly sent: readonly string[] };

function judge(sides: readonly Side[]): Omit<SoakResult, 'cuts' | 'kills'> {
  const total = { sent: 0, lost: 0, duplicated: 0, outOfOrder: 0, wrongTicks: 0 };
  sides.forEach(({ flow, sent }, index) => {
    const other = sides[index ^ 1];
    if (other === undefined) return;
    const got = records(other.flow).filter(({ direction }) => direction === 'incoming');
    const bodies = got.map(({ body }) => body);
    const expected = sent.filter((body) => bodies.includes(body));
    total.sent += sent.length;
    total.lost += sent.length - expected.length;
    total.duplicated += bodies.length - new Set(bodies).size;
    total.outOfOrder += Array.from(new Set(bodies)).filter((body, place) => body !== expected[place]).length;
    total.wrongTicks += own(flow).filter(
      ({ status, body }) => !bodies.includes(body) || (status !== 'delivered' && status !== 'displayed'),
    ).length;
  });
  return total;
}

function records(flow: InstantMessagingFlow): MessageRecord[] {
  return Array.from(flow.messages.order, (id) => flow.messages.get(id)).filter((record) => record !== undefined);
}

function own(flow: InstantMessagingFlow): MessageRecord[] {
  return records(flow).filter(({ direction }) => direction === 'outgoing');
}

function pause(duration: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, duration);
  });
}
