import type { OutgoingMessage } from '@imflow/core';
import {
  arrived,
  check,
  type Checks,
  connected,
  eventually,
  receivedMessages,
  nextFrameSequence,
  ofType,
  outcomeOf,
  disconnect,
  doesNotThrow,
  rejectsRetryably,
  reconnect,
  expectEqual,
  sent,
  text,
} from './harness.ts';

/** Checks of the conformance suite: participants who are away. */
export const offlineChecks: Checks = {
  'absence: stored messages arrive later with fromHistory, and composing is not stored': async (pair) => {
    if (pair.ana.capabilities.offlineDelivery !== true) return;
    const { ana, bo } = await connected(pair);
    pair.bo.disconnect();
    await pair.settle();
    const messages = [text('one'), text('two')];
    for (const message of messages) await sent(pair, ana, message);
    const composing = ana.channel.sendComposing({ state: 'composing', frameSequence: nextFrameSequence() });
    await outcomeOf(pair, composing, 'sendComposing to one who is away');
    await pair.settle();
    expectEqual(receivedMessages(bo).length, 0, 'the number of messages that reached an offline participant');
    await reconnect(pair, pair.bo);
    for (const { messageId } of messages) {
      const got = await arrived(pair, bo, messageId);
      check(got.fromHistory === true, 'a stored message should have fromHistory: true');
    }
    const bodies = Array.from(new Set(receivedMessages(bo).map(({ body }) => body)));
    expectEqual(bodies, ['one', 'two'], 'the order of stored messages');
    expectEqual(ofType(bo, 'composing').length, 0, 'the number of composing notifications that were stored');
  },

  'absence: without offline delivery, a message is refused and is retryable': async (pair) => {
    if (pair.ana.capabilities.offlineDelivery === true) return;
    const { ana, bo } = await connected(pair);
    pair.bo.disconnect();
    await pair.settle();
    const message = text();
    await rejectsRetryably(pair, ana.channel.send(message), 'send to one who is away, where nothing is stored,');
    await reconnect(pair, pair.bo);
    await sent(pair, ana, { ...message, attempt: 2 });
    await arrived(pair, bo, message.messageId);
  },

  'absence: without offline delivery, a participant reported as unavailable is reported as available again': async (
    pair,
  ) => {
    if (pair.ana.capabilities.offlineDelivery === true) return;
    const { ana } = await connected(pair);
    pair.bo.disconnect();
    await pair.settle();
    const last = (): string | undefined => ofType(ana, 'participant').at(-1)?.change;
    if (last() !== 'unavailable') return;
    await reconnect(pair, pair.bo);
    await eventually(
      pair,
      () => last() === 'available',
      'a participant that was reported as unavailable was never reported as available again',
    );
  },

  'absence: both participants can disconnect and reconnect': async (pair) => {
    const { ana, bo } = await connected(pair);
    disconnect(pair, pair.ana);
    disconnect(pair, pair.bo);
    await pair.settle();
    await reconnect(pair, pair.bo);
    await reconnect(pair, pair.ana);
    const message = text();
    await sent(pair, ana, message);
    await arrived(pair, bo, message.messageId);
  },

  'acknowledge: an unacknowledged message is redelivered or was not accepted, an acknowledged one is not redelivered':
    async (pair) => {
      const { ana, bo } = await connected(pair, { acknowledges: false });
      if (bo.channel.acknowledge === undefined) return;
      const [safe, unsafe] = [text('acknowledged'), text('not acknowledged')];
      const send = (message: OutgoingMessage): Promise<unknown> => {
        const promise = doesNotThrow('send', () => ana.channel.send(message));
        // Checked once the other side has left.
        promise.catch(() => undefined);
        return promise;
      };
      const sendingSafe = send(safe);
      await arrived(pair, bo, safe.messageId);
      // Acknowledged at once: a server may hold back the next message until the first is acknowledged.
      doesNotThrow('acknowledge', () => bo.channel.acknowledge?.(safe.messageId));
      const sendingUnsafe = send(unsafe);
      const held = (await arrived(pair, bo, unsafe.messageId)).responsePending === true;
      await pair.settle();
      const before = bo.events.length;
      disconnect(pair, pair.bo);
      await pair.settle();
      const [safely, unsafely] = await Promise.all([
        outcomeOf(pair, sendingSafe, 'send to a side that left'),
        // A message that is still in transit was not accepted either.
        outcomeOf(pair, sendingUnsafe, 'send').catch(() => undefined),
      ]);
      await reconnect(pair, pair.bo);
      const since = { ...bo, events: bo.events.slice(before) };
      const again = receivedMessages(since).map(({ body }) => body);
      // The report behind a deferred response acknowledges the message too.
      const isLost = unsafely?.resolved === true && !held && !again.includes('not acknowledged');
      check(!isLost, 'a message that was accepted but not acknowledged was not redelivered');
      check(safely.resolved, 'a message that was acknowledged was not accepted');
      check(!again.includes('acknowledged'), 'a message that was acknowledged was redelivered');
    },
};
