import { withReaction } from '../messages/revisions.ts';
import type { MessageReaction, MessageRecord } from '../messages/messageRecord.ts';
import type { ReactOperation } from '../ports/operations.ts';

/** How many earlier sets of reactions are kept, to restore one when later ones are refused. */
export const MAX_EARLIER_REACTIONS = 5;

/**
 * Replaces the reactions of the local user, and keeps the previous set: the network may refuse the new one, also long
 * after the transport accepted it.
 * @param superseded id of a waiting set that is never sent.
 */
export function withOwnReactions(
  record: MessageRecord,
  { id, sequence, emojis }: ReactOperation,
  author: string,
  superseded: string | undefined,
): MessageRecord {
  const known = reactionsOf(record, author);
  const next = withReaction(record, { id, sequence, author, emojis });
  if (known === undefined || next === record) return next;
  const { earlier = [] } = known;
  const before = known.id === superseded ? earlier : [...earlier, { id: known.id, emojis: known.emojis }];
  return withReactions(next, author, (reaction) => withEarlier(reaction, before));
}

/**
 * Removes a refused set of the local user; if it was the current one, restores the previous set. The restored set counts
 * as newer, so that no other tab and no archive restores the refused one. Returns the same record if it has no such set.
 */
export function withoutRefusedReactions(record: MessageRecord, id: string, author: string): MessageRecord {
  const known = reactionsOf(record, author);
  if (known === undefined || !hasSet(known, id)) return record;
  const { earlier = [], sequence } = known;
  if (known.id !== id) {
    const before = earlier.filter((set) => set.id !== id);
    return withReactions(record, author, (reaction) => withEarlier(reaction, before));
  }
  const previous = earlier.at(-1) ?? { id: `${id}~`, emojis: [] };
  const restored = { author, ...previous, sequence: sequence + 1 };
  return withReactions(record, author, () => withEarlier(restored, earlier.slice(0, -1)));
}

/** Whether an author has reacted to a message with a set of this id, which may show again. */
export function hasReactions(record: MessageRecord, id: string, author: string): boolean {
  const known = reactionsOf(record, author);
  return known !== undefined && hasSet(known, id);
}

export function reactionsOf({ reactions = [] }: MessageRecord, author: string): MessageReaction | undefined {
  return reactions.find((reaction) => reaction.author === author);
}

function hasSet({ id, earlier = [] }: MessageReaction, wanted: string): boolean {
  return id === wanted || earlier.some((set) => set.id === wanted);
}

function withReactions(
  record: MessageRecord,
  author: string,
  change: (reaction: MessageReaction) => MessageReaction,
): MessageRecord {
  const { reactions = [] } = record;
  return { ...record, reactions: reactions.map((each) => (each.author === author ? change(each) : each)) };
}

function withEarlier(reaction: MessageReaction, sets: NonNullable<MessageReaction['earlier']>): MessageReaction {
  const { earlier: _earlier, ...rest } = reaction;
  return sets.length === 0 ? rest : { ...rest, earlier: sets.slice(-MAX_EARLIER_REACTIONS) };
}
