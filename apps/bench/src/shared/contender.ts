import type { BenchMessage, Stage as Tick } from './messages.ts';

/** One way to show a conversation. Each module of a contender exports one as `contender`. */
export interface Contender {
  /** What to count as a row where React renders: the component of a message. Without React: nothing. */
  readonly rowType?: unknown;
  /** Readies a conversation; nothing is shown yet. `older` come in front when they are asked for. */
  prepare(messages: readonly BenchMessage[], older: readonly BenchMessage[]): Promise<Conversation>;
}

/**
 * A conversation on show, and what may happen in it. A promise resolves when the change has reached the state that is
 * shown, not when it was painted: for that the harness waits.
 */
export interface Conversation {
  /** Shows list, typing indicator and composer in an element of 400 × 700 px. */
  mount(host: HTMLElement): void;
  unmount(): void;
  /** Finds a row. Rows are as wide as the list. */
  readonly rowSelector: string;
  /** The element that scrolls. */
  scroller(): HTMLElement;
  /** What a person types into. */
  input(): HTMLElement;
  /** Messages of the participant, all at once. */
  append(messages: readonly BenchMessage[]): Promise<void>;
  /** Own messages that the transport has taken. */
  send(messages: readonly BenchMessage[]): Promise<readonly string[]>;
  /** One own message goes a step further. */
  tick(id: string, to: Tick): Promise<void>;
  /** What many own messages have reached becomes known at once, as after a reconnect. */
  burst(ids: readonly string[], to: Tick): Promise<void>;
  /** What leads to a burst, and is not part of it. */
  beforeBurst?(ids: readonly string[], to: Tick): Promise<void>;
  typing(composing: boolean): Promise<void>;
  /** A message whose content grows, as one that a machine writes. */
  beginGrowing(): Promise<void>;
  grow(text: string): void;
  /** Lets the older messages come in front. */
  showOlder(): Promise<void>;
}
