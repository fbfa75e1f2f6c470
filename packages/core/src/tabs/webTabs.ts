import { FlowError } from '../errors/FlowError.ts';
import type { TabCoordinator } from '../ports/tabs.ts';

/** What the tabs of a conversation use to find each other. */
export interface WebLocksTabCoordinatorOptions {
  /** Begins the names of the lock and the channel of each conversation. Default `imflow`. */
  readonly name?: string;
}

/**
 * Lets the tabs of one browser share a conversation: a Web Lock elects the one that speaks, and the next one when its
 * tab is closed or crashes; a BroadcastChannel carries what they tell each other. Give it to the flows of one user
 * together with a storage that the tabs share.
 *
 * Where the host has no Web Locks or no BroadcastChannel, each tab speaks for itself.
 * @throws FlowError `invalid-argument` for an empty name.
 */
export function createWebLocksTabCoordinator(options: WebLocksTabCoordinatorOptions = {}): TabCoordinator {
  const { name = 'imflow' } = options;
  if (typeof name !== 'string' || name === '') {
    throw new FlowError('invalid-argument', 'name must be a non-empty string.');
  }
  return {
    join(conversation, listener) {
      const key = `${name}:tabs:${conversation}`;
      // Without an election all speak, and have nothing to tell each other.
      const channel = hasLocks() ? openChannel(key) : undefined;
      const leaving = new AbortController();
      let release: (() => void) | undefined;

      if (channel !== undefined) channel.addEventListener('message', ({ data }) => listener.received(data));
      if (channel === undefined) queueMicrotask(elect);
      else void navigator.locks.request(key, { signal: leaving.signal }, hold).catch(ignoreLeaving);

      function elect(): void {
        if (!leaving.signal.aborted) listener.elected();
      }

      /** The lock is held for as long as the promise is open, or until the tab dies. */
      function hold(): Promise<void> {
        return new Promise((resolve) => {
          release = resolve;
          elect();
        });
      }

      return {
        post(post) {
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel takes none
          channel?.postMessage(post);
        },
        leave() {
          leaving.abort();
          release?.();
          channel?.close();
        },
      };
    },
  };
}

function openChannel(name: string): BroadcastChannel | undefined {
  return typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name);
}

function hasLocks(): boolean {
  // Absent in pages that are not served securely.
  return typeof navigator !== 'undefined' && 'locks' in navigator;
}

function ignoreLeaving(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
}
