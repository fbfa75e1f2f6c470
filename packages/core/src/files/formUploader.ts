/** Uploads by a form: HTTP POST with `multipart/form-data`. */

import { FlowError } from '../errors/FlowError.ts';
import type { FileUploader } from '../ports/files.ts';
import { TransportFailure } from '../ports/transport.ts';
import { sendFileRequest } from './httpRequest.ts';
import { checkBytes, checkFunction, checkHttpAddress, requireHttpAddress } from './uploaderOptions.ts';

type Headers = Readonly<Record<string, string>>;

/** Options of {@link createFormUploader}. */
export interface FormUploaderOptions {
  /** The address to which the form is posted. */
  readonly url: string;
  /** Headers of the request, such as `Authorization`. A function is called for each attempt. Default: none. */
  readonly headers?: Headers | (() => Promise<Headers> | Headers);
  /** The name of the field with the file. Default `file`. */
  readonly fieldName?: string;
  /** Returns the address from which the participant reads the file: `async (response) => (await response.json()).url`. */
  readonly readUrl: (response: Response) => Promise<string> | string;
  /** The largest file in bytes. 1 to 5 497 558 138 880, default: no limit. */
  readonly maxFileBytes?: number;
}

const MAX_FILE_BYTES = 5 * 2 ** 40;

/**
 * Creates an uploader that posts files as a form, as a page without script does. A response that `readUrl` cannot read is
 * a failure 500 that is not retryable.
 * @throws FlowError `invalid-argument` or `out-of-range` that names the option.
 */
export function createFormUploader(options: FormUploaderOptions): FileUploader {
  const { url, headers = {}, fieldName = 'file', readUrl, maxFileBytes } = options;
  checkHttpAddress('url', url);
  checkFunction('readUrl', readUrl);
  if (typeof fieldName !== 'string' || fieldName === '') {
    throw new FlowError('invalid-argument', 'fieldName must be a string that is not empty.');
  }
  if (maxFileBytes !== undefined) checkBytes('maxFileBytes', maxFileBytes, MAX_FILE_BYTES);
  return {
    maxFileBytes,
    async upload(file, { name, signal, onProgress }) {
      const body = new FormData();
      body.append(fieldName, file, name);
      const response = await sendFileRequest({
        method: 'POST',
        url,
        headers: typeof headers === 'function' ? await headers() : headers,
        body,
        signal,
        // The parts of the form around the file count too.
        onProgress: (loaded) => onProgress(Math.min(loaded, file.size)),
      });
      return { url: requireHttpAddress('The address that readUrl returned', await read(response)) };
    },
  };

  async function read(response: Response): Promise<unknown> {
    try {
      return await readUrl(response);
    } catch (cause) {
      throw new TransportFailure(500, 'readUrl cannot read the response.', { retryable: false, cause });
    }
  }
}
