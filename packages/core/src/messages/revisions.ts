/** The revisions of a message: applies edits, retractions and reactions to a record. */

import type { MessageOperation } from '../ports/operations.ts';
import type { MessageReaction, MessageRecord, MessageRevision } from './messageRecord.ts';

/** The number of earlier revisions that a record keeps: the first and the newest ones. */
export const MAX_EARLIER_REVISIONS = 20;

/** The fields of a record that belong to one revision of it. */
export type RevisionFields = Omit<MessageRevision, 'id' | 'sequence' | 'at'>;

/** The status, times and failure of a revision. */
export type RevisionState = Omit<RevisionFields, 'contentType' | 'body'>;

/** The sort key of the operations of one author on one message. */
type Version = Pick<MessageOperation, 'id' | 'sequence'>;

/** The id on the network of the revision that a record shows: that of the operation, or of the message itself. */
export function revisionId(record: MessageRecord): string {
  return record.revision?.id ?? record.messageId;
}

/** The ids by which a storage finds a record: of its message, its revisions, its reactions, and its reply target. */
export function lookupIds(record: MessageRecord): ReadonlySet<string> {
  const { messageId, replyTo, reactions = [], revision } = record;
  const revisions = revision === undefined ? [] : revisionsOf(record);
  const sets = reactions.flatMap((reaction) => [reaction, ...(reaction.earlier ?? [])]);
  const named = [...revisions, ...sets, ...(replyTo === undefined ? [] : [replyTo])];
  return new Set([messageId, ...named.map(({ id }) => id)]);
}

/** The ids of a message and of its revisions. */
export function revisionIds({ messageId, revision, earlierRevisions = [] }: MessageRecord): readonly string[] {
  if (revision === undefined) return [messageId];
  return [messageId, ...earlierRevisions.map(({ id }) => id), revision.id];
}

/** Whether a record is that of a message or revision with this id. */
export function hasId(record: MessageRecord, id: string): boolean {
  return record.messageId === id || findRevision(record, id) !== undefined;
}

/** Whether the author edited the message after others may have seen it. */
export function isEdited(record: MessageRecord): boolean {
  return record.retracted === undefined && revisionId(record) !== record.messageId;
}

/** The message as its author sent it first. */
export function firstRevision(record: MessageRecord): RevisionFields {
  return record.earlierRevisions?.[0] ?? record;
}

/** Returns the revision of a record with this id; undefined if there is none. */
export function findRevision(record: MessageRecord, id: string): RevisionFields | undefined {
  if (revisionId(record) === id) return record;
  return record.earlierRevisions?.find((revision) => revision.id === id);
}

/** Whether a record shows a text that replaced the marked one: read markers of the earlier text do not apply then. */
export function hasLaterRevision(record: MessageRecord): boolean {
  return revisionId(record) !== record.messageId;
}

/** All revisions of a record, oldest first. The record shows the last one. */
export function revisionsOf(record: MessageRecord): readonly MessageRevision[] {
  const { contentType, body, revision = { id: record.messageId, sequence: 0, at: record.at } } = record;
  return [
    ...(record.earlierRevisions ?? []),
    { contentType, body, ...stateOf(record), ...version(revision), at: revision.at },
  ];
}

/** Changes one revision of a record. Returns the same record if it has no such revision or nothing changed. */
export function mapRevision(
  record: MessageRecord,
  id: string,
  change: <T extends RevisionFields>(revision: T) => T,
): MessageRecord {
  if (revisionId(record) === id) return change(record);
  const earlier = record.earlierRevisions?.find((revision) => revision.id === id);
  const next = earlier && change(earlier);
  if (earlier === undefined || next === undefined || next === earlier) return record;
  return {
    ...record,
    earlierRevisions: (record.earlierRevisions ?? []).map((other) => (other === earlier ? next : other)),
  };
}

/**
 * Applies an operation to a record. Returns the same record if nothing changed. Operations of one author count by their
 * sequence, never by their arrival, so all sides that know the same operations show the same. Nothing changes a message
 * that was retracted.
 * @param author who wrote the operation. The caller has checked that they may.
 * @param state the status and other delivery fields of the revision that it creates.
 * @param at when it became known here, in ms since the epoch.
 */
export function applyOperation(
  record: MessageRecord,
  operation: MessageOperation,
  author: string,
  state: RevisionState,
  at: number,
): MessageRecord {
  if (record.retracted !== undefined) return record;
  switch (operation.kind) {
    case 'react':
      return withReaction(record, { ...version(operation), author, emojis: operation.emojis });
    case 'retract':
      return retract(record, { ...version(operation), at }, state);
    case 'edit': {
      const { contentType, body } = operation;
      return withRevision(record, { ...version(operation), ...state, contentType, body, at });
    }
  }
}

/** Replaces the reactions of an author, unless a newer set is known. */
export function withReaction(record: MessageRecord, reaction: MessageReaction): MessageRecord {
  const known = record.reactions?.find(({ author }) => author === reaction.author);
  if (known !== undefined && compareVersions(known, reaction) >= 0) return record;
  return { ...record, reactions: [...(record.reactions ?? []).filter((other) => other !== known), reaction] };
}

/**
 * Removes the newest revision. Its sequence stays, so that the record counts as newer than one that still contains the
 * revision.
 */
export function withoutNewestRevision(record: MessageRecord): MessageRecord {
  const { earlierRevisions = [], revision, ...rest } = record;
  const previous = earlierRevisions.at(-1);
  if (previous === undefined || revision === undefined) return record;
  const { id, sequence: _sequence, at, ...fields } = previous;
  const remaining = earlierRevisions.slice(0, -1);
  return {
    ...withoutFailure(rest),
    ...fields,
    revision: { id, sequence: revision.sequence, at },
    ...(remaining.length > 0 ? { earlierRevisions: remaining } : {}),
  };
}

/**
 * Compares two records of a message by their newest revision: positive if the first is newer, negative if the second
 * is.
 */
export function compareRevisions(one: MessageRecord, other: MessageRecord): number {
  const retracted = Number(one.retracted !== undefined) - Number(other.retracted !== undefined);
  return retracted || (one.revision?.sequence ?? 0) - (other.revision?.sequence ?? 0);
}

/** Merges the newest reactions of two records of the same message. */
export function withReactionsOf(record: MessageRecord, other: MessageRecord): MessageRecord {
  if (record.retracted !== undefined) return record;
  return (other.reactions ?? []).reduce(withReaction, record);
}

/** A set of reactions without duplicates: ❤ and ❤️ are the same. */
export function normaliseEmojis(emojis: readonly string[]): readonly string[] {
  return [
    ...new Map(emojis.map((emoji) => [emojiKey(emoji), emoji.normalize('NFC')] as const).toReversed()).values(),
  ].toReversed();
}

/** The key by which emojis are compared: composed, without variation selectors. */
export function emojiKey(emoji: string): string {
  return emoji.normalize('NFC').replaceAll(/[\uFE0E\uFE0F]/g, '');
}

function withRevision(record: MessageRecord, revision: MessageRevision): MessageRecord {
  const revisions = revisionsOf(record);
  if (revisions.some(({ id }) => id === revision.id)) return record;
  const all = [...revisions, revision].toSorted(compareVersions);
  const newest = all.pop() ?? revision;
  const { id, sequence, at, ...fields } = newest;
  const earlierRevisions =
    all.length > MAX_EARLIER_REVISIONS ? all.toSpliced(1, all.length - MAX_EARLIER_REVISIONS) : all;
  if (newest !== revision) return { ...record, earlierRevisions };
  const { revision: _revision, ...rest } = withoutFailure(record);
  return { ...rest, ...fields, revision: { id, sequence, at }, earlierRevisions };
}

/** Erases the texts of a message, its quote, and the reactions to it. */
function retract(
  record: MessageRecord,
  revision: NonNullable<MessageRecord['revision']>,
  state: RevisionState,
): MessageRecord {
  const { earlierRevisions: _revisions, reactions: _reactions, replyTo: _replyTo, ...rest } = withoutFailure(record);
  return { ...rest, ...state, body: '', revision, retracted: { at: revision.at } };
}

function withoutFailure<T extends Pick<RevisionFields, 'code' | 'retryable'>>(
  record: T,
): Omit<T, 'code' | 'retryable'> {
  const { code: _code, retryable: _retryable, ...rest } = record;
  return rest;
}

/** The status, times and failure of a record or a revision. */
export function stateOf(revision: RevisionFields): RevisionState {
  const { status, attempts, timestamps, code, retryable, deliveryFailures } = revision;
  return {
    status,
    attempts,
    timestamps,
    deliveryFailures,
    ...(code === undefined ? {} : { code }),
    ...(retryable === undefined ? {} : { retryable }),
  };
}

function version({ id, sequence }: Version): Version {
  return { id, sequence };
}

function compareVersions(one: Version, other: Version): number {
  return one.sequence - other.sequence || (one.id < other.id ? -1 : Number(one.id > other.id));
}
