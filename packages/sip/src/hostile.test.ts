import { createInstantMessagingFlow, type Diagnostic } from '@imflow/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as captures from '../test/captures.ts';
import { damaged, fuzzTimeout, runs } from '../test/fuzz.ts';
import { codesOf, header, message, requestsOf } from '../test/scriptedServer.ts';
import { BO, outgoing, setUp } from '../test/setUp.ts';
import { encodeFrame } from './codecs/frame.ts';
import { isRequest, writeResponse } from './requests.ts';

const SOUND = [
  message('hello'),
  message(captures.cpimText, { type: 'message/cpim' }),
  message(captures.delivered, { type: 'message/imdn+xml' }),
  message(captures.composing, { type: 'application/im-iscomposing+xml' }),
  message('').replaceAll('MESSAGE', 'OPTIONS'),
  message(captures.operation, { type: 'message/cpim', extra: ['Require: imflow.operations'] }),
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bKx\r\nFrom: a\r\nTo: b\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\n\r\n',
];

describe('untrusted input', () => {
  it(
    'damaged frames are answered or dropped, and the conversation continues',
    async () => {
      const { clock, server, transport, channel, messages, online } = setUp();
      await online();
      await fc.assert(
        fc.asyncProperty(damaged(SOUND), fc.boolean(), async (frame, asBytes) => {
          const before = server.heard.length;
          server.say(asBytes ? Uint8Array.from(new TextEncoder().encode(frame)).buffer : frame);
          await clock.advance(0);
          const said = server.heard.slice(before);
          expect(said.length).toBeLessThan(2);
          for (const each of said) expect(isRequest(each)).toBe(false);
        }),
        { numRuns: runs },
      );
      for (const code of codesOf(server)) expect([200, 202, 400, 405, 415, 420, 480, 481]).toContain(code);
      expect(transport.getStatus().state).toBe('online');
      await clock.advance(32_000);
      server.say(message('after', { id: 'after' }));
      await clock.advance(0);
      expect(messages().at(-1)?.messageId).toBe('after');
      expect(await channel.send(outgoing('m1'))).toEqual({ outcome: 'delivered' });
    },
    fuzzTimeout,
  );

  it('arbitrary bytes cause no exception', async () => {
    const { clock, server, transport, online } = setUp();
    await online();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        server.say(Uint8Array.from(bytes).buffer);
        await clock.advance(0);
      }),
      { numRuns: Math.min(runs, 2_000) },
    );
    for (const data of [undefined, null, 7, {}, new Blob(['x'])]) server.say(data);
    await clock.advance(0);
    expect(transport.getStatus().state).toBe('online');
    expect(codesOf(server)).toEqual([]);
  });

  it.each([
    ['invalid CPIM', 'message/cpim', 'hello', 400],
    ['invalid XML', 'message/imdn+xml', '<imdn>', 400],
    [
      'a document type',
      'application/im-iscomposing+xml',
      '<!DOCTYPE a><isComposing><state>idle</state></isComposing>',
      400,
    ],
    ['a different charset than UTF-8', 'text/plain; charset="utf-16"', 'hello', 415],
  ])('B55 %s: a response and one diagnostic', async (_, type, body, code) => {
    const { clock, server, events, online } = setUp();
    await online();
    server.say(message(body, { type }));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([code]);
    expect(events).toEqual([
      { type: 'diagnostic', code: 'sip-malformed', message: expect.stringContaining(String(code)) },
    ]);
  });

  it('an invalid frame causes a diagnostic, and so does an oversized one', async () => {
    const { clock, server, events, online } = setUp();
    await online();
    for (const frame of ['hello', 'x'.repeat(200_000)]) server.say(frame);
    await clock.advance(0);
    expect(events).toMatchObject([{ code: 'sip-unreadable' }, { code: 'sip-unreadable' }]);
  });

  it('responses without a request, and a second response, change nothing', async () => {
    const { clock, server, channel, online } = setUp();
    await online();
    server.answer = () => undefined;
    const sending = channel.send(outgoing('m1'));
    await clock.advance(0);
    const [request] = requestsOf(server, 'MESSAGE');
    const foreign = {
      ...request,
      headers: (request?.headers ?? []).map((each) => ({ ...each, value: `${each.value}x` })),
    };
    server.say(encodeFrame(writeResponse(foreign as never, 403, 't')));
    server.say(encodeFrame(writeResponse(request as never, 200, 't')));
    server.say(encodeFrame(writeResponse(request as never, 403, 't')));
    await clock.advance(0);
    expect(await sending).toEqual({ outcome: 'delivered' });
  });

  it('a name with markup and quotes does not change the address', async () => {
    const { clock, server, messages, online } = setUp();
    await online();
    server.say(message('hello').replace('"Bo \\"<b>\\""', '"x <sip:eve@example.com>\\" y"'));
    await clock.advance(0);
    expect(messages()[0]?.sender).toBe(BO);
    expect(header(server.heard.at(-1), 'from')).not.toBe('');
  });
});

it('a flow keeps running whatever a peer sends', async () => {
  const { clock, server, transport, online } = setUp();
  const flow = createInstantMessagingFlow({ transport, remote: BO, clock });
  const diagnostics: Diagnostic[] = [];
  flow.on('diagnostic', (diagnostic) => diagnostics.push(diagnostic));
  flow.start();
  await online().catch(() => clock.advance(10));
  await fc.assert(
    fc.asyncProperty(damaged(SOUND), async (frame) => {
      server.say(frame);
      await clock.advance(1);
    }),
    { numRuns: Math.min(runs, 2_000) },
  );
  expect(flow.store.getState().state).toBe('active');
  expect(diagnostics.some(({ code }) => code === 'listener-failed')).toBe(false);
  flow.terminate();
  await clock.advance(2_000);
  expect(clock.pending).toBe(0);
});
