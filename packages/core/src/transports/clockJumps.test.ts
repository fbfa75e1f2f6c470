import { createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { TabBus } from '../../test/tabBus.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Transport } from '../ports/transport.ts';
import { createBroadcastChannelTransport } from './broadcastChannel/broadcastChannelTransport.ts';
import { createLoopbackNetwork } from './loopback/loopbackNetwork.ts';

const HOUR = 3_600_000;

type Connect = (address: string) => Transport;

const TRANSPORTS: Readonly<Record<string, (clock: Clock, random: Random) => Connect>> = {
  'a loopback network': (clock, random) => {
    const network = createLoopbackNetwork({ clock, random, faults: { delay: 400, jitter: 100 } });
    return (address) => network.connect(address);
  },
  'a loopback network that loses frames': (clock, random) => {
    const network = createLoopbackNetwork({ clock, random, faults: { delay: 400, loss: 0.3 } });
    return (address) => network.connect(address);
  },
  'broadcast channels': (clock, random) => {
    const bus = new TabBus(clock);
    return (address) =>
      createBroadcastChannelTransport({ address, clock, random, page: new EventTarget(), createChannel: bus.create });
  },
};

/** What two users see: each change with the elapsed time. The clock is set while a message is sent. */
async function converse(createConnect: (typeof TRANSPORTS)[string], jumps: readonly number[]): Promise<string[]> {
  const clock = createVirtualClock({ now: 1_700_000_000_000 });
  const random = createSeededRandom(5);
  const connect = createConnect(clock, random);
  const log: string[] = [];
  const start = clock.monotonic();
  const note = (what: string): void => void log.push(`${clock.monotonic() - start} ${what}`);
  const [ana, bo] = [
    ['ana', 'bo'],
    ['bo', 'ana'],
  ].map(([address = '', remote = '']) => {
    const flow = createInstantMessagingFlow({ transport: connect(address), remote, clock, random });
    flow.on('messageStatusChanged', ({ message }) => note(`${address}: ${message.body} ${message.status}`));
    flow.on('remoteComposingStateChanged', ({ state }) => note(`${address}: ${state}`));
    flow.on('messageReceived', ({ message }) => note(`${address}: got ${message.body}`));
    return flow;
  });
  const jump = async (index: number): Promise<void> => {
    clock.setWallClock(clock.now() + (jumps[index] ?? 0));
    await flushMicrotasks();
  };
  ana?.start();
  // The participant is absent: over some transports, the message waits.
  ana?.sendMessage('first');
  await clock.advance(200);
  await jump(0);
  await clock.advance(5_000);
  bo?.start();
  await clock.advance(5_000);
  ana?.setLocalComposingState('composing');
  await clock.advance(100);
  await jump(1);
  await clock.advance(20_000);
  bo?.sendMessage('second');
  await clock.advance(100);
  await jump(2);
  await clock.advance(120_000);
  ana?.terminate();
  bo?.terminate();
  return log;
}

describe.each(Object.entries(TRANSPORTS))('over %s', (_name, createConnect) => {
  it.each([
    ['back by an hour', [-HOUR, -HOUR, -HOUR]],
    ['forward by an hour', [HOUR, HOUR, HOUR]],
    ['back by a second and forward by a day', [-1_000, 24 * HOUR, -1_000]],
    ['forward by a year and back', [8_760 * HOUR, -8_760 * HOUR, 0]],
  ])('B182 a clock that is set %s changes neither the outcome of messages nor its time', async (_title, jumps) => {
    const withoutJumps = await converse(createConnect, [0, 0, 0]);
    expect(withoutJumps.length).toBeGreaterThan(5);
    expect(await converse(createConnect, jumps)).toEqual(withoutJumps);
  });
});
