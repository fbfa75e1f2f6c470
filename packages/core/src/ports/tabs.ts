/**
 * Tabs of one user that hold the same conversation. One of them leads and uses the transport; the others follow it. Whichever
 * dies or hangs, another one is elected.
 */
export interface TabCoordinator {
  /** Joins the tabs of a conversation. Never calls the listener within this call. */
  join(conversation: string, listener: TabListener): TabMembership;
}

/** What a tab hears from the others. */
export interface TabListener {
  /** This tab leads from now on, until it leaves or is demoted. */
  elected(): void;
  /**
   * Another tab leads from now on: it took over, since this one did not answer. This one follows it, and may be elected
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
  /** Leaves the tabs, and the leadership if this tab had it. */
  leave(): void;
}
