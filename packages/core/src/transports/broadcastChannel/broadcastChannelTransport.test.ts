import { createSeededRandom, createVirtualClock, flushMicrotasks, type VirtualClock } from '@imflow/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TabBus } from '../../../test/tabBus.ts';
import { FlowError } from '../../errors/FlowError.ts';
import type { Random } from '../../ports/random.ts';
import type { Channel, ChannelEvent, OutgoingMessage, Transport } from '../../ports/transport.ts';
import {
  type BroadcastChannelLike,
  type BroadcastChannelTransportOptions,
  createBroadcastChannelTransport,
} from './broadcastChannelTransport.ts';

let clock: VirtualClock;
let random: Random;
let bus: TabBus;

interface Tab {
  readonly transport: Transport;
  readonly channel: Channel;
  readonly events: ChannelEvent[];
  readonly page: EventTarget;
}

/** A tab that stores each frame as it arrives, unless it is created to wait. */
function tab(
  address: string,
  remote: string,
  { stores = true, ...options }: Partial<BroadcastChannelTransportOptions> & { readonly stores?: boolean } = {},
): Tab {
  const page = new EventTarget();
  const transport = createBroadcastChannelTransport({
    address,
    clock,
    random,
    page,
    createChannel: bus.create,
    ...options,
  });
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel(remote, (event) => {
    events.push(event);
    if (!stores) return;
    if (event.type === 'message') channel.acknowledge?.(event.message.messageId);
    if (event.type === 'notification') channel.acknowledge?.(event.messageId, event.outcome);
  });
  transport.connect();
  return { transport, channel, events, page };
}

const text = (messageId: string): OutgoingMessage => ({
  messageId,
  contentType: 'text/plain',
  body: messageId,
  sentAt: 5,
  attempt: 1,
  frameSequence: { session: 's', sequence: 1 },
});

function bodies({ events }: Tab): string[] {
  return events.flatMap((event) => (event.type === 'message' ? [`${event.message.sender}:${event.message.body}`] : []));
}

function presence({ events }: Tab): string[] {
  return events.flatMap((event) => (event.type === 'participant' ? [event.change] : []));
}

function diagnostics({ events }: Tab): string[] {
  return events.flatMap((event) => (event.type === 'diagnostic' ? [event.code] : []));
}

function outcome(promise: Promise<unknown>): { value: unknown } {
  const result: { value: unknown } = { value: 'pending' };
  promise.then(
    (value) => (result.value = value),
    (error: unknown) => (result.value = error),
  );
  return result;
}

beforeEach(() => {
  clock = createVirtualClock({ now: 0 });
  random = createSeededRandom(1);
  bus = new TabBus(clock);
});

describe('presence', () => {
  it('presence is known on both sides when the second tab opens the conversation', async () => {
    const ana = tab('ana', 'bo');
    expect(ana.transport.getStatus()).toEqual({ state: 'online' });
    await clock.advance(1_999);
    expect(presence(ana)).toEqual([]);
    const bo = tab('bo', 'ana');
    await clock.advance(0);
    expect([presence(ana), presence(bo)]).toEqual([['available'], ['available']]);
    await clock.advance(10_000);
    expect([presence(ana), presence(bo)]).toEqual([['available'], ['available']]);
    expect(clock.pending).toBe(0);
  });

  it('presence is "unavailable" when no tab responds in time', async () => {
    const ana = tab('ana', 'bo');
    await clock.advance(2_000);
    expect(presence(ana)).toEqual(['unavailable']);
  });

  it('presence belongs to a conversation: a tab with another one open does not count', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'cy');
    await clock.advance(2_000);
    expect(presence(ana)).toEqual(['unavailable']);
    bo.transport.openChannel('ana', () => {});
    await clock.advance(0);
    expect(presence(ana)).toEqual(['unavailable', 'available']);
  });

  it('presence ends when the last tab of the participant closes its channel, disconnects or is left', async () => {
    const ana = tab('ana', 'bo');
    const one = tab('bo', 'ana');
    const two = tab('bo', 'ana');
    const three = tab('bo', 'ana');
    await clock.advance(0);
    one.channel.close();
    two.transport.disconnect();
    await clock.advance(0);
    expect(presence(ana)).toEqual(['available']);
    three.page.dispatchEvent(new Event('pagehide'));
    await clock.advance(0);
    expect(presence(ana)).toEqual(['available', 'unavailable']);
  });

  it('presence returns with a page from the back-forward cache, which received nothing in between', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana');
    await clock.advance(0);
    bo.page.dispatchEvent(new Event('pageshow'));
    expect(bus.kinds().filter((kind) => kind === 'hello')).toHaveLength(2);
    bo.page.dispatchEvent(new Event('pagehide'));
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(bodies(bo)).toEqual([]);
    expect(sent.value).toMatchObject({ code: 480, retryable: true });
    bo.page.dispatchEvent(new Event('pageshow'));
    await clock.advance(0);
    expect(presence(ana)).toEqual(['available', 'unavailable', 'available']);
    const again = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(again.value).toEqual({ outcome: 'accepted' });
    expect(bodies(bo)).toEqual(['ana:m1']);
  });

  it('presence ends for a tab that vanished without an announcement, once it did not confirm', async () => {
    const ana = tab('ana', 'bo');
    tab('bo', 'ana');
    await clock.advance(0);
    bus.freezeLast();
    void ana.channel.send(text('m1')).catch(() => {});
    await clock.advance(2_000);
    const second = tab('bo', 'ana');
    await clock.advance(0);
    second.transport.disconnect();
    await clock.advance(0);
    expect(presence(ana)).toEqual(['available', 'unavailable', 'available', 'unavailable']);
  });

  it('presence is delivered to a second channel of the same conversation', async () => {
    const ana = tab('ana', 'bo');
    tab('bo', 'ana');
    await clock.advance(0);
    const events: ChannelEvent[] = [];
    ana.transport.openChannel('bo', (event) => events.push(event));
    expect(events).toEqual([]);
    expect(bus.kinds().filter((kind) => kind === 'hello')).toHaveLength(2);
    await flushMicrotasks();
    expect(events).toEqual([{ type: 'participant', address: 'bo', change: 'available' }]);
    expect(presence(ana)).toEqual(['available']);
  });
});

describe('a message', () => {
  it('a message is accepted once a tab of the participant has stored it, not when it arrives', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana', { stores: false });
    await clock.advance(0);
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(14_000);
    expect(bodies(bo)).toEqual(['ana:m1']);
    expect(sent.value).toBe('pending');
    bo.channel.acknowledge?.('m2');
    bo.channel.acknowledge?.('m1', 'delivered');
    await clock.advance(0);
    expect(sent.value).toBe('pending');
    bo.channel.acknowledge?.('m1');
    bo.channel.acknowledge?.('m1');
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect(bus.kinds().filter((kind) => kind === 'ack')).toHaveLength(1);
    expect(presence(ana)).toEqual(['available']);
    expect(clock.pending).toBe(0);
  });

  it('a message that is not stored within 15 s of its arrival fails as retryable, and its recipient does not count as away', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana', { stores: false });
    await clock.advance(0);
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(14_999);
    expect(sent.value).toBe('pending');
    await clock.advance(1);
    expect(sent.value).toMatchObject({ name: 'TransportFailure', code: 408, retryable: true });
    expect(presence(ana)).toEqual(['available']);

    const again = outcome(ana.channel.send({ ...text('m1'), attempt: 2 }));
    await clock.advance(0);
    bo.channel.acknowledge?.('m1');
    await clock.advance(0);
    expect(again.value).toEqual({ outcome: 'accepted' });
    // The first attempt is no longer awaited, so it is not confirmed.
    expect(bus.kinds().filter((kind) => kind === 'ack')).toHaveLength(1);
  });

  it('a message that one of two tabs has stored is accepted, even when the other tab crashes', async () => {
    const ana = tab('ana', 'bo');
    const one = tab('bo', 'ana', { stores: false });
    const two = tab('bo', 'ana', { stores: false });
    await clock.advance(0);
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    two.page.dispatchEvent(new Event('pagehide'));
    two.channel.acknowledge?.('m1');
    await clock.advance(0);
    expect(sent.value).toBe('pending');
    one.channel.acknowledge?.('m1');
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
  });

  it('a message that was sent from two tabs is confirmed to both', async () => {
    const ana = tab('ana', 'bo');
    const other = tab('ana', 'bo');
    const bo = tab('bo', 'ana', { stores: false });
    await clock.advance(0);
    const sent = [ana, other].map(({ channel }) => outcome(channel.send(text('m1'))));
    await clock.advance(0);
    bo.channel.acknowledge?.('m1');
    await clock.advance(0);
    expect(sent.map(({ value }) => value)).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
  });

  it('a message to a tab of an older version, which sends no arrival, is confirmed at its arrival', async () => {
    const ana = tab('ana', 'bo');
    const sent = outcome(ana.channel.send(text('m1')));
    const { endpoint: toEndpoint, request } = bus.log.at(-1) as { readonly endpoint: string; readonly request: number };
    bus.post({ v: 1, kind: 'ack', from: 'bo', to: 'ana', endpoint: 'e', toEndpoint, request });
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect(diagnostics(ana)).toEqual([]);
  });

  it('a message is accepted once a tab of the participant confirms it', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana');
    await clock.advance(0);
    const sent = outcome(ana.channel.send(text('m1')));
    await flushMicrotasks();
    expect(sent.value).toBe('pending');
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect(bo.events.at(-1)).toEqual({
      type: 'message',
      message: {
        messageId: 'm1',
        sender: 'ana',
        contentType: 'text/plain',
        body: 'm1',
        sentAt: 5,
        frameSequence: { session: 's', sequence: 1 },
      },
    });
    expect(clock.pending).toBe(0);
  });

  it('a message that two tabs confirm is accepted once, and echoed once to the sender’s other tabs', async () => {
    const ana = tab('ana', 'bo');
    const other = tab('ana', 'bo');
    const one = tab('bo', 'ana');
    const two = tab('bo', 'ana');
    await clock.advance(0);
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect([ana, other, one, two].map(bodies)).toEqual([[], ['ana:m1'], ['ana:m1'], ['ana:m1']]);
    expect(bus.kinds().filter((kind) => kind === 'ack')).toHaveLength(2);
  });

  it('a message that no tab accepted is not echoed', async () => {
    const ana = tab('ana', 'bo');
    const other = tab('ana', 'bo');
    void ana.channel.send(text('m1')).catch(() => {});
    await clock.advance(5_000);
    expect(bodies(other)).toEqual([]);
    expect([presence(ana), presence(other)]).toEqual([['unavailable'], ['unavailable']]);
  });

  it('a message without a confirmation fails as retryable with 408, and the participant counts as away', async () => {
    const ana = tab('ana', 'bo', { ackTimeout: 500 });
    tab('bo', 'ana');
    await clock.advance(0);
    const goOn = bus.freezeLast();
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(499);
    expect(sent.value).toBe('pending');
    await clock.advance(1);
    expect(sent.value).toMatchObject({ name: 'TransportFailure', code: 408, retryable: true });
    expect(presence(ana)).toEqual(['available', 'unavailable']);
    await expect(ana.channel.send(text('m2'))).rejects.toMatchObject({ code: 480, retryable: true });
    await expect(ana.channel.sendNotification({ messageId: 'm', outcome: 'delivered' })).rejects.toMatchObject({
      code: 480,
    });

    goOn();
    await clock.advance(0);
    expect(presence(ana)).toEqual(['available', 'unavailable', 'available']);
    const again = outcome(ana.channel.send({ ...text('m1'), attempt: 2 }));
    await clock.advance(0);
    expect(again.value).toEqual({ outcome: 'accepted' });
  });

  it('a message whose tab slept past the time-out gets a second time-out', async () => {
    const ana = tab('ana', 'bo');
    tab('bo', 'ana');
    await clock.advance(0);
    const goOn = bus.freezeLast();
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.sleep(600_000);
    expect(sent.value).toBe('pending');
    goOn();
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect(presence(ana)).toEqual(['available']);

    bus.freezeLast();
    const second = outcome(ana.channel.send(text('m2')));
    await clock.sleep(600_000);
    await clock.sleep(600_000);
    expect(second.value).toBe('pending');
    await clock.advance(2_000);
    expect(second.value).toMatchObject({ code: 408 });
  });

  it('a message is sent while the presence of the participant is still unknown', async () => {
    tab('bo', 'ana');
    const ana = tab('ana', 'bo');
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
  });

  it('a message is refused at the call while the transport is not connected or the channel is closed', async () => {
    const ana = tab('ana', 'bo');
    ana.transport.disconnect();
    expect(ana.transport.getStatus()).toEqual({ state: 'offline' });
    await expect(ana.channel.send(text('m1'))).rejects.toMatchObject({ code: 503, retryable: true });
    await expect(
      ana.channel.sendComposing({ state: 'idle', frameSequence: text('m').frameSequence }),
    ).rejects.toMatchObject({
      code: 503,
    });
    ana.transport.connect();
    ana.channel.close();
    await expect(ana.channel.send(text('m1'))).rejects.toMatchObject({ code: 503 });
  });

  it('a message is no longer awaited once the channel is closed or the transport disconnected', async () => {
    const ana = tab('ana', 'bo');
    const second = tab('ana', 'bo');
    const sent = [ana, second].map(({ channel }) => outcome(channel.send(text('m1'))));
    ana.channel.close();
    second.transport.disconnect();
    await flushMicrotasks();
    expect(sent.map(({ value }) => value)).toEqual([
      expect.objectContaining({ code: 503 }),
      expect.objectContaining({ code: 503 }),
    ]);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('a message to a participant who leaves without confirming fails at once as retryable', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana');
    await clock.advance(0);
    const goOn = bus.freezeLast();
    const sent = outcome(ana.channel.send(text('m1')));
    bo.transport.disconnect();
    goOn();
    await clock.advance(0);
    expect(sent.value).toMatchObject({ code: 480, retryable: true });
  });

  it('a message is sent over a new connection after a disconnect', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana');
    await clock.advance(0);
    ana.transport.disconnect();
    await clock.advance(0);
    ana.transport.connect();
    ana.transport.connect();
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect(presence(bo)).toEqual(['available', 'unavailable', 'available']);
    expect(bus.members.size).toBe(2);
  });
});

describe('other frames', () => {
  it('a notification is accepted once it is stored, not when it arrives', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana', { stores: false });
    await clock.advance(0);
    const taken = outcome(ana.channel.sendNotification({ messageId: 'm', outcome: 'delivered' }));
    const other = outcome(ana.channel.sendNotification({ messageId: 'm', outcome: 'displayed' }));
    await clock.advance(10_000);
    expect(taken.value).toBe('pending');
    bo.channel.acknowledge?.('m', 'delivered');
    await clock.advance(0);
    expect([taken.value, other.value]).toEqual([undefined, 'pending']);
  });

  it('frames carry composing and notifications; a notification is accepted once it is confirmed', async () => {
    const ana = tab('ana', 'bo');
    const bo = tab('bo', 'ana');
    await clock.advance(0);
    bo.events.length = 0;
    const { frameSequence } = text('m');
    await ana.channel.sendComposing({ state: 'composing', refresh: 60_000, frameSequence: frameSequence });
    const taken = outcome(
      ana.channel.sendNotification({ messageId: 'm', outcome: 'failed', code: 486, asResponse: false }),
    );
    void ana.channel.sendNotification({ messageId: 'n', outcome: 'displayed', upTo: true, messageIds: ['k', 'n'] });
    await flushMicrotasks();
    expect(taken.value).toBe('pending');
    await clock.advance(0);
    expect(taken.value).toBeUndefined();
    expect(bo.events).toEqual([
      { type: 'composing', sender: 'ana', state: 'composing', refresh: 60_000, frameSequence },
      { type: 'notification', sender: 'ana', messageId: 'm', outcome: 'failed', code: 486 },
      { type: 'notification', sender: 'ana', messageId: 'n', outcome: 'displayed', upTo: true, messageIds: ['k', 'n'] },
    ]);
  });

  it.each([
    ['a text', 'hello'],
    ['nothing', null],
    ['no version', { kind: 'hello', from: 'bo', to: 'ana', endpoint: 'e' }],
    ['an unknown kind', { v: 1, kind: 'dance', from: 'bo', to: 'ana', endpoint: 'e' }],
    ['no endpoint', { v: 1, kind: 'hello', from: 'bo', to: 'ana' }],
    [
      'a message without a body',
      { v: 1, kind: 'message', from: 'bo', to: 'ana', endpoint: 'e', request: 1, message: {} },
    ],
    ['a notification with an unknown outcome', notice({ messageId: 'm', outcome: 'great' })],
    ['a notification with an invalid code', notice({ messageId: 'm', outcome: 'failed', code: '486' })],
    [
      'a notification with an invalid list of ids',
      notice({ messageId: 'm', outcome: 'displayed', messageIds: ['k', 1] }),
    ],
    ['composing without a frame sequence', { ...notice({ state: 'composing' }), kind: 'composing' }],
    ['a confirmation without a request', { v: 1, kind: 'ack', from: 'bo', to: 'ana', endpoint: 'e', toEndpoint: 'x' }],
  ])('frames that contain %s cause a diagnostic', async (_, data) => {
    const ana = tab('ana', 'bo');
    bus.post(data);
    await clock.advance(0);
    expect(ana.events).toEqual([expect.objectContaining({ type: 'diagnostic', code: 'unknown-frame' })]);
    expect(bus.log).toHaveLength(2);
  });

  it('frames of an unknown version cause one diagnostic', async () => {
    const ana = tab('ana', 'bo');
    bus.post({ v: 2, kind: 'hello', from: 'bo', to: 'ana' });
    bus.post({ v: 2, kind: 'hello', from: 'bo', to: 'ana' });
    await clock.advance(0);
    expect(diagnostics(ana)).toEqual(['other-version']);
    expect(presence(ana)).toEqual([]);
  });

  it('frames between other participants are ignored', async () => {
    const ana = tab('ana', 'bo');
    bus.post({ v: 1, kind: 'hello', from: 'cy', to: 'bo', endpoint: 'e' });
    bus.post({ v: 1, kind: 'hello', from: 'cy', to: 'ana', endpoint: 'e' });
    bus.post({ v: 9, kind: 'hello', from: 'cy', to: 'bo', endpoint: 'e' });
    await clock.advance(0);
    expect(ana.events).toEqual([]);
    expect(bus.kinds()).not.toContain('here');
  });

  it('frames of a different tab of the local user never count as those of the participant', async () => {
    const ana = tab('ana', 'bo');
    const other = tab('ana', 'bo');
    void other.channel.sendComposing({ state: 'composing', frameSequence: text('m').frameSequence });
    await clock.advance(0);
    expect(ana.events).toEqual([]);
  });

  it('frames that confirm a message of a different tab of the local user confirm no message of this tab', async () => {
    const ana = tab('ana', 'bo');
    const sent = outcome(ana.channel.send(text('m1')));
    bus.post({ v: 1, kind: 'ack', from: 'bo', to: 'ana', endpoint: 'e', toEndpoint: 'another', request: 1 });
    await clock.advance(0);
    expect(presence(ana)).toEqual(['available']);
    expect(sent.value).toBe('pending');
  });

  it('frames that were sent to an earlier connection are ignored', async () => {
    const ana = tab('ana', 'bo');
    const message = text('m1');
    bus.post({ v: 1, kind: 'message', from: 'bo', to: 'ana', endpoint: 'e', request: 1, message });
    ana.transport.disconnect();
    ana.transport.connect();
    await clock.advance(0);
    expect(ana.events).toEqual([]);
  });

  it('frames are not confirmed when the presence of their sender makes the channel close', async () => {
    const { transport } = tab('ana', 'cy');
    const channel = transport.openChannel('bo', () => channel.close());
    const message = text('m1');
    bus.post({ v: 1, kind: 'message', from: 'bo', to: 'ana', endpoint: 'e', request: 1, message });
    await clock.advance(0);
    expect(bus.kinds()).toContain('bye');
    expect(bus.kinds()).not.toContain('ack');
  });

  it('unknown fields of a frame are ignored', async () => {
    const ana = tab('ana', 'bo');
    const message = { ...text('m1'), fromHistory: true, sender: 'eve' };
    bus.post({ v: 1, kind: 'message', from: 'bo', to: 'ana', endpoint: 'e', request: 1, message });
    await clock.advance(0);
    expect(bodies(ana)).toEqual(['bo:m1']);
    expect(ana.events.at(-1)).not.toHaveProperty('message.fromHistory');
  });
});

describe('settings', () => {
  it('the transport closes where the host has no BroadcastChannel', () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const transport = createBroadcastChannelTransport({ address: 'ana' });
    transport.connect();
    vi.unstubAllGlobals();
    expect(transport.getStatus()).toMatchObject({ state: 'closed', error: { code: 'configuration' } });
  });

  it('the transport closes with a clear error where no channel can be created', () => {
    const broken = createBroadcastChannelTransport({
      address: 'ana',
      createChannel: () => {
        throw new ReferenceError('BroadcastChannel is not defined');
      },
    });
    expect(broken.getStatus()).toEqual({ state: 'offline' });
    broken.connect();
    const status = broken.getStatus();
    expect(status.state).toBe('closed');
    expect(status).toHaveProperty('error.code', 'configuration');
    expect(status).toHaveProperty('error.cause.name', 'ReferenceError');
    broken.connect();
    expect(broken.getStatus().state).toBe('closed');
  });

  it.each([
    [{ address: '' }, 'invalid-argument', 'address'],
    [{ address: 'ana', name: '' }, 'invalid-argument', 'name'],
    [
      { address: 'ana', ackTimeout: 99 },
      'out-of-range',
      'ackTimeout is 99, but must be a number from 100 to 60000 ms.',
    ],
    [{ address: 'ana', ackTimeout: Number.NaN }, 'out-of-range', 'ackTimeout is NaN'],
  ])('createBroadcastChannelTransport refuses %o', (options, code, message) => {
    const create = (): Transport => createBroadcastChannelTransport(options);
    expect(create).toThrow(FlowError);
    expect(create).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }));
  });

  it('the capabilities are those of a transport between pages', () => {
    expect(tab('ana', 'bo').transport.capabilities).toEqual({
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      offlineDelivery: false,
      operations: { edit: 'any', react: 'many', reply: true, retract: true },
      composing: { refresh: 3_000, expiry: 7_000, announce: false },
    });
  });

  it('the option "name" names the channel', () => {
    const names: string[] = [];
    const createChannel = (name: string): BroadcastChannelLike => {
      names.push(name);
      return bus.create();
    };
    tab('ana', 'bo', { createChannel });
    tab('ana', 'bo', { createChannel, name: 'other' });
    expect(names).toEqual(['imflow', 'other']);
  });
});

function notice(notification: unknown): Record<string, unknown> {
  return { v: 1, kind: 'notification', from: 'bo', to: 'ana', endpoint: 'e', request: 1, notification };
}
