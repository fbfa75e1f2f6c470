/**
 * Sends the requests to one participant in order and one at a time (RFC 3428, section 8): each waits for the response
 * to the one before.
 */
export interface SerialQueue {
  /**
   * Runs a task after all earlier ones. A newer message or composing notification supersedes a composing notification
   * that still waits; `run` then resolves with undefined.
   * @param owner the channel that sends.
   */
  run<T>(owner: object, kind: QueuedKind, task: () => Promise<T>): Promise<T | undefined>;
  /** Rejects all tasks of a channel at once. A request that has been sent is not recalled. */
  cancel(owner: object, failure: Error): void;
}

export type QueuedKind = 'message' | 'composing' | 'notification';

interface Entry {
  readonly owner: object;
  readonly kind: QueuedKind;
  readonly start: () => Promise<unknown>;
  readonly supersede: () => void;
  readonly fail: (error: unknown) => void;
}

export function createSerialQueue(): SerialQueue {
  let waiting: Entry[] = [];
  let running: Entry | undefined;

  async function drain(): Promise<void> {
    if (running !== undefined) return;
    for (running = waiting.shift(); running !== undefined; running = waiting.shift()) await running.start();
  }

  return {
    run: <T>(owner: object, kind: QueuedKind, task: () => Promise<T>) =>
      new Promise<T | undefined>((resolve, reject) => {
        if (kind !== 'notification') {
          for (const entry of waiting) if (entry.kind === 'composing') entry.supersede();
          waiting = waiting.filter((entry) => entry.kind !== 'composing');
        }
        waiting.push({
          owner,
          kind,
          start: async () => task().then(resolve, reject),
          supersede: () => resolve(undefined),
          fail: reject,
        });
        void drain();
      }),
    cancel(owner, failure) {
      const own = waiting.filter((entry) => entry.owner === owner);
      waiting = waiting.filter((entry) => entry.owner !== owner);
      for (const entry of own) entry.fail(failure);
      if (running?.owner === owner) running.fail(failure);
    },
  };
}
