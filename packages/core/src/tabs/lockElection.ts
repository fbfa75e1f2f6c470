/** Elects the leader among tabs by a Web Lock. */

/** The part of the Web Locks API that the election uses. */
export type LockManagerLike = Pick<LockManager, 'request'>;

/** The membership of a tab in the election: the tab that holds the lock is the leader. */
export interface LockElection {
  readonly leads: boolean;
  /** Steals the lock from a tab that does not respond. */
  steal(): void;
  leave(): void;
}

export interface LockElectionListener {
  /** This tab holds the lock. */
  elected(): void;
  /** A different tab has stolen the lock. This tab waits for it again. */
  demoted(): void;
  /** The host refuses locks: in a sandboxed frame, for instance. */
  refused(): void;
}

/** Requests the lock. Never calls the listener synchronously. */
export function joinLockElection(locks: LockManagerLike, name: string, listener: LockElectionListener): LockElection {
  let leads = false;
  let request: AbortController | undefined;
  let release: (() => void) | undefined;

  async function ask(steal: boolean): Promise<void> {
    const own = new AbortController();
    request?.abort();
    request = own;
    const isCurrent = (): boolean => request === own;

    /** The lock is held while the promise is pending, or until the tab ends or loses it. */
    const hold = (): Promise<void> | undefined => {
      if (!isCurrent()) return undefined;
      leads = true;
      return new Promise((resolve) => {
        release = resolve;
        listener.elected();
      });
    };

    try {
      // A request that steals takes no signal.
      await locks.request(name, steal ? { steal } : { signal: own.signal }, hold);
    } catch {
      if (!isCurrent()) return;
      if (!leads) {
        listener.refused();
        return;
      }
      leads = false;
      listener.demoted();
      if (isCurrent()) void ask(false);
    }
  }

  queueMicrotask(() => {
    if (request === undefined) void ask(false);
  });

  return {
    get leads() {
      return leads;
    },
    steal() {
      void ask(true);
    },
    leave() {
      request?.abort();
      // No request is current.
      request = new AbortController();
      leads = false;
      release?.();
    },
  };
}
