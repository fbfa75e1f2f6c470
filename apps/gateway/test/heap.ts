import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createFakeTransport, createVirtualClock, type FakeTransport } from '@imflow/testing';
import { createBridge } from '../src/bridge.ts';
import { said } from './fakeBridge.ts';

/** The number of messages in a round. */
const MESSAGES = 10_000;

/**
 * Sends rounds of 10 000 messages through a bridge whose far side never reports their outcomes.
 * @param onRound receives a line about each round.
 * @returns the heap that each message left in the second half of the rounds, in bytes. The first half is not counted: it
 * includes code and data that are loaded once.
 * @throws Error if the bridge still has pending messages after a round.
 */
export async function measureHeap(rounds: number, onRound: (line: string) => void): Promise<number> {
  const clock = createVirtualClock();
  const [bos, anas] = [createTransportWithoutLog('gateway@left'), createTransportWithoutLog('gateway@right')];
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
    onRound(`after ${(round + 1) * MESSAGES} messages: ${heaps.at(-1)} bytes`);
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

/** A transport that does not record its calls, unlike the fake transport: the record would count as heap. */
function createTransportWithoutLog(localAddress: string): FakeTransport {
  const fake = createFakeTransport({ localAddress });
  return {
    ...fake,
    getStatus: () => fake.getStatus(),
    openChannel(remote, receive) {
      const channel = fake.openChannel(remote, receive);
      return {
        // No message ever gets a response.
        send: () => new Promise(() => {}),
        sendComposing: async () => {},
        sendNotification: async () => {},
        close: () => channel.close(),
      };
    },
  };
}
