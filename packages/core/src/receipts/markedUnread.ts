/** The mark that a conversation is unread: setting it, and loading it from the storage. */

import { forwardCommand, setState, type Transaction } from '../engine/transaction.ts';

/**
 * The local user marks the conversation as unread, or takes that back. A follower leaves it to the leader to store it.
 */
export function markUnread(tx: Transaction, unread: boolean): void {
  const { markedUnread, role } = tx.state;
  if (markedUnread === unread) return;
  setState(tx, { markedUnread: unread });
  if (role === 'follower') forwardCommand(tx, { kind: 'markUnread', unread });
  else tx.writesMeta = true;
}

/**
 * The storage has been read. What the user did here or in another tab since is newer, and is stored where it differs.
 */
export function loadMarkedUnread(tx: Transaction, stored: boolean): void {
  const { markedUnread, role } = tx.state;
  if (markedUnread === undefined) setState(tx, { markedUnread: stored });
  else if (markedUnread !== stored && role === 'leader') tx.writesMeta = true;
}
