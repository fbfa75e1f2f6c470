/** Sends files to users. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { create as contentDisposition } from 'content-disposition';
import send from 'send';
import type { FileFolder, FileRecord } from './fileFolder.ts';
import type { FileKey } from './fileKey.ts';
import { Refusal } from './responses.ts';

/** The types that browsers show or play without running anything. SVG, HTML and PDF are not among them. */
const INLINE_TYPES: ReadonlySet<string> = new Set([
  ...['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp'].map((type) => `image/${type}`),
  ...['aac', 'flac', 'mp4', 'mpeg', 'ogg', 'wav', 'webm', 'x-flac', 'x-m4a', 'x-wav'].map((type) => `audio/${type}`),
  ...['mp4', 'ogg', 'quicktime', 'webm'].map((type) => `video/${type}`),
]);
/** The type of all other files, which a page cannot use as a script or a style. */
const OPAQUE_TYPE = 'application/octet-stream';

/** A file that is to be sent. */
export interface Download {
  readonly key: FileKey;
  readonly record: FileRecord;
  /** How long browsers may keep it, in ms. */
  readonly maxAge: number;
  /** Whether pages of other origins may show it. */
  readonly isCrossOrigin: boolean;
}

/**
 * Sends a file, or the range that was asked for; 304, 412 and 416 where the request has conditions. Resolves when the
 * response has ended, or the client has disconnected. Rejects with a {@link Refusal} before anything was sent.
 */
export function sendFile(
  folder: Pick<FileFolder, 'root' | 'contentPath'>,
  { key, record, maxAge, isCrossOrigin }: Download,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = (record.type.split(';')[0] ?? '').trim().toLowerCase();
  const isInline = INLINE_TYPES.has(type);
  const headers = {
    // The uploader chooses the type. With `nosniff` it cannot become a page or a script.
    'content-type': isInline ? type : OPAQUE_TYPE,
    'content-disposition': contentDisposition(record.name, { type: isInline ? 'inline' : 'attachment' }),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': isCrossOrigin ? 'cross-origin' : 'same-origin',
    'cache-control': `private, max-age=${Math.max(0, Math.floor(maxAge / 1_000))}, immutable`,
    etag: `"${record.tag}"`,
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return new Promise((resolve, reject) => {
    response.on('close', resolve);
    send(request, folder.contentPath(key), { root: folder.root, dotfiles: 'allow', cacheControl: false, index: false })
      .on('error', (error: FileError) => {
        if (response.headersSent) response.destroy();
        else {
          for (const name of [...Object.keys(headers), 'accept-ranges', 'last-modified']) response.removeHeader(name);
          reject(refusalOf(error));
        }
      })
      .pipe(response);
  });
}

interface FileError extends Error {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function refusalOf(error: FileError): Error {
  const { status, headers } = error;
  if (status === 404) return new Refusal(404, 'There is no such file.');
  if (status === 412) return new Refusal(412, 'The file is not the one that the request names.');
  if (status === 416) return new Refusal(416, 'The file has no such range.', headers);
  return error;
}
