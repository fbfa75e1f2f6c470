/** Counts the places that a batch takes in the logs of its conversations. */

import type { Row } from './sql.ts';
import type { ConversationKey, Growth } from './store.ts';

/** The places of a batch. */
export interface Places {
  /** The conversations, their users and how many places each takes: the first parameters of a statement. */
  readonly columns: readonly [readonly string[], readonly string[], readonly string[], readonly number[]];
  /** For each row, how many places its conversation takes after it. */
  readonly behind: readonly number[];
  /** @param rows of the result, of which those with a head contain the new end of a log. */
  growthOf(rows: readonly Row[]): readonly Growth[];
}

/**
 * @param ordinalOf says which place of its conversation a row takes, from 1; rows of the same place share it. Default: each
 *   takes the next one.
 */
export function placesOf<T extends ConversationKey>(rows: readonly T[], ordinalOf?: (row: T) => number): Places {
  const conversations = new Map<string, { readonly users: readonly [string, string]; taken: number }>();
  const ordinals = rows.map((row) => {
    const known = conversations.get(row.conversation) ?? { users: row.users, taken: 0 };
    conversations.set(row.conversation, known);
    const ordinal = ordinalOf?.(row) ?? known.taken + 1;
    known.taken = Math.max(known.taken, ordinal);
    return ordinal;
  });
  const takenBy = (conversation: string): number => conversations.get(conversation)?.taken ?? 0;
  const all = Array.from(conversations.values());
  return {
    columns: [
      Array.from(conversations.keys()),
      all.map(({ users }) => users[0]),
      all.map(({ users }) => users[1]),
      all.map(({ taken }) => taken),
    ],
    behind: rows.map(({ conversation }, index) => takenBy(conversation) - (ordinals[index] ?? 0)),
    growthOf: (results) =>
      results.flatMap(({ conversation: name, head: reached }) => {
        if (reached === null) return [];
        const [conversation, head] = [String(name), Number(reached)];
        return [{ conversation, head, from: head - takenBy(conversation) }];
      }),
  };
}
