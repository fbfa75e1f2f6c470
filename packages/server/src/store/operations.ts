/** Plans how a commit applies edits, retractions and reactions to the log. */

import type { LogEntry } from '@imflow/websocket';
import type { Named, NewEntry, Refusal, StoredEntry } from './store.ts';

/** The plan of a commit: entries to store, entries to refuse, and stored payloads to replace. */
export interface Plan {
  readonly accepted: readonly NewEntry[];
  readonly refused: readonly Refusal[];
  readonly replaced: readonly Replacement[];
}

/** The new payload of a stored entry. */
export interface Replacement extends Named {
  readonly payload: string;
  /** Its content was erased: the text of a message or an edit, or reactions that newer ones replaced. */
  readonly erased: boolean;
}

interface Draft {
  readonly entry: NewEntry;
  readonly isStored: boolean;
  payload: string;
  erased: boolean;
}

/**
 * Plans the entries that refer to others, in their order. Only the author of a message edits or retracts it. A
 * retraction erases its text, its edits and the quotes of it in replies. Of the reactions of an author to a message only
 * the newest set remains.
 * @param known the entries that are stored under the ids of the new ones, their targets, and the other operations on
 * those targets.
 */
export function planOperations(entries: readonly NewEntry[], known: readonly (StoredEntry & Named)[]): Plan {
  const drafts = new Map<string, Draft>();
  const byTarget = new Map<string, Draft[]>();
  const changed = new Set<Draft>();
  const accepted: Draft[] = [];
  const refused: Refusal[] = [];

  function add(draft: Draft): Draft {
    const { conversation, id, target } = draft.entry;
    drafts.set(keyOf(conversation, id), draft);
    if (target === undefined) return draft;
    const key = keyOf(conversation, target);
    byTarget.set(key, [...(byTarget.get(key) ?? []), draft]);
    return draft;
  }

  function replace(draft: Draft, payload: string, erased: boolean): void {
    draft.payload = payload;
    draft.erased = erased;
    changed.add(draft);
  }

  function erase(draft: Draft): void {
    if (!draft.erased) replace(draft, withoutContent(draft.payload), true);
  }

  function eraseExcerpt(draft: Draft): void {
    if (!draft.erased) replace(draft, withoutExcerpt(draft.payload), false);
  }

  /** Applies the effects of an accepted entry on others, and of others on it. */
  function apply(draft: Draft, target: Draft): void {
    const { conversation, kind, author } = draft.entry;
    const others = byTarget.get(keyOf(conversation, target.entry.id)) ?? [];
    if (kind === 'retract') {
      erase(target);
      for (const other of others) {
        if (other.entry.kind === 'edit') erase(other);
        if (other.entry.kind === 'message') eraseExcerpt(other);
      }
    } else if (kind === 'react') {
      const sets = others.filter(({ entry }) => entry.kind === 'react' && entry.author === author);
      const newest = sets.reduce((one, other) => (other.entry.sequence > one.entry.sequence ? other : one));
      for (const set of sets) if (set !== newest) erase(set);
    } else if (kind === 'message' && target.erased) {
      eraseExcerpt(draft);
    }
  }

  for (const { erased, ...entry } of known) {
    add({ entry: { ...entry, users: usersOf(entry) }, isStored: true, payload: entry.payload, erased });
  }
  for (const entry of entries) {
    const { conversation, id, target } = entry;
    if (drafts.has(keyOf(conversation, id))) continue;
    const about = target === undefined ? undefined : drafts.get(keyOf(conversation, target));
    const code = refusalCodeOf(entry, about);
    if (code !== undefined) {
      refused.push({ conversation, id, code });
      continue;
    }
    const draft = add({ entry, isStored: false, payload: entry.payload, erased: false });
    accepted.push(draft);
    if (about !== undefined) apply(draft, about);
  }
  return {
    accepted: accepted.map(({ entry, payload, erased }) => ({ ...entry, payload, erased })),
    refused,
    replaced: Array.from(changed)
      .filter(({ isStored }) => isStored)
      .map(({ entry: { conversation, id }, payload, erased }) => ({ conversation, id, payload, erased })),
  };
}

/** Removes a text from the entries that quote it. */
export function withoutExcerpt(payload: string): string {
  const said = JSON.parse(payload) as Partial<LogEntry>;
  if (said.kind !== 'message' || said.replyTo === undefined) return payload;
  return JSON.stringify({ ...said, replyTo: { ...said.replyTo, excerpt: '' } });
}

function refusalCodeOf({ kind, author }: NewEntry, target: Draft | undefined): Refusal['code'] | undefined {
  // A reply to a message that the store no longer has is a message all the same.
  if (kind === 'message') return undefined;
  if (target?.entry.kind !== 'message') return 404;
  if (kind !== 'react' && target.entry.author !== author) return 403;
  return target.erased && kind !== 'retract' ? 410 : undefined;
}

function withoutContent(payload: string): string {
  const said = JSON.parse(withoutExcerpt(payload)) as Partial<LogEntry>;
  if (said.kind === 'react') return JSON.stringify({ ...said, emojis: [] });
  return JSON.stringify({ ...said, body: '' });
}

function keyOf(conversation: string, id: string): string {
  return JSON.stringify([conversation, id]);
}

function usersOf({ conversation }: Named): readonly [string, string] {
  return JSON.parse(conversation) as [string, string];
}
