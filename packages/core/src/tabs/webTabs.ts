/** A tab coordinator from Web Locks and a BroadcastChannel. */

import { FlowError } from '../errors/FlowError.ts';
import type { Clock } from '../ports/clock.ts';
import { systemClock } from '../ports/systemPorts.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import { isObject, tryRead } from '../validation/guards.ts';
import { createLeaderWatch } from './leaderWatch.ts';
import { joinLockElection, type LockManagerLike } from './lockElection.ts';

/** Options of the tab coordinator. */
export interface WebLocksTabCoordinatorOptions {
  /** Begins the names of the lock and the channel of each conversation. Default `imflow`. */
  readonly name?: string;
  /**
   * How long the leader may take to respond to another tab, in ms, before that tab takes over. 1 000 to 60 000, default
   * 5 000.
   */
  readonly leaderTimeout?: number;
  /** Default: the system clock. */
  readonly clock?: Clock;
}

/** A frame on the channel. */
type Frame =
  | { readonly type: 'post'; readonly leads: boolean; readonly post: unknown }
  /** Asks whether the leader responds. */
  | { readonly type: 'ask' }
  /** The response of the leader. */
  | { readonly type: 'answer' };

/**
 * Lets the tabs of one browser share a conversation: a Web Lock elects the leader, and the next one when its tab is
 * closed or crashes; a BroadcastChannel carries their messages. Give it to the flows of one user together with a
 * storage that the tabs share.
 *
 * A leader that does not respond, because it is frozen or blocked by a dialog, is replaced: another tab steals the lock,
 * and the former leader follows when it runs again.
 *
 * Where the host has no Web Locks or no BroadcastChannel, or refuses them, as in a sandboxed frame, each tab leads
 * alone.
 * @throws FlowError `invalid-argument` for an empty name; `out-of-range` for `leaderTimeout`.
 */
export function createWebLocksTabCoordinator(options: WebLocksTabCoordinatorOptions = {}): TabCoordinator {
  const { name = 'imflow', leaderTimeout = 5_000, clock = systemClock } = options;
  if (typeof name !== 'string' || name === '') {
    throw new FlowError('invalid-argument', 'name must be a non-empty string.');
  }
  if (!(leaderTimeout >= 1_000 && leaderTimeout <= 60_000)) {
    throw new FlowError(
      'out-of-range',
      `leaderTimeout is ${leaderTimeout}, but must be a number from 1000 to 60000 ms.`,
    );
  }
  return {
    join(conversation, listener) {
      const key = `${name}:tabs:${conversation}`;
      const locks = lockManager();
      let channel = locks && openChannel(key);
      let hasLeft = false;
      let hasStolen = false;

      /** Without an election each tab is its own leader. */
      function speakAlone(): void {
        watch.stop();
        channel?.close();
        channel = undefined;
        election?.leave();
        if (!hasLeft) listener.elected();
      }

      function send(frame: Frame): void {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel takes none
        channel?.postMessage(frame);
      }

      function receive(data: unknown): void {
        const frame = parseFrame(data);
        switch (frame?.type) {
          case 'ask':
            if (election?.leads === true) send({ type: 'answer' });
            return;
          case 'answer':
            hearLeader();
            return;
          case 'post':
            if (frame.leads) hearLeader();
            listener.received(frame.post);
            return;
          case undefined:
            listener.received(data);
        }
      }

      function hearLeader(): void {
        hasStolen = false;
        watch.heard();
      }

      const watch = createLeaderWatch({
        clock,
        timeout: leaderTimeout,
        post: () => send({ type: 'ask' }),
        silent() {
          // A host that refuses to steal the lock has no election.
          if (hasStolen) speakAlone();
          else {
            hasStolen = true;
            election?.steal();
          }
        },
      });
      const election =
        locks && channel
          ? joinLockElection(locks, key, {
              elected() {
                hasStolen = false;
                watch.stop();
                listener.elected();
              },
              demoted() {
                listener.demoted();
                watch.ask();
              },
              refused: speakAlone,
            })
          : undefined;
      if (election === undefined) queueMicrotask(speakAlone);
      else {
        channel?.addEventListener('message', ({ data }) => receive(data));
        watch.ask();
      }

      return {
        post(post) {
          send({ type: 'post', leads: election?.leads === true, post });
          if (election?.leads === false && channel !== undefined) watch.ask();
        },
        leave() {
          hasLeft = true;
          watch.stop();
          election?.leave();
          channel?.close();
          channel = undefined;
        },
      };
    },
  };
}

function parseFrame(data: unknown): Frame | undefined {
  if (!isObject(data)) return undefined;
  const { type, leads, post } = data;
  if (type === 'ask' || type === 'answer') return { type };
  return type === 'post' ? { type, leads: leads === true, post } : undefined;
}

/** Undefined where the host has none or refuses it. */
function openChannel(name: string): BroadcastChannel | undefined {
  return tryRead(() => (typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)), undefined);
}

/** Absent in pages that are not served securely. */
function lockManager(): LockManagerLike | undefined {
  return tryRead(() => (typeof navigator === 'undefined' ? undefined : navigator.locks), undefined) ?? undefined;
}
