/** The files of a simulated user: the store in which they wait for their upload, and the server that receives them. */

import { type FileStore, type FileTransfer, type FileUploader, type Random, TransportFailure } from '@imflow/core';
import { createFileTransfer, createMemoryFileStore } from '@imflow/core/files';
import type { VirtualClock } from '../virtualClock.ts';
import type { SimulatedHost } from './simulatedHost.ts';

/** The longest duration of a call of the file store, and of an upload, in ms. */
const MAX_STORE_DELAY = 30;
const MAX_UPLOAD_DELAY = 5_000;

/** How many uploads fail. */
const FAILURES = 0.25;

/** The files of one user. The store outlives their tabs. */
export interface SimulatedFiles {
  /** The files of a flow in a tab. */
  transferOf(host: SimulatedHost): FileTransfer;
  /** The ids of the files that are stored. */
  left(conversation: string): Promise<readonly string[]>;
}

/** @param works whether the device stores files now. */
export function createSimulatedFiles(clock: VirtualClock, random: Random, works: () => boolean): SimulatedFiles {
  const store = createMemoryFileStore();
  let uploads = 0;

  function after<T>(delay: number, act: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      clock.setTimer(() => void act().then(resolve, reject), delay);
    });
  }

  function storeOf(host: SimulatedHost): FileStore {
    const call = <T>(act: () => Promise<T>): Promise<T> =>
      host.call(() =>
        after(random.next() * MAX_STORE_DELAY, () =>
          works() ? act() : Promise.reject(new Error('The disk is full.')),
        ),
      );
    return {
      put: (...args) => call(() => store.put(...args)),
      get: (...args) => call(() => store.get(...args)),
      delete: (...args) => call(() => store.delete(...args)),
      list: (...args) => call(() => store.list(...args)),
    };
  }

  function uploaderOf(host: SimulatedHost): FileUploader {
    return {
      upload: (_file, { id, onProgress }) =>
        host.call(() =>
          after(random.next() * MAX_UPLOAD_DELAY, async () => {
            onProgress(1);
            if (random.next() < FAILURES) throw new TransportFailure(503, 'The upload failed.', { retryable: true });
            uploads += 1;
            return { url: `https://files.example/${id}/${uploads}` };
          }),
        ),
    };
  }

  return {
    transferOf: (host) =>
      createFileTransfer({ store: storeOf(host), uploader: uploaderOf(host), describe: () => Promise.resolve({}) }),
    left: (conversation) => store.list(conversation, Infinity),
  };
}
