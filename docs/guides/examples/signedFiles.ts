import { type FileTransfer, TransportFailure } from '@imflow/core';
import { createFileTransfer, createPutUploader, type SignedUpload } from '@imflow/core/files';

/** Files in a bucket of S3. @param backend the address of your backend, which signs uploads for the user who is signed in. */
export function filesInBucket(backend: string): FileTransfer {
  const uploader = createPutUploader({
    maxFileBytes: 50_000_000,
    async sign({ name, type, size, remote, signal }) {
      const body = JSON.stringify({ name, type, size, remote });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${backend}/uploads`, { method: 'POST', body, headers, signal });
      if (!response.ok) {
        const retryable = response.status >= 500;
        throw new TransportFailure(response.status, 'The backend signed no upload.', { retryable });
      }
      return (await response.json()) as SignedUpload;
    },
  });
  return createFileTransfer({ uploader, accept: 'image/*,application/pdf' });
}
