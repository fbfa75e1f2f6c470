/** The port that connects the nodes of one server. */

/** A message between nodes. It is not stored and may be lost. */
export type BusMessage =
  /** The log of a conversation has grown: a hint to read it. */
  | { readonly type: 'grown'; readonly users: readonly [string, string]; readonly head: number }
  | {
      readonly type: 'composing';
      readonly from: string;
      readonly to: string;
      readonly state: string;
      readonly refresh?: number | undefined;
      readonly frameSequence?: { readonly session: string; readonly sequence: number } | undefined;
    }
  /** A device has signed in on this node: its socket on another node is outdated. */
  | { readonly type: 'signedIn'; readonly user: string; readonly device: string }
  /** Users who have connected to a node, or disconnected from it. */
  | { readonly type: 'present' | 'gone'; readonly users: readonly string[] }
  /** Messages of or to a node may be lost: the others post their connected users, and all read the store again. */
  | { readonly type: 'who' }
  /** A node is still there. */
  | { readonly type: 'alive' };

/** A message with the name of the node that it comes from. */
export type FromNode<T extends BusMessage = BusMessage> = T & { readonly node: string };

/** The port that connects the nodes of one server. It may lose messages: nodes read the store again. */
export interface Bus {
  /**
   * A node begins to listen. Connects in the background, and again after each cut.
   * @param receive is called with each message of another node, as text; own messages may be delivered too.
   * @param subscribed is called whenever the subscription begins: earlier messages may be lost.
   */
  join(receive: (text: string) => void, subscribed: () => void): BusMember;
}

/** A node on the bus. */
export interface BusMember {
  /** Sends a text of at most 7 000 bytes to all nodes, without a retry. Never throws. */
  publish(text: string): void;
  leave(): Promise<void>;
}
