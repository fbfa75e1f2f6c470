/** Uploads files to the server of the WebSocket. */

import {
  type Clock,
  createMonotonicTime,
  type FileUploader,
  FlowError,
  type OpenedFile,
  systemClock,
  TransportFailure,
} from '@imflow/core';
import { sendFileRequest } from '@imflow/core/files';

/** Options of {@link createServerUploader}. An invalid option throws a FlowError that names the option. */
export interface ServerUploaderOptions {
  /** Address of the server's WebSocket, as for `createWebSocketTransport`: `wss://` or `ws://`. */
  readonly url: string;
  /** Identifies the user to the server, as for `createWebSocketTransport`. A function is called for each request. */
  readonly token: string | (() => string | Promise<string>);
  /** The largest file in bytes: that of the server. 1 to 1 099 511 627 776, default 52 428 800. */
  readonly maxFileBytes?: number;
  /** Default: the system clock. */
  readonly clock?: Clock;
}

/** What every server with files accepts, in bytes. */
const DEFAULT_FILE_BYTES = 52_428_800;
const MAX_FILE_BYTES = 2 ** 40;
/**
 * The part of the lifetime of a signed address in which it is used again: the rest is for downloads that still use it.
 */
const REUSE = 0.9;
/** How many signed addresses are remembered. */
const MAX_REMEMBERED = 1_000;

/**
 * Creates an uploader for a server with files, such as `@imflow/server` with the option `files`. `docs/protocol.md` describes
 * the requests. Files are read from signed addresses, which the uploader asks for. It sends the token to this server only,
 * whatever address a message contains.
 * @throws FlowError `invalid-argument` or `out-of-range` for an option, which it names.
 */
export function createServerUploader(options: ServerUploaderOptions): FileUploader {
  const { token, maxFileBytes, clock } = checkOptions(options);
  const files = new URL(options.url);
  files.protocol = files.protocol === 'ws:' ? 'http:' : 'https:';
  files.pathname = `${files.pathname.replace(/\/$/, '')}/files`;
  files.search = '';
  files.hash = '';
  const now = createMonotonicTime(clock);
  const remembered = new Map<string, { readonly url: string; readonly until: number }>();

  async function authorization(): Promise<string> {
    return `Bearer ${encodeURIComponent(typeof token === 'function' ? await token() : token)}`;
  }

  return {
    maxFileBytes,
    async upload(file, { id, remote, name, type, signal, onProgress }) {
      const url = `${files.href}?${String(new URLSearchParams({ to: remote, id, name }))}`;
      const headers = { authorization: await authorization(), 'content-type': type };
      const response = await sendFileRequest({ method: 'PUT', url, headers, body: file, signal, onProgress, clock });
      return { url: (await readAnswer(response, url)).url };
    },

    async open(address) {
      const url = ownAddress(address);
      // A file of another server is read from its own address.
      return url === undefined ? undefined : { ...(await signed(url)), close() {} };
    },
  };

  async function signed(url: string): Promise<Pick<OpenedFile, 'url' | 'expiresIn'>> {
    const known = remembered.get(url);
    if (known !== undefined && known.until > now()) return { url: known.url, expiresIn: known.until - now() };
    const asked = now();
    const signing = `${url}/address`;
    const headers = { authorization: await authorization() };
    const { signal } = new AbortController();
    const response = await sendFileRequest({ method: 'GET', url: signing, headers, signal, clock });
    const answer = await readAnswer(response, signing);
    remembered.delete(url);
    const until = asked + answer.expiresIn * REUSE;
    remembered.set(url, { url: answer.url, until });
    const [oldest] = remembered.keys();
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return answer.expiresIn > 0 ? { url: answer.url, expiresIn: Math.max(0, until - now()) } : { url: answer.url };
  }

  /** A file of this server, by the name and the port by which this client knows it: the sender may know others. */
  function ownAddress(address: string): string | undefined {
    if (!URL.canParse(address)) return undefined;
    const { protocol, pathname, search } = new URL(address);
    const key = pathname.startsWith(`${files.pathname}/`) ? pathname.slice(files.pathname.length + 1) : '';
    return /^https?:$/.test(protocol) && /^[\w-]+$/.test(key) && search === '' ? `${files.href}/${key}` : undefined;
  }
}

interface Answer {
  readonly url: string;
  /** In ms; 0 where the server does not state it. */
  readonly expiresIn: number;
}

async function readAnswer(response: Response, asked: string): Promise<Answer> {
  const text = await response.text();
  try {
    const { url, expiresIn = 0 } = JSON.parse(text) as Partial<Answer>;
    const absolute = new URL(String(url), asked);
    if (typeof url === 'string' && /^https?:$/.test(absolute.protocol) && typeof expiresIn === 'number') {
      return { url: absolute.href, expiresIn };
    }
  } catch {
    // Handled below, like any other invalid response.
  }
  throw new TransportFailure(502, 'The response of the server to a request for a file cannot be read.', {
    retryable: false,
  });
}

function checkOptions(options: ServerUploaderOptions): Required<ServerUploaderOptions> {
  const { url, token, maxFileBytes = DEFAULT_FILE_BYTES, clock = systemClock } = options;
  if (typeof url !== 'string' || !URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) {
    const shown = typeof url === 'string' ? `"${url}"` : String(url);
    throw new FlowError('invalid-argument', `url is ${shown}, but must be a wss:// or ws:// address.`);
  }
  if (typeof token !== 'function' && (typeof token !== 'string' || token === '')) {
    throw new FlowError('invalid-argument', 'token must be a non-empty string or a function.');
  }
  if (!Number.isInteger(maxFileBytes) || maxFileBytes < 1 || maxFileBytes > MAX_FILE_BYTES) {
    const rule = `must be a whole number from 1 to ${MAX_FILE_BYTES} bytes`;
    throw new FlowError('out-of-range', `maxFileBytes is ${String(maxFileBytes)}, but ${rule}.`);
  }
  return { url, token, maxFileBytes, clock };
}
