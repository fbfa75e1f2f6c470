import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as captures from '../test/captures.ts';
import { codesOf, header, message } from '../test/scriptedServer.ts';
import { BO, setUp } from '../test/setUp.ts';

const CPIM = 'message/cpim';

/** A frame whose body is compressed: bytes, as a proxy passes them on. */
function compressed(body: string, type: string): ArrayBuffer {
  const packed = deflateSync(body);
  const head = message('', { type, extra: ['Content-Encoding: deflate'] }).replace(
    /Content-Length: 0/,
    `Content-Length: ${packed.length}`,
  );
  return Uint8Array.from(Buffer.concat([Buffer.from(head), packed])).buffer;
}

describe('messages of a well-known softphone', () => {
  it.each([
    ['composing, bare', captures.composing, 'application/im-iscomposing+xml', { state: 'composing', refresh: 60_000 }],
    ['composing in CPIM', captures.cpimComposing, CPIM, { type: 'composing', state: 'composing' }],
    ['delivered, bare', captures.delivered, 'message/imdn+xml', { messageId: 'WsiEhIznNXKf', outcome: 'delivered' }],
    ['delivered in CPIM', captures.cpimDelivered, CPIM, { messageId: 'WsiEhIznNXKf', outcome: 'delivered' }],
    ['displayed, bare', captures.displayed, 'message/imdn+xml', { messageId: 'WsiEhIznNXKf', outcome: 'displayed' }],
    ['displayed in CPIM', captures.cpimDisplayed, CPIM, { messageId: 'WsiEhIznNXKf', outcome: 'displayed' }],
  ])('%s arrives as text and compressed', async (_, body, type, expected) => {
    const { clock, server, events, online } = setUp();
    await online();
    server.say(message(body, { type }));
    server.say(compressed(body, type));
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(2);
    await clock.advance(0);
    for (const event of events) expect(event).toMatchObject({ sender: BO, ...expected });
    expect(codesOf(server)).toEqual([200, 200]);
  });

  it('B100 a message that requests notifications is accepted once the engine has stored it, and is redelivered otherwise', async () => {
    const { clock, server, channel, messages, online } = setUp();
    await online();
    server.say(message(captures.cpimText, { type: CPIM }));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([]);
    channel.acknowledge?.('WsiEhIznNXKf');
    expect(codesOf(server)).toEqual([202]);
    expect(messages()).toEqual([
      {
        messageId: 'WsiEhIznNXKf',
        sender: BO,
        contentType: 'text/plain',
        body: 'hello héllo from alice',
        sentAt: Date.parse('2026-11-23T21:27:44Z'),
        requestedReceipts: { delivered: true, displayed: true },
      },
    ]);
    server.say(message(captures.cpimText.replaceAll('WsiEhIznNXKf', 'other'), { type: CPIM }));
    await clock.advance(31_000);
    expect(codesOf(server)).toEqual([202, 480]);
  });

  it('a plain message requests nothing, but clients that support notifications receive "displayed"', async () => {
    const { clock, server, messages, online } = setUp();
    await online();
    server.say(message('one', { id: 'm1' }));
    server.say(message(captures.composing, { type: 'application/im-iscomposing+xml' }));
    server.say(message('two', { id: 'm2' }));
    await clock.advance(0);
    expect(
      messages().map(({ messageId, responsePending, requestedReceipts }) => [
        messageId,
        responsePending,
        requestedReceipts,
      ]),
    ).toEqual([
      ['m1', true, { delivered: false, displayed: false }],
      ['m2', true, { delivered: false, displayed: true }],
    ]);
  });
});

describe('the answer to a plain message', () => {
  it.each([
    [{ outcome: 'delivered' }, 200],
    [{ outcome: 'delivered', withholdDelivery: true }, 202],
    [{ outcome: 'failed', code: 486 }, 486],
    [{ outcome: 'failed' }, 480],
  ] as const)('B101 the response to a plain message is deferred until the report: %j is %i', async (report, code) => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.say(message('hello', { id: 'm1' }));
    await clock.advance(20_000);
    expect(codesOf(server)).toEqual([]);
    await channel.sendNotification({ messageId: 'm1', asResponse: true, ...report });
    expect(codesOf(server)).toEqual([code]);
    await channel.sendNotification({ messageId: 'm1', asResponse: true, ...report });
    expect(codesOf(server)).toEqual([code]);
  });

  it('the transport sends the response to all copies of a plain message', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    for (const time of [1, 2]) server.say(message('hello', { id: 'm1', extra: [`X-Copy: ${time}`] }));
    await clock.advance(0);
    await channel.sendNotification({ messageId: 'm1', outcome: 'delivered', asResponse: true });
    expect(codesOf(server)).toEqual([200, 200]);
  });

  it('the response is 480 before the sender times out without a report, and when the channel or the connection is closed', async () => {
    const { clock, server, transport, channel, online } = setUp();
    await online();
    server.say(message('hello', { id: 'm1' }));
    await clock.advance(30_999);
    expect(codesOf(server)).toEqual([]);
    await clock.advance(1);
    expect(codesOf(server)).toEqual([480]);
    server.say(message('hello', { id: 'm2' }));
    await clock.advance(0);
    channel.close();
    expect(codesOf(server)).toEqual([480, 480]);
    transport.openChannel(BO, () => {});
    server.say(message('hello', { id: 'm3' }));
    await clock.advance(0);
    transport.disconnect();
    expect(codesOf(server)).toEqual([480, 480, 480]);
    await clock.advance(2_000);
    expect(clock.pending).toBe(0);
  });

  it('no response is sent after the connection broke', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.say(message('hello', { id: 'm1' }));
    await clock.advance(0);
    server.drop();
    await clock.advance(1_000);
    await channel.sendNotification({ messageId: 'm1', outcome: 'delivered', asResponse: true });
    expect(codesOf(server)).toEqual([]);
  });
});

describe('other requests', () => {
  it('a message from a user without a channel is answered 480, and reaches no channel', async () => {
    const { clock, server, events, online } = setUp();
    await online();
    server.say(message('hello', { from: 'sip:eve@example.com' }));
    server.say(message('hello', { from: 'sip:bo@elsewhere.example.com' }));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([480, 480]);
    expect(events).toEqual([]);
  });

  it('the sender of a message is that of the SIP request, not that of CPIM', async () => {
    const { clock, server, messages, online } = setUp();
    await online();
    server.say(message('From: <sip:eve@example.com>\r\n\r\nContent-Type: text/plain\r\n\r\nhello', { type: CPIM }));
    await clock.advance(0);
    expect(messages()[0]?.sender).toBe(BO);
  });

  it('each channel receives the participant under the address that it was opened with', async () => {
    const { clock, server, transport, events, online } = setUp();
    await online();
    const heard: unknown[] = [];
    transport.openChannel('bo@EXAMPLE.com', (event) => heard.push(event));
    server.say(message(captures.composing, { type: 'application/im-iscomposing+xml' }));
    await clock.advance(0);
    expect(events).toMatchObject([{ sender: BO }]);
    expect(heard).toMatchObject([{ sender: 'bo@EXAMPLE.com' }]);
  });

  it.each([
    ['forbidden', 'delivery'],
    ['stored', 'processing'],
    ['processed', 'processing'],
    ['error', 'display'],
    ['forbidden', 'display'],
  ])('a notification of %s (%s) does not change the message', async (status, disposition) => {
    const { clock, server, events, online } = setUp();
    await online();
    const imdn = `<imdn><message-id>m</message-id><${disposition}-notification><status><${status}/></status></${disposition}-notification></imdn>`;
    server.say(message(imdn, { type: 'message/imdn+xml' }));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([200]);
    expect(events).toEqual([]);
  });

  it('B97 a notification of an unknown kind is not received as a message', async () => {
    const { clock, server, events, online } = setUp();
    await online();
    const cpim = '\r\nContent-Disposition: notification\r\nContent-Type: application/x-unknown\r\n\r\nhello';
    server.say(message(cpim, { type: CPIM }));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([200]);
    expect(events).toEqual([]);
  });

  it.each([
    ['OPTIONS', 200],
    ['INVITE', 405],
    ['SUBSCRIBE', 405],
    ['CANCEL', 481],
  ])('%s is answered %i, with the allowed methods or types', async (method, code) => {
    const { clock, server, events, online } = setUp();
    await online();
    server.say(message('').replaceAll('MESSAGE', method));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([code]);
    const answer = server.heard.at(-1);
    expect(header(answer, 'via')).toBe('SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKcall-1');
    expect(header(answer, 'to')).toMatch(/^<sip:ana@example\.com>;tag=/);
    if (code !== 481) expect(header(answer, 'Allow')).toBe('MESSAGE, OPTIONS');
    expect(events).toEqual([]);
  });

  it('ACK is never answered', async () => {
    const { clock, server, online } = setUp();
    await online();
    server.say(message('').replaceAll('MESSAGE', 'ACK'));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([]);
  });
});
