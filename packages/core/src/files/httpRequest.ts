/** The HTTP requests of uploaders: with progress where the host can report it. */

import type { Clock } from '../ports/clock.ts';
import { systemClock } from '../ports/systemPorts.ts';
import { TransportFailure } from '../ports/transport.ts';

/** One HTTP request of an uploader. */
export interface FileRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly body?: Blob | FormData;
  readonly signal: AbortSignal;
  /** Reports how many bytes of the body were sent. Never called where the host has no `XMLHttpRequest`, as Node. */
  readonly onProgress?: (loaded: number) => void;
  /** The clock for the time-out of a request without progress. Default: the system clock. */
  readonly clock?: Clock;
}

/** How long a request may make no progress, in ms. */
const STALL_TIMEOUT = 60_000;
/** Statuses below 500 after which the same request may succeed later. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429]);
/** A response with one of these has no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Sends a request, for uploaders of your own. Resolves with a response of the status 200 to 299. Rejects with the reason of
 * the signal when it aborts, and otherwise with a `TransportFailure`: it is retryable without a connection (503), after a
 * minute without progress (408), and for the statuses 408, 429 and 500 to 599.
 */
export async function sendFileRequest(request: FileRequest): Promise<Response> {
  request.signal.throwIfAborted();
  // Only XMLHttpRequest reports how much was sent.
  const response = await (typeof XMLHttpRequest === 'undefined' ? sendByFetch(request) : sendByXhr(request));
  const { ok, status } = response;
  if (ok) return response;
  const code = status >= 400 && status <= 699 ? status : 500;
  throw new TransportFailure(code, `${request.method} of a file: the server responded with ${status}.`, {
    retryable: RETRYABLE.has(status) || (status >= 500 && status <= 599),
  });
}

async function sendByFetch({ url, method, headers = {}, body, signal }: FileRequest): Promise<Response> {
  try {
    return await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  } catch (error) {
    signal.throwIfAborted();
    throw noConnection(error);
  }
}

function sendByXhr(request: FileRequest): Promise<Response> {
  const { url, method, headers = {}, body, signal, onProgress, clock = systemClock } = request;
  const xhr = new XMLHttpRequest();
  /** Stops listening to the signal, which may outlive the request. */
  const listening = new AbortController();
  let cancelTimer: (() => void) | undefined;

  return new Promise<Response>((resolve, reject) => {
    function progressed(): void {
      cancelTimer?.();
      cancelTimer = clock.setTimer(() => {
        reject(new TransportFailure(408, 'The upload made no progress for a minute.', { retryable: true }));
        xhr.abort();
      }, STALL_TIMEOUT);
    }

    xhr.upload.addEventListener('progress', ({ loaded }) => {
      progressed();
      onProgress?.(loaded);
    });
    xhr.addEventListener('progress', progressed);
    xhr.addEventListener('load', () => resolve(responseOf(xhr)));
    xhr.addEventListener('error', () => reject(noConnection()));
    const abort = (): void => {
      reject(signal.reason as Error);
      xhr.abort();
    };
    signal.addEventListener('abort', abort, { signal: listening.signal });
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    progressed();
    xhr.send(body ?? null);
  }).finally(() => {
    cancelTimer?.();
    listening.abort();
  });
}

function responseOf(xhr: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of xhr
    .getAllResponseHeaders()
    .trim()
    .split(/[\r\n]+/)) {
    const end = line.indexOf(':');
    if (end > 0) headers.append(line.slice(0, end), line.slice(end + 1).trim());
  }
  return new Response(WITHOUT_BODY.has(xhr.status) ? null : xhr.responseText, { status: xhr.status, headers });
}

function noConnection(cause?: unknown): TransportFailure {
  return new TransportFailure(503, 'The server of the file did not respond.', { retryable: true, cause });
}
