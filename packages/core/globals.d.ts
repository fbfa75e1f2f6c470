// The few globals that the engine's ports use, and that browsers and Node share.
// The engine is checked without the DOM's types and without Node's, so anything else is an error there.

interface AbortSignal {
  readonly aborted: boolean;
  // oxlint-disable-next-line typescript/no-explicit-any -- as the platform declares it
  readonly reason: any;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
  throwIfAborted(): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare const AbortController: new () => AbortController;
declare const console: Record<'error' | 'warn', (...values: unknown[]) => void>;
declare const crypto: { getRandomValues<T extends Uint8Array | Uint32Array>(array: T): T };

declare function clearTimeout(timer: number | undefined): void;
declare function queueMicrotask(task: () => void): void;
declare function setTimeout(task: () => void, milliseconds?: number): number;
