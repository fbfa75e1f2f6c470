import type { FileTransfer } from '@imflow/core';
import { createFileTransfer } from '@imflow/core/files';
import type { XmppTransport } from '@imflow/xmpp';
import { createXmppUploader } from '@imflow/xmpp/files';

/** The files of an account, on its own server. @param transport of `createXmppTransport`. */
export function filesOnXmppServer(transport: XmppTransport): FileTransfer {
  return createFileTransfer({ uploader: createXmppUploader({ transport }) });
}
