/** Searches the log of a conversation for a text. */

import { createTextMatcher } from '@imflow/core';
import { messageEntries, operationEntries } from './payload.ts';
import type { Store } from './store/store.ts';

/** How many messages one step reads. */
const MAX_READ = 500;
/** How many characters one step compares: some milliseconds of work, between which other clients are served. */
const MAX_COMPARED = 200_000;

/** What one step of a search found. */
export interface LogMatches {
  /** The messages whose newest text matches, newest first. */
  readonly ids: readonly string[];
  /** The position before which the next step searches. Absent: the whole log has been searched. */
  readonly next?: number;
}

/**
 * Searches the newest messages before a position, as many as take a few milliseconds. A message is compared by its
 * newest text; one that was retracted has none. Case, accents and width do not count.
 *
 * @param before default: all messages.
 */
export async function searchLog(
  store: Pick<Store, 'messagesBefore' | 'operationsOn'>,
  conversation: string,
  text: string,
  before: number | undefined,
): Promise<LogMatches> {
  const found = await store.messagesBefore(conversation, before, MAX_READ + 1);
  const messages = messageEntries(found.slice(-MAX_READ)).toReversed();
  const edits = operationEntries(
    await store.operationsOn(
      conversation,
      messages.map(({ id }) => id),
    ),
  ).filter((operation) => operation.kind === 'edit');
  const newest = new Map<string, (typeof edits)[number]>();
  for (const edit of edits) {
    const other = newest.get(edit.target);
    if (other === undefined || edit.sequence > other.sequence) newest.set(edit.target, edit);
  }
  const matches = createTextMatcher(text);
  const ids: string[] = [];
  let compared = 0;
  for (const [index, message] of messages.entries()) {
    const { contentType, body } = newest.get(message.id) ?? message;
    if (matches({ contentType, body, retracted: message.retracted })) ids.push(message.id);
    compared += body.length;
    const isLast = index === messages.length - 1;
    if ((compared > MAX_COMPARED && !isLast) || (isLast && found.length > MAX_READ)) {
      return { ids, next: message.position };
    }
  }
  return { ids };
}
