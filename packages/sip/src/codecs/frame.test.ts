import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpimDelivered } from '../../test/captures.ts';
import { damaged, fuzzTimeout, runs } from '../../test/fuzz.ts';
import { decodeFrame, encodeFrame, MAX_FRAME_BYTES } from './frame.ts';
import { MAX_INFLATED_BYTES } from './inflate.ts';

const HEAD = [
  'MESSAGE sip:alice@sip.test SIP/2.0',
  'Via: SIP/2.0/WS one.invalid;branch=z9hG4bK1',
  'Via: SIP/2.0/UDP two.invalid;branch=z9hG4bK2',
  'From: <sip:bob@sip.test>;tag=d7o3Zt5Nj',
  'To: sip:alice@sip.test',
  'Call-ID: Zpdto4WKrE',
  'CSeq: 20 MESSAGE',
  'Content-Type: message/cpim',
];

function bytesOf(lines: readonly string[], body: Uint8Array | string = ''): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]));
}
const without = (start: string): string[] => HEAD.filter((line) => !line.startsWith(start));
const compressed = (body: Uint8Array | string): Uint8Array<ArrayBuffer> => {
  const zlib = deflateSync(body);
  return bytesOf([...HEAD, 'Content-Encoding: deflate', `Content-Length: ${zlib.length}`], zlib);
};
/** The code of the response to a frame; 0 for no response, undefined where the frame is valid. */
async function answer(frame: string | Uint8Array<ArrayBuffer>): Promise<number | undefined> {
  const read = await decodeFrame(frame, 'ours');
  return 'problem' in read ? Number(/^SIP\/2\.0 (\d+)/.exec(read.response ?? '')?.[1] ?? 0) : undefined;
}

describe('frames of SIP over WebSocket (RFC 7118)', () => {
  it('bodies of frames are inflated, with correct lengths', async () => {
    const read = await decodeFrame(compressed(cpimDelivered), 'ours');
    if ('problem' in read) throw new Error(read.problem);
    expect(read.body).toBe(cpimDelivered);
    expect(read.headers.map(({ name }) => name)).not.toContain('content-encoding');
    const again = await decodeFrame(encodeFrame(read), 'ours');
    expect(again).toEqual(read);
    expect(encodeFrame(read)).toContain(`Content-Length: ${Buffer.byteLength(cpimDelivered)}\r\n`);
  });

  it('frames may be text or bytes, fold lines, use compact forms, and have more bytes than they declare', async () => {
    const lines = HEAD.map((line) => line.replace('Call-ID', 'i').replace(';branch', '\r\n ;branch'));
    const frame = bytesOf([...lines, 'l: 3'], 'é!beyond');
    const read = await decodeFrame(frame, 'ours');
    expect(read).toMatchObject({ body: 'é!' });
    expect(await decodeFrame(new TextDecoder().decode(frame), 'ours')).toEqual(read);
    if ('headers' in read) {
      expect(read.headers[0]).toEqual({ name: 'via', value: 'SIP/2.0/WS one.invalid ;branch=z9hG4bK1' });
      expect(read.headers.find(({ name }) => name === 'call-id')?.value).toBe('Zpdto4WKrE');
    }
  });

  it('a malformed request is answered 400, with the Via headers of the request', async () => {
    const read = await decodeFrame(bytesOf([...HEAD, 'Content-Length: -1']), 'ours');
    expect(read).toEqual({
      problem: expect.any(String),
      response: [
        'SIP/2.0 400 Bad Content-Length',
        ...HEAD.slice(1, 4),
        'To: sip:alice@sip.test;tag=ours',
        ...HEAD.slice(5, 7),
        'Content-Length: 0\r\n\r\n',
      ].join('\r\n'),
    });
  });

  it.each<[string, number, string | Uint8Array<ArrayBuffer>]>([
    ['nothing', 0, ''],
    ['no end of the head', 0, HEAD.join('\r\n')],
    ['a start line of another protocol', 400, bytesOf(['GET / HTTP/1.1', ...HEAD.slice(1)])],
    ['a CSeq without a number', 400, bytesOf([...without('CSeq'), 'CSeq: MESSAGE'])],
    ['no Call-ID to answer with', 0, bytesOf(without('Call-ID'))],
    ['a response, which is never answered', 0, bytesOf(['SIP/2.0 200 OK', ...HEAD.slice(1), 'Content-Length: 5'])],
    ['an ACK, which is never answered', 0, bytesOf(['ACK sip:a@b SIP/2.0', ...HEAD.slice(1), 'Content-Length: 5'])],
    ['a body that ends too early', 400, bytesOf([...HEAD, 'Content-Length: 5'], 'four')],
    ['a body of an unknown encoding', 415, bytesOf([...HEAD, 'Content-Encoding: br'], 'body')],
    ['a body that is not compressed', 400, bytesOf([...HEAD, 'Content-Encoding: deflate'], 'body')],
    ['a body that becomes too large', 400, compressed(new Uint8Array(MAX_INFLATED_BYTES + 1))],
    ['more bytes than the limit', 0, bytesOf(HEAD, new Uint8Array(MAX_FRAME_BYTES))],
    ['headers without end', 0, bytesOf([...HEAD, ...Array.from({ length: 200 }, () => 'A: b')])],
  ])('a frame is refused for %s, with %d', async (_name, code, frame) => {
    expect(await answer(frame)).toBe(code);
  });

  it('the parser never throws, and every request that it reads can be answered', { timeout: fuzzTimeout }, async () => {
    const texts = damaged([`${HEAD.join('\r\n')}\r\nContent-Length: 5\r\n\r\nhello`, `${HEAD.join('\r\n')}\r\n\r\n`]);
    const sound = compressed(cpimDelivered);
    const bytes = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const copy = sound.slice();
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, bytes), async (frame) => {
        const read = await decodeFrame(frame, 'ours');
        if (!('problem' in read)) expect(read.startLine).toMatch(/SIP\/2\.0/);
        else if (read.response !== undefined)
          expect(read.response).toMatch(/^SIP\/2\.0 4\d\d [^\r\n]+\r\n[^]*\r\n\r\n$/);
      }),
      { numRuns: runs },
    );
  });
});
