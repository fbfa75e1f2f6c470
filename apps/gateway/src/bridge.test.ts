import { type ChannelEvent, TransportFailure } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { createFakeBridge, said } from '../test/fakeBridge.ts';
import { createBridge } from './bridge.ts';

function about(
  messageId: string | undefined,
  outcome: 'delivered' | 'displayed' | 'failed',
  code?: number,
): ChannelEvent {
  const named = { type: 'notification' as const, sender: 'ana', messageId: messageId ?? '', outcome };
  return code === undefined ? named : { ...named, code };
}

describe('a message', () => {
  it('a message goes to the other side, and its sender receives "delivered" only after that side has reported it', async () => {
    const { bridge, clock, bos, anas } = await createFakeBridge();
    bos.push(said('bo', 'm1', 'hello'));
    await clock.advance(0);
    expect(anas.wire).toEqual(['message:hello']);
    anas.messages[0]?.accept();
    await clock.advance(5_000);
    expect(bos.wire).toEqual([]);
    expect(bridge.counts).toMatchObject({ pending: 1, underWay: 1 });
    anas.push(about(anas.messages[0]?.message.messageId, 'delivered'));
    await clock.advance(0);
    expect(bos.wire).toEqual(['delivered:m1']);
    anas.push(about(anas.messages[0]?.message.messageId, 'displayed'));
    await clock.advance(1_000);
    expect(bos.wire).toEqual(['delivered:m1', 'displayed:m1']);
    expect(bridge.counts).toMatchObject({ pending: 0, underWay: 0 });
  });

  const displayedIn = ({ wire }: { readonly wire: readonly string[] }): string[] =>
    wire.filter((call) => call.startsWith('displayed:'));

  it.each([
    ['says only that it was displayed', ['displayed']],
    ['says in one turn that it was delivered and displayed', ['delivered', 'displayed']],
    ['says that it was displayed, and later that it was delivered', ['displayed', 'delivered']],
  ] as const)(
    'B301 the sender receives "delivered" and then "displayed" where the far side %s',
    async (_, outcomes) => {
      const { bridge, clock, bos, anas } = await createFakeBridge();
      bos.push(said('bo', 'm1'));
      await clock.advance(0);
      const [{ message } = { message: undefined }] = anas.messages;
      for (const outcome of outcomes) anas.push(about(message?.messageId, outcome));
      await clock.advance(1_000);
      expect(bos.wire).toEqual(['delivered:m1', 'displayed:m1']);
      expect(bridge.counts).toMatchObject({ pending: 0, underWay: 0 });
    },
  );

  it('B301 the sender receives "displayed" also if the far side responds to the message after its displayed receipt', async () => {
    const { clock, bos, anas } = await createFakeBridge();
    for (const id of ['m1', 'm2']) bos.push(said('bo', id));
    await clock.advance(0);
    anas.push(about(anas.messages[0]?.message.messageId, 'displayed'));
    anas.messages[0]?.accept();
    await clock.advance(0);
    anas.messages[1]?.accept();
    anas.push(about(anas.messages[1]?.message.messageId, 'displayed'));
    await clock.advance(1_000);
    expect(bos.wire.filter((call) => call.startsWith('delivered:'))).toEqual(['delivered:m1', 'delivered:m2']);
    expect(displayedIn(bos)).toEqual(['displayed:m2']);
  });

  it('B301 a displayed receipt waits until the outcome of earlier messages is known', async () => {
    const { clock, bos, anas } = await createFakeBridge();
    for (const id of ['m1', 'm2']) bos.push(said('bo', id));
    await clock.advance(0);
    anas.messages[0]?.accept();
    await clock.advance(0);
    anas.messages[1]?.accept();
    const [first, second] = anas.messages.map(({ message }) => message.messageId);
    anas.push(about(second, 'displayed'));
    await clock.advance(1_000);
    expect(bos.wire).toEqual(['delivered:m2']);
    anas.push(about(first, 'displayed'));
    await clock.advance(1_000);
    expect(bos.wire.slice(0, 2)).toEqual(['delivered:m2', 'delivered:m1']);
    expect(displayedIn(bos)).toEqual(['displayed:m2']);
    expect(bos.notifications.at(-1)?.notification.messageIds).toEqual(['m1', 'm2']);
  });

  it('the bridge carries messages in the other direction as well', async () => {
    const { clock, bos, anas } = await createFakeBridge();
    anas.push(said('ana', 'm1'));
    await clock.advance(0);
    bos.messages[0]?.accept({ outcome: 'delivered' });
    await clock.advance(0);
    expect(bos.wire).toEqual(['message:m1']);
    expect(anas.wire).toEqual(['delivered:m1']);
  });

  it.each([
    ['is refused for now', new TransportFailure(480, 'away', { retryable: true }), 480],
    ['is refused for good', new TransportFailure(404, 'nobody', { retryable: false }), 404],
    ['arrived and was declined', new TransportFailure(603, 'declined', { retryable: false }), 603],
  ])('a message that %s fails with the code of the far side', async (_, failure, code) => {
    const { clock, bos, anas } = await createFakeBridge();
    bos.push(said('bo', 'm1'));
    await clock.advance(0);
    anas.messages[0]?.fail(failure);
    await clock.advance(60_000);
    expect(bos.wire).toEqual([`failed:m1:${code}`]);
    // The bridge does not retry: the sender decides about that.
    expect(anas.wire).toEqual(['message:m1']);
  });

  it('a message that the far side reports as failed fails with that code', async () => {
    const { clock, bos, anas } = await createFakeBridge();
    bos.push(said('bo', 'm1'));
    await clock.advance(0);
    anas.messages[0]?.accept();
    anas.push(about(anas.messages[0]?.message.messageId, 'failed', 415));
    await clock.advance(0);
    expect(bos.wire).toEqual(['failed:m1:415']);
  });

  it('a message fails with 503 at once and is never sent while the far side has no connection', async () => {
    const { clock, bos, anas } = await createFakeBridge();
    anas.setStatus({ state: 'connecting' });
    bos.push(said('bo', 'm1'));
    await clock.advance(0);
    expect(bos.wire).toEqual(['failed:m1:503']);
    anas.setStatus({ state: 'online' });
    await clock.advance(60_000);
    expect(anas.wire).toEqual([]);
  });

  it.each([
    ['too large', 'x'.repeat(1_001), 513],
    ['blank', ' ', 400],
  ])('a message that is %s for the far side fails', async (_, body, code) => {
    const { clock, bos } = await createFakeBridge();
    bos.push(said('bo', 'm1', body));
    await clock.advance(0);
    expect(bos.wire).toEqual([`failed:m1:${code}`]);
  });

  it('a message without a report fails with 408, and the messages behind it are not sent', async () => {
    const { bridge, clock, bos, anas } = await createFakeBridge();
    for (const id of ['m1', 'm2']) bos.push(said('bo', id));
    await clock.advance(19_999);
    expect(bos.wire).toEqual([]);
    await clock.advance(1);
    expect(bos.wire).toEqual(['failed:m1:408', 'failed:m2:408']);
    await clock.advance(60_000);
    expect(anas.wire).toEqual(['message:m1']);
    expect(bridge.counts).toMatchObject({ pending: 0, underWay: 0 });
  });
});

describe('typing', () => {
  const composing = (state: string): ChannelEvent => ({ type: 'composing', sender: 'bo', state });

  it('typing is forwarded while it lasts, and so is its end', async () => {
    const { clock, bos, anas } = await createFakeBridge();
    bos.push(composing('composing'));
    for (let time = 0; time < 60_000; time += 3_000) {
      await clock.advance(3_000);
      bos.push(composing('composing'));
    }
    // The far flow refreshes composing every 3 s, and does not send idle in between.
    expect(new Set(anas.wire)).toEqual(new Set(['composing']));
    expect(anas.wire.length).toBeGreaterThan(15);
    bos.push(composing('idle'));
    await clock.advance(60_000);
    expect(anas.wire.filter((call) => call === 'idle')).toHaveLength(1);
    expect(anas.wire.at(-1)).toBe('idle');
  });

  it('the end of typing is not forwarded where a message implies it', async () => {
    const { clock, bos, anas } = await createFakeBridge();
    bos.push(composing('composing'));
    bos.push(said('bo', 'm1'));
    await clock.advance(1_000);
    expect(anas.wire).toEqual(['composing', 'message:m1']);
  });
});

describe('the memory of the bridge', () => {
  it('the bridge frees the memory of 10 000 messages that the far side never reported', async () => {
    const { bridge, clock, bos, anas } = await createFakeBridge();
    let most = 0;
    for (let index = 0; index < 10_000; index += 1) {
      bos.push(said('bo', `m${index}`));
      if (index % 500 === 0) await clock.advance(0);
      most = Math.max(most, bridge.counts.pending);
    }
    await clock.advance(0);
    expect(most).toBe(1_000);
    // Messages beyond the limit of pending reports fail at once.
    expect(bos.wire.filter((call) => call.endsWith(':503'))).toHaveLength(9_000);
    await clock.advance(60_000);
    expect(bos.wire.filter((call) => call.endsWith(':408'))).toHaveLength(1_000);
    expect(anas.wire).toHaveLength(1);
    expect(bridge.counts).toEqual({ pending: 0, underWay: 0, kept: 0, renewals: 1 });
    expect([bos, anas].map((wire) => [wire.openChannels, wire.subscribers])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    bridge.stop();
    expect(clock.pending).toBe(0);
  });

  it('the bridge creates its flows again when no message is in flight, and keeps the connections', async () => {
    const { bridge, clock, bos, anas } = await createFakeBridge(10);
    for (let index = 0; index < 30; index += 1) {
      bos.push(said('bo', `m${index}`));
      await clock.advance(0);
      anas.messages.at(-1)?.accept({ outcome: 'delivered' });
      await clock.advance(0);
      expect(bos.wire.at(-1)).toBe(`delivered:m${index}`);
    }
    expect(bridge.counts.renewals).toBe(6);
    expect([bos.connects, bos.disconnects, anas.connects, anas.disconnects]).toEqual([1, 0, 1, 0]);
    bridge.stop();
    expect([bos.openChannels, anas.openChannels, bos.disconnects, clock.pending]).toEqual([0, 0, 1, 0]);
  });

  it('the report timeout of the gateway must be shorter than that of the engine', () => {
    expect(() => createBridge({ sides: [] as never, reportTimeout: 25_000 })).toThrow(/reportTimeout is 25000/);
  });
});
