import { createSeededRandom, createVirtualClock, flushMicrotasks, type VirtualClock } from '@imflow/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { FlowError } from '../../errors/FlowError.ts';
import type { Channel, ChannelEvent, OutgoingMessage, SendResult, Transport } from '../../ports/transport.ts';
import type { LoopbackFrame } from './frames.ts';
import { createLoopbackNetwork, type LoopbackNetwork } from './loopbackNetwork.ts';

let clock: VirtualClock;
let network: LoopbackNetwork;
let frames: LoopbackFrame[];

beforeEach(() => {
  clock = createVirtualClock({ now: 0 });
  network = createLoopbackNetwork({ clock, random: createSeededRandom(1) });
  frames = [];
  network.onFrame((frame) => frames.push(frame));
});

interface End {
  readonly transport: Transport;
  readonly channel: Channel;
  readonly events: ChannelEvent[];
}

function open(transport: Transport, remote: string): End {
  const events: ChannelEvent[] = [];
  return { transport, events, channel: transport.openChannel(remote, (event) => events.push(event)) };
}

/** A connected device with a channel to a remote address. */
async function join(
  address: string,
  remote: string,
  options?: Parameters<LoopbackNetwork['connect']>[1],
): Promise<End> {
  const end = open(network.connect(address, options), remote);
  end.transport.connect();
  await clock.advance(0);
  return end;
}

const text = (messageId: string, body: string = messageId): OutgoingMessage => ({
  messageId,
  contentType: 'text/plain',
  body,
  sentAt: 5,
  attempt: 1,
  frameSequence: { session: 's', sequence: 1 },
});

const frameSequence = { session: 's', sequence: 2 };

function bodies(end: End): string[] {
  return end.events.flatMap((event) => (event.type === 'message' ? [event.message.body] : []));
}

function presence(end: End): string[] {
  return end.events.flatMap((event) => (event.type === 'participant' ? [event.change] : []));
}

/** The outcome of a promise, if it has settled. */
function outcome(promise: Promise<unknown>): { value: unknown } {
  const result: { value: unknown } = { value: 'pending' };
  promise.then(
    (value) => (result.value = value),
    (error: unknown) => (result.value = error),
  );
  return result;
}

const outcomesOf = (kind: LoopbackFrame['kind'], hop: LoopbackFrame['hop']): string[] =>
  frames.filter((frame) => frame.kind === kind && frame.hop === hop).map((frame) => frame.outcome);

/** The outcomes of twenty messages under faults. */
async function faultyRun(seed: number): Promise<string> {
  clock = createVirtualClock({ now: 0 });
  network = createLoopbackNetwork({ clock, random: createSeededRandom(seed) });
  const seen: string[] = [];
  network.onFrame(({ at, kind, outcome: state }) => seen.push(`${at} ${kind} ${state}`));
  const ana = await join('ana', 'bo');
  await join('bo', 'ana');
  network.setFaults({ jitter: 50, loss: 0.3, duplication: 0.3, reordering: true });
  for (let count = 0; count < 20; count += 1) void ana.channel.send(text(`m${count}`));
  await clock.advance(1_000);
  return seen.join('\n');
}

describe('a connection', () => {
  it('a connection goes offline, connecting, online, and carries a frame in both directions', async () => {
    network.setFaults({ delay: 50 });
    const transport = network.connect('ana');
    const states: string[] = [];
    transport.subscribe(() => states.push(`${transport.getStatus().state}@${clock.now()}`));
    expect(transport.getStatus()).toEqual({ state: 'offline' });
    transport.connect();
    transport.connect();
    await clock.advance(100);
    transport.connect();
    network.setOnline('ana', true);
    await clock.advance(1_000);
    expect(states).toEqual(['connecting@0', 'online@100']);
  });

  it('no device is notified of the cut of a connection that was never established', async () => {
    const bo = await join('bo', 'ana');
    network.setFaults({ delay: 50 });
    const ana = open(network.connect('ana'), 'bo');
    ana.transport.connect();
    await clock.advance(20);
    network.setOnline('ana', false);
    await clock.advance(1_000);
    expect(presence(bo)).toEqual(['unavailable']);
  });

  it('a connection is cut and restored for all devices of an address', async () => {
    const one = await join('ana', 'bo');
    const two = await join('ana', 'bo');
    network.setOnline('ana', false);
    expect([one, two].map(({ transport }) => transport.getStatus().state)).toEqual(['offline', 'offline']);
    network.setOnline('ana', true);
    expect(one.transport.getStatus().state).toBe('connecting');
    await clock.advance(0);
    expect([one, two].map(({ transport }) => transport.getStatus().state)).toEqual(['online', 'online']);
  });

  it('a connect call while the link is cut waits for the link', async () => {
    network.setOnline('ana', false);
    const ana = await join('ana', 'bo');
    expect(ana.transport.getStatus().state).toBe('offline');
    network.setOnline('ana', true);
    await clock.advance(0);
    expect(ana.transport.getStatus().state).toBe('online');
  });

  it('a connection that was closed while its link was cut stays closed', async () => {
    const ana = await join('ana', 'bo');
    network.setOnline('ana', false);
    ana.transport.disconnect();
    network.setOnline('ana', true);
    await clock.advance(0);
    expect(ana.transport.getStatus().state).toBe('offline');
    ana.transport.connect();
    await clock.advance(0);
    expect(ana.transport.getStatus().state).toBe('online');
  });

  it('a connection is closed permanently, with the error', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    const error = new FlowError('refused', 'Signed in elsewhere.');
    network.close('ana', error);
    expect(ana.transport.getStatus()).toEqual({ state: 'closed', error });
    ana.transport.disconnect();
    ana.transport.connect();
    const again = network.connect('ana');
    again.connect();
    await clock.advance(0);
    expect(ana.transport.getStatus().state).toBe('closed');
    expect(again.getStatus().state).toBe('closed');
    expect(presence(bo).at(-1)).toBe('unavailable');
    const sent = outcome(bo.channel.send(text('m')));
    await clock.advance(0);
    expect(sent.value).toMatchObject({ name: 'TransportFailure', code: 404, retryable: false });
  });

  it('no timer is left when every device is disconnected', async () => {
    network.setFaults({ delay: 100 });
    const ana = open(network.connect('ana'), 'bo');
    const bo = open(network.connect('bo'), 'ana');
    for (const { transport } of [ana, bo]) transport.connect();
    await clock.advance(200);
    const sent = outcome(ana.channel.send(text('m')));
    void bo.channel.sendComposing({ state: 'composing', frameSequence: frameSequence });
    expect(clock.pending).toBe(1);
    network.setOnline('ana', false);
    bo.transport.disconnect();
    expect(clock.pending).toBe(0);
    await flushMicrotasks();
    expect(sent.value).toMatchObject({ code: 503, retryable: true });
  });

  it('the network arms one timer, however many frames are in transit', async () => {
    network.setFaults({ delay: 10, jitter: 20 });
    const ana = open(network.connect('ana'), 'bo');
    ana.transport.connect();
    await clock.advance(40);
    for (let count = 0; count < 50; count += 1) void ana.channel.send(text(`m${count}`));
    expect(clock.pending).toBe(1);
  });
});

describe('a message', () => {
  it('a message is accepted by the server and then reaches the other side, each over its link', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    network.setFaults({ delay: 30 });
    network.setFaults({ delay: 5 }, 'bo');
    const sent = outcome(ana.channel.send(text('m1', 'hello')));
    await clock.advance(34);
    expect(bodies(bo)).toEqual([]);
    await clock.advance(1);
    expect(bo.events.at(-1)).toEqual({
      type: 'message',
      message: {
        messageId: 'm1',
        sender: 'ana',
        contentType: 'text/plain',
        body: 'hello',
        sentAt: 5,
        frameSequence: { session: 's', sequence: 1 },
        requestedReceipts: { delivered: true, displayed: true },
      },
    });
    await clock.advance(24);
    expect(sent.value).toBe('pending');
    await clock.advance(1);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect(ana.events.some((event) => event.type === 'message')).toBe(false);
  });

  it('a message is a copy: a change on one side does not affect the other', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    const second = await join('bo', 'ana');
    const message = { ...text('m1'), frameSequence: { session: 's', sequence: 1 } };
    void ana.channel.send(message);
    message.frameSequence.sequence = 99;
    await clock.advance(0);
    const [one, two] = [bo, second].map(({ events }) => events.find((event) => event.type === 'message'));
    expect(one).toMatchObject({ message: { frameSequence: { sequence: 1 } } });
    if (one?.type === 'message' && two?.type === 'message')
      expect(one.message.frameSequence).not.toBe(two.message.frameSequence);
  });

  it('a message reaches every device of the recipient, and is echoed to the other devices of the sender', async () => {
    const ana = await join('ana', 'bo');
    const other = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    const second = await join('bo', 'ana');
    await ((): Promise<void> => {
      void ana.channel.send(text('m1'));
      return clock.advance(0);
    })();
    expect([ana, other, bo, second].map(bodies)).toEqual([[], ['m1'], ['m1'], ['m1']]);
    expect(other.events.at(-1)).toMatchObject({ type: 'message', message: { sender: 'ana' } });
  });

  it('a message is refused as retryable while the link is down', async () => {
    const ana = open(network.connect('ana'), 'bo');
    await expect(ana.channel.send(text('m1'))).rejects.toMatchObject({ code: 503, retryable: true });
    await expect(ana.channel.sendComposing({ state: 'idle', frameSequence: frameSequence })).rejects.toMatchObject({
      code: 503,
    });
    await expect(ana.channel.sendNotification({ messageId: 'm', outcome: 'delivered' })).rejects.toMatchObject({
      code: 503,
    });
    expect(frames).toEqual([]);
  });

  it('a message fails as retryable when the link breaks before the response', async () => {
    const ana = await join('ana', 'bo');
    network.setFaults({ delay: 10 });
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(15);
    network.setOnline('ana', false);
    await flushMicrotasks();
    expect(sent.value).toMatchObject({ name: 'TransportFailure', code: 503, retryable: true });
  });

  it('a message gets no response when it is lost, or its response is', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    network.setFaults({ loss: 1 }, 'ana');
    const lost = outcome(ana.channel.send(text('m1')));
    await clock.advance(60_000);
    expect(lost.value).toBe('pending');
    expect(outcomesOf('message', 'to-server')).toEqual(['lost']);

    network.setFaults({ delay: 10 }, 'ana');
    const unanswered = outcome(ana.channel.send(text('m2')));
    await clock.advance(5);
    network.setFaults({ loss: 1 }, 'ana');
    await clock.advance(60_000);
    expect(bodies(bo)).toEqual(['m2']);
    expect(unanswered.value).toBe('pending');
    expect(outcomesOf('answer', 'to-device')).toEqual(['lost']);
  });

  it('the response to a message is no longer awaited once its channel is closed', async () => {
    const ana = await join('ana', 'bo');
    network.setFaults({ loss: 1 });
    const sent = outcome(ana.channel.send(text('m1')));
    ana.channel.close();
    await flushMicrotasks();
    expect(sent.value).toMatchObject({ code: 503 });
    await expect(ana.channel.send(text('m2'))).rejects.toMatchObject({ code: 503 });
  });

  it('B83 a message is accepted again under the same id without arriving twice', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    const answers: SendResult[] = [];
    for (const attempt of [1, 2]) {
      void ana.channel.send({ ...text('m1'), attempt }).then((answer) => answers.push(answer));
      await clock.advance(0);
    }
    expect(answers).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    expect(bodies(bo)).toEqual(['m1']);
  });

  it('the server forgets a message id after 10 000 later messages', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    for (let count = 0; count < 10_000; count += 1) void ana.channel.send(text(`m${count}`));
    await clock.advance(0);
    void ana.channel.send(text('m0'));
    await clock.advance(0);
    expect(bodies(bo)).toHaveLength(10_000);
    void ana.channel.send(text('one more'));
    await clock.advance(0);
    void ana.channel.send(text('m0'));
    await clock.advance(0);
    expect(bodies(bo).slice(10_000)).toEqual(['one more', 'm0']);
  });

  it('a message arrives twice where the network duplicates it, on either link', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    network.setFaults({ duplication: 1 }, 'bo');
    const first = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(bodies(bo)).toEqual(['m1', 'm1']);
    network.setFaults({}, 'bo');
    network.setFaults({ duplication: 1 }, 'ana');
    const second = outcome(ana.channel.send(text('m2')));
    await clock.advance(0);
    expect(bodies(bo)).toEqual(['m1', 'm1', 'm2', 'm2']);
    expect([first.value, second.value]).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    expect(outcomesOf('message', 'to-server')).toEqual(['delivered', 'duplicated', 'delivered', 'delivered']);
    // One response to the first message; for the second, one to each copy, each of them duplicated in transit.
    expect(outcomesOf('answer', 'to-device').filter((each) => each === 'delivered')).toHaveLength(5);
  });

  it('messages keep their order under jitter, and lose it only with reordering', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    const ids = Array.from({ length: 30 }, (_, index) => `m${index}`);
    network.setFaults({ delay: 10, jitter: 500 });
    for (const id of ids) void ana.channel.send(text(id));
    await clock.advance(5_000);
    expect(bodies(bo)).toEqual(ids);
    bo.events.length = 0;
    network.setFaults({ delay: 10, jitter: 500, reordering: true });
    for (const id of ids) void ana.channel.send(text(`again ${id}`));
    await clock.advance(5_000);
    expect(bodies(bo)).toHaveLength(30);
    expect(bodies(bo)).not.toEqual(ids.map((id) => `again ${id}`));
  });

  it('a message to oneself is accepted, and reaches only the own other devices', async () => {
    const ana = await join('ana', 'ana');
    const other = await join('ana', 'ana');
    const sent = outcome(ana.channel.send(text('note')));
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    expect([ana, other].map(bodies)).toEqual([[], ['note']]);
    expect([ana, other].map(presence)).toEqual([[], []]);
  });
});

describe('messages for an absent user', () => {
  it('a message for an absent user is kept until the first sign-in', async () => {
    const ana = await join('ana', 'bo');
    void ana.channel.sendComposing({ state: 'composing', frameSequence: frameSequence });
    const sent = outcome(ana.channel.send(text('m1')));
    void ana.channel.sendNotification({ messageId: 'old', outcome: 'delivered' });
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    const bo = await join('bo', 'ana');
    expect(bo.events).toEqual([
      { type: 'participant', address: 'ana', change: 'available' },
      expect.objectContaining({ message: expect.objectContaining({ messageId: 'm1', fromHistory: true }) as unknown }),
      { type: 'notification', sender: 'ana', messageId: 'old', outcome: 'delivered' },
    ]);
    expect(outcomesOf('composing', 'to-device')).toEqual(['dropped']);
    expect(outcomesOf('message', 'to-device')).toEqual(['kept', 'delivered']);
  });

  it('a message is kept for each device whose link is cut, with the frames in transit', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    const second = await join('bo', 'ana');
    network.setFaults({ delay: 10 });
    void ana.channel.send(text('m1'));
    await clock.advance(15);
    network.setOnline('bo', false);
    void ana.channel.send(text('m2'));
    await clock.advance(1_000);
    expect([bo, second].map(bodies)).toEqual([[], []]);
    network.setOnline('bo', true);
    await clock.advance(100);
    expect([bo, second].map(bodies)).toEqual([
      ['m1', 'm2'],
      ['m1', 'm2'],
    ]);
  });

  it('a message goes to the next device when the last one signed off', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    network.setFaults({ delay: 10 });
    void ana.channel.send(text('m1'));
    await clock.advance(15);
    bo.transport.disconnect();
    void ana.channel.send(text('m2'));
    await clock.advance(20);
    network.setFaults({});
    const next = await join('bo', 'ana');
    expect(bodies(bo)).toEqual([]);
    expect(bodies(next)).toEqual(['m1', 'm2']);
  });

  it('a message is not kept for a device that signed off while another one stayed', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    const second = await join('bo', 'ana');
    network.setOnline('bo', false);
    void ana.channel.send(text('m1'));
    await clock.advance(0);
    second.transport.disconnect();
    network.setOnline('bo', true);
    await clock.advance(0);
    const third = await join('bo', 'ana');
    bo.transport.disconnect();
    third.transport.disconnect();
    const last = await join('bo', 'ana');
    expect([bo, second, third, last].map(bodies)).toEqual([['m1'], [], [], []]);
  });

  it('a message waits for the conversation to be opened', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'cy');
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    const late = open(bo.transport, 'ana');
    expect(late.events).toEqual([]);
    await clock.advance(0);
    expect(bodies(late)).toEqual(['m1']);
    expect(bodies(bo)).toEqual([]);
  });

  it('a message is redelivered after a lost connection, unless the device acknowledged it', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    for (const id of ['m1', 'm2']) {
      void ana.channel.send(text(id));
      void ana.channel.sendNotification({ messageId: id, outcome: 'delivered' });
    }
    await clock.advance(0);
    bo.channel.acknowledge?.('m1');
    bo.channel.acknowledge?.('m2', 'delivered');
    await clock.advance(0);
    bo.events.length = 0;
    network.setOnline('bo', false);
    void ana.channel.send(text('m3'));
    await clock.advance(0);
    network.setOnline('bo', true);
    await clock.advance(0);
    expect(bo.events).toEqual([
      { type: 'participant', address: 'ana', change: 'available' },
      { type: 'notification', sender: 'ana', messageId: 'm1', outcome: 'delivered' },
      expect.objectContaining({ message: expect.objectContaining({ messageId: 'm2', fromHistory: true }) as unknown }),
      expect.objectContaining({ message: expect.objectContaining({ messageId: 'm3', fromHistory: true }) as unknown }),
    ]);
    expect(outcomesOf('acknowledgement', 'to-server')).toEqual(['delivered', 'delivered']);
  });

  it('a message is redelivered to the next device of the address if the first one crashed', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    void ana.channel.send(text('m1'));
    await clock.advance(0);
    bo.transport.disconnect();
    expect([bo, await join('bo', 'ana')].map(bodies)).toEqual([['m1'], ['m1']]);
  });

  it('a message waits once for a conversation that is not open, however often the link breaks', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'cy');
    void ana.channel.send(text('m1'));
    for (let timestamps = 0; timestamps < 3; timestamps += 1) {
      await clock.advance(0);
      network.setOnline('bo', false);
      network.setOnline('bo', true);
    }
    await clock.advance(0);
    const late = open(bo.transport, 'ana');
    await clock.advance(0);
    expect(bodies(late)).toEqual(['m1']);
  });

  it('a message in transit still arrives when its sender signs off', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    network.setFaults({ delay: 10 });
    const sent = outcome(ana.channel.send(text('m1')));
    ana.transport.disconnect();
    await clock.advance(20);
    expect(bodies(bo)).toEqual(['m1']);
    expect(sent.value).toMatchObject({ code: 503, retryable: true });
  });
});

describe('notifications and presence', () => {
  it('notifications carry composing, delivered and displayed', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana');
    bo.events.length = 0;
    void ana.channel.sendComposing({ state: 'composing', refresh: 60_000, frameSequence: frameSequence });
    const messageIds = ['k', 'm'];
    const taken = outcome(
      ana.channel.sendNotification({ messageId: 'm', outcome: 'displayed', upTo: true, messageIds: messageIds }),
    );
    void ana.channel.sendNotification({ messageId: 'n', outcome: 'failed', code: 486 });
    await clock.advance(0);
    expect(taken.value).toBeUndefined();
    expect(bo.events).toEqual([
      { type: 'composing', sender: 'ana', state: 'composing', refresh: 60_000, frameSequence },
      { type: 'notification', sender: 'ana', messageId: 'm', outcome: 'displayed', upTo: true, messageIds },
      { type: 'notification', sender: 'ana', messageId: 'n', outcome: 'failed', code: 486 },
    ]);
  });

  it('a participant is available with the first link and unavailable with the loss of the last one', async () => {
    const ana = await join('ana', 'bo');
    expect(presence(ana)).toEqual(['unavailable']);
    const bo = await join('bo', 'ana');
    const second = await join('bo', 'ana');
    expect(presence(ana)).toEqual(['unavailable', 'available']);
    bo.transport.disconnect();
    await clock.advance(0);
    expect(presence(ana)).toHaveLength(2);
    network.setOnline('bo', false);
    await clock.advance(0);
    expect(presence(ana)).toEqual(['unavailable', 'available', 'unavailable']);
    expect(presence(second)).toEqual(['available']);
  });

  it('presence is not lost, whatever the link does to frames', async () => {
    const ana = await join('ana', 'bo');
    network.setFaults({ loss: 1, duplication: 1, reordering: true, jitter: 100 });
    const bo = await join('bo', 'ana');
    for (let timestamps = 0; timestamps < 10; timestamps += 1) {
      network.setOnline('bo', false);
      network.setOnline('bo', true);
      await clock.advance(1);
    }
    await clock.advance(1_000);
    expect(bo.transport.getStatus().state).toBe('online');
    const changes = Array.from({ length: 10 }, () => ['unavailable', 'available']).flat();
    expect(presence(ana)).toEqual(['unavailable', 'available', ...changes]);
  });
});

describe('deferred responses', () => {
  it('B101 deferred responses come when the recipient reports, with the outcome', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true, deliveryNotifications: false } });
    const [good, bad, busy] = ['m1', 'm2', 'm3'].map((id) => outcome(ana.channel.send(text(id))));
    await clock.advance(60_000);
    expect(bo.events.at(-1)).toMatchObject({ type: 'message', message: { responsePending: true } });
    expect([good, bad, busy].map((sent) => sent?.value)).toEqual(['pending', 'pending', 'pending']);
    void bo.channel.sendNotification({ messageId: 'm2', outcome: 'failed', code: 486, asResponse: true });
    void bo.channel.sendNotification({ messageId: 'm1', outcome: 'delivered', asResponse: true });
    void bo.channel.sendNotification({ messageId: 'm3', outcome: 'failed', code: 503, asResponse: true });
    await clock.advance(0);
    expect(good?.value).toEqual({ outcome: 'delivered' });
    expect(bad?.value).toMatchObject({ code: 486, retryable: false });
    expect(busy?.value).toMatchObject({ code: 503, retryable: true });
    expect(ana.events.some((event) => event.type === 'notification')).toBe(false);
  });

  it('B96 withheld deferred responses say only that the message was accepted', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true, deliveryNotifications: false } });
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    void bo.channel.sendNotification({
      messageId: 'm1',
      outcome: 'delivered',
      asResponse: true,
      withholdDelivery: true,
    });
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
  });

  it('deferred responses go to a resent message, and are remembered for a later one', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true } });
    const first = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    network.setOnline('ana', false);
    network.setOnline('ana', true);
    await clock.advance(0);
    const second = outcome(ana.channel.send({ ...text('m1'), attempt: 2 }));
    await clock.advance(0);
    void bo.channel.sendNotification({ messageId: 'm1', outcome: 'delivered', asResponse: true });
    await clock.advance(0);
    const third = outcome(ana.channel.send({ ...text('m1'), attempt: 3 }));
    await clock.advance(0);
    expect(first.value).toMatchObject({ code: 503 });
    expect([second.value, third.value]).toEqual([{ outcome: 'delivered' }, { outcome: 'delivered' }]);
    expect(bodies(bo)).toEqual(['m1']);
  });

  it('deferred responses fail as retryable when the recipient leaves without a report, and the message is redelivered', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true } });
    const first = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    network.setOnline('bo', false);
    await clock.advance(0);
    expect(first.value).toMatchObject({ code: 480, retryable: true });
    network.setOnline('bo', true);
    await clock.advance(0);
    void ana.channel.send({ ...text('m1'), attempt: 2 });
    await clock.advance(0);
    expect(bodies(bo)).toEqual(['m1', 'm1']);
  });

  it('deferred responses come from any of several devices, also when another one leaves', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true } });
    const second = await join('bo', 'ana', { capabilities: { deferredResponses: true } });
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    bo.transport.disconnect();
    await clock.advance(0);
    expect(sent.value).toBe('pending');
    void second.channel.sendNotification({ messageId: 'm1', outcome: 'delivered', asResponse: true });
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'delivered' });
  });

  it('deferred responses are given once, whatever copies the network makes', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true } });
    network.setFaults({ duplication: 1 }, 'ana');
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(bodies(bo)).toEqual(['m1', 'm1']);
    void bo.channel.sendNotification({ messageId: 'm1', outcome: 'failed', code: 486, asResponse: true });
    void bo.channel.sendNotification({ messageId: 'm1', outcome: 'delivered', asResponse: true });
    await clock.advance(0);
    expect(sent.value).toMatchObject({ code: 486 });
  });

  it('deferred responses are dropped for a sender who has left', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true } });
    void ana.channel.send(text('m1')).catch(() => {});
    await clock.advance(0);
    network.setOnline('ana', false);
    void bo.channel.sendNotification({ messageId: 'm1', outcome: 'delivered', asResponse: true });
    await clock.advance(0);
    expect(frames.filter(({ kind, to }) => kind === 'answer' && to === 'ana')).toEqual([]);
  });

  it('responses are not deferred for a message that the server keeps', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', { capabilities: { deferredResponses: true } });
    network.setFaults({ delay: 10 });
    const underway = outcome(ana.channel.send(text('m1')));
    await clock.advance(15);
    network.setOnline('bo', false);
    const away = outcome(ana.channel.send(text('m2')));
    await clock.advance(20);
    expect([underway.value, away.value]).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    network.setOnline('bo', true);
    await clock.advance(100);
    const held = bo.events.flatMap((event) => (event.type === 'message' ? [event.message.responsePending] : []));
    expect(held).toEqual([false, false]);
  });
});

describe('capabilities', () => {
  it('the default capabilities are those of a store-and-forward server, and can be changed', () => {
    expect(network.connect('ana').capabilities).toEqual({
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      offlineDelivery: true,
      operations: { edit: 'any', react: 'many', reply: true, retract: true },
      composing: { refresh: 3_000, expiry: 7_000, announce: false },
    });
    expect(network.connect('ana', { capabilities: { maxInFlight: 4 } }).capabilities.maxInFlight).toBe(4);
  });

  it('the capabilities of the recipient decide whether a notification is expected, those of the sender which ones are requested', async () => {
    const ana = await join('ana', 'bo');
    const bo = await join('bo', 'ana', {
      capabilities: { deliveryNotifications: false, displayedNotifications: false },
    });
    const sent = outcome(ana.channel.send(text('m1')));
    void bo.channel.send(text('m2'));
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted', notificationExpected: false });
    expect(ana.events.at(-1)).toMatchObject({ message: { requestedReceipts: { delivered: false, displayed: false } } });
  });
});

describe('settings', () => {
  it.each([
    [{ delay: -1 }, 'delay is -1, but must be a number from 0 to 600000 ms.'],
    [{ jitter: Number.NaN }, 'jitter is NaN, but must be a number from 0 to 600000 ms.'],
    [{ loss: 1.5 }, 'loss is 1.5, but must be a number from 0 to 1.'],
    [{ duplication: -0.1 }, 'duplication is -0.1, but must be a number from 0 to 1.'],
    [{ loss: '1' as unknown as number }, 'loss is a string, but must be a number from 0 to 1.'],
  ])('settings out of range are refused and change nothing: %o', async (faults, message) => {
    expect(() => network.setFaults(faults)).toThrow(new FlowError('out-of-range', message));
    expect(() => network.setFaults(faults, 'ana')).toThrow(FlowError);
    expect(() => createLoopbackNetwork({ faults })).toThrow(FlowError);
    const ana = await join('ana', 'bo');
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
  });

  it('settings are copied', async () => {
    const faults = { delay: 10 };
    network.setFaults(faults);
    faults.delay = 1_000;
    const ana = await join('ana', 'bo');
    await clock.advance(20);
    expect(ana.transport.getStatus().state).toBe('online');
  });

  it('settings of one address take precedence over those of all', async () => {
    const ana = await join('ana', 'bo');
    network.setFaults({ delay: 100 });
    network.setFaults({ delay: 1 }, 'ana');
    const sent = outcome(ana.channel.send(text('m1')));
    await clock.advance(2);
    expect(sent.value).toEqual({ outcome: 'accepted' });
    network.setFaults({}, 'ana');
    const slow = outcome(ana.channel.send(text('m2')));
    await clock.advance(199);
    expect(slow.value).toBe('pending');
    await clock.advance(1);
    expect(slow.value).toEqual({ outcome: 'accepted' });
  });

  it('an empty address is refused', () => {
    expect(() => network.connect('')).toThrow(FlowError);
  });

  it('the same seed gives the same run', async () => {
    const first = await faultyRun(3);
    expect(await faultyRun(3)).toBe(first);
    expect(await faultyRun(4)).not.toBe(first);
  });

  it('the network calls the other receivers although one throws', async () => {
    const ana = await join('ana', 'bo');
    const bo = network.connect('bo');
    bo.openChannel('ana', (event) => {
      if (event.type === 'message') throw new Error('broken');
    });
    bo.connect();
    await clock.advance(0);
    const sent = outcome(ana.channel.send(text('m1')));
    await expect(clock.advance(0)).rejects.toThrow('broken');
    await clock.advance(0);
    expect(sent.value).toEqual({ outcome: 'accepted' });
  });
});
