import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createFakeTransport, createVirtualClock, type FakeTransport } from '@imflow/testing';
import { createBridge } from '../src/bridge.ts';
import { said } from './fakeBridge.ts';

/** Messages in a round. */
const MESSAGES = 10_000;

/**
 * Sends rounds of 10 000 messages through a bridge whose far side never says what became of them.
 * @param tell hears of each round.
 * @returns what each message left on the heap, in bytes, in the second half of the rounds: what is loaded only once,
 * and compiled code, belong to the first half.
 * @throws Error where the bridge still has something in hand after a round.
 */
export async function measureHeap(rounds: number, tell: (translations: string) => void): Promise<number> {
  const clock = createVirtualClock();
  const [bos, anas] = [forgetful('gateway@left'), forgetful('gateway@right')];
  const bridge = createBridge({
    sides: [
      { transport: bos, remote: 'bo' },
      { transport: anas, remote: 'ana' },
    ],
    clock,
  });
  const heaps: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < MESSAGES; index += 1) {
      bos.push(said('bo', `${round}-${index}`, `message ${index} of round ${round}`));
      if (index % 500 === 0) await clock.advance(1_000);
    }
    await clock.advance(60_000);
    const { pending, underWay, kept } = bridge.counts;
    if (pending + underWay + kept > 0) throw new Error(`${pending + underWay + kept} messages are still in hand.`);
    heaps.push(collectedHeap());
    tell(`after ${(round + 1) * MESSAGES} messages: ${heaps.at(-1)} bytes`);
  }
  bridge.stop();
  const half = Math.floor((rounds - 1) / 2);
  return ((heaps.at(-1) ?? 0) - (heaps[half] ?? 0)) / ((rounds - 1 - half) * MESSAGES);
}

function collectedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** A transport that remembers nothing of what it is asked, unlike the one that tests use otherwise. */
function forgetful(localAddress: string): FakeTransport {
  const fake = createFakeTransport({ localAddress });
  return {
    ...fake,
    getStatus: () => fake.getStatus(),
    openChannel(remote, receive) {
      const channel = fake.openChannel(remote, receive);
      return {
        // Nobody ever answers a message.
        send: () => new Promise(() => {}),
        sendComposing: async () => {},
        sendNotification: async () => {},
        close: () => channel.close(),
      };
    },
  };
}
