/** Uploads by HTTP PUT to a signed address. */

import type { FileUploader } from '../ports/files.ts';
import { sendFileRequest } from './httpRequest.ts';
import { checkBytes, checkFunction, requireHttpAddress } from './uploaderOptions.ts';

/** A file for which a signed address is needed. */
export interface FileToSign {
  /** The id of its message, the same for each attempt. */
  readonly id: string;
  /** Address of the participant to whom it is sent. */
  readonly remote: string;
  /** The file name, without folders. */
  readonly name: string;
  /** The media type, such as `image/png`. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  readonly signal: AbortSignal;
}

/** Where a file is put, and where it is read. */
export interface SignedUpload {
  /** The signed address for the PUT. */
  readonly uploadUrl: string;
  /** The address from which the participant reads the file. */
  readonly url: string;
  /** Headers of the PUT, as they were signed. Default: `Content-Type` with the media type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Options of {@link createPutUploader}. */
export interface PutUploaderOptions {
  /** Asks your backend for a signed address; called for each attempt, so that no address is used after its end. */
  readonly sign: (file: FileToSign) => Promise<SignedUpload> | SignedUpload;
  /** See `FileUploader.open`. Default: a file is read from its address. */
  readonly open?: FileUploader['open'];
  /** The largest file in bytes. 1 to 5 497 558 138 880, default: no limit. */
  readonly maxFileBytes?: number;
}

/** The largest object of Amazon S3. */
const MAX_FILE_BYTES = 5 * 2 ** 40;

/**
 * Creates an uploader that puts files to signed addresses: Amazon S3, Google Cloud Storage, Cloudflare R2 and others.
 * @throws FlowError `invalid-argument` or `out-of-range` that names the option.
 */
export function createPutUploader({ sign, open, maxFileBytes }: PutUploaderOptions): FileUploader {
  checkFunction('sign', sign);
  if (open !== undefined) checkFunction('open', open);
  if (maxFileBytes !== undefined) checkBytes('maxFileBytes', maxFileBytes, MAX_FILE_BYTES);
  return {
    maxFileBytes,
    ...(open === undefined ? {} : { open }),
    async upload(file, { id, remote, name, type, signal, onProgress }) {
      const signed = await sign({ id, remote, name, type, size: file.size, signal });
      const { headers = { 'content-type': type } } = signed;
      const url = requireHttpAddress('url, which sign returned,', signed.url);
      const uploadUrl = requireHttpAddress('uploadUrl, which sign returned,', signed.uploadUrl);
      await sendFileRequest({ method: 'PUT', url: uploadUrl, headers, body: file, signal, onProgress });
      return { url };
    },
  };
}
