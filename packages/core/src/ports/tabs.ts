/**
 * Tabs of one user that hold the same conversation. One of them speaks on the wire; the others mirror it. Whichever
 * dies or hangs, another one is elected.
 */
export interface TabCoordinator {
  /** Takes a seat among the tabs of a conversation. Never calls the listener within this call. */
  join(conversation: string, listener: TabListener): TabMembership;
}

/** What a tab hears from the others. */
export interface TabListener {
  /** This tab speaks from now on, until it leaves or is demoted. */
  elected(): void;
  /**
   * Another tab speaks from now on: it took over, since this one did not answer. This one mirrors it, and may be elected
   * again.
   */
  demoted(): void;
  /** Another tab posted. Unchecked. */
  received(post: unknown): void;
}

/** A tab's place among the tabs of a conversation. */
export interface TabMembership {
  /** Tells all other tabs of the conversation. `post` is plain data. */
  post(post: unknown): void;
  /** Gives up the seat, and the speaker's place if it was this tab's. */
  leave(): void;
}
