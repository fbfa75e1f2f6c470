/** The mark that a conversation is unread: setting it, and loading it from the storage. */

import { forwardCommand, setState, type Transaction } from '../engine/transaction.ts';

/**
 * The local user marks the conversation as unread, or removes the mark. In a follower, the leader stores the mark.
 */
export function markUnread(tx: Transaction, unread: boolean): void {
  const { markedUnread, role } = tx.state;
  if (markedUnread === unread) return;
  setState(tx, { markedUnread: unread });
  if (role === 'follower') forwardCommand(tx, { kind: 'markUnread', unread });
  else tx.writesMeta = true;
}

/**
 * The storage has been read. A mark that the user has set or removed since, in any tab, is newer, and is stored if it
 * differs.
 */
export function loadMarkedUnread(tx: Transaction, stored: boolean): void {
  const { markedUnread, role } = tx.state;
  if (markedUnread === undefined) setState(tx, { markedUnread: stored });
  else if (markedUnread !== stored && role === 'leader') tx.writesMeta = true;
}
