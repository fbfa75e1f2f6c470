import { createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { createInstantMessagingFlow } from '../../src/engine/createInstantMessagingFlow.ts';
import { createMemoryStorage } from '../../src/storage/memory.ts';
import { rowOf } from '../../src/storage/indexedDbSchema.ts';
import { createLoopbackNetwork } from '../../src/transports/loopback/loopbackNetwork.ts';
import { bursts } from './bursts.ts';
import { linearWork, measureWeek, sinceThen } from './linear.ts';
import { idAt, openLongConversation } from './longConversation.ts';
import { machineRounds } from './machines.ts';

// What the engine costs, for apps/bench/engine.mjs. Times are in µs of a process that does nothing else.

/** The maximum number of repetitions of each measurement. */
const STEPS = 2_000;
/** The number of samples of a median. */
const BATCHES = 10;

/** Transitions in a second, for each machine. */
export function measureMachines(): { name: string; perSecond: number }[] {
  return machineRounds.map(({ name, transitions, round }) => {
    const rounds = 20_000;
    const batch = (): number => {
      const started = performance.now();
      for (let count = 0; count < rounds; count += 1) round();
      return performance.now() - started;
    };
    batch();
    const time = median(Array.from({ length: BATCHES }, batch));
    return { name, perSecond: (rounds * transitions * 1_000) / time };
  });
}

/** Messages in a second that one engine sends and another receives and acknowledges, over the loopback network. */
export async function measureTwoEngines(count: number, stored: boolean): Promise<number> {
  const clock = createVirtualClock();
  const network = createLoopbackNetwork({ clock });
  const flow = (local: string, remote: string) =>
    createInstantMessagingFlow({
      transport: network.connect(local),
      remote,
      clock,
      ...(stored && { storage: createMemoryStorage() }),
    });
  const [ana, bo] = [flow('ana', 'bo'), flow('bo', 'ana')];
  ana.start();
  bo.start();
  await clock.advance(1_000);
  const started = performance.now();
  let last = '';
  for (let sent = 0; sent < count; sent += 1) {
    last = ana.sendMessage(`Message ${sent}`).id;
    // Messages are sent as fast as they are processed, so that no queue grows.
    await clock.advance(0);
  }
  while (ana.messages.get(last)?.status !== 'delivered') await clock.advance(10);
  const time = performance.now() - started;
  ana.terminate();
  bo.terminate();
  return (count * 1_000) / time;
}

/** The median time in ms until the engine has done all work of one burst, of five conversations each. */
export async function measureBursts(collect: () => void): Promise<{ name: string; milliseconds: number }[]> {
  const measured: { name: string; milliseconds: number }[] = [];
  for (const { name, prepare } of bursts) {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const burst = await prepare();
      collect();
      const started = performance.now();
      await burst();
      times.push(performance.now() - started);
    }
    measured.push({ name, milliseconds: median(times) });
  }
  return measured;
}

export { linearWork, measureWeek };

/** The minimum number of messages for each size, so that a short measurement is not lost in the noise. */
const MIN_MEASURED = 3_000;

/** CPU time in µs for each message of a piece of work, at this many messages. */
export async function measureLinear(index: number, count: number, collect: () => void): Promise<number> {
  const work = linearWork[index];
  if (work === undefined) throw new RangeError(`There is no work ${index}.`);
  const times: number[] = [];
  for (let round = 0; round < Math.max(1, MIN_MEASURED / count); round += 1) {
    const run = await work.prepare(count);
    collect();
    const started = process.cpuUsage();
    await run();
    times.push((sinceThen(started) * 1_000) / count);
  }
  return median(times);
}

/** What a conversation of this many messages costs. */
export interface Costs {
  readonly messages: number;
  /** µs until the new status of an old message is in its record. */
  readonly tick: number;
  /** µs until a received message is in the table and acknowledged. */
  readonly append: number;
  /** µs for a keystroke that repeats that the user is composing. */
  readonly keystroke: number;
  /** Bytes of heap for each message. */
  readonly bytes: number;
}

/** @param collect collects garbage. */
export async function measureConversation(messages: number, collect: () => void): Promise<Costs> {
  // The previous measurement has yet to release its memory.
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  collect();
  const before = process.memoryUsage().heapUsed;
  const { flow, transport } = await openLongConversation(messages);
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / messages;

  const keystroke = await timed(STEPS, collect, () => flow.setLocalComposingState('composing'));
  let ticked = 0;
  const tick = await timed(Math.min(STEPS, messages / 2), collect, () => {
    // Each own message once, spread over the conversation.
    const own = 2 * (1 + ((ticked * 7_919) % (messages / 2)));
    ticked += 1;
    transport.push({ type: 'notification', sender: 'bo', messageId: idAt(own), outcome: 'delivered' });
  });
  let received = 0;
  const append = await timed(STEPS, collect, () => {
    received += 1;
    const message = { messageId: `r${received}`, sender: 'bo', contentType: 'text/plain', body: 'And another one.' };
    transport.push({
      type: 'message',
      message: { ...message, requestedReceipts: { delivered: true, displayed: true } },
    });
  });
  flow.terminate();
  return { messages, tick, append, keystroke, bytes };
}

/** What is written to the storage for a message that is sent until it is displayed, and for one that is received. */
export async function measureWrites(
  sizeOf: (value: unknown) => number,
): Promise<{ name: string; writes: number; bytes: number }[]> {
  const clock = createVirtualClock();
  const network = createLoopbackNetwork({ clock });
  const written = { ana: [] as number[], bo: [] as number[] };
  const flow = (local: 'ana' | 'bo', remote: string) => {
    const memory = createMemoryStorage();
    return createInstantMessagingFlow({
      transport: network.connect(local),
      remote,
      clock,
      storage: {
        ...memory,
        write(conversation, write) {
          written[local].push(write.put.reduce((sum, record) => sum + sizeOf(rowOf(conversation, record)), 0));
          return memory.write(conversation, write);
        },
      },
    });
  };
  const [ana, bo] = [flow('ana', 'bo'), flow('bo', 'ana')];
  ana.start();
  bo.start();
  bo.setAttention(true);
  await clock.advance(1_000);
  const { id } = ana.sendMessage('See you at the station then, quarter past seven, under the clock.');
  await clock.advance(1_000);
  bo.markDisplayed(id);
  await clock.advance(1_000);
  const status = ana.messages.get(id)?.status;
  if (status !== 'displayed') throw new Error(`The message is ${status}, but should be displayed.`);
  ana.terminate();
  bo.terminate();
  return [summed('sent, until it is displayed', written.ana), summed('received, until it is displayed', written.bo)];
}

function summed(name: string, sizes: readonly number[]): { name: string; writes: number; bytes: number } {
  return { name, writes: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** The median time of a step, with what follows from it, in µs. */
async function timed(steps: number, collect: () => void, step: () => void): Promise<number> {
  collect();
  const batches: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const started = performance.now();
    for (let count = 0; count < steps / BATCHES; count += 1) step();
    await flushMicrotasks();
    batches.push(((performance.now() - started) * 1_000 * BATCHES) / steps);
  }
  return median(batches);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
