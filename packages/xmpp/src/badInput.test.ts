import type { ChannelEvent, OutgoingMessage } from '@imflow/core';
import { createSeededRandom, createVirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createScriptedServer, STAGES } from '../test/scriptedServer.ts';
import { type ConnectionError, createXmppTransport } from './index.ts';

const BO = 'bo@example.com';
const MESSAGE: OutgoingMessage = {
  messageId: 'm1',
  contentType: 'text/plain',
  body: 'hello',
  sentAt: 1,
  attempt: 1,
  frameSequence: { session: 's', sequence: 1 },
};

function setUp(options: { password?: string } = {}) {
  const clock = createVirtualClock();
  const server = createScriptedServer();
  const problems: ConnectionError[] = [];
  const transport = createXmppTransport({
    server: 'ws://127.0.0.1/ws',
    address: 'ana@example.com',
    password: options.password ?? 'secret',
    createSocket: server.createSocket,
    clock,
    random: createSeededRandom(1),
    onConnectionError: (problem) => problems.push(problem),
  });
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel(BO, (event) => events.push(event));
  const online = async () => {
    transport.connect();
    await clock.advance(100);
    expect(transport.getStatus().state).toBe('online');
  };
  return { clock, server, problems, transport, events, channel, online };
}

function messages(events: readonly ChannelEvent[]) {
  return events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
}

describe('a faulty server', () => {
  it.each(STAGES)(
    'the transport reconnects to a server that closes at "%s" until it accepts the session',
    async (stage) => {
      const { clock, server, transport } = setUp();
      server.at = { stage, act: 'close' };
      transport.connect();
      await clock.advance(60_000);
      expect(transport.getStatus().state).toBe('connecting');
      expect(server.sockets).toBeGreaterThan(2);
      Reflect.deleteProperty(server, 'at');
      await clock.advance(60_000);
      expect(transport.getStatus().state).toBe('online');
      transport.disconnect();
      expect(clock.pending).toBe(0);
    },
  );

  it.each(STAGES)('the transport reconnects to a server that never responds at "%s"', async (stage) => {
    const { clock, server, transport } = setUp();
    server.at = { stage, act: 'silence' };
    transport.connect();
    await clock.advance(60_000);
    expect(server.sockets + Number(stage === 'carbons') * 2).toBeGreaterThan(2);
    transport.disconnect();
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['<html><body>Hello</body></html>', 'not-xmpp'],
    ['Hello', 'not-xmpp'],
    ['{"hello":1}', 'not-xmpp'],
    ['<!DOCTYPE lolz [<!ENTITY lol "lol">]><open xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>', 'not-xmpp'],
  ])('a server that says %s does not speak XMPP', async (say, code) => {
    const { clock, server, problems, transport } = setUp();
    server.at = { stage: 'connect', act: { say } };
    transport.connect();
    await clock.advance(100);
    expect(problems[0]?.code).toBe(code);
    expect(transport.getStatus().state).toBe('connecting');
    transport.disconnect();
  });

  it('B5 a refused sign-in terminates the flow', async () => {
    const { clock, server, problems, transport } = setUp({ password: 'wrong' });
    transport.connect();
    await clock.advance(60_000);
    expect(transport.getStatus()).toMatchObject({ state: 'closed', error: { code: 'refused' } });
    expect(problems.map(({ code }) => code)).toEqual(['refused']);
    expect(server.sockets).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('the transport notices a server that becomes silent later', async () => {
    const { clock, server, transport, online } = setUp();
    await online();
    await clock.advance(300_000);
    expect(server.sockets).toBe(1);
    server.silent = true;
    await clock.advance(61_000);
    expect(transport.getStatus().state).toBe('connecting');
    server.silent = false;
    await clock.advance(60_000);
    expect(transport.getStatus().state).toBe('online');
    transport.disconnect();
  });

  it.each([-3_600_000, 3_600_000])(
    'B182 a silent server is noticed after the same time, and a responding one stays connected, when the clock is set by %i ms',
    async (change) => {
      const { clock, server, transport, online } = setUp();
      await online();
      for (let minute = 0; minute < 5; minute += 1) {
        clock.setWallClock(clock.now() + change);
        await clock.advance(31_000);
        clock.setWallClock(clock.now() + change);
        await clock.advance(29_000);
      }
      expect(server.sockets).toBe(1);
      server.silent = true;
      await clock.advance(1_000);
      clock.setWallClock(clock.now() + change);
      await clock.advance(60_000);
      expect(transport.getStatus().state).toBe('connecting');
      transport.disconnect();
    },
  );

  it.each([true, false])('B66 a message is accepted when the server has it (counting: %s)', async (counts) => {
    const { clock, server, channel, online } = setUp();
    server.counts = counts;
    await online();
    const sending = channel.send(MESSAGE);
    await clock.advance(10);
    await expect(sending).resolves.toEqual({ outcome: 'accepted' });
  });
});

describe('untrusted input', () => {
  const body = (text: string, attributes: string, more = '') =>
    `<message xmlns="jabber:client" ${attributes}>${more}<body>${text}</body></message>`;
  const inside = body('forged', `from="${BO}/x" to="ana@example.com" id="f"`);
  const forwarded = `<forwarded xmlns="urn:xmpp:forward:0">${inside}</forwarded>`;

  it.each(['mallory@example.com/x', 'mallory@example.com', 'ana@example.com.evil.org', 'ana@example.com/other', BO])(
    'B95 a carbon from %s is ignored',
    async (from) => {
      const { server, events, online } = setUp();
      await online();
      for (const kind of ['received', 'sent']) {
        server.say(
          `<message xmlns="jabber:client" from="${from}"><${kind} xmlns="urn:xmpp:carbons:2">${forwarded}</${kind}></message>`,
        );
      }
      expect(messages(events)).toEqual([]);
    },
  );

  it('B95 a carbon from the own account is accepted, and no receipt is sent', async () => {
    const { server, events, online } = setUp();
    await online();
    server.say(
      `<message xmlns="jabber:client" from="ana@example.com"><received xmlns="urn:xmpp:carbons:2">${forwarded}</received></message>`,
    );
    expect(messages(events)).toMatchObject([{ body: 'forged', sender: BO, requestedReceipts: { delivered: false } }]);
  });

  it.each([BO, 'mallory@example.com', 'ana@example.com'])(
    'an unrequested archive result from %s is dropped',
    async (from) => {
      const { server, events, online } = setUp();
      await online();
      server.say(
        `<message xmlns="jabber:client" from="${from}"><result xmlns="urn:xmpp:mam:2" queryid="q" id="1">${forwarded}</result></message>`,
      );
      expect(events).toEqual([]);
    },
  );

  it('B111 a receipt of a third party does not reach the conversation', async () => {
    const { server, events, online } = setUp();
    await online();
    server.say(
      '<message xmlns="jabber:client" from="eve@example.com/x"><received xmlns="urn:xmpp:receipts" id="m1"/></message>',
    );
    expect(events).toEqual([]);
  });

  it('receipts may have any type or none, and any id', async () => {
    const { server, events, online } = setUp();
    await online();
    for (const type of ['', 'type="chat"', 'type="normal"', 'type="strange"']) {
      server.say(
        `<message xmlns="jabber:client" from="${BO}/x" ${type}><received xmlns="urn:xmpp:receipts" id="unknown"/></message>`,
      );
    }
    expect(events).toHaveLength(4);
    for (const event of events)
      expect(event).toMatchObject({ type: 'notification', outcome: 'delivered', messageId: 'unknown' });
  });

  it('children may come in any order', async () => {
    const { server, events, online } = setUp();
    await online();
    const request = '<request xmlns="urn:xmpp:receipts"/>';
    const markable = '<markable xmlns="urn:xmpp:chat-markers:0"/>';
    const attributes = `from="${BO}/x" id="1"`;
    server.say(body('one', attributes, request + markable));
    server.say(
      `<message xmlns="jabber:client" ${attributes}><body>one</body>${markable}<other xmlns="any"/>${request}</message>`,
    );
    expect(messages(events)).toHaveLength(2);
    expect(messages(events)[0]).toEqual(messages(events)[1]);
  });

  it('a message of 1 MB is accepted', async () => {
    const { server, events, online } = setUp();
    await online();
    server.say(body('x'.repeat(1_000_000), `from="${BO}/x" id="1"`));
    expect(messages(events)[0]?.body).toHaveLength(1_000_000);
  });

  it('a message without an id gets one', async () => {
    const { server, events, online } = setUp();
    await online();
    server.say(body('one', `from="${BO}/x"`));
    server.say(body('two', `from="${BO}/x" id="${'x'.repeat(2_000)}"`));
    const ids = messages(events).map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id.length).toBeLessThan(100);
  });

  it.each([
    '<message',
    '<message xmlns="jabber:client"><body>&lol;</body></message>',
    '<!DOCTYPE a><a/>',
    '<a xmlns="x"/><b xmlns="x"/>',
    '<?php echo 1 ?>',
    '<x:message/>',
    '<a>'.repeat(10_000),
    '',
    42,
    undefined,
    new ArrayBuffer(8),
  ])('malformed XML closes the connection, which is reopened: %.40s', async (junk) => {
    const { clock, server, transport, events, online } = setUp();
    await online();
    server.say(junk);
    expect(transport.getStatus().state).toBe('connecting');
    await clock.advance(5_000);
    expect(transport.getStatus().state).toBe('online');
    expect(events).toEqual([]);
  });

  it('an unknown element is ignored', async () => {
    const { clock, server, transport, channel, online } = setUp();
    await online();
    for (const odd of [
      '<x xmlns="y"/>',
      '<message xmlns="jabber:client"/>',
      '<iq xmlns="jabber:client"/>',
      '<a xmlns="urn:xmpp:sm:3" h="x"/>',
    ]) {
      server.say(odd);
    }
    const sending = channel.send(MESSAGE);
    await clock.advance(10);
    await expect(sending).resolves.toEqual({ outcome: 'accepted' });
    expect(transport.getStatus().state).toBe('online');
  });
});

describe('options', () => {
  const good = { server: 'wss://example.com/ws', address: 'ana@example.com', password: 'secret' };
  it.each([
    [{ server: 'ws://example.com/ws' }, /server is "ws:\/\/example\.com\/ws", but must be a wss/],
    [{ server: 'nonsense' }, /server is "nonsense"/],
    [{ address: 'ana' }, /address is "ana", but must be like/],
    [{ address: 'ana@example.com/home' }, /address is/],
    [{ password: '' }, /password must be a non-empty string/],
    [{ pingInterval: 10 }, /pingInterval is 10, but must be a number from 1000 to 600000 ms/],
    [{ requestTimeout: Number.NaN }, /requestTimeout is NaN/],
    [{ chatStates: 'no' }, /chatStates is "no"/],
  ])('the invalid options %j are refused by name', (wrong, message) => {
    expect(() => createXmppTransport({ ...good, ...(wrong as object) })).toThrow(message);
  });
});
