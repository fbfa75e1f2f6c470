interface Wait {
  readonly grant: () => void;
}

interface Held {
  /** The request's promise rejects. */
  readonly lose: () => void;
}

type Options = { readonly signal?: AbortSignal; readonly steal?: boolean };

/** The Web Locks of one name, without a browser: a queue, requests that steal, and holders that hang. */
export class FakeLocks {
  /** How often a lock was taken away. */
  stolen = 0;
  #held: Held | undefined;
  readonly #queue: Wait[] = [];
  /** The holder whose tab does not run, and the error that it receives once it runs. */
  #frozen: Held | undefined;
  readonly #late: (() => void)[] = [];

  /** The tab of the holder hangs: it does not learn that it has lost the lock until `thaw`. */
  freezeHolder(): void {
    this.#frozen = this.#held;
  }

  thaw(): void {
    this.#frozen = undefined;
    for (const notify of this.#late.splice(0)) notify();
  }

  readonly request = (_name: string, options: Options, hold: () => unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const take = (): void => {
        const held: Held = {
          lose: () => reject(new DOMException("Lock broken by another request with the 'steal' option.", 'AbortError')),
        };
        this.#held = held;
        void (async () => {
          resolve(await hold());
          if (this.#held !== held) return;
          this.#held = undefined;
          this.#next();
        })();
      };
      if (options.steal === true) {
        const old = this.#held;
        if (old !== undefined) {
          this.stolen += 1;
          if (old === this.#frozen) this.#late.push(old.lose);
          else queueMicrotask(old.lose);
        }
        // The request that steals comes before the queue.
        this.#held = { lose: reject };
        queueMicrotask(take);
        return;
      }
      const wait: Wait = { grant: take };
      this.#queue.push(wait);
      options.signal?.addEventListener('abort', () => {
        const index = this.#queue.indexOf(wait);
        if (index === -1) return;
        this.#queue.splice(index, 1);
        reject(new DOMException('The request was aborted.', 'AbortError'));
      });
      queueMicrotask(() => this.#next());
    });

  #next(): void {
    if (this.#held === undefined) this.#queue.shift()?.grant();
  }
}
