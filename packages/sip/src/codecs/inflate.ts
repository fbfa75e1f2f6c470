/** Decompresses bodies, up to a limit. */

import { type Decoded, problem } from './decoded.ts';

/** The largest size of an inflated body, in bytes. A larger body is rejected. */
export const MAX_INFLATED_BYTES = 262_144;

/**
 * Inflates a body with `Content-Encoding: deflate` (zlib, RFC 1950) or `gzip`. Reading stops as soon as the limit is
 * exceeded.
 */
export async function inflate(
  compressed: Uint8Array,
  encoding: 'deflate' | 'gzip' = 'deflate',
  limit: number = MAX_INFLATED_BYTES,
): Promise<Decoded<Uint8Array>> {
  const stream = new DecompressionStream(encoding);
  const writer = stream.writable.getWriter();
  // An error of the stream is reported by its readable side.
  writer.write(compressed as BufferSource).catch(() => undefined);
  writer.close().catch(() => undefined);

  const reader = stream.readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        reader.cancel().catch(() => undefined);
        return problem(`a compressed body inflates to more than ${limit} bytes`);
      }
      chunks.push(value);
    }
  } catch {
    return problem(`a body is not valid ${encoding}`);
  }
  const inflated = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    inflated.set(chunk, at);
    at += chunk.length;
  }
  return { value: inflated };
}
