import { NEVER } from '../machines/step.ts';
import { parseMeta } from '../messages/parseRecord.ts';
import type { ConversationMeta } from '../ports/storage.ts';

/** How far both sides have displayed; `-Infinity` before the first message. */
export type Marks = Readonly<Required<Omit<ConversationMeta, 'unreported'>>>;

export const initialMarks: Marks = {
  displayedOrder: -NEVER,
  remoteDisplayedOrder: -NEVER,
  remoteDisplayedAt: -NEVER,
};

/** The marks, with those that are further, unchecked ones too: what makes no sense is none. The same marks where none is. */
export function furtherMarks(marks: Marks, given: Readonly<Record<string, unknown>>): Marks {
  const moved = Object.entries(parseMeta(given)).filter(([name, next]) => Number(next) > marks[name as keyof Marks]);
  return moved.length === 0 ? marks : { ...marks, ...Object.fromEntries(moved) };
}

/** What is stored besides messages: the marks that have been moved, and what is still to be reported. */
export function metaOf(marks: Marks, unreported: readonly string[]): ConversationMeta {
  const moved = Object.entries(marks).filter(([, last]) => Number.isFinite(last));
  return { ...Object.fromEntries(moved), unreported };
}
