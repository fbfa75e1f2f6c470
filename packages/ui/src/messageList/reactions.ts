/** Groups and toggles the reactions to a message. */

import { emojiKey, type InstantMessagingFlow, type MessageRecord, type SentMessage } from '@imflow/react';

/** An emoji with those who react with it. */
export interface ReactionGroup {
  readonly emoji: string;
  /** The addresses of the authors; the local one last. */
  readonly authors: readonly string[];
}

/**
 * The reactions to a message by emoji. Those of others come first, so that no other chip moves when the user adds one.
 */
export function groupReactions({ reactions = [] }: MessageRecord, localAddress: string): readonly ReactionGroup[] {
  const groups = new Map<string, { readonly emoji: string; readonly authors: string[] }>();
  const isOwn = (author: string): number => Number(author === localAddress);
  for (const { author, emojis } of reactions.toSorted((one, other) => isOwn(one.author) - isOwn(other.author))) {
    for (const emoji of emojis) {
      const key = emojiKey(emoji);
      const group = groups.get(key) ?? { emoji, authors: [] };
      group.authors.push(author);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

/** Returns the emojis of an author. */
function reactionsOf(record: MessageRecord, author: string): readonly string[] {
  return record.reactions?.find((each) => each.author === author)?.emojis ?? [];
}

/** Whether an author reacts with an emoji, ignoring variation selectors. */
export function hasReaction(record: MessageRecord, author: string, emoji: string): boolean {
  return reactionsOf(record, author).some((each) => emojiKey(each) === emojiKey(emoji));
}

/**
 * Adds an emoji to the local user's reactions, or takes it back. Where the network takes one at a time, it replaces the other.
 *
 * @throws FlowError as `flow.react`.
 */
export function toggleReaction(flow: InstantMessagingFlow, record: MessageRecord, emoji: string): SentMessage {
  const own = reactionsOf(record, flow.localAddress);
  const others = own.filter((each) => emojiKey(each) !== emojiKey(emoji));
  const isOne = flow.operations.react === 'one';
  return flow.react(record.id, others.length < own.length ? others : [...(isOne ? [] : own), emoji]);
}
