/**
 * Coordinates the tabs of one user with the same conversation. The leader uses the transport; the followers replicate
 * its state. If the leader closes or hangs, a new one is elected.
 */
export interface TabCoordinator {
  /** Joins the tabs of a conversation. Never calls the listener within this call. */
  join(conversation: string, listener: TabListener): TabMembership;
}

/** The events that a tab receives from the others. */
export interface TabListener {
  /** This tab leads from now on, until it leaves or is demoted. */
  elected(): void;
  /**
   * A different tab took over and leads from now on, since this one did not respond. This tab follows it, and may be
   * elected again.
   */
  demoted(): void;
  /** Another tab posted a message. Unchecked. */
  received(post: unknown): void;
}

/** The membership of a tab in the group of a conversation. */
export interface TabMembership {
  /** Posts to all other tabs of the conversation. `post` is plain data. */
  post(post: unknown): void;
  /** Leaves the group. If this tab led, a different one is elected. */
  leave(): void;
}
