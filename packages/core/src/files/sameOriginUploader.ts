/** An uploader for participants in the same browser. */

import { FlowError } from '../errors/FlowError.ts';
import type { FileStore, FileUploader } from '../ports/files.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createIndexedDbFileStore } from './indexedDbFileStore.ts';
import { openBlob } from './openBlob.ts';

/** Options of the uploader. */
export interface SameOriginUploaderOptions {
  /** Where the files stay. Default: the database `imflow-shared-files` of the browser. */
  readonly store?: FileStore;
  /** The largest file, in bytes. 1 or more. Default: no limit. */
  readonly maxFileBytes?: number;
}

/** The conversation key of all files, the same for all conversations: both participants read them. */
const SHARED = 'shared';
const SCHEME = 'blob:';

/**
 * Creates an uploader for transports within one browser: loopback and BroadcastChannel. Pages of the same origin share
 * the files, which stay in the browser until its data are cleared. No other device can read them.
 * @throws FlowError `out-of-range` naming option, value and range.
 */
export function createSameOriginUploader(options: SameOriginUploaderOptions = {}): FileUploader {
  const { store = createIndexedDbFileStore({ name: 'imflow-shared-files' }), maxFileBytes } = options;
  if (maxFileBytes !== undefined && !(Number.isInteger(maxFileBytes) && maxFileBytes >= 1)) {
    throw new FlowError('out-of-range', `maxFileBytes is ${String(maxFileBytes)}, but must be 1 or more.`);
  }
  return {
    maxFileBytes,
    async upload(file, { id, onProgress }) {
      await store.put(SHARED, id, file, 0);
      onProgress(file.size);
      return { url: SCHEME + id };
    },
    async open(url) {
      if (!url.startsWith(SCHEME)) return undefined;
      const file = await store.get(SHARED, url.slice(SCHEME.length));
      if (file === undefined) throw new TransportFailure(410, 'This browser has no such file.', { retryable: false });
      return openBlob(file);
    },
  };
}
