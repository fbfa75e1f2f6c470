/** The uploads of one conversation: their order, attempts and progress. */

import { parseFile } from './fileContent.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileHost, FileUploader } from '../ports/files.ts';
import { TransportFailure } from '../ports/transport.ts';
import { backOff } from '../time/backOff.ts';

/** The uploads of one conversation. */
export interface Uploads {
  /** Uploads the file of a message, unless it is being uploaded. */
  add(id: string): void;
  has(id: string): boolean;
  stop(): void;
  progressOf(id: string): number | undefined;
  subscribe(id: string, listener: () => void): () => void;
}

export interface UploadsOptions {
  readonly uploader: FileUploader | undefined;
  readonly maxUploads: number;
  /** Loads a file from where it is stored. */
  readonly load: (id: string) => Promise<Blob | undefined>;
}

/** The number of attempts with a connection, before an upload fails until the user retries. */
const MAX_ATTEMPTS = 10;

/** An upload without progress for this time is tried again, in ms. */
const STALLED_AFTER = 60_000;

/** SIP response codes (RFC 3261 section 21). */
const REQUEST_TIMEOUT = 408;
const GONE = 410;
const SERVER_ERROR = 500;
const NOT_IMPLEMENTED = 501;

interface Upload {
  readonly id: string;
  failures: number;
  /** It waits for its turn or for the response of the uploader. */
  isBusy: boolean;
  /** Aborted: the upload has ended, whatever the result of the attempt. */
  readonly ended: AbortController;
  /** Aborts the running attempt. */
  attempt: AbortController | undefined;
  /** 0 to 1. */
  progress: number | undefined;
  /** Cancels the next attempt. */
  cancelRetry: () => void;
  stopFollowing: () => void;
}

function nothing(): void {}

function refusal(code: number, problem: string): TransportFailure {
  return new TransportFailure(code, problem, { retryable: false });
}

/**
 * Aborts an attempt without progress for a while. `ended` rejects once it is aborted, also where the uploader does not
 * respond then.
 */
function watchProgress(
  clock: Clock,
  controller: AbortController,
): { readonly ended: Promise<never>; advanced(): void; stop(): void } {
  const start = (): (() => void) => clock.setTimer(() => controller.abort(), STALLED_AFTER);
  let cancel = start();
  const ended = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => {
      cancel();
      reject(new TransportFailure(REQUEST_TIMEOUT, 'The upload made no progress.', { retryable: true }));
    });
  });
  return {
    ended,
    advanced() {
      cancel();
      if (!controller.signal.aborted) cancel = start();
    },
    stop: () => cancel(),
  };
}

export function createUploads(host: FileHost, { uploader, maxUploads, load }: UploadsOptions): Uploads {
  const uploads = new Map<string, Upload>();
  const listeners = new Map<string, Set<() => void>>();
  /** The uploads that may run now, in order. */
  let ready: Upload[] = [];
  let running = 0;

  function setProgress(upload: Upload, progress: number | undefined): void {
    if (upload.progress === progress) return;
    upload.progress = progress;
    for (const listener of listeners.get(upload.id) ?? []) listener();
  }

  function end(upload: Upload): void {
    if (uploads.get(upload.id) !== upload) return;
    uploads.delete(upload.id);
    ready = ready.filter((other) => other !== upload);
    upload.cancelRetry();
    upload.stopFollowing();
    upload.ended.abort();
    upload.attempt?.abort();
    setProgress(upload, undefined);
  }

  function makeReady(upload: Upload): void {
    if (upload.ended.signal.aborted || upload.isBusy) return;
    upload.isBusy = true;
    upload.cancelRetry();
    ready.push(upload);
    startNext();
  }

  function startNext(): void {
    if (!host.isOnline()) return;
    while (running < maxUploads) {
      const next = ready.shift();
      if (next === undefined) return;
      running += 1;
      void run(next).finally(() => {
        running -= 1;
        startNext();
      });
    }
  }

  async function run(upload: Upload): Promise<void> {
    const { id, ended } = upload;
    try {
      const url = await attempt(upload);
      const record = host.record(id);
      if (ended.signal.aborted || record === undefined) return;
      const body = JSON.stringify({ ...(JSON.parse(record.body) as object), url });
      end(upload);
      host.uploaded(id, body);
    } catch (error) {
      upload.attempt = undefined;
      upload.isBusy = false;
      if (ended.signal.aborted) return;
      setProgress(upload, undefined);
      fail(upload, error);
    }
  }

  async function attempt(upload: Upload): Promise<string> {
    const { id, ended } = upload;
    if (uploader === undefined) throw refusal(NOT_IMPLEMENTED, 'There is no uploader.');
    const file = await load(id);
    const record = host.record(id);
    const content = record && parseFile(record);
    if (file === undefined || content === undefined) throw refusal(GONE, 'The file is no longer on this device.');
    if (ended.signal.aborted) throw refusal(GONE, 'The upload has ended.');
    const controller = new AbortController();
    upload.attempt = controller;
    setProgress(upload, 0);
    const watch = watchProgress(host.clock, controller);
    const { name, type } = content;
    try {
      const uploaded = uploader.upload(file, {
        id,
        remote: host.remote,
        name,
        type,
        signal: controller.signal,
        onProgress(loaded) {
          if (upload.attempt !== controller) return;
          watch.advanced();
          // Whole percents, so that a listener is called a hundred times at most.
          setProgress(upload, Math.floor(Math.min(1, Math.max(0, loaded / file.size)) * 100) / 100);
        },
      });
      const { url } = await Promise.race([watch.ended, uploaded]);
      if (typeof url !== 'string' || url === '') throw new TypeError('upload() must resolve with a url.');
      return url;
    } finally {
      watch.stop();
    }
  }

  function fail(upload: Upload, error: unknown): void {
    const failure = error instanceof TransportFailure ? error : undefined;
    if (failure === undefined) host.diagnose('upload-failed', 'The uploader failed.', error);
    const { code, retryable } = failure ?? { code: SERVER_ERROR, retryable: true };
    // Without a connection, a failure says nothing about the uploader.
    if (host.isOnline()) upload.failures += 1;
    if (retryable && upload.failures < MAX_ATTEMPTS) {
      const wait = backOff(Math.max(1, upload.failures), host.random.next());
      upload.cancelRetry = host.clock.setTimer(() => makeReady(upload), wait);
      return;
    }
    end(upload);
    host.failed(upload.id, code);
  }

  host.onOnline(() => {
    for (const upload of uploads.values()) makeReady(upload);
    startNext();
  });

  return {
    add(id) {
      if (uploads.has(id)) return;
      const upload: Upload = {
        id,
        failures: 0,
        isBusy: false,
        ended: new AbortController(),
        attempt: undefined,
        progress: undefined,
        cancelRetry: nothing,
        stopFollowing: nothing,
      };
      uploads.set(id, upload);
      // The message was discarded, or a different tab uploads its file.
      upload.stopFollowing = host.subscribe(id, () => {
        const record = host.record(id);
        if (record?.uploadPending !== true || record.status !== 'queued') end(upload);
      });
      makeReady(upload);
    },
    has: (id) => uploads.has(id),
    stop() {
      for (const upload of Array.from(uploads.values())) end(upload);
    },
    progressOf: (id) => uploads.get(id)?.progress,
    subscribe(id, listener) {
      const own = listeners.get(id) ?? new Set();
      listeners.set(id, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(id);
      };
    },
  };
}
