import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestFlow, type TestFlow } from '../../test/testFlow.ts';
import { MESSAGE_HOLD, MAX_NOTIFICATIONS, RATE_WINDOW } from './localMachine.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import { TransportFailure } from '../ports/transport.ts';
import type { InstantMessagingFlowTemplate } from '../engine/flowOptions.ts';

const local = ({ flow }: TestFlow): string => flow.store.getState().localComposingState;

function timing(timeout: number, refresh: number | 'never'): { template: InstantMessagingFlowTemplate } {
  return { template: { composingTimeout: timeout, composingPolicy: { refresh, expiry: 6_000 } } };
}

/** Sets composing now and then every `interval` ms, `times` times in all, and stays at the last time. */
async function type({ flow, clock }: TestFlow, timestamps: number, interval: number): Promise<void> {
  flow.setLocalComposingState('composing');
  for (let said = 1; said < timestamps; said += 1) {
    await clock.advance(interval);
    flow.setLocalComposingState('composing');
  }
}

describe('local composing', () => {
  it('B18 the flow sends exactly one composing at once', () => {
    const test = createTestFlow();
    test.flow.setLocalComposingState('composing');
    expect(test.wire).toEqual(['0 composing']);
    expect(local(test)).toBe('composing');
  });

  it('B19 the flow sends nothing when composing is set again, and idle T after the last call', async () => {
    const test = createTestFlow(timing(3_000, 'never'));
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(2_000);
    test.flow.setLocalComposingState('composing');
    expect(test.wire).toEqual(['0 composing']);
    await test.clock.advance(2_999);
    expect(local(test)).toBe('composing');
    await test.clock.advance(1);
    expect(local(test)).toBe('idle');
    expect(test.wire).toEqual(['0 composing', '5 idle']);
  });

  it.each([
    [3_000, ['0 composing', '3 composing', '6 composing', '9 composing']],
    [5_000, ['0 composing', '5 composing', '10 composing']],
  ])(
    'B20 composing is refreshed every %d ms while the application sets it every second for 10 s',
    async (refresh, expected) => {
      const test = createTestFlow(timing(3_000, refresh));
      await type(test, 11, 1_000);
      expect(test.wire).toEqual(expected);
      await test.clock.advance(10_000);
      expect(test.wire.at(-1)).toBe('13 idle');
    },
  );

  it('B21 composing reverts after T: one idle is sent, the local state is idle', async () => {
    const test = createTestFlow(timing(3_000, 3_000));
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(3_000);
    expect(local(test)).toBe('idle');
    await test.clock.advance(60_000);
    expect(test.wire).toEqual(['0 composing', '3 idle']);
    expect(test.clock.pending).toBe(0);
  });

  it.each([
    [
      'B22',
      'R < T: a refresh does not extend the time to idle',
      10_000,
      3_000,
      ['3 composing', '6 composing', '9 composing', '10 idle'],
    ],
    ['B23', 'R = T: idle only', 3_000, 3_000, ['3 idle']],
    ['B23', 'R divides T: no refresh first when both are due', 6_000, 3_000, ['3 composing', '6 idle']],
    ['B24', 'R > T: never a refresh', 3_000, 5_000, ['3 idle']],
    ['B24', 'a protocol that forbids repetitions: never a refresh', 30_000, 'never', ['30 idle']],
  ] as const)('%s %s', async (_number, _title, timeout, refresh, expected) => {
    const test = createTestFlow(timing(timeout, refresh));
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(60_000);
    expect(test.wire).toEqual(['0 composing', ...expected]);
  });

  it('B23 the flow sends only idle when its timer is late for a refresh and for the time-out', async () => {
    const test = createTestFlow(timing(10_000, 3_000));
    test.flow.setLocalComposingState('composing');
    await test.clock.sleep(10_000);
    expect(test.wire).toEqual(['0 composing', '10 idle']);
  });

  it('B25 the flow sends one idle when idle is set, and runs no timer any more', async () => {
    const test = createTestFlow();
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(1_000);
    test.flow.setLocalComposingState('idle');
    expect(local(test)).toBe('idle');
    expect(test.clock.pending).toBe(0);
    await test.clock.advance(60_000);
    expect(test.wire).toEqual(['0 composing', '1 idle']);
  });

  it('B25 setting idle is refused where the template does not allow explicit idle, and changes nothing', () => {
    const test = createTestFlow({ template: { allowExplicitIdle: false } });
    test.flow.setLocalComposingState('composing');
    expect(() => test.flow.setLocalComposingState('idle')).toThrow(
      expect.objectContaining({ code: 'invalid-operation' }),
    );
    expect(local(test)).toBe('composing');
    expect(test.wire).toEqual(['0 composing']);
  });

  it('B26 setting idle while idle does nothing: nothing is sent, no event, no change of the store', () => {
    const test = createTestFlow();
    const before = test.flow.store.getState();
    test.flow.setLocalComposingState('idle');
    expect(test.wire).toEqual([]);
    expect(test.events).toEqual(['0 idle→active']);
    expect(test.flow.store.getState()).toBe(before);
    expect(test.clock.pending).toBe(0);
  });

  it('B27 the local state is idle before the message is sent, and no idle is sent', async () => {
    const test = createTestFlow({ started: false });
    const seen: string[] = [];
    const openChannel = test.transport.openChannel.bind(test.transport);
    test.transport.openChannel = (remote, receive) => {
      const channel = openChannel(remote, receive);
      return {
        ...channel,
        send: (message) => {
          seen.push(local(test));
          return channel.send(message);
        },
      };
    };
    test.flow.start();
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(1_000);
    test.flow.sendMessage('hello');
    expect(seen).toEqual(['idle']);
    await test.clock.advance(60_000);
    expect(test.wire).toEqual(['0 composing', '1 message:hello']);
  });

  it('B27 the flow holds idle back while a message waits to be sent, but not for longer than a second', async () => {
    const test = createTestFlow({ fake: { autoAnswer: 'manual' } });
    test.flow.sendMessage('first');
    for (const [waits, body] of [
      [900, 'second'],
      [5_000, 'third'],
    ] as const) {
      test.flow.setLocalComposingState('composing');
      test.flow.sendMessage(body);
      expect(local(test)).toBe('idle');
      await test.clock.advance(waits);
      test.transport.messages.at(-1)?.accept();
      await test.clock.advance(0);
    }
    expect(test.wire).toEqual([
      '0 message:first',
      '0 composing',
      '0.9 message:second',
      '0.9 composing',
      '1.9 idle',
      '5.9 message:third',
    ]);
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['null', null],
    ['undefined', undefined],
    ['blanks', ' \n'],
    ['too many characters', 'x'.repeat(100_001)],
  ])('B28 local composing does not change when a message of %s is refused', async (_what, body) => {
    const test = createTestFlow();
    test.flow.setLocalComposingState('composing');
    expect(() => test.flow.sendMessage(body as string)).toThrow();
    expect(local(test)).toBe('composing');
    await test.clock.advance(3_000);
    expect(test.wire).toEqual(['0 composing', '3 idle']);
  });

  it.each([true, false])('B29 a failed message does not restore composing (retryable: %s)', async (retryable) => {
    const test = createTestFlow({ fake: { autoAnswer: 'manual' } });
    test.flow.setLocalComposingState('composing');
    const { id } = test.flow.sendMessage('hello');
    await test.clock.advance(100);
    test.transport.messages[0]?.fail(new TransportFailure(retryable ? 503 : 403, 'no', { retryable }));
    await test.clock.advance(20_000);
    expect(local(test)).toBe('idle');
    expect(test.flow.messages.get(id)?.attempts).toBe(retryable ? 2 : 1);
    expect(test.wire.filter((call) => !call.endsWith('message:hello'))).toEqual(['0 composing']);
  });

  it('B30 the flow sends a new composing after the message in flight', async () => {
    const test = createTestFlow({ fake: { autoAnswer: 'manual' } });
    test.flow.setLocalComposingState('composing');
    test.flow.sendMessage('hello');
    test.flow.setLocalComposingState('composing');
    expect(test.wire).toEqual(['0 composing', '0 message:hello', '0 composing']);
    expect(local(test)).toBe('composing');
    await test.clock.advance(3_000);
    expect(test.wire.at(-1)).toBe('3 idle');
  });

  it('B30 the flow sends composing again after each message that is sent while the user types', async () => {
    const test = createTestFlow({ fake: { autoAnswer: 'manual' } });
    test.flow.sendMessage('first');
    test.flow.sendMessage('second');
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(500);
    expect(test.wire).toEqual(['0 message:first']);
    test.transport.messages[0]?.accept();
    await test.clock.advance(0);
    expect(test.wire).toEqual(['0 message:first', '0.5 message:second', '0.5 composing']);
  });

  it('B30 the flow sends queued messages before composing after a reconnect', async () => {
    const test = createTestFlow({ fake: { autoAnswer: 'manual' } });
    test.transport.setStatus({ state: 'offline' });
    test.flow.sendMessage('waited');
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(1_000);
    test.transport.setStatus({ state: 'online' });
    expect(test.wire).toEqual(['1 message:waited', '1 composing']);
  });

  it('B31 the flow sends nothing when its state is read a thousand times', () => {
    const test = createTestFlow();
    for (let read = 0; read < 1_000; read += 1) expect(local(test)).toBe('idle');
    expect(test.wire).toEqual([]);
    test.flow.setLocalComposingState('composing');
    for (let read = 0; read < 1_000; read += 1) expect(local(test)).toBe('composing');
    expect(test.wire).toEqual(['0 composing']);
  });

  it('B32 the flow raises no remote event for a local change', async () => {
    const test = createTestFlow();
    const remote: unknown[] = [];
    test.flow.on('remoteComposingRefreshed', (event) => remote.push(event));
    await type(test, 5, 1_000);
    await test.clock.advance(10_000);
    expect(test.wire).toContain('3 composing');
    expect([remote, test.events]).toEqual([[], ['0 idle→active']]);
    expect(test.flow.store.getState().remoteComposingState).toBe('idle');
  });

  it.each([
    ['2.999 s later, it is sent', 2_999, ['2.999 composing', '3 idle']],
    ['3 s later, it is not', 3_000, []],
  ])('B33 composing sends nothing before the flow is established; %s', async (_title, wait, expected) => {
    const test = createTestFlow({ fake: { autoConnect: false } });
    expect(() => test.flow.setLocalComposingState('composing')).not.toThrow();
    expect([local(test), test.clock.pending]).toEqual(['idle', 0]);
    await test.clock.advance(wait);
    expect(test.wire).toEqual([]);
    test.transport.setStatus({ state: 'online' });
    await test.clock.advance(10_000);
    expect(test.wire).toEqual(expected);
  });

  it('B33 the flow sends no composing that ended before the flow was established', async () => {
    const test = createTestFlow({ fake: { autoConnect: false } });
    test.flow.setLocalComposingState('composing');
    test.flow.setLocalComposingState('idle');
    test.transport.setStatus({ state: 'online' });
    expect(test.wire).toEqual([]);
    const other = createTestFlow({ fake: { autoConnect: false } });
    other.flow.setLocalComposingState('composing');
    other.flow.sendMessage('hello');
    other.transport.setStatus({ state: 'online' });
    expect(other.wire).toEqual(['0 message:hello']);
  });

  it('B33 setting composing does not throw on a flow that was never started', () => {
    const test = createTestFlow({ started: false });
    expect(() => test.flow.setLocalComposingState('composing')).not.toThrow();
    expect([local(test), test.clock.pending, test.wire.length]).toEqual(['idle', 0, 0]);
  });

  it('B34 the flow stays idle and silent when terminated', () => {
    const test = createTestFlow();
    test.flow.terminate();
    test.flow.setLocalComposingState('composing');
    expect([local(test), test.clock.pending, test.wire.length]).toEqual(['idle', 0, 0]);
  });

  it('B35 the flow makes no late call when it ends while composing', async () => {
    const test = createTestFlow({ fake: { composingAnswer: 'manual' } });
    test.flow.setLocalComposingState('composing');
    await test.clock.advance(1_000);
    test.flow.terminate();
    expect([local(test), test.clock.pending]).toEqual(['idle', 0]);
    test.transport.composing[0]?.fail(new Error('too late'));
    await test.clock.advance(60_000);
    expect(test.wire).toEqual(['0 composing']);
    expect(test.events.at(-1)).toBe('1 active→terminated');
  });

  it('B36 the flow sends no composing notification if the user keeps it private; the local state works', async () => {
    const test = createTestFlow({ template: { notify: { composing: false } } });
    await type(test, 6, 1_000);
    expect(local(test)).toBe('composing');
    await test.clock.advance(3_000);
    expect(local(test)).toBe('idle');
    test.flow.setLocalComposingState('composing');
    test.flow.setLocalComposingState('idle');
    test.flow.setLocalComposingState('composing');
    test.flow.sendMessage('hello');
    await test.clock.advance(10_000);
    expect(test.wire).toEqual(['8 message:hello']);
  });

  it('B37 the flow sends no more after 415, not even after a reconnect; the local state works', async () => {
    const test = createTestFlow({ fake: { composingAnswer: 'manual' } });
    test.flow.setLocalComposingState('composing');
    test.transport.composing[0]?.fail(new TransportFailure(415, 'unsupported', { retryable: false }));
    await test.clock.advance(1_000);
    await type(test, 6, 1_000);
    expect(local(test)).toBe('composing');
    test.flow.setLocalComposingState('idle');
    test.transport.setStatus({ state: 'offline' });
    test.transport.setStatus({ state: 'online' });
    await type(test, 6, 1_000);
    await test.clock.advance(10_000);
    expect(test.wire).toEqual(['0 composing']);
  });

  it('B37 only 415 ends the notifications, no other refusal', async () => {
    const test = createTestFlow({ fake: { composingAnswer: 'manual' } });
    test.flow.setLocalComposingState('composing');
    test.transport.composing[0]?.fail(new TransportFailure(406, 'not acceptable', { retryable: false }));
    await test.clock.advance(0);
    test.flow.setLocalComposingState('idle');
    expect(test.wire).toEqual(['0 composing', '0 idle']);
  });

  it.each([
    ['a refusal', new TransportFailure(403, 'forbidden', { retryable: false })],
    ['a retryable failure', new TransportFailure(503, 'busy', { retryable: true })],
    ['an exception of the transport', new TypeError('oops')],
  ])('B38 composing reports %s, and the next refresh tries again', async (_what, failure) => {
    const test = createTestFlow({ fake: { composingAnswer: 'manual' } });
    const causes: unknown[] = [];
    test.flow.on('diagnostic', ({ cause }) => causes.push(cause));
    test.flow.setLocalComposingState('composing');
    test.transport.composing[0]?.fail(failure);
    await test.clock.advance(1_000);
    expect(test.events).toEqual(['0 idle→active', '0 composing-refused']);
    expect(causes).toEqual([
      failure instanceof TransportFailure ? failure : expect.objectContaining({ cause: failure }),
    ]);
    await type(test, 3, 1_000);
    expect(test.wire).toEqual(['0 composing', '3 composing']);
    test.flow.sendMessage('hello');
    await test.clock.advance(0);
    expect(test.flow.messages.get(test.flow.messages.order.at(0) ?? '')?.status).toBe('sent');
  });

  it('B41 the flow sends one composing for 50 keystrokes in a second', async () => {
    const test = createTestFlow();
    await type(test, 50, 20);
    expect(test.wire).toEqual(['0 composing']);
    await test.clock.advance(10_000);
    expect(test.wire).toEqual(['0 composing', '3 composing', '3.98 idle']);
  });

  it.each(['idle', 'composing'] as const)(
    'B42 rapid changes of composing stay under the rate limit, and the last sent state is the last local state (%s)',
    async (last) => {
      const test = createTestFlow(timing(10_000, 'never'));
      for (let flaps = 0; flaps < 10; flaps += 1) {
        test.flow.setLocalComposingState('composing');
        await test.clock.advance(99);
        if (flaps < 9 || last === 'idle') test.flow.setLocalComposingState('idle');
        await test.clock.advance(99);
      }
      expect(test.wire.length).toBeLessThanOrEqual(MAX_NOTIFICATIONS);
      await test.clock.advance(RATE_WINDOW);
      expect(local(test)).toBe(last);
      expect(test.wire.at(-1)).toMatch(new RegExp(` ${last}$`));
    },
  );

  it('B42 the flow keeps the rate limit over lost and restored connections', () => {
    const test = createTestFlow();
    for (let flaps = 0; flaps < 20; flaps += 1) {
      test.flow.setLocalComposingState('composing');
      test.transport.setStatus({ state: 'offline' });
      test.transport.setStatus({ state: 'online' });
    }
    expect(test.wire).toHaveLength(MAX_NOTIFICATIONS);
  });

  it('B43 local composing is idle as soon as a computer wakes: one idle, no burst of refreshes', async () => {
    const test = createTestFlow(timing(30_000, 3_000));
    test.flow.setLocalComposingState('composing');
    await test.clock.sleep(60_000);
    expect(local(test)).toBe('idle');
    expect(test.wire).toEqual(['0 composing', '60 idle']);
    expect(test.clock.pending).toBe(0);
  });

  it('B43 the flow handles a late timer before anything else', async () => {
    const test = createTestFlow(timing(30_000, 3_000));
    test.flow.setLocalComposingState('composing');
    // The computer wakes, and the user types before the timers run.
    const wake = test.clock.sleep(60_000);
    test.flow.setLocalComposingState('composing');
    expect(test.wire).toEqual(['0 composing', '60 idle', '60 composing']);
    await wake;
    expect(test.wire).toHaveLength(3);
    expect(test.clock.pending).toBe(1);
  });

  it.each([
    ['longer', 8_000, ['0 composing', '3 composing', '6 composing', '9 composing', '10 idle']],
    ['shorter, and over already', 1_000, ['0 composing', '3 composing', '4 idle']],
    ['shorter, but not over', 2_500, ['0 composing', '3 composing', '4.5 idle']],
  ])('B44 a changed T counts from the last composing (%s)', async (_title, timeout, expected) => {
    const test = createTestFlow(timing(5_000, 3_000));
    await type(test, 2, 2_000);
    await test.clock.advance(2_000);
    test.flow.setComposingTimeout(timeout);
    expect(test.flow.store.getState().composingTimeout).toBe(timeout);
    expect(local(test)).toBe(timeout === 1_000 ? 'idle' : 'composing');
    await test.clock.advance(60_000);
    expect(test.wire).toEqual(expected);
  });
});

describe('local composing in a follower tab', () => {
  it('B18 composing in a follower is forwarded to the leader and calls no transport', async () => {
    const posts: unknown[] = [];
    const tabs: TabCoordinator = {
      join: (_conversation, { received }) => {
        queueMicrotask(() => received({ version: 2, kind: 'transaction', connection: 'online' }));
        return { post: (post) => posts.push(post), leave: () => {} };
      },
    };
    const test = createTestFlow({ tabs });
    await test.clock.advance(0);
    expect(test.flow.store.getState().connection).toBe('online');
    await type(test, 5, 1_000);
    expect(local(test)).toBe('composing');
    await test.clock.advance(3_000);
    expect(local(test)).toBe('idle');
    expect(posts).toContainEqual({ version: 2, kind: 'composing', state: 'composing' });
    expect(test.wire).toEqual([]);
    expect(test.events).toEqual(['0 idle→active']);
  });
});

type Act = (test: TestFlow) => void | Promise<void>;

/** One random action; its name shows in a failing run. */
function act(name: string, run: Act): { readonly run: Act; readonly toString: () => string } {
  return { run, toString: () => name };
}

const anyAct = fc.oneof(
  { weight: 6, arbitrary: fc.constant(act('composing', ({ flow }) => flow.setLocalComposingState('composing'))) },
  fc.constant(act('idle', ({ flow }) => flow.setLocalComposingState('idle'))),
  fc.constant(act('send', ({ flow }) => void flow.sendMessage('hello'))),
  fc.constant(act('accept', ({ transport }) => transport.messages.at(-1)?.accept())),
  fc.constant(act('fail', ({ transport }) => transport.messages.at(-1)?.fail(new Error('cut')))),
  fc.constant(
    act('receive composing', ({ transport }) =>
      transport.push({ type: 'composing', sender: 'bo', state: 'composing' }),
    ),
  ),
  fc.constant(act('online', ({ transport }) => transport.setStatus({ state: 'online' }))),
  fc.constant(act('offline', ({ transport }) => transport.setStatus({ state: 'offline' }))),
  fc.integer({ min: 0, max: 4_000 }).map((wait) => act(`advance ${wait}`, ({ clock }) => clock.advance(wait))),
  fc.integer({ min: 0, max: 400 }).map((wait) => act(`advance ${wait}`, ({ clock }) => clock.advance(wait))),
  fc.integer({ min: 0, max: 60_000 }).map((wait) => act(`sleep ${wait}`, ({ clock }) => clock.sleep(wait))),
  fc
    .integer({ min: 1_000, max: 30_000 })
    .map((time) => act(`T = ${time}`, ({ flow }) => flow.setComposingTimeout(time))),
);

describe('any interleaving of user, transport and clock', () => {
  it.each(['idle', 'composing'] as const)(
    'B27 B30 B42 B43 after any interleaving the participant sees the last local state, which is %s; the rate limit holds, and at most one timer is armed',
    async (last) => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyAct, { maxLength: 40 }), async (acts) => {
          const test = createTestFlow({ fake: { autoAnswer: 'manual' } });
          let remoteComposingAt = Number.NEGATIVE_INFINITY;
          test.flow.on(
            'remoteComposingStateChanged',
            ({ state }) => state === 'composing' && (remoteComposingAt = test.clock.now()),
          );
          test.flow.on('remoteComposingRefreshed', () => (remoteComposingAt = test.clock.now()));
          // After a lost connection, the participant's own expiry ends composing; the test does not wait for it.
          let lostAt = 0;
          for (const { run } of acts) {
            await run(test);
            if (test.transport.getStatus().state === 'offline') lostAt = test.wire.length;
            await test.clock.advance(0);
            expect(test.clock.pending).toBeLessThanOrEqual(1);
            // A refresh event is raised at most once a second.
            if (test.flow.store.getState().remoteComposingState === 'composing') {
              expect(test.clock.now() - remoteComposingAt).toBeLessThan(6_000 + 1_000);
            }
          }
          test.transport.setStatus({ state: 'online' });
          test.flow.setComposingTimeout(30_000);
          test.flow.setLocalComposingState(last);
          await test.clock.advance(RATE_WINDOW + MESSAGE_HOLD);
          expect(local(test)).toBe(last);
          expect(participantState(test.wire.slice(lostAt))).toBe(last);
          expect(maxWithin(RATE_WINDOW, notificationTimes(test))).toBeLessThanOrEqual(MAX_NOTIFICATIONS);

          test.flow.terminate();
          const { length } = test.wire;
          await test.clock.advance(200_000);
          expect([test.clock.pending, test.wire.length]).toEqual([0, length]);
        }),
      );
    },
  );
});

/** The state that the participant sees after the last frame: a message ends composing too. */
function participantState(wire: readonly string[]): string {
  return wire.at(-1)?.endsWith(' composing') === true ? 'composing' : 'idle';
}

/** The times at which composing notifications were sent, in ms. */
function notificationTimes({ wire }: TestFlow): readonly number[] {
  return wire.filter((call) => !call.includes(':')).map((call) => Math.round(Number.parseFloat(call) * 1_000));
}

/** The maximum number of times within any span. */
function maxWithin(span: number, timestamps: readonly number[]): number {
  return Math.max(
    0,
    ...timestamps.map((from) => timestamps.filter((time) => time >= from && time < from + span).length),
  );
}
