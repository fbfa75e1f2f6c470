// The few globals that the engine names, and that browsers and Node share.
// The engine is checked without the types of the DOM and of Node, so any other global is an error there.

interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare const crypto: { getRandomValues<T extends Uint8Array>(array: T): T };

declare const performance: { now(): number };

declare class TextEncoder {
  /** As UTF-8. */
  encode(text: string): Uint8Array;
}

declare function clearTimeout(timer: number | undefined): void;
declare function setTimeout(task: () => void, milliseconds?: number): number;
declare function structuredClone<T>(value: T): T;

interface Blob {
  readonly size: number;
  readonly type: string;
}

declare const Blob: new (parts: readonly Uint8Array[], options: { readonly type: string }) => Blob;

declare class TextDecoder {
  constructor(encoding: 'utf-8', options: { readonly fatal: boolean });
  /** Throws for bytes that are not UTF-8, if the decoder is fatal. */
  decode(bytes: Uint8Array): string;
}
