/** An uploader whose uploads a test answers. */

import type { FileUpload, FileUploader, UploadedFile } from '@imflow/core';

/** One attempt to upload a file. */
export interface FakeUpload extends Omit<FileUpload, 'onProgress'> {
  readonly file: Blob;
  /** Reports how many bytes are uploaded. */
  progress(loaded: number): void;
  /** Answers the upload. Default: an address that ends with the id. Only the first answer counts. */
  accept(answer?: UploadedFile): void;
  /** Makes the upload reject; meant for a `TransportFailure`. Only the first answer counts. */
  fail(error: unknown): void;
}

/** An uploader without a server. */
export interface FakeUploader extends FileUploader {
  /** All attempts so far, oldest first. */
  readonly uploads: readonly FakeUpload[];
}

/** Options of the fake uploader. */
export interface FakeUploaderOptions {
  /** Whether each upload succeeds automatically. Default false: the test answers each one. */
  readonly autoAccept?: boolean;
  readonly maxFileBytes?: number;
}

/** Creates an uploader whose uploads a test answers. An upload that is aborted rejects. */
export function createFakeUploader({ autoAccept = false, maxFileBytes }: FakeUploaderOptions = {}): FakeUploader {
  const uploads: FakeUpload[] = [];
  return {
    maxFileBytes,
    uploads,
    upload(file, { onProgress, ...upload }) {
      return new Promise((resolve, reject) => {
        const answer = { url: `https://files.example/${upload.id}` };
        upload.signal.addEventListener('abort', () => reject(new Error('aborted')));
        const accept = (given: UploadedFile = answer): void => resolve(given);
        uploads.push({ ...upload, file, progress: onProgress, accept, fail: reject });
        if (autoAccept) accept();
      });
    },
  };
}
