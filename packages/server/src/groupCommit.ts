/** Group commit: writes that arrive during a commit share the next one. It uses no timer. */
export interface GroupCommit<T, R> {
  /**
   * Resolves after the commit. Rejects where the commit failed; everything that had gathered behind it is rejected too.
   */
  add(item: T): Promise<R>;
  /** Resolves once nothing is pending. */
  idle(): Promise<void>;
}

export interface GroupCommitOptions<T, R> {
  /** Commits a batch. Resolves with the results, in the order of the items. */
  readonly commit: (items: readonly T[]) => Promise<readonly R[]>;
  /** Items of one key never go together; those without a key may. Default: no item has one. */
  readonly keyOf?: (item: T) => string | undefined;
  /**
   * The most items of one commit, or their largest size together where `sizeOf` is given. One item is always allowed.
   */
  readonly maxItems: number;
  /** How large an item is. Default: 1 for each. */
  readonly sizeOf?: (item: T) => number;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit<T, R>(options: GroupCommitOptions<T, R>): GroupCommit<T, R> {
  const { commit, keyOf, maxItems, sizeOf = () => 1 } = options;
  let queue: Waiting<T, R>[] = [];
  let running: Promise<void> | undefined;

  function takeBatch(): Waiting<T, R>[] {
    const keys = new Set<string>();
    let [length, size] = [0, 0];
    for (const { item } of queue) {
      const key = keyOf?.(item);
      size += sizeOf(item);
      // What follows waits too, so that the order holds.
      if (length > 0 && (size > maxItems || (key !== undefined && keys.has(key)))) break;
      if (key !== undefined) keys.add(key);
      length += 1;
    }
    return queue.splice(0, length);
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      // What arrives in this turn of the event loop goes together, also with what waited for the last commit.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = takeBatch();
      try {
        const results = await commit(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => resolve(results[index] as R));
      } catch (error) {
        // What waits behind a write that failed must not overtake it.
        const behind = queue;
        queue = [];
        for (const { reject } of [...batch, ...behind]) reject(error);
      }
    }
    running = undefined;
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        running ??= run();
      }),
    async idle() {
      // What is added meanwhile is waited for too.
      for (let current = running; current !== undefined; current = running) await current;
    },
  };
}
