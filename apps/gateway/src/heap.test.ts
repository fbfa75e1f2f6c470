import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createFakeTransport, createVirtualClock, type FakeTransport } from '@imflow/testing';
import { createBridge } from './bridge.ts';
import { said } from '../test/fakeBridge.ts';

const rounds = Number(process.env['HEAP_ROUNDS'] ?? 0);
/** Messages in a round. */
const MESSAGES = 10_000;
/** What a message may leave behind, in bytes: the noise of the measurement. A record that is kept is hundreds. */
const LEFT_BEHIND = 50;

function collectedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** A wire that remembers nothing of what it is asked, unlike the one that tests use otherwise. */
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

it.skipIf(rounds === 0)(
  'messages whose reports are never made leave nothing on the heap',
  async () => {
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
      expect(bridge.counts).toMatchObject({ pending: 0, underWay: 0, kept: 0 });
      const heap = collectedHeap();
      heaps.push(heap);
      process.stdout.write(`after ${(round + 1) * MESSAGES} messages: ${heap} bytes\n`);
    }
    bridge.stop();
    // What is loaded only once, and compiled code, belong to the first rounds.
    const [settled = 0, last = 0] = [heaps[Math.floor(rounds / 2)], heaps.at(-1)];
    const perMessage = (last - settled) / ((rounds - 1 - Math.floor(rounds / 2)) * MESSAGES);
    process.stdout.write(`${perMessage.toFixed(2)} bytes for each message\n`);
    expect(perMessage).toBeLessThan(LEFT_BEHIND);
  },
  600_000,
);
