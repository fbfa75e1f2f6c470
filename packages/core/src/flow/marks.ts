import { NEVER } from '../machines/step.ts';
import { FURTHEST_ORDER } from '../messages/messageRecord.ts';
import { parseMeta } from '../messages/parseRecord.ts';
import type { ConversationMeta } from '../ports/storage.ts';

/** How far both sides have displayed, and been told of it; `-Infinity` before the first message. */
export type Marks = Readonly<Required<ConversationMeta>>;

export const initialMarks: Marks = {
  displayedOrder: -NEVER,
  // Stored with the others from the beginning: where it is missing, all that was displayed counts as reported.
  reportedOrder: -FURTHEST_ORDER,
  remoteDisplayedOrder: -NEVER,
  remoteDisplayedAt: -NEVER,
};

/** The marks, with those that are further, unchecked ones too: what makes no sense is none. The same marks where none is. */
export function furtherMarks(marks: Marks, given: Readonly<Record<string, unknown>>): Marks {
  const moved = Object.entries(parseMeta(given)).filter(([name, next]) => next > marks[name as keyof Marks]);
  return moved.length === 0 ? marks : { ...marks, ...Object.fromEntries(moved) };
}

/** The marks as they are stored: those that have been moved. */
export function metaOf(marks: Marks): ConversationMeta {
  return Object.fromEntries(Object.entries(marks).filter(([, last]) => Number.isFinite(last)));
}
