import type { FileTransfer } from '@imflow/core';
import { createFileTransfer } from '@imflow/core/files';
import { createServerUploader } from '@imflow/websocket/files';

/** The files of a user on your own server. @param fetchToken asks your backend for a token, as for the transport. */
export function filesOnServer(fetchToken: () => Promise<string>): FileTransfer {
  const uploader = createServerUploader({ url: 'wss://example.com/chat', token: fetchToken, maxFileBytes: 20_000_000 });
  return createFileTransfer({ uploader });
}
