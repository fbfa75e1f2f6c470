import { describe, expect, it } from 'vitest';
import { codesOf, header, message, requestsOf, response } from '../test/scriptedServer.ts';
import { outgoing, setUp } from '../test/setUp.ts';

describe('signing in', () => {
  it('the transport registers with Digest, and renews the registration when most of its time is over', async () => {
    const { clock, server, transport, online } = setUp();
    await online();
    const [first, second] = requestsOf(server, 'REGISTER');
    expect(first?.startLine).toBe('REGISTER sip:example.com SIP/2.0');
    expect(header(first, 'via')).toMatch(/^SIP\/2\.0\/WSS [\da-f]+\.invalid;branch=z9hG4bK[\da-f]{32}$/);
    expect(header(second, 'Authorization')).toContain('username="ana"');
    expect(header(second, 'call-id')).toBe(header(first, 'call-id'));
    // The registrar grants 100 s to this contact; the contact before it belongs to a different device.
    await clock.advance(79_999);
    expect(requestsOf(server, 'REGISTER')).toHaveLength(2);
    server.nonce = 'nonce-2';
    await clock.advance(1);
    expect(requestsOf(server, 'REGISTER')).toHaveLength(4);
    expect(transport.getStatus().state).toBe('online');
  });

  it('a wrong password ends the sign-in, after one attempt with it', async () => {
    const { clock, server, problems, transport } = setUp({ password: 'wrong' });
    server.answer = (request) =>
      response(request, '401 Unauthorized', ['WWW-Authenticate: Digest realm="example.com", nonce="n", qop="auth"']);
    transport.connect();
    await clock.advance(600_000);
    expect(transport.getStatus()).toMatchObject({ state: 'closed', error: { code: 'refused' } });
    expect(problems).toEqual([{ code: 'refused', message: expect.stringContaining('password is wrong') }]);
    expect(requestsOf(server, 'REGISTER')).toHaveLength(2);
    expect(server.sockets).toMatchObject({ opened: 1, open: 0 });
    expect(clock.pending).toBe(0);
  });

  it('a registration whose lifetime is too short for the registrar is repeated with the required lifetime', async () => {
    const { server, online } = setUp({ registrationTime: 60_000 });
    server.answer = (request) =>
      header(request, 'Expires') === '60' ? response(request, '423 Interval Too Brief', ['Min-Expires: 900']) : 'usual';
    await online();
    expect(header(requestsOf(server, 'REGISTER').at(-1), 'Expires')).toBe('900');
  });

  it.each([
    ['a server that is down', 'unreachable', (request: never) => request],
    [
      'a server that rejects registrations for now',
      'ended',
      (request: never) => response(request, '503 Service Unavailable'),
    ],
    ['a server that is silent', 'no-answer', () => undefined],
    ['a server that does not speak SIP', 'not-sip', () => '<html><body>Hello</body></html>'],
  ])('the transport reconnects at growing intervals to %s', async (_, code, answer) => {
    const { clock, server, problems, transport } = setUp();
    server.isDown = code === 'unreachable';
    server.answer = answer as (typeof server)['answer'];
    transport.connect();
    await clock.advance(200_000);
    expect(new Set(problems.map((problem) => problem.code))).toEqual(new Set([code]));
    expect(server.sockets.opened).toBeGreaterThan(4);
    expect(server.sockets.opened).toBeLessThan(20);
    server.isDown = false;
    server.answer = () => 'usual';
    await clock.advance(60_000);
    expect(transport.getStatus().state).toBe('online');
    transport.disconnect();
    await clock.advance(0);
    // The transport still answers requests that the server has forwarded.
    await clock.advance(500);
    expect(clock.pending).toBe(0);
    expect(server.sockets.open).toBe(0);
  });

  it('a socket that cannot be created causes no exception', async () => {
    const { clock, transport, problems } = setUp({
      createSocket() {
        throw new Error('blocked');
      },
    });
    transport.connect();
    await clock.advance(1_000);
    expect(problems[0]?.code).toBe('unreachable');
    transport.disconnect();
    expect(clock.pending).toBe(0);
  });
});

describe('a connection', () => {
  it('the transport pings a silent server, and reconnects if the server does not respond', async () => {
    const { clock, server, transport, online } = setUp();
    await online();
    await clock.advance(30_000);
    expect(requestsOf(server, 'OPTIONS')).toHaveLength(1);
    expect(transport.getStatus().state).toBe('online');
    server.answer = () => undefined;
    await clock.advance(45_000);
    expect(requestsOf(server, 'OPTIONS')).toHaveLength(2);
    expect(transport.getStatus().state).toBe('connecting');
    server.answer = () => 'usual';
    await clock.advance(1_000);
    expect(transport.getStatus().state).toBe('online');
  });

  it.each([-3_600_000, 3_600_000])(
    'B182 the transport pings a silent server after the same time when the clock is set by %i ms',
    async (change) => {
      const { clock, server, transport, online } = setUp();
      await online();
      await clock.advance(10_000);
      clock.setWallClock(clock.now() + change);
      await clock.advance(19_000);
      expect(requestsOf(server, 'OPTIONS')).toHaveLength(0);
      await clock.advance(1_000);
      expect(requestsOf(server, 'OPTIONS')).toHaveLength(1);
      server.say('\r\n');
      await clock.advance(5_000);
      clock.setWallClock(clock.now() + change);
      server.say('\r\n');
      await clock.advance(29_000);
      expect(requestsOf(server, 'OPTIONS')).toHaveLength(1);
      await clock.advance(1_000);
      expect(requestsOf(server, 'OPTIONS')).toHaveLength(2);
      expect(transport.getStatus().state).toBe('online');
    },
  );

  it('any data counts as a response, and a ping of line ends is answered', async () => {
    const { clock, server, online } = setUp();
    await online();
    for (let time = 0; time < 70_000; time += 10_000) {
      server.say('\r\n\r\n');
      server.say('\r\n');
      await clock.advance(10_000);
    }
    expect(server.pongs).toBe(7);
    expect(requestsOf(server, 'OPTIONS')).toHaveLength(0);
  });

  it('requests in flight fail as retryable when the connection breaks, and the transport reconnects with the same contact', async () => {
    const { clock, server, transport, channel, online } = setUp();
    await online();
    server.answer = () => undefined;
    const sending = expect(channel.send(outgoing('m1'))).rejects.toMatchObject({ code: 503, retryable: true });
    await clock.advance(0);
    server.drop();
    await sending;
    server.answer = () => 'usual';
    await clock.advance(1_000);
    expect(transport.getStatus().state).toBe('online');
    const contacts = requestsOf(server, 'REGISTER').map((request) => header(request, 'Contact'));
    expect(new Set(contacts).size).toBe(1);
  });

  it('a disconnecting transport removes its contact and answers 480 until the registrar has confirmed', async () => {
    const { clock, server, transport, online, events } = setUp();
    await online();
    server.answer = () => undefined;
    transport.disconnect();
    await clock.advance(0);
    expect(header(requestsOf(server, 'REGISTER').at(-1), 'Expires')).toBe('0');
    server.say(message('too late'));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([480]);
    expect(events).toEqual([]);
    expect(server.sockets.open).toBe(1);
    await clock.advance(2_000);
    expect(server.sockets.open).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('a disconnecting transport still answers requests that the registrar forwarded before its confirmation', async () => {
    const { clock, server, transport, online } = setUp();
    await online();
    transport.disconnect();
    await clock.advance(100);
    expect(server.sockets.open).toBe(1);
    server.say(message('on its way'));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([480]);
    await clock.advance(400);
    expect(server.sockets.open).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
