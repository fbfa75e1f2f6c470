/** Uploads files to the user's XMPP server (XEP-0363). */

import { type FileUploader, FlowError, TransportFailure } from '@imflow/core';
import { sendFileRequest } from '@imflow/core/files';
import type { XmppTransport } from '../iq.ts';
import { findUploadService, requestSlot, SlotRefused, type UploadService } from './uploadService.ts';

/** Options of {@link createXmppUploader}. */
export interface XmppUploaderOptions {
  /** The transport of the user: its server is asked for the service. */
  readonly transport: XmppTransport;
}

/**
 * Creates an uploader for HTTP File Upload (XEP-0363). It finds the service when the transport is online; from then on
 * `maxFileBytes` is the limit of the service. An upload is refused with the code 501 where the server has none, and with 413
 * where the file is too large; a quota that is used up is a retryable failure.
 * @throws FlowError `invalid-argument` for an option, which it names.
 */
export function createXmppUploader({ transport }: XmppUploaderOptions): FileUploader {
  if (typeof (transport as Partial<XmppTransport> | undefined)?.requestIq !== 'function') {
    throw new FlowError('invalid-argument', 'transport must be a transport that createXmppTransport has made.');
  }
  let search: Promise<UploadService | undefined> | undefined;
  let maxFileBytes: number | undefined;

  /** Searches once; again where nothing was found. */
  async function find(): Promise<UploadService | undefined> {
    search ??= findUploadService(transport);
    try {
      const service = await search;
      if (service === undefined) search = undefined;
      else maxFileBytes ??= service.maxFileBytes;
      return service;
    } catch (error) {
      search = undefined;
      throw error;
    }
  }

  function findWhenOnline(): void {
    // An upload reports why there is no service.
    if (transport.getStatus().state === 'online') find().catch(() => {});
  }

  function learn(error: unknown): never {
    if (error instanceof SlotRefused) {
      maxFileBytes = error.maxFileBytes ?? maxFileBytes;
      if (error.isGone) search = undefined;
    }
    throw error;
  }

  transport.subscribe(findWhenOnline);
  findWhenOnline();

  return {
    get maxFileBytes() {
      return maxFileBytes;
    },
    async upload(file, { name, type, signal, onProgress }) {
      const service = await find();
      if (service === undefined) {
        throw new TransportFailure(501, 'The server takes no files (XEP-0363).', { retryable: false });
      }
      const slot = await requestSlot(transport, service, { name, type, size: file.size }).catch(learn);
      const headers = { ...slot.headers, 'content-type': type };
      await sendFileRequest({ method: 'PUT', url: slot.uploadUrl, headers, body: file, signal, onProgress });
      return { url: slot.url };
    },
  };
}
