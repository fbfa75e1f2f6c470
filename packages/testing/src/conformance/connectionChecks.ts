import {
  arrived,
  check,
  type Checks,
  connected,
  participantEvents,
  eventually,
  receivedMessages,
  nextFrameSequence,
  online,
  open,
  opened,
  outcomeOf,
  disconnect,
  doesNotThrow,
  rejectsRetryably,
  expectEqual,
  sent,
  resolvesOrRejectsRetryably,
  text,
} from './harness.ts';

/** Checks of the conformance suite: the connection and the life of a channel. */
export const connectionChecks: Checks = {
  'status: offline until connect, then online, and listeners are notified of each change': async (pair) => {
    const { ana } = pair;
    check(ana.localAddress !== '', 'localAddress is empty');
    check(ana.localAddress !== pair.bo.localAddress, 'both transports have the same localAddress');
    expectEqual(ana.getStatus().state, 'offline', 'the state before connect');
    const states = [ana.getStatus().state];
    ana.subscribe(() => states.push(ana.getStatus().state));
    await online(pair, ana);
    expectEqual(states.at(-1), 'online', 'the last state that a listener received');
    ana.disconnect();
    await eventually(pair, () => ana.getStatus().state === 'offline', 'disconnect did not lead to offline');
    expectEqual(states.at(-1), 'offline', 'the last state that a listener received');
    const repeated = states.some((state, index) => index > 0 && state === states[index - 1]);
    check(!repeated, `a listener was called without a change of state: ${states.join(', ')}`);
  },

  'status: an unsubscribed listener is not called, the others are': async (pair) => {
    const calls = { gone: 0, kept: 0 };
    const unsubscribe = pair.ana.subscribe(() => {
      calls.gone += 1;
    });
    pair.ana.subscribe(() => {
      calls.kept += 1;
    });
    unsubscribe();
    doesNotThrow('unsubscribing twice', unsubscribe);
    await online(pair, pair.ana);
    expectEqual(calls.gone, 0, 'the number of calls of a listener that unsubscribed');
    check(calls.kept > 0, 'a listener was not called because a different one had unsubscribed');
  },

  'connect and disconnect: a second call changes nothing, and both can be repeated': async (pair) => {
    const { ana, bo } = opened(pair);
    doesNotThrow('disconnect before connect', () => pair.ana.disconnect());
    for (let round = 0; round < 3; round += 1) {
      for (const transport of [pair.ana, pair.bo]) {
        doesNotThrow('connect', () => transport.connect());
        await online(pair, transport);
      }
      await pair.settle();
      const message = text(`round ${round}`);
      await sent(pair, ana, message);
      await arrived(pair, bo, message.messageId);
      await pair.settle();
      const copies = receivedMessages(bo).filter(({ messageId }) => messageId === message.messageId);
      expectEqual(copies.length, 1, 'the number of copies of a message after connect was called twice');
      for (const transport of [pair.ana, pair.bo]) {
        doesNotThrow('disconnect', () => transport.disconnect());
        doesNotThrow('disconnect again', () => transport.disconnect());
        await eventually(
          pair,
          () => transport.getStatus().state === 'offline',
          'the state is not offline after disconnect',
        );
      }
    }
  },

  'events: none before connect': async (pair) => {
    const { ana, bo } = opened(pair);
    await online(pair, pair.ana);
    await pair.settle();
    const sending = ana.channel.send(text());
    await resolvesOrRejectsRetryably(pair, sending, 'send to one who was never there');
    await pair.settle();
    expectEqual(participantEvents(bo).length, 0, 'the number of events before connect');
  },

  'events: none after channel.close': async (pair) => {
    const { ana, bo } = await connected(pair);
    const first = text();
    await sent(pair, ana, first);
    await arrived(pair, bo, first.messageId);
    bo.channel.close();
    doesNotThrow('closing a channel twice', () => bo.channel.close());
    const before = bo.events.length;
    const sending = ana.channel.send(text());
    const composing = ana.channel.sendComposing({ state: 'composing', frameSequence: nextFrameSequence() });
    await outcomeOf(pair, sending, 'send to a closed channel');
    await outcomeOf(pair, composing, 'sendComposing to a closed channel');
    await pair.settle();
    expectEqual(bo.events.length - before, 0, 'the number of events after channel.close');
    const late = doesNotThrow('send on a closed channel', () => bo.channel.send(text()));
    check(!(await outcomeOf(pair, late, 'send on a closed channel')).resolved, 'a closed channel took a message');
  },

  'events: channels of other participants receive nothing': async (pair) => {
    const { ana, bo } = await connected(pair);
    const others = [open(pair.bo, `${pair.ana.localAddress}-other`), open(pair.ana, `${pair.bo.localAddress}-other`)];
    const message = text();
    await sent(pair, ana, message);
    await arrived(pair, bo, message.messageId);
    await outcomeOf(
      pair,
      ana.channel.sendComposing({ state: 'composing', frameSequence: nextFrameSequence() }),
      'sendComposing',
    );
    const delivered = { messageId: message.messageId, outcome: 'delivered' } as const;
    await outcomeOf(pair, bo.channel.sendNotification(delivered), 'sendNotification');
    await pair.settle();
    for (const other of others)
      expectEqual(participantEvents(other).length, 0, 'the number of events on the channel of a different participant');
  },

  'disconnect: nothing stays pending, and no event follows': async (pair) => {
    const { ana, bo } = await connected(pair);
    const message = text();
    await sent(pair, bo, message);
    await arrived(pair, ana, message.messageId);
    const pending = {
      send: ana.channel.send(text()),
      sendComposing: ana.channel.sendComposing({ state: 'composing', frameSequence: nextFrameSequence() }),
      sendNotification: ana.channel.sendNotification({ messageId: message.messageId, outcome: 'delivered' }),
    };
    const states: string[] = [];
    pair.ana.disconnect();
    pair.ana.subscribe(() => states.push(pair.ana.getStatus().state));
    const before = ana.events.length;
    for (const [what, promise] of Object.entries(pending)) {
      await resolvesOrRejectsRetryably(pair, promise, `${what} that was under way at disconnect`);
    }
    await outcomeOf(pair, bo.channel.send(text()), 'send to one who left');
    await pair.settle();
    expectEqual(ana.events.length - before, 0, 'the number of events after disconnect');
    check(
      states.every((state) => state === 'offline'),
      `the state changed after disconnect: ${states.join(', ')}`,
    );
  },

  'failures: a send while disconnected rejects and is retryable': async (pair) => {
    const { ana } = await connected(pair);
    pair.ana.disconnect();
    await pair.settle();
    const sending = doesNotThrow('send while disconnected', () => ana.channel.send(text()));
    await rejectsRetryably(pair, sending, 'send while disconnected');
  },

  'failures: a send while the link is cut rejects and is retryable, and succeeds once the link is restored': async (
    pair,
  ) => {
    if (pair.cut === undefined || pair.restore === undefined) return;
    const { ana, bo } = await connected(pair);
    pair.cut(pair.ana.localAddress);
    await pair.settle();
    const message = text();
    await rejectsRetryably(
      pair,
      doesNotThrow('send while cut', () => ana.channel.send(message)),
      'send while cut',
    );
    pair.restore(pair.ana.localAddress);
    await eventually(pair, () => pair.ana.getStatus().state === 'online', 'not online after the link was restored');
    await pair.settle();
    await sent(pair, ana, { ...message, attempt: 2 });
    await arrived(pair, bo, message.messageId);
  },

  'failures: a pending send settles when the link breaks': async (pair) => {
    if (pair.cut === undefined) return;
    const { ana } = await connected(pair);
    const sending = ana.channel.send(text());
    pair.cut(pair.ana.localAddress);
    await resolvesOrRejectsRetryably(pair, sending, 'send that was under way when the link broke');
  },

  'failures: a pending send settles when the other side leaves': async (pair) => {
    const { ana } = await connected(pair);
    const sending = ana.channel.send(text());
    disconnect(pair, pair.bo);
    await resolvesOrRejectsRetryably(pair, sending, 'send that was under way when the other side left');
  },

  'failures: a pending send settles when the channel is closed': async (pair) => {
    const { ana } = await connected(pair);
    const sending = ana.channel.send(text());
    ana.channel.close();
    await resolvesOrRejectsRetryably(pair, sending, 'send that was under way when the channel was closed');
  },

  'failures: malformed arguments never throw synchronously, and break nothing': async (pair) => {
    const { ana, bo } = await connected(pair);
    const malformed: readonly unknown[] = [undefined, {}, { ...text(), body: Symbol('no text') }];
    for (const value of malformed) {
      const promises = [
        doesNotThrow('send of something malformed', () => ana.channel.send(value as never)),
        doesNotThrow('sendComposing of something malformed', () => ana.channel.sendComposing(value as never)),
        doesNotThrow('sendNotification of something malformed', () => ana.channel.sendNotification(value as never)),
      ];
      for (const promise of promises) {
        check(typeof promise?.then === 'function', 'a call with malformed arguments returned no promise');
        await outcomeOf(pair, promise as Promise<unknown>, 'something malformed');
      }
    }
    if (ana.channel.acknowledge !== undefined) {
      doesNotThrow('acknowledge of something unknown', () => ana.channel.acknowledge?.('unknown'));
    }
    await pair.settle();
    const message = text('after');
    await eventuallyTaken();
    await arrived(pair, bo, message.messageId);

    /** Retries, since the network may need a moment to detect that the other side is still connected. */
    async function eventuallyTaken(): Promise<void> {
      const first = await outcomeOf(pair, ana.channel.send(message), 'send');
      if (first.resolved) return;
      pair.ana.disconnect();
      await online(pair, pair.ana);
      await pair.settle();
      await sent(pair, ana, message);
    }
  },
};
