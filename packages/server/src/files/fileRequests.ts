/** The HTTP requests for files: who asks, and for what. `docs/protocol.md` describes them. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorFields } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { ChatServerOptions, Identity, Logger } from '../options.ts';
import { isOriginAllowed } from '../origin.ts';
import { sendFile } from './download.ts';
import { createFileFolder } from './fileFolder.ts';
import { type FileKey, fileKey, formatKey, parseKey } from './fileKey.ts';
import { checkFilesOptions, type FilesOptions } from './options.ts';
import { linger, Refusal, respond } from './responses.ts';
import { type AddressSigner, createAddressSigner } from './signedAddress.ts';
import { createUploads } from './upload.ts';

/** The files of a server. */
export interface ServerFiles {
  /** Deletes every file that a user has uploaded. */
  deleteUser(user: string): Promise<void>;
  /** Deletes the files that were stored before a time, in ms since the epoch. */
  deleteBefore(at: number): Promise<void>;
}

/** The files of a server, as the server itself sees them. */
export interface FileRequests extends ServerFiles {
  /** Resolves once the folder can be used. Rejects where it cannot. */
  open(): Promise<void>;
  /** Answers a request whose path ends with `/files…`. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Deletes the file of a message, if it has one. */
  deleteFile(uploader: string, recipient: string, id: string): Promise<void>;
  /** Ends all requests. */
  close(): void;
}

export interface FileRequestsOptions extends Pick<ChatServerOptions, 'authenticate' | 'mayTalk' | 'origins'> {
  readonly files: FilesOptions;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: () => number;
}

type Exchange = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => Promise<number>;

const PATH = /\/files(?:\/(?<key>[^/]*)(?<address>\/address)?)?$/;
const USER_NAME = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
/** How often abandoned files are looked for, and how old they then are at least, in ms. */
const SWEEP_INTERVAL = 3_600_000;
const EXPOSED_HEADERS = 'accept-ranges, content-disposition, content-length, content-range, etag';
/** How long browsers may remember the answer to a preflight request, in s. */
const PREFLIGHT_LIFETIME = '7200';

/** @throws FlowError `invalid-argument` or `out-of-range` that names the option. */
export function createFileRequests(options: FileRequestsOptions): FileRequests {
  const checked = checkFilesOptions(options.files);
  const { authenticate, origins, logger, metrics, now } = options;
  const folder = createFileFolder(checked.folder);
  const uploads = createUploads({ folder, options: checked, mayTalk });
  const open = new Set<IncomingMessage>();
  let signer: AddressSigner | undefined;
  let isClosed = false;
  let sweeping: NodeJS.Timeout | undefined;

  async function mayTalk(user: string, other: string): Promise<boolean> {
    return user !== other && ((await options.mayTalk?.(user, other)) ?? true);
  }

  /** @throws Refusal where the token belongs to no user. */
  async function userOf(request: IncomingMessage): Promise<string> {
    const token = tokenOf(request.headers.authorization);
    if (token === undefined) {
      throw new Refusal(401, 'The request needs the header "Authorization: Bearer TOKEN".', CHALLENGE);
    }
    let identity: Identity | undefined;
    try {
      const said = await authenticate({ token, request });
      identity = typeof said === 'string' ? { user: said } : (said ?? undefined);
    } catch (error) {
      logger.error({ error: errorFields(error, token) }, 'authenticate threw');
      throw new Refusal(503, 'The server cannot check who this is.');
    }
    if (identity === undefined || !USER_NAME.test(identity.user)) {
      throw new Refusal(401, 'The token is not valid.', CHALLENGE);
    }
    if ((identity.expiresAt ?? Infinity) <= now()) throw new Refusal(401, 'The token has expired.', CHALLENGE);
    return identity.user;
  }

  const upload: Exchange = async (request, response, query) => {
    const { status, key } = await uploads.take(await userOf(request), query, request);
    // Relative to the address of the request, whatever name and path the client knows the server by.
    respond(response, status, { url: `files/${key}` });
    return status;
  };

  function address(key: FileKey): Exchange {
    return async (request, response) => {
      const user = await userOf(request);
      const record = await folder.find(key);
      if (record === undefined || ![record.uploader, record.recipient].includes(user)) {
        throw new Refusal(404, 'There is no such file for this user.');
      }
      const { query, expiresIn } = opened().sign(formatKey(key));
      respond(response, 200, { url: `../${formatKey(key)}?${query}`, expiresIn });
      return 200;
    };
  }

  function download(key: FileKey): Exchange {
    return async (request, response, query) => {
      const maxAge = opened().check(formatKey(key), query);
      if (maxAge === undefined) throw new Refusal(403, 'A file is read from a signed address: ask for one.');
      if (maxAge <= 0) throw new Refusal(403, 'The signed address has expired: ask for a new one.');
      const record = await folder.find(key);
      if (record === undefined) throw new Refusal(404, 'There is no such file.');
      // Without the option, pages of other origins cannot even connect.
      await sendFile(folder, { key, record, maxAge, isCrossOrigin: origins !== undefined }, request, response);
      return response.statusCode;
    };
  }

  function opened(): AddressSigner {
    if (signer === undefined || isClosed) throw new Refusal(503, 'The server is not ready.');
    return signer;
  }

  /** What a path leads to, by the methods that it takes. */
  function exchangesOf(path: string): Readonly<Record<string, Exchange>> {
    const found = PATH.exec(path);
    if (found === null) throw new Refusal(404, 'There is nothing at this address.');
    if (found.groups?.['key'] === undefined) return { PUT: upload };
    const key = parseKey(found.groups['key']);
    if (key === undefined) throw new Refusal(404, 'There is no such file.');
    if (found.groups['address'] !== undefined) return { GET: address(key) };
    const read = download(key);
    return { GET: read, HEAD: read };
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<number> {
    const { origin, host } = request.headers;
    response.setHeader('vary', 'origin');
    if (!isOriginAllowed(origin, host, origins)) {
      logger.warn({ origin: origin?.slice(0, 200) }, 'a page of another site was refused');
      throw new Refusal(403, 'Pages of this origin may not use the server.');
    }
    if (origin !== undefined) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', EXPOSED_HEADERS);
    }
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const exchanges = exchangesOf(path);
    const methods = [...Object.keys(exchanges), 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') {
      response.writeHead(204, {
        allow: methods,
        'access-control-allow-methods': methods,
        'access-control-allow-headers': 'authorization, content-type, range, if-range',
        'access-control-max-age': PREFLIGHT_LIFETIME,
      });
      response.end();
      return 204;
    }
    const found = exchanges[request.method ?? ''];
    if (found === undefined) throw new Refusal(405, `The address takes ${methods}.`, { allow: methods });
    opened();
    return found(request, response, new URLSearchParams(query));
  }

  function refuse(error: unknown, request: IncomingMessage, response: ServerResponse): number {
    // A request that has arrived as a whole counts as destroyed.
    if (response.destroyed) return 499;
    const refusal = error instanceof Refusal ? error : refusalOfFault(error);
    if (response.headersSent) {
      response.destroy();
      return refusal.status;
    }
    respond(response, refusal.status, { reason: refusal.message }, refusal.headers);
    linger(request);
    return refusal.status;
  }

  function refusalOfFault(error: unknown): Refusal {
    logger.error({ error }, 'a request for a file failed');
    return (error as NodeJS.ErrnoException).code === 'ENOSPC'
      ? new Refusal(507, 'The disk of the server is full.')
      : new Refusal(503, 'The server cannot read or write files now.');
  }

  async function sweep(): Promise<void> {
    try {
      await folder.removeAbandoned(now() - SWEEP_INTERVAL);
    } catch (error) {
      logger.warn({ error }, 'abandoned files cannot be removed');
    }
  }

  return {
    async open() {
      signer = createAddressSigner(await folder.open(), checked.addressLifetime, now);
      await sweep();
      if (!isClosed) sweeping = setInterval(() => void sweep(), SWEEP_INTERVAL);
    },
    async handle(request, response) {
      const begun = performance.now();
      open.add(request);
      // The client has disconnected: reading the request fails as well.
      response.on('error', () => request.destroy());
      const code = await exchange(request, response).catch((error: unknown) => refuse(error, request, response));
      open.delete(request);
      const isRefused = code >= 400;
      metrics.answered(`file ${request.method}`, isRefused ? 'refused' : 'accepted', code, performance.now() - begun);
    },
    deleteFile: (uploader, recipient, id) => folder.delete(fileKey(uploader, recipient, id)),
    deleteUser: (user) => folder.deleteUser(user),
    deleteBefore: (at) => folder.deleteBefore(at),
    close() {
      isClosed = true;
      clearInterval(sweeping);
      for (const request of open) request.destroy();
    },
  };
}

const CHALLENGE = { 'www-authenticate': 'Bearer' };

/** Tokens are sent with percent-encoding, since a header has no other letters than those of ASCII. */
function tokenOf(authorization: string | undefined): string | undefined {
  const token = /^bearer +(?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token'];
  try {
    return token === undefined ? undefined : decodeURIComponent(token);
  } catch {
    return undefined;
  }
}
