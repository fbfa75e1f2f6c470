/** Takes the files that users upload. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FileFolder, FileRecord } from './fileFolder.ts';
import { type FileKey, fileKey, formatKey } from './fileKey.ts';
import type { CheckedFilesOptions } from './options.ts';
import { Refusal } from './responses.ts';
import { diskBytes } from './usage.ts';

/** The result of a successful upload. */
export interface UploadResult {
  /** 201, or 200 where the file of this message was there. */
  readonly status: 200 | 201;
  /** The key of the file. */
  readonly key: string;
}

/** Takes uploads. */
export interface Uploads {
  /** Rejects with a {@link Refusal}. Any other error is a fault of the disk, or the client has disconnected. */
  take(user: string, query: URLSearchParams, request: IncomingMessage): Promise<UploadResult>;
}

export interface UploadsOptions {
  readonly folder: FileFolder;
  readonly options: CheckedFilesOptions;
  /** Whether a user may talk with a given other user. */
  readonly mayTalk: (user: string, other: string) => Promise<boolean>;
}

/** How many files of one user are taken at once. */
const MAX_UPLOADS = 16;
/** The bytes that have to arrive within `uploadTimeout`, unless fewer are left. */
const MIN_PROGRESS_BYTES = 16_384;

/** The rule of the protocol for names. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
/** No folders, and no characters that hide or reverse a part of the name (UAX 9). */
const FILE_NAME = /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff/\\]{1,255}$/u;
const MEDIA_TYPE = /^[\x20-\x7e]{1,200}$/;

export function createUploads({ folder, options, mayTalk }: UploadsOptions): Uploads {
  const { maxFileBytes, maxUserBytes, uploadTimeout } = options;
  /** By owner, the sizes of the files that arrive. */
  const arriving = new Map<string, number[]>();

  async function take(user: string, query: URLSearchParams, request: IncomingMessage): Promise<UploadResult> {
    const recipient = parameter(query, 'to', NAME, '1 to 200 characters without control characters');
    const id = parameter(query, 'id', NAME, '1 to 200 characters without control characters');
    const name = parameter(query, 'name', FILE_NAME, '1 to 255 characters without folders and invisible characters');
    const type = mediaType(request);
    const size = sizeOf(request, maxFileBytes);
    if (!(await mayTalk(user, recipient))) {
      throw new Refusal(403, 'The application does not allow these two users to talk with each other.');
    }
    const key = fileKey(user, recipient, id);
    if ((await folder.find(key)) !== undefined) return { status: 200, key: formatKey(key) };
    const record = { uploader: user, recipient, name, type, size, tag: randomUUID() };
    const isNew = await reserved(key.owner, size, () => receive(key, record, request));
    return { status: isNew ? 201 : 200, key: formatKey(key) };
  }

  /** Counts a file for the limits of its user while it arrives. */
  async function reserved<T>(owner: string, size: number, work: () => Promise<T>): Promise<T> {
    const sizes = arriving.get(owner) ?? [];
    if (sizes.length >= MAX_UPLOADS) {
      throw new Refusal(429, `More than ${MAX_UPLOADS} files of the user arrive at once.`, { 'retry-after': '5' });
    }
    // Counted before anything is awaited, so that files that arrive at the same moment see each other.
    arriving.set(owner, sizes);
    const bytes = diskBytes(size);
    sizes.push(bytes);
    try {
      const usage = (await folder.usage(owner)) + sizes.reduce((sum, each) => sum + each, 0);
      if (usage > maxUserBytes) {
        throw new Refusal(413, `The files of the user would take more than ${maxUserBytes} bytes.`);
      }
      return await work();
    } finally {
      sizes.splice(sizes.indexOf(bytes), 1);
      if (sizes.length === 0) arriving.delete(owner);
    }
  }

  async function receive(key: FileKey, record: FileRecord, request: IncomingMessage): Promise<boolean> {
    return folder.store(key, record, paced(request, uploadTimeout));
  }

  return { take };
}

/** The content of a request. Fails with a {@link Refusal} when too little arrives; the request stays open. */
async function* paced(request: IncomingMessage, timeout: number): AsyncGenerator<Uint8Array> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  let arrived = 0;
  let fail: ((reason: Refusal) => void) | undefined;
  const timer = setInterval(() => {
    if (arrived < MIN_PROGRESS_BYTES)
      fail?.(new Refusal(408, `Fewer than ${MIN_PROGRESS_BYTES} bytes of the file arrived in ${timeout} ms.`));
    arrived = 0;
  }, timeout);
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        fail = reject;
        chunks.next().then(resolve, reject);
      });
      if (next.done === true) return;
      arrived += next.value.byteLength;
      yield next.value;
    }
  } finally {
    clearInterval(timer);
  }
}

function parameter(query: URLSearchParams, name: string, pattern: RegExp, rule: string): string {
  const value = query.get(name);
  if (value === null) throw new Refusal(400, `The parameter ${name} is missing.`);
  if (!pattern.test(value)) throw new Refusal(400, `The parameter ${name} must have ${rule}.`);
  return value;
}

function mediaType(request: IncomingMessage): string {
  if (request.headers['content-encoding'] !== undefined) {
    throw new Refusal(415, 'The file must be sent without Content-Encoding.');
  }
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  if (MEDIA_TYPE.test(type)) return type;
  throw new Refusal(400, 'Content-Type must have 1 to 200 characters of ASCII.');
}

function sizeOf(request: IncomingMessage, maxFileBytes: number): number {
  const length = request.headers['content-length'];
  if (length === undefined) throw new Refusal(411, 'The request must have a Content-Length.');
  const size = Number(length);
  if (size > maxFileBytes) throw new Refusal(413, `The file has more than ${maxFileBytes} bytes.`);
  return size;
}
