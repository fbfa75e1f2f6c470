// Uploads files to addresses that a server of your own signs. Your server checks the user, chooses a key and signs a PUT:
//
//   POST {url}/uploads  { name, type, size, remote }  →  { uploadUrl, url, headers? }
//
// `uploadUrl` is the signed address, `url` the one from which the participant reads the file. The storage behind the address
// has to allow PUT from the origin of your page (CORS).

import { type FileTransfer, type FileUploader, TransportFailure } from '@imflow/core';
import { createFileTransfer, createPutUploader, type SignedUpload } from '@imflow/core/files';

export interface OwnFilesOptions {
  /** Address of your server, such as `https://example.com/chat`. */
  readonly url: string;
  /** Returns a token of the user; it is called for each upload. */
  readonly token: () => Promise<string>;
  /** The largest file, in bytes. Default 20 MB. */
  readonly maxFileBytes?: number;
  /** The files that can be chosen, as `accept` of an input. Default: all. */
  readonly accept?: string;
}

/** The option `files` of a conversation. Make it once, outside of components. */
export function createOwnFiles(options: OwnFilesOptions): FileTransfer {
  const { accept } = options;
  return createFileTransfer({ uploader: createOwnUploader(options), ...(accept !== undefined && { accept }) });
}

export function createOwnUploader({ url, token, maxFileBytes = 20_000_000 }: OwnFilesOptions): FileUploader {
  return createPutUploader({
    maxFileBytes,
    // Called for each attempt, so that no address is used after it has expired.
    async sign({ name, type, size, remote, signal }) {
      const response = await fetch(`${url}/uploads`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name, type, size, remote }),
        signal,
      });
      if (response.ok) return (await response.json()) as SignedUpload;
      const retryable = response.status >= 500 || response.status === 401 || response.status === 429;
      throw new TransportFailure(response.status, 'The server signed no upload.', { retryable });
    },
  });
}
