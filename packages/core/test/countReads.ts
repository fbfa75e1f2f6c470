/**
 * Returns how many elements and fields of a state a function reads, at any depth. A function that copies or searches a
 * list reads all of its elements.
 */
export function countReads<State extends object>(state: State, work: (state: State) => unknown): number {
  let reads = 0;
  const proxies = new WeakMap<object, object>();
  function counting<T>(value: T): T {
    if (typeof value !== 'object' || value === null) return value;
    const known = proxies.get(value);
    if (known !== undefined) return known as T;
    const proxy = new Proxy(Object.isFrozen(value) ? shallowCopy(value) : value, {
      get(target, key) {
        const part: unknown = Reflect.get(target, key);
        if (typeof part === 'function') return part;
        reads += 1;
        return counting(part);
      },
    });
    proxies.set(value, proxy);
    return proxy;
  }
  work(counting(state));
  return reads;
}

/** A proxy cannot return a proxy for a field of a frozen object. */
function shallowCopy<T extends object>(value: T): T {
  const empty = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
  return Object.assign(empty, value);
}
