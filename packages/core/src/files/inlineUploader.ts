/** Puts small files into their messages. */

import type { FileUploader } from '../ports/files.ts';
import { TransportFailure } from '../ports/transport.ts';
import { cleanMediaType } from './fileContent.ts';
import { checkBytes } from './uploaderOptions.ts';

/** Options of {@link createInlineUploader}. */
export interface InlineUploaderOptions {
  /**
   * The largest file in bytes. 1 to 180 000, default 131 072. The message takes four bytes for three of the file, and must
   * fit into `maxMessageBytes` of the transport: for 65 536 bytes, a file of 45 000. A received body has 262 144 characters
   * at most.
   */
  readonly maxFileBytes?: number;
}

/** With a thumbnail and a name, the body has 262 144 characters. */
const MAX_INLINE_BYTES = 180_000;
const DEFAULT_INLINE_BYTES = 131_072;
/** How many bytes become characters at once: arguments of a function are limited. */
const CHUNK = 8_192;

/**
 * Creates an uploader that returns a `data:` address with the whole file, for transports without a server: loopback,
 * BroadcastChannel.
 * @throws FlowError `out-of-range` that names the option.
 */
export function createInlineUploader({
  maxFileBytes = DEFAULT_INLINE_BYTES,
}: InlineUploaderOptions = {}): FileUploader {
  checkBytes('maxFileBytes', maxFileBytes, MAX_INLINE_BYTES);
  return {
    maxFileBytes,
    async upload(file, { type, signal, onProgress }) {
      if (file.size > maxFileBytes) {
        throw new TransportFailure(413, `The file has more than ${maxFileBytes} bytes.`, { retryable: false });
      }
      const bytes = new Uint8Array(await file.arrayBuffer());
      signal.throwIfAborted();
      onProgress(bytes.length);
      return { url: `data:${cleanMediaType(type)};base64,${toBase64(bytes)}` };
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}
