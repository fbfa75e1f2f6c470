import type { ChannelEvent, OutgoingMessage } from '@imflow/core';
import { describe, expect, it, vi } from 'vitest';
import { createFakeTransport } from './fakeTransport.ts';
import { flushMicrotasks } from './flushMicrotasks.ts';

const frameSequence = { session: 's', sequence: 1 };
const message: OutgoingMessage = {
  messageId: 'm1',
  contentType: 'text/plain',
  body: 'hello',
  sentAt: 1,
  attempt: 1,
  frameSequence: frameSequence,
};

describe('fake transport', () => {
  it('the fake transport is offline, and online once connect is called', () => {
    const transport = createFakeTransport();
    const states: string[] = [];
    transport.subscribe(() => states.push(transport.getStatus().state));
    expect(transport.getStatus()).toEqual({ state: 'offline' });
    transport.connect();
    transport.disconnect();
    expect(states).toEqual(['online', 'offline']);
    expect([transport.connects, transport.disconnects]).toEqual([1, 1]);
  });

  it('the fake transport connects when the test says so, and never again once closed', () => {
    const transport = createFakeTransport({ autoConnect: false });
    transport.connect();
    expect(transport.getStatus().state).toBe('offline');
    transport.setStatus({ state: 'closed' });
    transport.connect();
    expect(transport.getStatus().state).toBe('closed');
    const other = createFakeTransport();
    other.setStatus({ state: 'closed' });
    other.connect();
    other.disconnect();
    expect(other.getStatus().state).toBe('closed');
  });

  it('the fake transport responds at once, and logs all calls in order', async () => {
    const transport = createFakeTransport();
    const channel = transport.openChannel('bo', () => {});
    void channel.sendComposing({ state: 'composing', frameSequence: frameSequence });
    expect(await channel.send(message)).toEqual({ outcome: 'accepted' });
    await channel.sendComposing({ state: 'idle', frameSequence: frameSequence });
    await channel.sendNotification({ messageId: 'm2', outcome: 'delivered' });
    await channel.sendNotification({ messageId: 'm2', outcome: 'displayed', upTo: true });
    await channel.sendNotification({ messageId: 'm3', outcome: 'failed', code: 486 });
    expect(transport.wire).toEqual([
      'composing',
      'message:hello',
      'idle',
      'delivered:m2',
      'displayed:m2',
      'failed:m3:486',
    ]);
    expect(transport.messages[0]).toMatchObject({ remote: 'bo', message: { messageId: 'm1' } });
  });

  it('in manual mode, the test controls every response', async () => {
    const transport = createFakeTransport({
      autoAnswer: 'manual',
      composingAnswer: 'manual',
      notificationAnswer: 'manual',
    });
    const channel = transport.openChannel('bo', () => {});
    const settled = vi.fn();
    const sends = [
      channel.send(message).finally(settled),
      channel.sendComposing({ state: 'idle', frameSequence: frameSequence }).finally(settled),
      channel.sendNotification({ messageId: 'm', outcome: 'delivered' }).finally(settled),
      channel.loadHistory!({ limit: 10 }).finally(settled),
    ];
    await flushMicrotasks();
    expect(settled).not.toHaveBeenCalled();
    transport.messages[0]!.accept({ outcome: 'delivered' });
    transport.composing[0]!.fail(new Error('no'));
    transport.notifications[0]!.accept();
    transport.historyRequests[0]!.accept({ messages: [], end: true });
    const results = await Promise.allSettled(sends);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[0]).toMatchObject({ value: { outcome: 'delivered' } });
  });

  it('the fake transport emits events to the channels of one remote address, or to all, until they are closed', () => {
    const transport = createFakeTransport();
    const seen: string[] = [];
    const event: ChannelEvent = { type: 'diagnostic', code: 'odd', message: 'Odd.' };
    const bo = transport.openChannel('bo', () => seen.push('bo'));
    transport.openChannel('cy', () => seen.push('cy'));
    transport.push(event);
    transport.push(event, 'cy');
    expect(transport.openChannels).toBe(2);
    bo.close();
    transport.push(event);
    expect(seen).toEqual(['bo', 'cy', 'cy', 'cy']);
    expect(transport.openChannels).toBe(1);
  });

  it('the fake transport records acks beside its log', () => {
    const transport = createFakeTransport();
    const channel = transport.openChannel('bo', () => {});
    channel.acknowledge?.('m1');
    channel.acknowledge?.('m2', 'delivered');
    expect(transport.acknowledgements).toEqual([
      { remote: 'bo', messageId: 'm1', outcome: undefined },
      { remote: 'bo', messageId: 'm2', outcome: 'delivered' },
    ]);
    expect(transport.wire).toEqual([]);
  });

  it('the fake transport counts the listeners of its status', () => {
    const transport = createFakeTransport();
    const stop = transport.subscribe(() => {});
    expect(transport.subscribers).toBe(1);
    stop();
    expect(transport.subscribers).toBe(0);
  });
});
