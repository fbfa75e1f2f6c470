// The engine is checked without the DOM's types and without Node's. This is the one global type that its API names,
// and both of them have it; the few functions that it calls are declared where they are called, in src/ports.

interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
