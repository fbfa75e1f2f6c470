import { createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { tabFrame } from '../../../test/junk.ts';
import type { ChannelEvent, OutgoingMessage } from '../../ports/transport.ts';
import { type BroadcastChannelLike, createBroadcastChannelTransport } from './broadcastChannelTransport.ts';

const message: OutgoingMessage = {
  messageId: 'm',
  contentType: 'text/plain',
  body: 'hello',
  sentAt: 5,
  attempt: 1,
  frameSequence: { session: 's', sequence: 1 },
};

const { attempt: _attempt, ...tabMessage } = message;

/** A channel on which the test posts for all other tabs. */
function createChannel(): {
  readonly like: BroadcastChannelLike;
  readonly posted: unknown[];
  say(data: unknown): void;
} {
  const listeners: ((event: { readonly data: unknown }) => void)[] = [];
  const posted: unknown[] = [];
  return {
    posted,
    like: {
      addEventListener: (type, listener) => {
        if (type === 'message') listeners.push(listener);
      },
      postMessage: (data) => void posted.push(data),
      close: () => undefined,
    },
    say(data) {
      for (const listener of listeners) listener({ data });
    },
  };
}

it('any message on the channel causes an event or a diagnostic, and the transport keeps running', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tabFrame, { maxLength: 8 }), fc.boolean(), async (frames, rests) => {
      const clock = createVirtualClock();
      const channel = createChannel();
      const transport = createBroadcastChannelTransport({
        address: 'ana',
        clock,
        random: createSeededRandom(1),
        page: new EventTarget(),
        createChannel: () => channel.like,
      });
      const events: ChannelEvent[] = [];
      const bo = transport.openChannel('bo', (event) => {
        events.push(event);
        if (event.type === 'message') bo.acknowledge?.(event.message.messageId);
      });
      transport.connect();
      for (const frame of frames) {
        const before = events.length;
        channel.say(frame.make());
        // The frame itself, and the presence of its sender.
        expect(events.length - before).toBeLessThanOrEqual(2);
        if (rests) await clock.advance(700);
      }
      const from = { v: 1, from: 'bo', to: 'ana', endpoint: 'sound' };
      channel.say({ ...from, kind: 'message', request: 7, message: { ...tabMessage, messageId: 'sound' } });
      expect(events).toContainEqual({ type: 'message', message: { ...tabMessage, messageId: 'sound', sender: 'bo' } });
      expect(channel.posted).toContainEqual(expect.objectContaining({ kind: 'ack', toEndpoint: 'sound', request: 7 }));
      const sent = bo.send(message);
      await flushMicrotasks(10);
      const { endpoint, request } = channel.posted.at(-1) as { readonly endpoint: string; readonly request: number };
      channel.say({ ...from, kind: 'ack', toEndpoint: endpoint, request });
      await expect(sent).resolves.toEqual({ outcome: 'accepted' });
      transport.disconnect();
      await clock.advance(0);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 1_000 },
  );
}, 30_000);
