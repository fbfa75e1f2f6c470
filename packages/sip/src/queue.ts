/**
 * What goes to one participant, one request at a time and in order (RFC 3428, section 8): the next one leaves when the
 * one before has been answered.
 */
export interface Queue {
  /**
   * Runs a task when all before it are done. A composing notification that is still waiting gives way to anything newer
   * than it but notifications: it was about a moment that is over.
   * @param owner the channel that asks.
   */
  run<T>(owner: object, kind: QueuedKind, task: () => Promise<T>): Promise<T | undefined>;
  /** What a channel waits for is rejected at once; what is on the wire goes on there. */
  giveUp(owner: object, failure: Error): void;
}

export type QueuedKind = 'message' | 'composing' | 'notification';

interface Entry {
  readonly owner: object;
  readonly kind: QueuedKind;
  readonly start: () => Promise<unknown>;
  readonly giveWay: () => void;
  readonly fail: (error: unknown) => void;
}

export function createQueue(): Queue {
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
          for (const entry of waiting) if (entry.kind === 'composing') entry.giveWay();
          waiting = waiting.filter((entry) => entry.kind !== 'composing');
        }
        waiting.push({
          owner,
          kind,
          start: async () => task().then(resolve, reject),
          giveWay: () => resolve(undefined),
          fail: reject,
        });
        void drain();
      }),
    giveUp(owner, failure) {
      const own = waiting.filter((entry) => entry.owner === owner);
      waiting = waiting.filter((entry) => entry.owner !== owner);
      for (const entry of own) entry.fail(failure);
      if (running?.owner === owner) running.fail(failure);
    },
  };
}
