import { deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpimComposing, cpimDelivered, cpimDisplayed, delivered } from '../../test/captures.ts';
import { fuzzTimeout, runs } from '../../test/fuzz.ts';
import { inflate, MAX_INFLATED_BYTES } from './inflate.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const zlib = (source: string | Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(deflateSync(source));

describe('compressed bodies', () => {
  it.each([delivered, cpimComposing, cpimDelivered, cpimDisplayed, ''])(
    'a compressed body is inflated (%#)',
    async (source) => {
      const read = await inflate(zlib(source));
      expect('value' in read && text(read.value)).toBe(source);
    },
  );

  it('a compressed body may be gzip', async () => {
    const read = await inflate(new Uint8Array(gzipSync(delivered)), 'gzip');
    expect('value' in read && text(read.value)).toBe(delivered);
  });

  it('a compressed body may inflate up to the limit', async () => {
    const read = await inflate(zlib(new Uint8Array(MAX_INFLATED_BYTES)));
    expect('value' in read && read.value.length).toBe(MAX_INFLATED_BYTES);
  });

  it.each([1, 50_000_000])('a compressed body is cut %d bytes beyond the limit', async (beyond) => {
    const read = await inflate(zlib(new Uint8Array(MAX_INFLATED_BYTES + beyond)));
    expect(read).toEqual({ problem: expect.stringContaining(String(MAX_INFLATED_BYTES)) });
  });

  it.each([
    ['empty', new Uint8Array()],
    ['not compressed', new TextEncoder().encode(delivered)],
    ['without its end', zlib(delivered).subarray(0, -6)],
    ['compressed with gzip', new Uint8Array(gzipSync(delivered))],
  ])('a compressed body is refused when it is %s', async (_name, bytes) => {
    expect(await inflate(new Uint8Array(bytes))).toEqual({ problem: expect.any(String) });
  });

  it('inflating never throws', { timeout: fuzzTimeout }, async () => {
    const sound = zlib(cpimDelivered);
    const broken = fc
      .array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((bytes) => {
        const copy = sound.slice();
        for (const [at, byte] of bytes) copy[at] = byte;
        return copy;
      });
    const source = fc.oneof(
      broken,
      fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(source, async (bytes) => {
        const read = await inflate(bytes);
        if ('value' in read) expect(read.value.length).toBeLessThanOrEqual(MAX_INFLATED_BYTES);
      }),
      { numRuns: runs },
    );
  });
});
