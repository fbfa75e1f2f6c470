import type { BenchMessage, Stage as Tick } from './messages.ts';

/** One way to show a conversation. Each module of a contender exports one as `contender`. */
export interface Contender {
  /** The component of a message, whose renders count as rows. Absent without React. */
  readonly rowType?: unknown;
  /** Prepares a conversation without showing it. `older` messages are prepended on request. */
  prepare(messages: readonly BenchMessage[], older: readonly BenchMessage[]): Promise<Conversation>;
}

/**
 * A conversation that is shown, and its possible changes. A promise resolves when the change is part of the shown state,
 * not when it was painted: the harness waits for the painting.
 */
export interface Conversation {
  /** Shows list, typing indicator and composer in an element of 400 × 700 px. */
  mount(host: HTMLElement): void;
  unmount(): void;
  /** Finds a row. Rows are as wide as the list. */
  readonly rowSelector: string;
  /** The element that scrolls. */
  scroller(): HTMLElement;
  /** The text box. */
  input(): HTMLElement;
  /** Messages of the participant, all at once. */
  append(messages: readonly BenchMessage[]): Promise<void>;
  /** Adds own messages that the transport has accepted. */
  send(messages: readonly BenchMessage[]): Promise<readonly string[]>;
  /** Changes the status of one own message to the next one. */
  tick(id: string, to: Tick): Promise<void>;
  /** Changes the status of many own messages at once, as after a reconnect. */
  burst(ids: readonly string[], to: Tick): Promise<void>;
  /** Prepares a burst; this is not measured. */
  beforeBurst?(ids: readonly string[], to: Tick): Promise<void>;
  typing(composing: boolean): Promise<void>;
  /** Shows a message whose content grows, as the answer of a language model does. */
  beginGrowing(): Promise<void>;
  grow(text: string): void;
  /** Prepends the older messages. */
  showOlder(): Promise<void>;
}
