/** What one node tells the others. None of it is stored, and all of it may be lost. */
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
  /** Users who are connected to a node, or are no longer. */
  | { readonly type: 'present' | 'gone'; readonly users: readonly string[] }
  /** A node asks the others to say who is connected to them. */
  | { readonly type: 'who' }
  /** A node is still there. */
  | { readonly type: 'alive' };

/** A message with the name of the node that it comes from. */
export type FromNode<T extends BusMessage = BusMessage> = T & { readonly node: string };

/** What joins the nodes of one server. */
export interface Bus {
  /**
   * Begins to listen.
   * @param receive is called with each message of another node, as text; own messages may come back too.
   * @param resubscribed is called when messages may have been lost.
   */
  start(receive: (text: string) => void, resubscribed: () => void): Promise<void>;
  /** Sends a message to all nodes. Never rejects. */
  publish(text: string): void;
  close(): Promise<void>;
}
