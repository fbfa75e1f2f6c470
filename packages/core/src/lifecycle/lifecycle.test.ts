import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createTestFlow, type TestFlowOptions } from '../../test/testFlow.ts';
import { FlowError } from '../errors/FlowError.ts';
import { composingPolicies } from '../typing/policies.ts';
import type { MessageStorage, StorageWrite } from '../ports/storage.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlowTemplate } from '../engine/flowOptions.ts';

const byHand = { autoConnect: false } as const;

/** The error that a call throws. */
function errorOf(call: () => unknown): FlowError {
  try {
    call();
  } catch (error) {
    if (error instanceof FlowError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** An empty storage with the given `write`. */
function storageThat(write: (write: StorageWrite) => Promise<void>): MessageStorage {
  return {
    open: () => Promise.resolve({ records: [], outbox: [], meta: undefined, hasOlder: false }),
    loadBefore: () => Promise.resolve({ records: [], hasOlder: false }),
    find: () => Promise.resolve([]),
    write: (_conversation, written) => write(written),
  };
}

function incoming(messageId: string) {
  return { messageId, sender: 'bo', contentType: 'text/plain', body: messageId };
}

/** The notifications when a user types at 0 s and at 4 s. */
async function wireOf(options: Pick<TestFlowOptions, 'defaults' | 'template'>): Promise<readonly string[]> {
  const { flow, clock, wire } = createTestFlow({ times: false, ...options });
  flow.setLocalComposingState('composing');
  await clock.advance(4_000);
  flow.setLocalComposingState('composing');
  await clock.advance(30_000);
  return wire;
}

describe('lifecycle', () => {
  it('B1 a flow is idle, silent and without timers as long as it is new', () => {
    const { flow, clock, transport, events } = createTestFlow({ started: false });
    expect(flow.store.getState()).toMatchObject({
      state: 'idle',
      connection: 'offline',
      localComposingState: 'idle',
      remoteComposingState: 'idle',
      remoteComposers: [],
      messageConsumptionMode: 'consumed-locally',
    });
    expect(clock.pending).toBe(0);
    expect([transport.connects, transport.openChannels, transport.subscribers]).toEqual([0, 0, 0]);
    expect(events).toEqual([]);
  });

  it('B2 a flow becomes active when the transport is ready, with one event that names both states', () => {
    const { flow, transport } = createTestFlow({ fake: byHand });
    const seen: unknown[] = [];
    flow.on('stateChanged', (event) => seen.push(event));
    transport.setStatus({ state: 'connecting' });
    expect(flow.store.getState().state).toBe('idle');
    transport.setStatus({ state: 'online' });
    expect(flow.store.getState().state).toBe('active');
    expect(seen).toEqual([{ previousState: 'idle', state: 'active' }]);
  });

  it('B3 a repeated active state raises no event, also after a gap', () => {
    const { flow, transport, events } = createTestFlow();
    transport.setStatus({ state: 'online' });
    flow.start();
    transport.setStatus({ state: 'offline' });
    expect(flow.store.getState()).toMatchObject({ state: 'active', connection: 'offline' });
    transport.setStatus({ state: 'online' });
    expect(events).toEqual(['0 idle→active']);
  });

  it('B4 a flow terminates once when the transport is closed, and terminating again does nothing', () => {
    const { flow, transport, events } = createTestFlow();
    const lost = new FlowError('refused', 'The account is gone.');
    transport.setStatus({ state: 'closed', error: lost });
    flow.terminate();
    flow.terminate();
    expect(events).toEqual(['0 idle→active', '0 active→terminated']);
    expect(flow.store.getState()).toMatchObject({ state: 'terminated', connection: 'offline', error: lost });
    expect([transport.openChannels, transport.subscribers]).toEqual([0, 0]);
  });

  it('B5 a flow goes from idle to terminated when it fails to establish', () => {
    const { transport, events } = createTestFlow({ fake: byHand });
    transport.setStatus({ state: 'connecting' });
    transport.setStatus({ state: 'closed' });
    expect(events).toEqual(['0 idle→terminated']);
  });

  it('B5 a flow goes from idle to terminated on a transport that was closed before the start', () => {
    const { flow, transport, events } = createTestFlow({ started: false });
    transport.setStatus({ state: 'closed' });
    flow.start();
    expect(events).toEqual(['0 idle→terminated']);
  });

  it.each([undefined, null, 'online', {}, { state: 'up' }, { state: ['online'] }, 'throws'])(
    'B2 B3 a flow ignores an invalid status (%j)',
    (junk) => {
      let spoilt = false;
      const fake = createFakeTransport();
      const getStatus = (): never => {
        if (junk === 'throws') throw new Error('no status');
        return junk as never;
      };
      const { flow, events } = createTestFlow({
        transport: { ...fake, getStatus: () => (spoilt ? getStatus() : fake.getStatus()) },
      });
      spoilt = true;
      fake.setStatus({ state: 'offline' });
      expect(flow.store.getState()).toMatchObject({ state: 'active', connection: 'online' });
      expect(events).toEqual(['0 idle→active', '0 status-malformed']);
      spoilt = false;
      fake.setStatus({ state: 'offline' });
      expect(flow.store.getState().connection).toBe('offline');
    },
  );

  it('B4 a flow terminates without an error where the reason of the transport is invalid', () => {
    const { flow, transport } = createTestFlow();
    transport.setStatus({ state: 'closed', error: 'gone' as never });
    expect(flow.store.getState()).toMatchObject({ state: 'terminated', error: undefined });
  });

  it('B6 a flow stays terminated when the transport is ready again', () => {
    const { flow, transport, events } = createTestFlow();
    flow.terminate();
    const last = flow.store.getState();
    transport.setStatus({ state: 'online' });
    expect(flow.store.getState()).toBe(last);
    expect(events).toEqual(['0 idle→active', '0 active→terminated']);
    expect(errorOf(() => flow.start()).code).toBe('terminated');
  });

  it.each(['idle', 'active'] as const)(
    'B13 the end of a flow that is %s settles the pending messages',
    async (state) => {
      const { flow, clock, transport } = createTestFlow({ fake: { ...byHand, autoAnswer: 'manual' } });
      if (state === 'active') transport.setStatus({ state: 'online' });
      expect(flow.store.getState().state).toBe(state);
      const first = flow.sendMessage('one');
      const second = flow.sendMessage('two');
      flow.terminate();
      const status = state === 'active' ? 'sending' : 'queued';
      expect(await first.settled).toEqual({ messageId: first.id, status, deliveryFailures: [], code: 'terminated' });
      expect(await second.settled).toMatchObject({ messageId: second.id, status: 'queued', code: 'terminated' });
      expect(clock.pending).toBe(0);
    },
  );

  it('B13 the end of a flow settles a message that awaits its notification, and late results are ignored', async () => {
    const { flow, clock, transport } = createTestFlow({ fake: { autoAnswer: 'manual' } });
    const accepted = flow.sendMessage('accepted');
    transport.messages[0]?.accept();
    await clock.advance(0);
    const unanswered = flow.sendMessage('unanswered');
    flow.terminate();
    transport.messages[1]?.fail(new Error('cut'));
    expect(await accepted.settled).toMatchObject({ status: 'sent', code: 'terminated' });
    expect(await unanswered.settled).toMatchObject({ status: 'sending', code: 'terminated' });
    await clock.advance(60_000);
    expect(flow.messages.get(unanswered.id)?.status).toBe('sending');
    expect(clock.pending).toBe(0);
  });

  it('B13 the end of a flow leaves queued messages in the storage as queued', async () => {
    const writes: StorageWrite[] = [];
    const storage = storageThat((write) => {
      writes.push(write);
      return Promise.resolve();
    });
    const { flow, clock } = createTestFlow({ storage, fake: { autoAnswer: 'manual' } });
    await clock.advance(0);
    const { id, settled } = flow.sendMessage('first');
    const queued = flow.sendMessage('second');
    await clock.advance(0);
    flow.terminate();
    await clock.advance(60_000);
    const stored = new Map(writes.flatMap((write) => write.put).map((record) => [record.id, record.status]));
    expect(stored).toEqual(
      new Map([
        [id, 'queued'],
        [queued.id, 'queued'],
      ]),
    );
    expect(writes.flatMap((write) => write.remove)).toEqual([]);
    expect(await settled).toMatchObject({ code: 'terminated' });
    expect(clock.pending).toBe(0);
  });

  it('B13 a flow leaves no timer, though the storage keeps failing', async () => {
    const storage = storageThat(() => Promise.reject(new Error('full')));
    const { flow, clock } = createTestFlow({ storage, fake: byHand });
    await clock.advance(0);
    const { settled } = flow.sendMessage('hello');
    await clock.advance(3_000);
    expect(clock.pending).toBe(1);
    flow.terminate();
    expect(clock.pending).toBe(0);
    expect(await settled).toMatchObject({ status: 'queued', code: 'terminated' });
  });

  it('B14 terminate releases pending reports, and answers each deferred response once', async () => {
    const { flow, transport, wire, clock } = createTestFlow({
      template: { messageConsumptionMode: 'proxied-to-remote-entity' },
      fake: { notificationAnswer: 'manual' },
    });
    transport.push({ type: 'message', message: incoming('free') });
    transport.push({ type: 'message', message: { ...incoming('held'), responsePending: true } });
    transport.push({ type: 'message', message: { ...incoming('answered'), responsePending: true } });
    flow.sendSuccessDeliveryNotification('answered');
    expect(flow.store.getState().pendingDeliveryReports).toBe(3);
    flow.terminate();
    expect(flow.store.getState().pendingDeliveryReports).toBe(0);
    await clock.advance(60_000);
    expect(wire).toEqual(['0 delivered:answered', '0 failed:held:480']);
    expect(clock.pending).toBe(0);
  });

  it('B15 a subscriber that registers while the flow is idle misses no event', () => {
    const { flow, transport, events } = createTestFlow({ started: false });
    // A transport that emits all events within the call that opens the channel.
    const openChannel = transport.openChannel.bind(transport);
    transport.openChannel = (remote, receive) => {
      const channel = openChannel(remote, receive);
      receive({ type: 'message', message: incoming('at once') });
      return channel;
    };
    flow.start();
    transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    expect(events).toEqual(['0 message:at once', '0 idle→active', '0 bo composing']);
  });

  it('B16 a flow allows terminate() in a state handler, and every handler sees both events in order', () => {
    const { flow, events, clock } = createTestFlow({ started: false });
    flow.on('stateChanged', () => flow.terminate());
    const later: string[] = [];
    flow.on('stateChanged', ({ state }) => later.push(`${state}, ${flow.store.getState().state}`));
    expect(() => flow.start()).not.toThrow();
    expect(events).toEqual(['0 idle→active', '0 active→terminated']);
    expect(later).toEqual(['active, active', 'terminated, terminated']);
    expect(clock.pending).toBe(0);
  });

  it('B17 flows leave nothing behind after 10 000 create and terminate cycles', { timeout: 60_000 }, async () => {
    const clock = createVirtualClock();
    const transport = createFakeTransport();
    const random = createSeededRandom('lives');
    for (let life = 0; life < 10_000; life += 1) {
      const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random });
      flow.on('stateChanged', () => {});
      flow.start();
      flow.setLocalComposingState('composing');
      transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
      flow.terminate();
      if (clock.pending + transport.openChannels + transport.subscribers > 0) break;
    }
    await flushMicrotasks();
    expect([clock.pending, transport.openChannels, transport.subscribers]).toEqual([0, 0, 0]);
    expect([transport.connects, transport.disconnects]).toEqual([10_000, 10_000]);
    expect(transport.wire).toHaveLength(10_000);
  });
});

describe('settings', () => {
  it('B7 a flow takes the values of a template by copy', async () => {
    const policy = { refresh: 5_000, expiry: 6_000 };
    const formats = ['text/plain'];
    const notify = { composing: true };
    const template: { -readonly [K in keyof InstantMessagingFlowTemplate]: InstantMessagingFlowTemplate[K] } = {
      composingTimeout: 10_000,
      composingPolicy: policy,
      supportedFormats: formats,
      notify,
    };
    const { flow, clock, transport, wire } = createTestFlow({ started: false });
    flow.initialize(template);
    template.composingTimeout = 1_000;
    template.messageConsumptionMode = 'proxied-to-remote-entity';
    policy.refresh = 1_000;
    formats[0] = 'image/png';
    notify.composing = false;
    flow.start();
    flow.setLocalComposingState('composing');
    await clock.advance(12_000);
    transport.push({ type: 'message', message: incoming('m1') });
    expect(wire).toEqual(['0 composing', '5 composing', '10 idle', '12 delivered:m1']);
    expect(flow.messages.get('m1')?.isContentTypeSupported).toBe(true);
    expect(flow.store.getState()).toMatchObject({
      composingTimeout: 10_000,
      messageConsumptionMode: 'consumed-locally',
    });
  });

  it.each(['active', 'terminated'] as const)(
    'B8 B12 a flow refuses to be initialised while %s, and nothing changes',
    (state) => {
      const { flow } = createTestFlow();
      if (state === 'terminated') flow.terminate();
      const before = flow.store.getState();
      expect(before.state).toBe(state);
      const error = errorOf(() =>
        flow.initialize({ composingTimeout: 9_000, messageConsumptionMode: 'proxied-to-remote-entity' }),
      );
      expect(error.code).toBe('invalid-operation');
      expect(flow.store.getState()).toBe(before);
    },
  );

  it('B12 a flow keeps its consumption mode, however often it is read while active', () => {
    const { flow } = createTestFlow({ template: { messageConsumptionMode: 'proxied-to-remote-entity' } });
    const { state, messageConsumptionMode } = flow.store.getState();
    expect([state, messageConsumptionMode]).toEqual(['active', 'proxied-to-remote-entity']);
    expect(() => flow.initialize({ messageConsumptionMode: 'consumed-locally' })).toThrow(FlowError);
    expect(flow.store.getState().messageConsumptionMode).toBe('proxied-to-remote-entity');
  });

  it('B9 a flow takes the second template when it is initialised twice', () => {
    const { flow } = createTestFlow({ started: false });
    flow.initialize({ composingTimeout: 9_000, messageConsumptionMode: 'proxied-to-remote-entity' });
    flow.initialize({ composingTimeout: 8_000 });
    expect(flow.store.getState()).toMatchObject({
      composingTimeout: 8_000,
      messageConsumptionMode: 'consumed-locally',
    });
  });

  const wrongTimes: readonly unknown[] = [0, -1, 999, 30_001, Number.NaN, Infinity, '5000', null];

  it.each(wrongTimes)('B10 a composing time-out of %s is refused, and the old one stays', (value) => {
    const composingTimeout = value as number;
    const { flow } = createTestFlow({ started: false });
    flow.initialize({ composingTimeout: 7_000 });
    const calls = [
      () => flow.initialize({ composingTimeout }),
      () => flow.setComposingTimeout(composingTimeout),
      () => createTestFlow({ template: { composingTimeout } }),
    ];
    for (const call of calls) {
      const { code, message } = errorOf(call);
      expect(code).toBe('out-of-range');
      const shown = typeof value === 'string' ? `'${value}'` : String(value);
      expect(message).toBe(`composingTimeout is ${shown}, but must be a number from 1000 to 30000 ms.`);
    }
    expect(flow.store.getState().composingTimeout).toBe(7_000);
  });

  it.each([1_000, 30_000])(
    'B10 a composing time-out of %d ms is accepted and kept to the millisecond',
    async (limit) => {
      const { flow, clock } = createTestFlow({ template: { composingTimeout: limit } });
      flow.setLocalComposingState('composing');
      await clock.advance(limit - 1);
      expect(flow.store.getState().localComposingState).toBe('composing');
      await clock.advance(1);
      expect(flow.store.getState().localComposingState).toBe('idle');
    },
  );

  it.each<[string, unknown]>([
    ['composingTimeout', { composingTimeout: {} }],
    ['composingPolicy', { composingPolicy: 'sip' }],
    ['composingPolicy', { composingPolicy: null }],
    ['composingPolicy', { composingPolicy: 3_000 }],
    ['composingPolicy.refresh', { composingPolicy: { refresh: 999 } }],
    ['composingPolicy.refresh', { composingPolicy: { refresh: 'often' } }],
    ['composingPolicy.expiry', { composingPolicy: { expiry: 120_001 } }],
    ['notify', { notify: false }],
    ['notify.composing', { notify: { composing: 'no' } }],
    ['allowExplicitIdle', { allowExplicitIdle: 1 }],
    ['messageConsumptionMode', { messageConsumptionMode: 'proxied' }],
    ['template', null],
    ['template', 'ucma'],
  ])('B10 the error names the option %s in %j, and nothing is changed', (option, template) => {
    const { flow } = createTestFlow({ started: false });
    const before = flow.store.getState();
    const { code, message } = errorOf(() => flow.initialize(template as InstantMessagingFlowTemplate));
    expect(['out-of-range', 'invalid-argument']).toContain(code);
    expect(message).toMatch(new RegExp(`^${option} is `));
    expect(flow.store.getState()).toBe(before);
  });

  it('B11 a flow without a template reverts to idle after 5 s, refreshes every 3 s, and consumes locally', async () => {
    expect(await wireOf({})).toEqual(['0 composing', '3 composing', '6 composing', '9 idle']);
    const { flow } = createTestFlow({ times: false, started: false });
    expect(flow.store.getState()).toMatchObject({
      composingTimeout: 5_000,
      messageConsumptionMode: 'consumed-locally',
    });
  });

  it("B11 a flow applies a provider's defaults", async () => {
    const defaults = { composingTimeout: 8_000, composingPolicy: { refresh: 5_000 } } as const;
    const expected = ['0 composing', '5 composing', '10 composing', '12 idle'];
    expect(await wireOf({ defaults })).toEqual(expected);
    const silent = { composingTimeout: undefined, composingPolicy: { refresh: undefined } };
    expect(await wireOf({ defaults, template: silent as object })).toEqual(expected);
  });

  it("B11 a flow prefers its own values to the provider's", async () => {
    const defaults = { composingTimeout: 8_000, composingPolicy: { refresh: 5_000, expiry: 10_000 } } as const;
    const template = { composingTimeout: 10_000, composingPolicy: { expiry: 6_000 } } as const;
    expect(await wireOf({ defaults, template })).toEqual(['0 composing', '5 composing', '10 composing', '14 idle']);
  });

  it("B11 a flow keeps a provider's privacy settings if its own template does not set them", async () => {
    const defaults = { notify: { composing: false } } as const;
    expect(await wireOf({ defaults, template: { notify: { displayed: false } } })).toEqual([]);
    expect(await wireOf({ defaults, template: { notify: { composing: true } } })).not.toEqual([]);
  });

  it('B11 the flow uses the timing of the transport by default, and never refreshes if the protocol forbids it', async () => {
    const fake = { capabilities: { composing: composingPolicies.xep0085 } };
    const { flow, clock, wire } = createTestFlow({ times: false, fake });
    flow.setLocalComposingState('composing');
    await clock.advance(10_000);
    expect(wire).toEqual(['0 composing', '5 idle']);
    expect(errorOf(() => createTestFlow({ fake })).message).toMatch('composingPolicy.refresh is 3000');
  });
});
