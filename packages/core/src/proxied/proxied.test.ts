import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSendingFlow,
  incoming,
  incomingMessage,
  type TestFlow,
  type TestFlowOptions,
} from '../../test/testFlow.ts';
import type { FlowError } from '../errors/FlowError.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';

const HELD = { capabilities: { deliveryNotifications: false, deferredResponses: true } };

/** A flow that reports what happened to each message automatically. */
function createProxiedFlow(options: TestFlowOptions = {}): Promise<TestFlow> {
  return createSendingFlow({
    ...options,
    template: { messageConsumptionMode: 'proxied-to-remote-entity', ...options.template },
  });
}

function pending({ flow }: TestFlow): number {
  return flow.store.getState().pendingDeliveryReports;
}

function error(code: string): unknown {
  return expect.objectContaining({ code });
}

/** The result of a later report: `won`, or the code of its error. */
async function raced(report: () => void): Promise<string> {
  await Promise.resolve();
  try {
    report();
    return 'won';
  } catch (reason) {
    return (reason as FlowError).code;
  }
}

describe('a proxied flow', () => {
  it('B99 proxied mode does not start without a messageReceived listener', () => {
    const transport = createFakeTransport();
    const flow = createInstantMessagingFlow({
      transport,
      remote: 'bo',
      clock: createVirtualClock(),
      template: { messageConsumptionMode: 'proxied-to-remote-entity' },
    });
    expect(() => flow.start()).toThrow(error('configuration'));
    expect(() => flow.start()).toThrow(/messageReceived/);
    expect(transport.connects).toBe(0);
    expect(flow.store.getState().state).toBe('idle');
    const stop = flow.on('messageReceived', () => {});
    stop();
    expect(() => flow.start()).toThrow(error('configuration'));
    flow.on('messageReceived', () => {});
    flow.start();
    expect(flow.store.getState().state).toBe('active');
  });

  it('B107 proxied mode refuses history with 503 while its pending reports are full, and accepts it when it is redelivered', async () => {
    const test = await createProxiedFlow({ template: { maxPendingDeliveryReports: 1 } });
    const { flow, transport, push, received, diagnostics } = test;
    const snapshot = { type: 'history', messages: [incomingMessage('m1'), incomingMessage('m2')] } as const;
    await push(snapshot);
    expect(received.map(({ id }) => id)).toEqual(['m1']);
    expect(diagnostics).toEqual(['delivery-reports-full']);
    expect(transport.wire).toEqual(['failed:m2:503']);
    // The frame is acknowledged once its sender has the response.
    expect(transport.acknowledgements.map(({ messageId }) => messageId)).toEqual(['m1', 'm2']);
    flow.sendSuccessDeliveryNotification('m1');
    await flushMicrotasks();
    await push(snapshot);
    expect(received.map(({ id }) => id)).toEqual(['m1', 'm2']);
    flow.sendSuccessDeliveryNotification('m2');
    await flushMicrotasks();
    expect(transport.wire).toEqual(['failed:m2:503', 'delivered:m1', 'delivered:m2']);
    expect(pending(test)).toBe(0);
  });

  it('B9 B99 a flow does not become proxied after its start without a messageReceived listener', () => {
    const transport = createFakeTransport({ autoConnect: false });
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock: createVirtualClock() });
    flow.start();
    const template = { messageConsumptionMode: 'proxied-to-remote-entity', composingTimeout: 9_000 } as const;
    expect(() => flow.initialize(template)).toThrow(error('configuration'));
    expect(flow.store.getState()).toMatchObject({
      messageConsumptionMode: 'consumed-locally',
      composingTimeout: 5_000,
    });
    flow.on('messageReceived', () => {});
    flow.initialize(template);
    expect(flow.store.getState().messageConsumptionMode).toBe('proxied-to-remote-entity');
  });

  it('B9 B99 a flow does not become proxied after its start if other tabs share the conversation', () => {
    const transport = createFakeTransport({ autoConnect: false });
    const tabs: TabCoordinator = { join: () => ({ post: () => {}, leave: () => {} }) };
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock: createVirtualClock(), tabs });
    flow.on('messageReceived', () => {});
    flow.start();
    const template = { messageConsumptionMode: 'proxied-to-remote-entity' } as const;
    expect(() => flow.initialize(template)).toThrow(error('configuration'));
    expect(flow.store.getState().messageConsumptionMode).toBe('consumed-locally');
  });

  it('B100 a proxied message is accepted at once, and its outcome is sent with one notification', async () => {
    const test = await createProxiedFlow();
    const { flow, transport, push, clock, received } = test;
    await push(incoming('m1'));
    expect(received.map(({ id }) => id)).toEqual(['m1']);
    expect(pending(test)).toBe(1);
    expect(transport.wire).toEqual([]);
    await clock.advance(10_000);
    flow.sendSuccessDeliveryNotification('m1');
    await clock.advance(600_000);
    expect(transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm1', outcome: 'delivered' },
    ]);
    expect(pending(test)).toBe(0);
    expect(flow.messages.get('m1')?.outcome).toBe('success');
    expect(clock.pending).toBe(0);
  });

  it('B100 proxied mode reports a failure with its code', async () => {
    const test = await createProxiedFlow();
    await test.push(incoming('m1'));
    test.flow.sendFailureDeliveryNotification('m1', 504);
    await flushMicrotasks();
    expect(test.transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm1', outcome: 'failed', code: 504 },
    ]);
    expect(test.flow.messages.get('m1')?.outcome).toBe(504);
    expect(pending(test)).toBe(0);
  });

  it('B100 proxied mode sends no result to a sender who requested none or is untrusted, or if notifications are off', async () => {
    for (const [template, more] of [
      [{}, { requestedReceipts: { delivered: false, displayed: false } }],
      [{ trust: () => 'untrusted' as const }, {}],
      [{ notify: { delivered: false } }, {}],
    ] as const) {
      const test = await createProxiedFlow({ template });
      await test.push(incoming('m1', more));
      await test.push(incoming('m2', more));
      expect(pending(test)).toBe(2);
      test.flow.sendSuccessDeliveryNotification('m1');
      expect(pending(test)).toBe(1);
      await test.clock.advance(60_000);
      expect(pending(test)).toBe(0);
      expect(test.transport.wire).toEqual([]);
    }
  });

  it.each([
    ['success', { outcome: 'delivered' }],
    [486, { outcome: 'failed', code: 486 }],
  ] as const)('B101 the response of the transport is deferred until the report: %s', async (outcome, answer) => {
    const test = await createProxiedFlow({ fake: HELD });
    const { flow, transport, push, clock } = test;
    await push(incoming('m1', { responsePending: true }));
    await clock.advance(10_000);
    expect(transport.wire).toEqual([]);
    expect(pending(test)).toBe(1);
    if (outcome === 'success') flow.sendSuccessDeliveryNotification('m1');
    else flow.sendFailureDeliveryNotification('m1', outcome);
    await clock.advance(600_000);
    expect(transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm1', ...answer, asResponse: true },
    ]);
    expect(pending(test)).toBe(0);
  });

  it('B101 a report sends nothing on a transport without notifications and deferred responses', async () => {
    const test = await createProxiedFlow({ fake: { capabilities: { deliveryNotifications: false } } });
    await test.push(incoming('m1'));
    expect(pending(test)).toBe(1);
    test.flow.sendSuccessDeliveryNotification('m1');
    await flushMicrotasks();
    expect(pending(test)).toBe(0);
    expect(test.transport.wire).toEqual([]);
  });

  it.each([0, 99, 700, 200, 299, 486.5, Number.NaN, Infinity, '486', undefined])(
    'B102 a failure with the code %s is not reported',
    async (code) => {
      const test = await createProxiedFlow();
      await test.push(incoming('m1'));
      expect(() => test.flow.sendFailureDeliveryNotification('m1', code as number)).toThrow(error('out-of-range'));
      await flushMicrotasks();
      expect(test.transport.wire).toEqual([]);
      expect(pending(test)).toBe(1);
      test.flow.sendSuccessDeliveryNotification('m1');
      await flushMicrotasks();
      expect(test.transport.wire).toEqual(['delivered:m1']);
    },
  );

  it.each([300, 400, 486, 699])('B102 a failure with the code %s is reported', async (code) => {
    const test = await createProxiedFlow();
    await test.push(incoming('m1'));
    test.flow.sendFailureDeliveryNotification('m1', code);
    await flushMicrotasks();
    expect(test.transport.wire).toEqual([`failed:m1:${code}`]);
  });

  it.each(['auto', 'manual'] as const)(
    'B103 a message is reported once (the transport responds: %s)',
    async (answer) => {
      const { flow, transport, push } = await createProxiedFlow({ fake: { notificationAnswer: answer } });
      await push(incoming('m1'));
      flow.sendSuccessDeliveryNotification('m1');
      await flushMicrotasks();
      expect(() => flow.sendSuccessDeliveryNotification('m1')).toThrow(error('invalid-operation'));
      expect(() => flow.sendFailureDeliveryNotification('m1', 486)).toThrow(error('invalid-operation'));
      await flushMicrotasks();
      expect(transport.wire).toEqual(['delivered:m1']);
      expect(flow.messages.get('m1')?.outcome).toBe('success');
    },
  );

  it('B103 proxied mode reports a message once, also from within its event', async () => {
    const { flow, transport, push, diagnostics } = await createProxiedFlow();
    const thrown: unknown[] = [];
    flow.on('messageReceived', ({ message: { id } }) => {
      flow.sendSuccessDeliveryNotification(id);
      try {
        flow.sendFailureDeliveryNotification(id, 486);
      } catch (reason) {
        thrown.push(reason);
      }
    });
    await push(incoming('m1'));
    expect(thrown).toEqual([error('invalid-operation')]);
    expect(transport.wire).toEqual(['delivered:m1']);
    expect(diagnostics).toEqual([]);
  });

  it('B104 a report on an unknown or own message, or one of a different participant, throws', async () => {
    const { flow, transport, push, clock } = await createProxiedFlow();
    const other = createInstantMessagingFlow({
      transport,
      remote: 'cleo',
      clock,
      random: createSeededRandom(2),
      template: { messageConsumptionMode: 'proxied-to-remote-entity' },
    });
    other.on('messageReceived', () => {});
    other.start();
    transport.push(incoming('7', { sender: 'cleo' }), 'cleo');
    const { id: own } = flow.sendMessage('mine');
    const calls = transport.wire.length;
    for (const id of ['nobody', '7', own]) {
      expect(() => flow.sendSuccessDeliveryNotification(id)).toThrow(error('unknown-message'));
      expect(() => flow.sendFailureDeliveryNotification(id, 486)).toThrow(error('unknown-message'));
    }
    await push({ type: 'diagnostic', code: 'nothing', message: '' });
    expect(transport.wire).toHaveLength(calls);
    expect(other.store.getState().pendingDeliveryReports).toBe(1);
    other.sendSuccessDeliveryNotification('7');
    expect(transport.notifications.map((call) => call.remote)).toEqual(['cleo']);
  });

  it('B104 a message with the same number in another flow is a different message', async () => {
    const test = await createProxiedFlow();
    const { flow, transport, push, clock } = test;
    const other = createInstantMessagingFlow({
      transport,
      remote: 'cleo',
      clock,
      template: { messageConsumptionMode: 'proxied-to-remote-entity' },
    });
    other.on('messageReceived', () => {});
    other.start();
    transport.push(incoming('7'), 'bo');
    transport.push(incoming('7', { sender: 'cleo' }), 'cleo');
    flow.sendSuccessDeliveryNotification('7');
    await push({ type: 'diagnostic', code: 'nothing', message: '' });
    expect(pending(test)).toBe(0);
    expect(other.store.getState().pendingDeliveryReports).toBe(1);
    expect(transport.notifications.map((call) => call.remote)).toEqual(['bo']);
  });

  it('B105 proxied mode lets one of two reports win', async () => {
    const { flow, transport, push } = await createProxiedFlow();
    await push(incoming('m1'));
    const outcomes = await Promise.all([
      raced(() => flow.sendFailureDeliveryNotification('m1', 504)),
      raced(() => flow.sendSuccessDeliveryNotification('m1')),
      raced(() => flow.sendSuccessDeliveryNotification('m1')),
    ]);
    await flushMicrotasks();
    expect(outcomes).toEqual(['won', 'invalid-operation', 'invalid-operation']);
    expect(transport.wire).toEqual(['failed:m1:504']);
  });

  it('B105 in proxied mode either the report or the deadline decides, and a late report throws', async () => {
    const { flow, transport, push, clock } = await createProxiedFlow({ template: { deliveryReportTimeout: 5_000 } });
    await push(incoming('m1'));
    await push(incoming('m2'));
    await clock.advance(4_999);
    flow.sendSuccessDeliveryNotification('m1');
    await clock.advance(1);
    expect(() => flow.sendSuccessDeliveryNotification('m2')).toThrow(error('invalid-operation'));
    expect(transport.wire).toEqual(['delivered:m1', 'failed:m2:408']);
  });

  it('B105 the deadline wins over a late report even if its timer comes late', async () => {
    let now = 0;
    const transport = createFakeTransport();
    const flow = createInstantMessagingFlow({
      transport,
      remote: 'bo',
      // The computer slept: time has passed, and no timer has run yet.
      clock: { now: () => now, setTimer: () => () => {} },
      template: { messageConsumptionMode: 'proxied-to-remote-entity' },
    });
    flow.on('messageReceived', () => {});
    flow.start();
    transport.push(incoming('m1'));
    now = 60_000;
    expect(() => flow.sendSuccessDeliveryNotification('m1')).toThrow(error('invalid-operation'));
    await flushMicrotasks();
    expect(transport.wire).toEqual(['failed:m1:408']);
  });

  it.each([
    ['with a notification', {}, {}],
    ['with a deferred response', { fake: HELD }, { responsePending: true }],
  ])(
    'B106 the engine reports automatically what the application does not report in time, %s',
    async (_, options, more) => {
      const test = await createProxiedFlow(options);
      const { flow, transport, push, clock, diagnostics } = test;
      await push(incoming('m1', more));
      await clock.advance(24_999);
      expect(transport.wire).toEqual([]);
      expect(pending(test)).toBe(1);
      await clock.advance(1);
      expect(transport.notifications.map((call) => call.notification)).toEqual([
        { messageId: 'm1', outcome: 'failed', code: 408, ...('responsePending' in more ? { asResponse: true } : {}) },
      ]);
      expect(pending(test)).toBe(0);
      expect(diagnostics).toEqual(['delivery-report-missing']);
      expect(flow.messages.get('m1')?.outcome).toBe(408);
      expect(() => flow.sendSuccessDeliveryNotification('m1')).toThrow(error('invalid-operation'));
      expect(clock.pending).toBe(0);
    },
  );

  it('B106 a deadline longer than 30 s is refused', async () => {
    await expect(createProxiedFlow({ template: { deliveryReportTimeout: 30_001 } })).rejects.toThrow(
      error('out-of-range'),
    );
    const test = await createProxiedFlow({ template: { deliveryReportTimeout: 30_000 } });
    await test.push(incoming('m1'));
    await test.clock.advance(30_000);
    expect(pending(test)).toBe(0);
  });

  it('B107 proxied mode keeps a bounded number of 10 000 unreported messages, and refuses the others', async () => {
    const test = await createProxiedFlow();
    const { flow, transport, clock, diagnostics, received } = test;
    let most = 0;
    flow.store.subscribe((state) => (most = Math.max(most, state.pendingDeliveryReports)));
    for (let number = 1; number <= 10_000; number += 1) {
      transport.push(incoming(`m${number}`));
      // As on a real network, the messages arrive one after the other.
      await flushMicrotasks(2);
    }
    expect(pending(test)).toBe(1_000);
    expect(most).toBe(1_000);
    expect(received).toHaveLength(1_000);
    expect(flow.store.getState().messageCount).toBe(1_000);
    expect(diagnostics).toHaveLength(9_000);
    expect(new Set(diagnostics)).toEqual(new Set(['delivery-reports-full']));
    expect(transport.wire).toHaveLength(9_000);
    expect(transport.wire[0]).toBe('failed:m1001:503');
    await clock.advance(25_000);
    expect(pending(test)).toBe(0);
    await clock.advance(1_000);
    expect(transport.wire.filter((call) => call.endsWith(':408'))).toHaveLength(1_000);
  });

  it('B107 the template limits the number of unreported messages, and a report makes room again', async () => {
    const test = await createProxiedFlow({ template: { maxPendingDeliveryReports: 2 } });
    const { flow, transport, push } = test;
    for (const id of ['m1', 'm2', 'm3']) await push(incoming(id));
    expect(transport.wire).toEqual(['failed:m3:503']);
    flow.sendSuccessDeliveryNotification('m1');
    await flushMicrotasks();
    await push(incoming('m3'));
    expect(pending(test)).toBe(2);
    expect(flow.messages.get('m3')).toBeDefined();
    expect(transport.wire).toEqual(['failed:m3:503', 'delivered:m1']);
  });

  it('B108 a message can be reported again when the transport refuses the report, with a diagnostic', async () => {
    const test = await createProxiedFlow({ fake: { notificationAnswer: 'manual' } });
    const { flow, transport, push, diagnostics } = test;
    await push(incoming('m1'));
    flow.sendSuccessDeliveryNotification('m1');
    transport.notifications[0]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await flushMicrotasks();
    expect(diagnostics).toEqual(['notification-refused']);
    expect(pending(test)).toBe(1);
    expect(flow.messages.get('m1')).not.toHaveProperty('report');
    flow.sendFailureDeliveryNotification('m1', 504);
    transport.notifications[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['delivered:m1', 'failed:m1:504']);
    expect(pending(test)).toBe(0);
  });

  it('B108 a report is retried automatically after a retryable failure', async () => {
    const test = await createProxiedFlow({ fake: { notificationAnswer: 'manual' } });
    const { flow, transport, push, clock } = test;
    await push(incoming('m1'));
    flow.sendSuccessDeliveryNotification('m1');
    transport.notifications[0]?.fail(new Error('socket'));
    await flushMicrotasks();
    expect(pending(test)).toBe(1);
    await clock.advance(1_000);
    transport.notifications[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m1']);
    expect(pending(test)).toBe(0);
  });

  it('B108 a message fails at its deadline when the transport refused the report and no other follows', async () => {
    const test = await createProxiedFlow({ fake: { notificationAnswer: 'manual' } });
    const { flow, transport, push, clock } = test;
    await push(incoming('m1'));
    flow.sendSuccessDeliveryNotification('m1');
    transport.notifications[0]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await clock.advance(25_000);
    expect(transport.wire).toEqual(['delivered:m1', 'failed:m1:408']);
    expect(pending(test)).toBe(0);
  });

  it('B108 a message stays reported when the transport refuses after the deadline', async () => {
    const test = await createProxiedFlow({ fake: { notificationAnswer: 'manual' } });
    const { flow, transport, push, clock } = test;
    await push(incoming('m1'));
    flow.sendSuccessDeliveryNotification('m1');
    await clock.advance(25_000);
    expect(pending(test)).toBe(0);
    transport.notifications[0]?.fail(new TransportFailure(403, 'no', { retryable: false }));
    await flushMicrotasks();
    expect(() => flow.sendSuccessDeliveryNotification('m1')).toThrow(error('invalid-operation'));
    expect(flow.messages.get('m1')?.outcome).toBe('success');
  });

  it.each([
    ['success', 'delivered:m1'],
    [504, 'failed:m1:504'],
    ['nothing', 'failed:m1:408'],
  ] as const)(
    'B118 a report made without a connection is sent once after the reconnect: %s',
    async (outcome, expected) => {
      const test = await createProxiedFlow();
      const { flow, transport, push, clock } = test;
      await push(incoming('m1'));
      transport.setStatus({ state: 'offline' });
      if (outcome === 'success') flow.sendSuccessDeliveryNotification('m1');
      else if (outcome !== 'nothing') flow.sendFailureDeliveryNotification('m1', outcome);
      await clock.advance(60_000);
      expect(transport.wire).toEqual([]);
      expect(pending(test)).toBe(0);
      for (let round = 0; round < 2; round += 1) {
        transport.setStatus({ state: 'online' });
        await clock.advance(60_000);
        transport.setStatus({ state: 'offline' });
      }
      expect(transport.wire).toEqual([expected]);
    },
  );

  it('B109 proxied mode reports nothing any more once the flow has ended', async () => {
    const test = await createProxiedFlow();
    const { flow, transport, push, clock } = test;
    await push(incoming('m1'));
    flow.terminate();
    expect(pending(test)).toBe(0);
    expect(() => flow.sendSuccessDeliveryNotification('m1')).toThrow(error('invalid-operation'));
    expect(() => flow.sendFailureDeliveryNotification('m1', 486)).toThrow(error('invalid-operation'));
    await clock.advance(600_000);
    expect(transport.wire).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('B109 proxied mode ends each deferred response once at the end of the flow', async () => {
    const test = await createProxiedFlow({ fake: { ...HELD, notificationAnswer: 'manual' } });
    const { flow, transport, push } = test;
    for (const id of ['m1', 'm2', 'm3']) await push(incoming(id, { responsePending: true }));
    flow.sendSuccessDeliveryNotification('m1');
    flow.terminate();
    expect(transport.wire).toEqual(['delivered:m1', 'failed:m2:480', 'failed:m3:480']);
  });

  it('B110 proxied mode reports each message under its own id, in whatever order', async () => {
    const { flow, transport, push } = await createProxiedFlow();
    for (const id of ['m1', 'm2', 'm3']) await push(incoming(id));
    flow.sendFailureDeliveryNotification('m2', 504);
    flow.sendSuccessDeliveryNotification('m3');
    flow.sendSuccessDeliveryNotification('m1');
    await flushMicrotasks();
    expect(transport.wire).toEqual(['failed:m2:504', 'delivered:m3', 'delivered:m1']);
    expect(['m1', 'm2', 'm3'].map((id) => flow.messages.get(id)?.outcome)).toEqual(['success', 504, 'success']);
  });

  it('B110 each message with a deferred response is answered under its own id', async () => {
    const { flow, transport, push } = await createProxiedFlow({ fake: HELD });
    for (const id of ['m1', 'm2']) await push(incoming(id, { responsePending: true }));
    flow.sendFailureDeliveryNotification('m2', 504);
    flow.sendSuccessDeliveryNotification('m1');
    await flushMicrotasks();
    expect(transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm2', outcome: 'failed', code: 504, asResponse: true },
      { messageId: 'm1', outcome: 'delivered', asResponse: true },
    ]);
  });

  it('B110 reports on messages with a reused id reach the right one', async () => {
    const { flow, transport, push, received } = await createProxiedFlow();
    await push(incoming('m1', { body: 'one' }));
    await push(incoming('m1', { body: 'two' }));
    flow.sendFailureDeliveryNotification(received[1]!.id, 504);
    await flushMicrotasks();
    expect(flow.messages.get('m1')).not.toHaveProperty('report');
    expect(transport.wire).toEqual(['failed:m1:504']);
  });
});

describe('a message that arrives again at a proxied flow', () => {
  it('B103 a sender who repeats a reported message receives the same outcome again', async () => {
    const test = await createProxiedFlow();
    const { flow, transport, push, received } = test;
    await push(incoming('m1'));
    await push(incoming('m2'));
    flow.sendSuccessDeliveryNotification('m1');
    flow.sendFailureDeliveryNotification('m2', 486);
    await flushMicrotasks();
    await push(incoming('m1'));
    await push(incoming('m2'));
    expect(transport.wire).toEqual(['delivered:m1', 'failed:m2:486', 'delivered:m1', 'failed:m2:486']);
    expect(received).toHaveLength(2);
    expect(pending(test)).toBe(0);
  });

  it('B103 a repeated message with a deferred response is answered with the same outcome again', async () => {
    const { flow, transport, push } = await createProxiedFlow({ fake: HELD });
    await push(incoming('m1', { responsePending: true }));
    flow.sendFailureDeliveryNotification('m1', 486);
    await flushMicrotasks();
    await push(incoming('m1', { responsePending: true }));
    expect(transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm1', outcome: 'failed', code: 486, asResponse: true },
      { messageId: 'm1', outcome: 'failed', code: 486, asResponse: true },
    ]);
  });

  it('B100 a redelivered message that awaits its report keeps waiting, once', async () => {
    const test = await createProxiedFlow();
    const { flow, transport, push } = test;
    await push(incoming('m1'));
    await push(incoming('m1'));
    await push({ type: 'history', messages: [incomingMessage('m1')] });
    expect(pending(test)).toBe(1);
    expect(transport.wire).toEqual([]);
    flow.sendSuccessDeliveryNotification('m1');
    await flushMicrotasks();
    expect(transport.wire).toEqual(['delivered:m1']);
  });

  it.each([
    ['success', { outcome: 'delivered' }],
    [486, { outcome: 'failed', code: 486 }],
    ['nothing', { outcome: 'failed', code: 408 }],
  ] as const)(
    'B101 the response to the live copy of a message from history is deferred: %s',
    async (outcome, answer) => {
      const test = await createProxiedFlow({ fake: HELD });
      const { flow, transport, push, clock, received } = test;
      await push({ type: 'history', messages: [incomingMessage('m1')] });
      await push(incoming('m1', { responsePending: true }));
      expect(pending(test)).toBe(1);
      expect(received).toHaveLength(1);
      if (outcome === 'success') flow.sendSuccessDeliveryNotification('m1');
      else if (outcome !== 'nothing') flow.sendFailureDeliveryNotification('m1', outcome);
      await clock.advance(30_000);
      expect(transport.notifications.map((call) => call.notification)).toEqual([
        { messageId: 'm1', ...answer, asResponse: true },
      ]);
      expect(pending(test)).toBe(0);
    },
  );

  it('B107 a live copy of a message that was read on demand is refused with 503 where the pending reports are full', async () => {
    const test = await createProxiedFlow({
      fake: { capabilities: { ...HELD.capabilities, history: true } },
      template: { maxPendingDeliveryReports: 1 },
    });
    const { flow, transport, push } = test;
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m1')], end: true });
    await loaded;
    await push(incoming('m2', { responsePending: true }));
    await push(incoming('m1', { responsePending: true }));
    expect(pending(test)).toBe(1);
    expect(transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm1', outcome: 'failed', code: 503, asResponse: true },
    ]);
  });

  it('B100 a reported message from history awaits no second report', async () => {
    const test = await createProxiedFlow();
    await test.push(incoming('m1'));
    test.flow.sendSuccessDeliveryNotification('m1');
    await test.push({ type: 'history', messages: [incomingMessage('m1')] });
    await test.push(incoming('m1', { fromHistory: true }));
    expect(pending(test)).toBe(0);
    expect(test.transport.wire).toEqual(['delivered:m1']);
  });
});

it('B103 B105 B107 B108 each message gets one outcome that the transport accepts, in any interleaving', async () => {
  const id = fc.constantFrom('m1', 'm2', 'm3', 'm4');
  const anyStep = fc.oneof(
    fc.record({ type: fc.constantFrom('receive', 'history', 'succeed', 'fail'), id }),
    fc.record({ type: fc.constantFrom('take', 'pass', 'refuse', 'cut', 'connect', 'second', 'wait'), id }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), fc.boolean(), async (steps, held) => {
      const test = await createProxiedFlow({
        fake: { ...(held ? HELD : {}), notificationAnswer: 'manual' },
        template: { maxPendingDeliveryReports: 3 },
      });
      const { flow, transport, push, clock, received } = test;
      const reports = new Map<string, number>();
      const refusals = new Map<string, number>();
      const taken = new Map<string, Set<string>>();
      const answered = new Set<unknown>();
      /** Settles pending requests, oldest first. Requests of an earlier connection have no response. */
      const answer = (how: string): void => {
        const call = transport.notifications.find((candidate) => !answered.has(candidate));
        if (call === undefined) return;
        answered.add(call);
        const { messageId, outcome, code } = call.notification;
        if (how === 'take') {
          call.accept();
          // 503 means that the pending reports were full: it is no outcome of the message.
          if (code !== 503) taken.set(messageId, (taken.get(messageId) ?? new Set()).add(`${outcome} ${code}`));
        } else {
          call.fail(new TransportFailure(403, 'no', { retryable: how === 'pass' }));
          if (how === 'refuse') refusals.set(messageId, (refusals.get(messageId) ?? 0) + 1);
        }
      };
      for (const { type, id: about } of steps) {
        if (type === 'receive') await push(incoming(about, held ? { responsePending: true } : {}));
        else if (type === 'history') await push({ type: 'history', messages: [incomingMessage(about)] });
        else if (type === 'succeed' || type === 'fail') {
          const outcome = await raced(() => {
            if (type === 'fail') flow.sendFailureDeliveryNotification(about, 486);
            else flow.sendSuccessDeliveryNotification(about);
          });
          if (outcome === 'won') reports.set(about, (reports.get(about) ?? 0) + 1);
        } else if (type === 'connect') transport.setStatus({ state: 'online' });
        else if (type === 'second') await clock.advance(1_000);
        else if (type === 'wait') await clock.advance(25_000);
        else if (type === 'cut') {
          transport.setStatus({ state: 'offline' });
          for (const call of transport.notifications) answered.add(call);
        } else answer(type);
        await flushMicrotasks();
        expect(pending(test)).toBeLessThanOrEqual(3);
      }
      transport.setStatus({ state: 'online' });
      for (let round = 0; round < 10; round += 1) {
        await clock.advance(30_000);
        while (transport.notifications.some((call) => !answered.has(call))) answer('take');
      }
      await flushMicrotasks();
      expect(pending(test)).toBe(0);
      expect(clock.pending).toBe(0);
      expect(new Set(received.map((message) => message.id)).size).toBe(received.length);
      for (const message of received) {
        const refused = refusals.get(message.id) ?? 0;
        expect(reports.get(message.id) ?? 0).toBeLessThanOrEqual(1 + refused);
        expect(taken.get(message.id)?.size ?? 0).toBeLessThanOrEqual(1);
        // The sender has no outcome only if the transport refused it, or was never asked to defer its response.
        if (!held && refused === 0) expect(taken.get(message.id)?.size).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});
