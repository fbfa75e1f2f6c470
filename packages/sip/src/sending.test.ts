import { describe, expect, it } from 'vitest';
import { header, message, requestsOf, response } from '../test/scriptedServer.ts';
import { BO, outgoing, setUp } from '../test/setUp.ts';

const NOW = { session: 's', sequence: 1 };

describe('outgoing messages', () => {
  it('a message is sent inside CPIM, with its id, its time and its requested notifications', async () => {
    const { server, channel, online } = setUp();
    await online();
    expect(await channel.send(outgoing('m1', 'zażółć', 'text/html'))).toEqual({ outcome: 'delivered' });
    const [request] = requestsOf(server, 'MESSAGE');
    expect(request?.startLine).toBe(`MESSAGE ${BO} SIP/2.0`);
    expect(header(request, 'call-id')).toBe('m1');
    expect(header(request, 'from')).toMatch(/^<sip:ana@example\.com>;tag=/);
    expect(header(request, 'Contact')).toBe('');
    expect(request?.body.split('\r\n')).toEqual([
      'From: <sip:ana@example.com>',
      'To: <sip:bo@example.com>',
      'DateTime: 1970-01-01T00:00:01.000Z',
      'NS: imdn <urn:ietf:params:imdn>',
      'imdn.Message-ID: m1',
      'imdn.Disposition-Notification: positive-delivery, negative-delivery, display',
      '',
      'Content-Type: text/html',
      'Content-Length: 10',
      '',
      'zażółć',
    ]);
  });

  it.each([
    ['200 OK', { outcome: 'delivered' }],
    ['202 Accepted', { outcome: 'accepted' }],
    ['299 Whatever', { outcome: 'accepted' }],
  ])('a message that is answered %s has the result of that answer', async (status, answer) => {
    const { server, channel, online } = setUp();
    await online();
    server.answer = (request) => response(request, status);
    expect(await channel.send(outgoing('m1'))).toEqual(answer);
  });

  it.each([
    ['302 Moved Temporarily', 410, false],
    ['400 Bad Request', 400, false],
    ['403 Forbidden', 403, false],
    ['404 Not Found', 404, false],
    ['408 Request Timeout', 408, true],
    ['413 Request Entity Too Large', 413, false],
    ['477 Unfortunately error on sending to next hop occurred', 477, true],
    ['480 Temporarily Unavailable', 480, true],
    ['486 Busy Here', 486, false],
    ['500 Server Internal Error', 500, true],
    ['501 Not Implemented', 501, false],
    ['503 Service Unavailable', 503, true],
    ['600 Busy Everywhere', 600, false],
    ['603 Decline', 603, false],
  ])('B71 a message that is answered %s fails with the code, as retryable or not', async (status, code, retryable) => {
    const { server, channel, online } = setUp();
    await online();
    server.answer = (request) => response(request, status);
    await expect(channel.send(outgoing('m1'))).rejects.toMatchObject({ name: 'TransportFailure', code, retryable });
  });

  it('a provisional response is ignored, and a message without a final one fails with 408 after 28 s', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.answer = (request) => response(request, '100 Trying');
    const seen: unknown[] = [];
    channel.send(outgoing('m1')).catch((error: unknown) => seen.push(error));
    await clock.advance(27_999);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toMatchObject([{ code: 408, retryable: true }]);
  });

  it('a message to a client that refuses CPIM is repeated as plain text under the same id, and so are later ones', async () => {
    const { server, channel, online } = setUp();
    await online();
    server.answer = (request) =>
      header(request, 'content-type') === 'message/cpim' ? response(request, '415 Unsupported Media Type') : 'usual';
    const plain = { outcome: 'delivered', notificationExpected: false };
    expect(await channel.send(outgoing('m1'))).toEqual(plain);
    expect(await channel.send(outgoing('m2'))).toEqual(plain);
    const sent = requestsOf(server, 'MESSAGE').map((each) => [header(each, 'content-type'), header(each, 'call-id')]);
    expect(sent).toEqual([
      ['message/cpim', 'm1'],
      ['text/plain', 'm1'],
      ['text/plain', 'm2'],
    ]);
  });

  it('B79 a message of a type that the client also refuses as plain text fails finally', async () => {
    const { server, channel, online } = setUp();
    await online();
    server.answer = (request) => response(request, '488 Not Acceptable Here');
    await expect(channel.send(outgoing('m1', 'x', 'text/html'))).rejects.toMatchObject({ code: 488, retryable: false });
  });

  it('B81 a message waits for the response to the one before', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.answer = () => undefined;
    const sending = ['m1', 'm2', 'm3'].map((id) => channel.send(outgoing(id)));
    const ids = (): string[] => requestsOf(server, 'MESSAGE').map((request) => header(request, 'call-id'));
    for (const expected of [['m1'], ['m1', 'm2'], ['m1', 'm2', 'm3']]) {
      await clock.advance(0);
      expect(ids()).toEqual(expected);
      server.say(response(requestsOf(server, 'MESSAGE').at(-1) as never, '200 OK'));
    }
    await Promise.all(sending);
  });

  it('a message does not wait for responses of other participants', async () => {
    const { clock, server, transport, channel, online } = setUp();
    await online();
    server.answer = () => undefined;
    const others = transport.openChannel('cy@example.com', () => {});
    const sending = [channel.send(outgoing('m1')), others.send(outgoing('m2'))];
    for (const promise of sending) promise.catch(() => {});
    await clock.advance(0);
    expect(requestsOf(server, 'MESSAGE').map(({ startLine }) => startLine)).toEqual([
      'MESSAGE sip:bo@example.com SIP/2.0',
      'MESSAGE sip:cy@example.com SIP/2.0',
    ]);
  });

  it('a message carries the digest that a proxy requests, and none that the participant requests', async () => {
    const { server, channel, online } = setUp();
    await online();
    const challenge = 'Digest realm="example.com", nonce="n", qop="auth"';
    server.answer = (request) =>
      header(request, 'Proxy-Authorization') === ''
        ? response(request, '407 Proxy Authentication Required', [`Proxy-Authenticate: ${challenge}`])
        : response(request, '401 Unauthorized', [`WWW-Authenticate: ${challenge}`]);
    await expect(channel.send(outgoing('m1'))).rejects.toMatchObject({ code: 401, retryable: false });
    const sent = requestsOf(server, 'MESSAGE');
    expect(sent).toHaveLength(2);
    expect(sent.some((request) => header(request, 'Authorization') !== '')).toBe(false);
  });

  it('a message is not signed when the participant asks for its identity', async () => {
    const { server, channel, online } = setUp();
    await online();
    server.answer = (request) =>
      response(request, '401 Unauthorized', ['WWW-Authenticate: Digest realm="example.com", nonce="n", qop="auth"']);
    await expect(channel.send(outgoing('m1'))).rejects.toMatchObject({ code: 401 });
    expect(requestsOf(server, 'MESSAGE')).toHaveLength(1);
  });

  it.each([
    ['an invalid address', 'nobody', 404],
    ['an address with line ends', 'sip:bo@example.com\r\nX: y', 404],
  ])('a message to %s is refused, and no request is sent', async (_, remote, code) => {
    const { server, transport, online } = setUp();
    await online();
    const channel = transport.openChannel(remote, () => {});
    await expect(channel.send(outgoing('m1'))).rejects.toMatchObject({ code, retryable: false });
    expect(requestsOf(server, 'MESSAGE')).toHaveLength(0);
  });

  it('an id or a content type cannot inject headers', async () => {
    const { server, channel, online } = setUp({ cpim: false });
    await online();
    await channel.send(outgoing('m1\r\nX-Evil: 1', 'x', 'text/plain\r\nX-Evil: 2'));
    const [request] = requestsOf(server, 'MESSAGE');
    expect(header(request, 'X-Evil')).toBe('');
    expect(header(request, 'content-type')).toBe('text/plain X-Evil: 2');
  });
});

describe('outgoing composing notifications', () => {
  it('a composing notification announces its refresh, and asks servers not to store it', async () => {
    const { server, channel, online } = setUp();
    await online();
    await channel.sendComposing({ state: 'composing', refresh: 60_000, frameSequence: NOW });
    await channel.sendComposing({ state: 'idle', frameSequence: NOW });
    const [composing, idle] = requestsOf(server, 'MESSAGE');
    expect(header(composing, 'content-type')).toBe('application/im-iscomposing+xml');
    expect(header(composing, 'Expires')).toBe('0');
    expect(composing?.body).toContain('<state>active</state><refresh>60</refresh>');
    expect(idle?.body).toContain('<state>idle</state>');
  });

  it.each(['415 Unsupported Media Type', '488 Not Acceptable Here'])(
    'B37 composing is refused with 415 if the participant does not support it (%s)',
    async (status) => {
      const { server, channel, online } = setUp();
      await online();
      server.answer = (request) => response(request, status);
      const sending = channel.sendComposing({ state: 'composing', frameSequence: NOW });
      await expect(sending).rejects.toMatchObject({ code: 415, retryable: false });
    },
  );

  it('B30 a later message or a newer composing notification replaces a composing notification that waits', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.answer = () => undefined;
    const first = channel.send(outgoing('m1'));
    const outdated = channel.sendComposing({ state: 'composing', frameSequence: NOW });
    const replaced = channel.sendComposing({ state: 'idle', frameSequence: NOW });
    const second = channel.send(outgoing('m2'));
    await Promise.all([outdated, replaced]);
    server.answer = () => 'usual';
    server.say(response(requestsOf(server, 'MESSAGE').at(-1) as never, '200 OK'));
    await clock.advance(0);
    await Promise.all([first, second]);
    expect(requestsOf(server, 'MESSAGE').map((each) => header(each, 'call-id'))).toEqual(['m1', 'm2']);
  });

  it('a composing notification without a response delays a message by at most 8 s', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.answer = () => undefined;
    const lost = channel.sendComposing({ state: 'composing', frameSequence: NOW });
    lost.catch(() => {});
    const sending = channel.send(outgoing('m1'));
    await clock.advance(7_999);
    expect(requestsOf(server, 'MESSAGE')).toHaveLength(1);
    server.answer = () => 'usual';
    await clock.advance(1);
    await expect(lost).rejects.toMatchObject({ code: 408, retryable: true });
    expect(await sending).toEqual({ outcome: 'delivered' });
  });

  it('B36 no composing notification is sent if the option is off', async () => {
    const { server, channel, online } = setUp({ isComposing: false });
    await online();
    await expect(channel.sendComposing({ state: 'composing', frameSequence: NOW })).rejects.toMatchObject({
      code: 415,
    });
    expect(requestsOf(server, 'MESSAGE')).toHaveLength(0);
  });
});

describe('outgoing delivery notifications', () => {
  it('a notification is sent plain to clients that have not used CPIM, and inside CPIM to those that have', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    await channel.sendNotification({ messageId: 'm1', outcome: 'failed', code: 486 });
    const cpim = 'DateTime: 2001-09-09T01:46:00Z\r\n\r\nContent-Type: text/plain\r\n\r\nhello';
    server.say(message(cpim, { type: 'message/cpim', id: 'm2' }));
    await clock.advance(0);
    await channel.sendNotification({ messageId: 'm2', outcome: 'displayed' });
    const [bare, wrapped] = requestsOf(server, 'MESSAGE');
    expect(header(bare, 'content-type')).toBe('message/imdn+xml');
    expect(bare?.body).toContain('<message-id>m1</message-id>');
    expect(bare?.body).toContain('<failed/>');
    expect(bare?.body).toContain('code="486"');
    expect(header(wrapped, 'content-type')).toBe('message/cpim');
    expect(wrapped?.body).toContain('Content-Disposition: notification');
    expect(wrapped?.body).toMatch(/^imdn\.Message-ID: [\da-f]{32}\r$/m);
    expect(wrapped?.body).toContain(`\r\nDateTime: ${new Date(clock.now()).toISOString()}\r\n`);
    // A notification requests no notification about itself.
    expect(wrapped?.body).not.toContain('Disposition-Notification');
    expect(wrapped?.body).toContain('<datetime>2001-09-09T01:46:00.000Z</datetime>');
    expect(wrapped?.body).toContain('<displayed/>');
  });

  it('no further notification is sent after the participant has refused one as unknown', async () => {
    const { server, channel, online } = setUp();
    await online();
    server.answer = (request) => response(request, '415 Unsupported Media Type');
    for (const messageId of ['m1', 'm2']) {
      const sending = channel.sendNotification({ messageId, outcome: 'delivered' });
      await expect(sending).rejects.toMatchObject({ code: 415, retryable: false });
    }
    expect(requestsOf(server, 'MESSAGE')).toHaveLength(1);
  });

  it('a notification is sent plain if CPIM is refused', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.say(message('\r\nContent-Type: text/plain\r\n\r\nhello', { type: 'message/cpim', id: 'm2' }));
    await clock.advance(0);
    server.answer = (request) =>
      header(request, 'content-type') === 'message/cpim' ? response(request, '488 Not Acceptable Here') : 'usual';
    await channel.sendNotification({ messageId: 'm2', outcome: 'delivered' });
    expect(requestsOf(server, 'MESSAGE').map((each) => header(each, 'content-type'))).toEqual([
      'message/cpim',
      'message/imdn+xml',
    ]);
  });
});
