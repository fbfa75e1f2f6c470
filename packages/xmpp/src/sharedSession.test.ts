import type { OutgoingMessage } from '@imflow/core';
import { createSeededRandom, createVirtualClock } from '@imflow/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScriptedServer } from '../test/scriptedServer.ts';
import { type ConnectionError, createXmppTransport } from './index.ts';
import { NS } from './namespaces.ts';
import { childOf, element, serialize, textOf, type XmlElement } from './xml.ts';

const ANA = 'ana@example.com';

function setUp() {
  const clock = createVirtualClock();
  const server = createScriptedServer(ANA);
  const errors: ConnectionError[] = [];
  const transport = createXmppTransport({
    server: 'ws://127.0.0.1/ws',
    address: ANA,
    password: 'secret',
    createSocket: server.createSocket,
    clock,
    random: createSeededRandom(1),
    onConnectionError: (error) => errors.push(error),
  });
  const channel = transport.openChannel('bo@example.com', () => undefined);
  const online = async (): Promise<void> => {
    transport.connect();
    await clock.advance(100);
    expect(transport.getStatus().state).toBe('online');
  };
  const resources = (): string[] =>
    server.heard.flatMap((stanza: XmlElement) => {
      const bind = childOf(stanza, 'bind', NS.bind);
      return bind === undefined ? [] : [textOf(childOf(bind, 'resource', NS.bind))];
    });
  return { clock, server, transport, channel, errors, online, resources };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('two pages with one session', () => {
  it('B265 of two pages with one session, the page that detects the other one begins a new session', async () => {
    const { clock, server, transport, online, resources } = setUp();
    await online();
    server.resumes = true;
    server.sentByOthers = 1;
    server.drop();
    await clock.advance(5_000);
    expect(transport.getStatus().state).toBe('online');
    const [first, second] = resources();
    expect(resources()).toHaveLength(2);
    expect(second).not.toBe(first);
  });

  it('B265 a page whose resource the server gives to another page begins a session under a new resource', async () => {
    const { clock, server, transport, online, resources } = setUp();
    await online();
    const condition = element('conflict', 'urn:ietf:params:xml:ns:xmpp-streams');
    server.say(serialize(element('error', NS.stream, {}, condition)));
    await clock.advance(5_000);
    expect(transport.getStatus().state).toBe('online');
    expect(new Set(resources()).size).toBe(2);
  });

  it('B265 a tab that is alone resumes its session, whatever it has sent', async () => {
    const { clock, server, transport, channel, online, resources } = setUp();
    await online();
    server.resumes = true;
    for (let round = 0; round < 4; round += 1) {
      await channel.sendComposing({ state: 'composing', frameSequence: { session: 's', sequence: round } });
      server.drop();
      await clock.advance(5_000);
      expect(transport.getStatus().state).toBe('online');
    }
    expect(resources()).toHaveLength(1);
  });
});

describe('a message that is too long', () => {
  function message(body: string): OutgoingMessage {
    const frameSequence = { session: 's', sequence: 1 };
    return { messageId: 'm1', contentType: 'text/plain', body, sentAt: 1, attempt: 1, frameSequence };
  }

  it('B266 a message that was the oldest in flight when three streams broke is not sent again', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.resumes = true;
    for (let round = 0; round < 3; round += 1) {
      server.ignoresInput = true;
      const sending = channel.send(message('x'.repeat(20_000)));
      server.ignoresInput = false;
      server.drop();
      await expect(sending).rejects.toMatchObject({ retryable: true });
      await clock.advance(5_000);
    }
    await expect(channel.send(message('x'.repeat(20_000)))).rejects.toMatchObject({ code: 413, retryable: false });
  });

  it('B266 a message that every server has to accept is sent again as often as needed', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.resumes = true;
    for (let round = 0; round < 6; round += 1) {
      server.ignoresInput = true;
      const sending = channel.send(message('short'));
      server.ignoresInput = false;
      server.drop();
      await expect(sending).rejects.toMatchObject({ retryable: true });
      await clock.advance(5_000);
    }
  });

  it('B266 a message is refused at once where the server has announced its limit, in bytes', async () => {
    const { server, transport, channel, online } = setUp();
    expect(transport.capabilities.maxMessageBytes).toBe(Infinity);
    server.maxBytes = 12_000;
    await online();
    expect(transport.capabilities.maxMessageBytes).toBe(8_000);
    await expect(channel.send(message('漢'.repeat(4_000)))).rejects.toMatchObject({ code: 413, retryable: false });
  });

  it('B395 the limit counts what XML escapes', async () => {
    const { server, transport, channel, online } = setUp();
    server.maxBytes = 12_000;
    await online();
    const { measureBody, maxMessageBytes } = transport.capabilities;
    const text = '<&>'.repeat(1_000);
    await expect(channel.send(message(text))).rejects.toMatchObject({ code: 413 });
    expect(measureBody?.(text)).toBe(1_000 * '&lt;&amp;&gt;'.length);
    expect(measureBody?.(text)).toBeGreaterThan(maxMessageBytes ?? 0);
  });
});

describe('a sign-in that cannot work', () => {
  it('B267 a sign-in without cryptography in the page ends with a plain reason', async () => {
    vi.stubGlobal('crypto', {});
    const { clock, server, transport, errors } = setUp();
    server.mechanism = 'SCRAM-SHA-1';
    transport.connect();
    await clock.advance(60_000);
    expect(transport.getStatus()).toMatchObject({ state: 'closed', error: { code: 'refused' } });
    expect(errors).toMatchObject([{ code: 'refused', message: expect.stringContaining('https') as string }]);
  });

  it('B267 a sign-in ends with the last stream error of the server, also where both come at once', async () => {
    const { clock, server, transport } = setUp();
    const condition = element('host-unknown', 'urn:ietf:params:xml:ns:xmpp-streams');
    server.at = { stage: 'open', act: { say: serialize(element('error', NS.stream, {}, condition)) } };
    transport.connect();
    await Promise.resolve();
    server.say(serialize(element('close', NS.framing)));
    await clock.advance(60_000);
    expect(transport.getStatus().state).toBe('closed');
  });

  it('B267 a sign-in to an unknown domain ends with a plain reason', async () => {
    const { clock, server, transport, errors } = setUp();
    const condition = element('host-unknown', 'urn:ietf:params:xml:ns:xmpp-streams');
    server.at = { stage: 'open', act: { say: serialize(element('error', NS.stream, {}, condition)) } };
    transport.connect();
    await clock.advance(60_000);
    expect(transport.getStatus().state).toBe('closed');
    expect(errors).toMatchObject([{ message: 'This server does not know the domain example.com.' }]);
    expect(server.sockets).toBe(1);
  });

  it.each([
    ['account-disabled', 'closed', 'The server refused the sign-in: this account is disabled.'],
    ['credentials-expired', 'closed', 'The server refused the sign-in: the password has expired.'],
    ['something-new', 'closed', 'The server refused the sign-in: the address or the password is wrong.'],
    ['temporary-auth-failure', 'connecting', 'The connection was lost; the transport reconnects.'],
  ])('B267 a refused sign-in reports the reason of the server: %s', async (condition, state, problem) => {
    const { clock, server, transport, errors } = setUp();
    const failure = element('failure', NS.sasl, {}, element(condition, NS.sasl));
    server.at = { stage: 'auth', act: { say: serialize(failure) } };
    transport.connect();
    await clock.advance(100);
    expect(transport.getStatus().state).toBe(state);
    expect(errors).toMatchObject([{ message: problem }]);
    transport.disconnect();
  });
});
