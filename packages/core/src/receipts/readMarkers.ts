/** The read markers of both sides: how far each has displayed the conversation. */

import { NO_DEADLINE } from '../time/step.ts';
import { parseMeta } from '../validation/records.ts';
import type { ConversationMeta } from '../ports/storage.ts';
import type { EngineState } from '../engine/state.ts';

/** The order up to which each side has displayed the conversation; `-Infinity` before the first message. */
export type ReadMarkers = Readonly<
  Required<Pick<ConversationMeta, 'displayedOrder' | 'remoteDisplayedOrder' | 'remoteDisplayedAt'>>
>;

export const initialReadMarkers: ReadMarkers = {
  displayedOrder: -NO_DEADLINE,
  remoteDisplayedOrder: -NO_DEADLINE,
  remoteDisplayedAt: -NO_DEADLINE,
};

/**
 * Returns the read markers advanced to the given values, ignoring invalid ones; returns the same object if nothing
 * advanced.
 */
export function advancedReadMarkers(marks: ReadMarkers, given: Readonly<Record<string, unknown>>): ReadMarkers {
  const moved = Object.entries(parseMeta(given)).filter(
    ([name, next]) => Number(next) > marks[name as keyof ReadMarkers],
  );
  return moved.length === 0 ? marks : { ...marks, ...Object.fromEntries(moved) };
}

/** The stored data besides messages and waiting operations: read markers that have moved, and pending receipts. */
export function toConversationMeta({
  readMarkers: marks,
  pendingReadReceipts,
  unmatchedOperations,
  unmatchedReceipts,
  markedUnread,
  history: { gapAfterOrder },
}: Pick<
  EngineState,
  'readMarkers' | 'pendingReadReceipts' | 'unmatchedOperations' | 'unmatchedReceipts' | 'markedUnread' | 'history'
>): ConversationMeta {
  const moved = Object.entries(marks).filter(([, last]) => Number.isFinite(last));
  return {
    ...Object.fromEntries(moved),
    pendingReadReceipts,
    ...(gapAfterOrder === undefined ? {} : { gapAfterOrder }),
    ...(markedUnread === true ? { markedUnread } : {}),
    ...(unmatchedOperations.length > 0 ? { unmatchedOperations } : {}),
    ...(unmatchedReceipts.length > 0 ? { unmatchedReceipts } : {}),
  };
}
