/** Sends the files of flows: stores, uploads and deletes them. */

import { FlowError } from '../errors/FlowError.ts';
import type {
  AttachedFiles,
  FileDetails,
  FileHost,
  FileRefusal,
  FileStore,
  FileTransfer,
  FileUploader,
} from '../ports/files.ts';
import { isAccepted } from './accept.ts';
import { describeFile } from './describeFile.ts';
import { cleanFileName, cleanMediaType, parseFile } from './fileContent.ts';
import { createIndexedDbFileStore } from './indexedDbFileStore.ts';
import { createStoredFiles } from './storedFiles.ts';
import { openBlob } from './openBlob.ts';
import { createUploads } from './uploads.ts';

/** Options of a file transfer. All are optional. */
export interface FileTransferOptions {
  /** Uploads the files. Default: none; files are then only received. */
  readonly uploader?: FileUploader;
  /** Keeps files until they are uploaded. Default: the database `imflow-files` of the browser. */
  readonly store?: FileStore;
  /** The types that may be sent, as in the attribute `accept` of `<input type="file">`. Default: all. */
  readonly accept?: string;
  /** The largest file, in bytes; the limit of the uploader applies too. 1 or more. Default: no limit. */
  readonly maxFileBytes?: number;
  /** How many files of a conversation are uploaded at the same time. 1 to 16, default 2. */
  readonly maxUploads?: number;
  /** Returns size, duration and preview of a file. Default: {@link describeFile}. */
  readonly describe?: (file: Blob) => Promise<FileDetails>;
}

/** How much longer the address of an uploaded file makes the body of its message, in bytes. */
const ADDRESS_BYTES = 2_100;

/**
 * Lets flows send and receive files. Pass it to them as the option `files`; flows may share one.
 * @throws FlowError naming option, value and range.
 */
export function createFileTransfer(options: FileTransferOptions = {}): FileTransfer {
  const { uploader, accept = '', maxUploads = 2, describe = describeFile } = options;
  if (uploader !== undefined && typeof uploader?.upload !== 'function') {
    throw new FlowError('invalid-argument', 'uploader must be a FileUploader, such as createPutUploader({ sign }).');
  }
  if (typeof accept !== 'string') throw new FlowError('invalid-argument', 'accept must be a list of types, as a text.');
  checkNumber('maxUploads', maxUploads, 16);
  if (options.maxFileBytes !== undefined) checkNumber('maxFileBytes', options.maxFileBytes, Number.MAX_SAFE_INTEGER);
  const store = options.store ?? createIndexedDbFileStore();

  const largest = (): number | undefined => {
    const limits = [options.maxFileBytes, uploader?.maxFileBytes].filter((limit) => limit !== undefined);
    return limits.length === 0 ? undefined : Math.min(...limits);
  };

  return { attach };

  function attach(host: FileHost): AttachedFiles {
    const files = createStoredFiles(store, host);
    const uploads = createUploads(host, { uploader, maxUploads, load: (id) => files.get(id) });
    /** Prepares one file after another, so that they keep their order. */
    let preparing: Promise<unknown> = Promise.resolve();

    async function prepare(id: string, file: Blob, caption: string): Promise<string> {
      const details = await describe(file).catch((): FileDetails => ({}));
      const { name } = file as Partial<File>;
      const content = {
        name: cleanFileName(typeof name === 'string' ? name : ''),
        type: cleanMediaType(file.type),
        size: file.size,
        ...details,
        ...(caption === '' ? {} : { caption }),
      };
      await files.put(id, file);
      const body = JSON.stringify(content);
      const limit = host.maxMessageBytes();
      if (limit === undefined || new TextEncoder().encode(body).length + ADDRESS_BYTES <= limit) return body;
      return JSON.stringify({ ...content, thumbnail: undefined });
    }

    return {
      canSend: uploader !== undefined,
      accept,
      get maxFileBytes() {
        return largest();
      },
      check: (file) => refusalOf(file, accept, largest()),
      progressOf: (id) => uploads.progressOf(id),
      subscribeToProgress: (id, listener) => uploads.subscribe(id, listener),
      async open(id) {
        const record = host.record(id);
        const content = record && parseFile(record);
        if (record === undefined || content === undefined) return undefined;
        if (content.url === undefined) {
          const file = record.uploadPending === true ? await files.get(id) : undefined;
          return file && openBlob(file);
        }
        const { url } = content;
        return (await uploader?.open?.(url)) ?? { url, close() {} };
      },
      prepare(id, file, caption) {
        const prepared = preparing.then(() => prepare(id, file, caption));
        preparing = prepared.catch(() => {});
        return prepared;
      },
      forget: (id) => files.forget(id),
      upload(id) {
        files.follow(id);
        uploads.add(id);
      },
      stop() {
        uploads.stop();
        files.stop();
      },
    };
  }
}

function refusalOf(file: Blob, accept: string, maxFileBytes: number | undefined): FileRefusal | undefined {
  if (file.size === 0) return { reason: 'empty' };
  if (!isAccepted(file, accept)) return { reason: 'type-not-accepted', accept };
  return maxFileBytes !== undefined && file.size > maxFileBytes ? { reason: 'too-large', maxFileBytes } : undefined;
}

function checkNumber(option: string, value: unknown, most: number): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  throw new FlowError('out-of-range', `${option} is ${String(value)}, but must be a number from 1 to ${most}.`);
}
