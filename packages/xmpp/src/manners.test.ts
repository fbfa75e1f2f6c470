import type { ChannelEvent, OutgoingComposing } from '@imflow/core';
import { createSeededRandom, createVirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createScriptedServer } from '../test/scriptedServer.ts';
import { createXmppTransport, type XmppTransportOptions } from './index.ts';
import { NS } from './namespaces.ts';
import { childOf, element, serialize, type XmlElement } from './xml.ts';

const ANA = 'ana@example.com';
const BO = 'bo@example.com';
const COMPOSING: OutgoingComposing = { state: 'composing', refresh: 0, frameSequence: { session: 's', sequence: 1 } };

async function setUp(options: Partial<XmppTransportOptions> = {}) {
  const clock = createVirtualClock();
  const server = createScriptedServer(ANA);
  const transport = createXmppTransport({
    server: 'ws://127.0.0.1/ws',
    address: ANA,
    password: 'secret',
    createSocket: server.createSocket,
    clock,
    random: createSeededRandom(1),
    ...options,
  });
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel(BO, (event) => events.push(event));
  transport.connect();
  await clock.advance(100);
  expect(transport.getStatus().state).toBe('online');
  const say = (...children: XmlElement[]): void =>
    server.say(serialize(element('message', NS.client, { from: `${BO}/phone`, type: 'chat', id: 'b1' }, ...children)));
  const statesSaid = (): number =>
    server.heard.filter((stanza) => childOf(stanza, 'composing', NS.chatStates) !== undefined).length;
  return { clock, server, transport, events, channel, say, statesSaid };
}

describe('chat states', () => {
  it('B37 chat states are sent until the participant’s client has shown that it does not support them', async () => {
    const { channel, say, statesSaid } = await setUp();
    await channel.sendComposing(COMPOSING);
    expect(statesSaid()).toBe(1);
    say(element('body', NS.client, {}, 'plain'));
    await channel.sendComposing(COMPOSING);
    expect(statesSaid()).toBe(1);
    say(element('body', NS.client, {}, 'better'), element('active', NS.chatStates));
    await channel.sendComposing(COMPOSING);
    expect(statesSaid()).toBe(2);
  });

  it('B37 a receipt alone does not switch chat states off', async () => {
    const { channel, say, statesSaid } = await setUp();
    say(element('received', NS.receipts, { id: 'm1' }));
    await channel.sendComposing(COMPOSING);
    expect(statesSaid()).toBe(1);
  });

  it('B37 an option switches chat states off permanently', async () => {
    const { channel, statesSaid } = await setUp({ chatStates: false });
    await expect(channel.sendComposing(COMPOSING)).rejects.toMatchObject({ code: 415, retryable: false });
    expect(statesSaid()).toBe(0);
  });

  it.each([
    ['composing', 'composing'],
    ['active', 'idle'],
    ['paused', 'idle'],
    ['inactive', 'idle'],
    ['gone', 'idle'],
  ])('B45 the chat state %s means %s', async (said, state) => {
    const { events, say } = await setUp();
    say(element(said, NS.chatStates));
    expect(events).toMatchObject([{ type: 'composing', sender: BO, state }]);
  });

  it('B56 a chat state that the server had stored is ignored', async () => {
    const { events, say } = await setUp();
    say(
      element('composing', NS.chatStates),
      element('delay', NS.delay, { from: 'example.com', stamp: '2026-01-01T00:00:00Z' }),
    );
    expect(events).toEqual([]);
  });
});

describe('presence', () => {
  const presence = (device: string, type?: string): string =>
    serialize(element('presence', NS.client, { from: `${BO}/${device}`, type }));

  it('B59 a participant becomes available with the first device, and away when the last one disconnects', async () => {
    const { clock, server, events } = await setUp();
    for (const each of [presence('phone'), presence('desk'), presence('phone', 'unavailable')]) server.say(each);
    expect(events).toEqual([{ type: 'participant', address: BO, change: 'available' }]);
    server.say(presence('desk', 'unavailable'));
    expect(events.at(-1)).toEqual({
      type: 'participant',
      address: BO,
      change: 'unavailable',
      lastSeen: clock.now(),
    });
  });

  it.each([
    ['a time before now', (now: number) => now - 90_000, -90_000],
    ['a time after now', (now: number) => now + 90_000, 0],
  ])(
    'B375 a participant who was away before was last seen at the time of the stamp of the server: %s',
    async (_, at, expected) => {
      const { clock, server, events } = await setUp();
      const stamp = new Date(at(clock.now())).toISOString();
      const delay = element('delay', NS.delay, { stamp });
      server.say(serialize(element('presence', NS.client, { from: BO, type: 'unavailable' }, delay)));
      expect(events).toHaveLength(1);
      const [event] = events;
      expect(event).toMatchObject({ type: 'participant', change: 'unavailable' });
      const lastSeen = event?.type === 'participant' && event.change === 'unavailable' ? event.lastSeen : undefined;
      expect(Math.round((lastSeen ?? 0) - clock.now())).toBe(expected);
      expect(asked(server)).toEqual([]);
    },
  );

  /** The addresses whose last activity was asked for. */
  function asked(server: Awaited<ReturnType<typeof setUp>>['server']): unknown[] {
    return server.heard.flatMap((stanza) => (childOf(stanza, 'query', NS.last) ? [stanza.attributes['to']] : []));
  }

  function answer(server: Awaited<ReturnType<typeof setUp>>['server'], seconds: string, from = BO): void {
    const id = server.heard.find((stanza) => childOf(stanza, 'query', NS.last))?.attributes['id'];
    const query = element('query', NS.last, { seconds });
    server.say(serialize(element('iq', NS.client, { type: 'result', id, from }, query)));
  }

  it('B375 the transport asks the server of a participant who was away before when they were last seen', async () => {
    const { clock, server, events } = await setUp();
    server.say(serialize(element('presence', NS.client, { from: BO, type: 'unavailable' })));
    expect(events).toEqual([]);
    expect(asked(server)).toEqual([BO]);
    answer(server, '60', 'eve@example.com');
    await clock.advance(1);
    expect(events).toEqual([]);
    answer(server, '60');
    await clock.advance(1);
    const lastSeen = clock.now() - 1 - 60_000;
    expect(events).toEqual([{ type: 'participant', address: BO, change: 'unavailable', lastSeen }]);
    server.say(presence('phone'));
    expect(events.at(-1)).toEqual({ type: 'participant', address: BO, change: 'available' });
  });

  it.each(['0', '', '-5', 'yesterday', '99999999999'])(
    'B375 an answer of %s seconds does not say when a participant was last seen',
    async (seconds) => {
      const { clock, server, events } = await setUp();
      server.say(serialize(element('presence', NS.client, { from: BO, type: 'unavailable' })));
      answer(server, seconds);
      await clock.advance(1);
      expect(events).toEqual([]);
    },
  );

  it('B375 an answer that arrives after the participant came online does not show them as away', async () => {
    const { clock, server, events } = await setUp();
    server.say(serialize(element('presence', NS.client, { from: BO, type: 'unavailable' })));
    server.say(presence('phone'));
    answer(server, '60');
    await clock.advance(1);
    expect(events).toEqual([{ type: 'participant', address: BO, change: 'available' }]);
  });

  it('B375 the transport asks for the last activity only of participants whose absence the server reports', async () => {
    const { clock, server, transport } = await setUp();
    transport.openChannel('cy@example.com', () => {});
    server.say(presence('phone'));
    await clock.advance(60_000);
    expect(asked(server)).toEqual([]);
  });

  it('B375 a channel that is opened later learns when the participant was last seen', async () => {
    const { clock, server, transport } = await setUp();
    server.say(presence('phone'));
    server.say(presence('phone', 'unavailable'));
    const lastSeen = clock.now();
    await clock.advance(5_000);
    const events: ChannelEvent[] = [];
    transport.openChannel(BO, (event) => events.push(event));
    await clock.advance(1);
    expect(events).toEqual([{ type: 'participant', address: BO, change: 'unavailable', lastSeen }]);
  });

  it('B59 a participant who was available before a new session is available after its next presence', async () => {
    const { clock, server, events } = await setUp();
    server.say(presence('phone'));
    server.drop();
    await clock.advance(1_000);
    server.say(presence('phone', 'unavailable'));
    server.say(presence('phone'));
    expect(events.at(-1)).toEqual({ type: 'participant', address: BO, change: 'available' });
  });
});

describe('a message that the server returns as an error', () => {
  it.each([
    ['service-unavailable', 404],
    ['resource-constraint', 503],
    ['recipient-unavailable', 480],
    ['item-not-found', 404],
    ['not-acceptable', 406],
    ['never-heard-of', 500],
  ])('B71 an error stanza with %s fails the message with %i', async (condition, code) => {
    const { server, events } = await setUp();
    const error = element('error', NS.client, { type: 'cancel' }, element(condition, NS.stanzas));
    server.say(serialize(element('message', NS.client, { from: BO, type: 'error', id: 'm1' }, error)));
    expect(events).toEqual([{ type: 'notification', sender: BO, messageId: 'm1', outcome: 'failed', code }]);
  });
});
