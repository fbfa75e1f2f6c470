/** Users talk in pairs, as fast as the server allows or at a given rate. */

import { type Client, connectClient, type Kind } from './clients.ts';

/** The load on a server. */
export interface TalkJob {
  readonly type: 'talk';
  readonly kind: Kind;
  /** The ports of the nodes. The two users of a conversation are on different nodes if there are several. */
  readonly ports: readonly number[];
  readonly pairs: number;
  /** How many messages of a user may be in flight at once, if there is no rate. */
  readonly inFlight: number;
  /** Messages per second of all users together. Default: as many as the server accepts. */
  readonly rate?: number;
  /** How many messages are sent before the counting begins, so that the code of both sides is compiled. */
  readonly warmUp: number;
  /** How many messages are counted. */
  readonly count: number;
}

/** The result of a run. Times are in ms. */
export interface TalkResult {
  /** How many messages were stored, delivered and known to be delivered. */
  readonly delivered: number;
  readonly seconds: number;
  readonly accepted: Percentiles;
  readonly arrived: Percentiles;
}

/** Percentiles of times, in ms. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

let conversations = 0;

/** @param phase is called when counting begins, and when it ends. */
export async function talk(job: TalkJob, phase: (name: 'begin' | 'end') => void): Promise<TalkResult> {
  const { kind, ports, pairs, inFlight, rate, warmUp, count: wanted } = job;
  const begun = new Map<number, number>();
  /** The messages that are known to be delivered. */
  const known = new Set<number>();
  const times = { accepted: [] as number[], delivered: [] as number[] };
  let isCounting = false;
  let isOver = false;
  let messages = 0;
  let delivered = 0;
  let reached: { readonly count: number; readonly resolve: () => void } | undefined;

  /** Resolves once this number of messages is delivered. */
  function until(count: number): Promise<void> {
    return new Promise((resolve) => {
      reached = { count, resolve };
    });
  }

  function say(client: Client | undefined, at: number): void {
    messages += 1;
    begun.set(messages, at);
    client?.send(messages);
  }

  // Each run has its own users, so that no run begins with messages of an earlier run.
  conversations += 1;
  const prefix = `${process.pid}.${conversations}`;
  const clients: Client[] = [];
  await Promise.all(
    Array.from({ length: pairs * 2 }, async (_, index) => {
      const client = await connectClient(
        kind,
        ports[index % ports.length] ?? 0,
        `${prefix}.${index}`,
        `${prefix}.${index ^ 1}`,
        {
          accepted(message) {
            if (isCounting) times.accepted.push(performance.now() - (begun.get(message) ?? NaN));
          },
          delivered(message) {
            // A repeated receipt counts once.
            if (known.has(message)) return;
            known.add(message);
            const now = performance.now();
            if (isCounting) times.delivered.push(now - (begun.get(message) ?? NaN));
            delivered += 1;
            if (delivered === reached?.count) reached.resolve();
            if (rate === undefined && !isOver) say(client, now);
          },
        },
      );
      clients.push(client);
    }),
  );

  if (rate === undefined) {
    for (const client of clients) for (let count = 0; count < inFlight; count += 1) say(client, performance.now());
  }
  const first = performance.now();
  let sent = 0;
  const ticking = setInterval(() => {
    if (rate === undefined) return;
    // A message counts from the time at which it was to be sent, so that a load generator that lags hides nothing.
    for (let due = first + (sent * 1_000) / rate; due <= performance.now(); due = first + (sent * 1_000) / rate) {
      say(clients[(sent * 7_919) % clients.length], due);
      sent += 1;
    }
  }, 1);

  await until(warmUp);
  phase('begin');
  isCounting = true;
  const start = performance.now();
  await until(warmUp + wanted);
  isCounting = false;
  phase('end');
  const seconds = (performance.now() - start) / 1_000;
  isOver = true;
  clearInterval(ticking);
  await pause(300);
  for (const client of clients) client.close();
  return {
    delivered: times.delivered.length,
    seconds,
    accepted: percentiles(times.accepted),
    arrived: percentiles(times.delivered),
  };
}

/** @param times in ms, in any order. */
export function percentiles(times: readonly number[]): Percentiles {
  const sorted = Float64Array.from(times).toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

export function pause(duration: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, duration);
  });
}
