import { withReaction } from '../messages/revisions.ts';
import type { MessageReaction, MessageRecord } from '../messages/messageRecord.ts';
import type { ReactOperation } from '../ports/operations.ts';

/** How many sets are remembered that hold again where later ones are refused. */
export const MAX_EARLIER_REACTIONS = 5;

/**
 * Replaces what the local user reacts with, and remembers the set before: the network may refuse the new one, also long
 * after the wire took it.
 * @param superseded id of a set that waited, which nobody ever gets.
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
 * A set of the local user was refused: where it is the one that shows, the set before shows again. It counts as newer, so
 * that no other tab and no archive brings the refused one back. The same record where it has no such set.
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
