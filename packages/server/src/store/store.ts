/** The store port: where a server keeps its conversations. */

/** The key of a conversation: its two users. */
export interface ConversationKey {
  /** Names it in the store. */
  readonly conversation: string;
  /** Its users, in the order of their names. */
  readonly users: readonly [string, string];
}

/** The key of the conversation of two users, in either order. */
export function conversationOf(one: string, other: string): ConversationKey {
  const users: [string, string] = one < other ? [one, other] : [other, one];
  return { conversation: JSON.stringify(users), users };
}

/** The name of an entry. */
export interface Named {
  readonly conversation: string;
  readonly id: string;
}

/** An entry's name as one text. The key of a conversation is JSON, so that it is clear where it ends. */
export function nameOf({ conversation, id }: Named): string {
  return `${conversation}${id}`;
}

/** The kind of an entry. */
export type EntryKind = 'message' | 'edit' | 'retract' | 'react';

/** An entry of a log that is to be stored. */
export interface NewEntry extends ConversationKey {
  readonly kind: EntryKind;
  /** The target of an operation, or the message that a message replies to. */
  readonly target: string | undefined;
  /** Of an operation: places it among those of its author on the same message. 0 for a message. */
  readonly sequence: number;
  /** Its content was erased. Default: false. */
  readonly erased?: boolean;
  /** Unique in the conversation; made by its author. */
  readonly id: string;
  readonly author: string;
  /** The device of the author, which is not sent its own entries. */
  readonly device: string;
  /** What the entry says, as JSON. */
  readonly payload: string;
}

/** The delivery status of an entry. Times are in ms since the epoch. */
export interface EntryStatus {
  readonly id: string;
  readonly author: string;
  /** Its place in the log, from 1; it never changes. */
  readonly position: number;
  /** The place in the log of the last change of its status; `position` at first. */
  readonly revision: number;
  readonly deliveredAt: number | undefined;
  readonly displayedAt: number | undefined;
  readonly failedAt: number | undefined;
  /** A SIP response code. */
  readonly failedCode: number | undefined;
}

/** A stored entry. */
export interface StoredEntry extends EntryStatus {
  readonly kind: EntryKind;
  readonly target: string | undefined;
  readonly sequence: number;
  /** Its content was erased: the text of a message or an edit, or reactions that newer ones replaced. */
  readonly erased: boolean;
  readonly device: string;
  readonly payload: string;
  /** When it was stored. */
  readonly at: number;
}

/** A receipt to store: the outcome of entries for their recipient. */
export interface NewReceipt extends ConversationKey {
  /** The author of the entries, whom the receipt is for. */
  readonly author: string;
  readonly ids: readonly string[];
  readonly outcome: 'delivered' | 'displayed' | 'failed';
  /** It is also about every entry of the author before the last of `ids`. */
  readonly upTo: boolean;
  /** For `failed`. */
  readonly code: number | undefined;
}

/**
 * An entry that was refused: the message does not exist (404), has a different author (403), or was retracted (410).
 */
export interface Refusal extends Named {
  readonly code: 403 | 404 | 410;
}

/** The end of a conversation's log before and after a commit. */
export interface Growth {
  readonly conversation: string;
  /** The last place that was taken before. */
  readonly from: number;
  /** The last place that is taken now. */
  readonly head: number;
}

/** A device of a user. */
export interface Device {
  readonly user: string;
  readonly device: string;
}

/** A stretch of a log. */
export interface Stretch {
  readonly conversation: string;
  /** The last place before it. */
  readonly position: number;
  /** Its last place. */
  readonly upTo: number;
}

/** Changes of the status of entries. */
export interface Change {
  readonly conversation: string;
  /** Of the entries. */
  readonly author: string;
  /** The place of the last entry that is asked for. */
  readonly upTo: number;
  /** The changes after this one. */
  readonly revision: number;
}

/** The cursor of a device: it has stored everything up to there. */
export interface Cursor extends Device {
  readonly conversation: string;
  readonly position: number;
}

/**
 * Where a server keeps its conversations. Every method resolves after the commit. Each conversation is a log: messages
 * and changes of their status take the next place, and the order of commits is the order of places, so that a reader
 * who asks for the entries after a place misses none.
 */
export interface Store {
  /** Prepares the store. Resolves with the random name of this store; a new store has a new name. */
  open(): Promise<{ readonly epoch: string }>;
  /**
   * Stores entries in one commit, in their order. An id that its conversation has already is left out. A retraction
   * erases the text of its message, the edits and the excerpts in replies; newer reactions erase those that they
   * replace.
   * @param entries at most one with the same id in a conversation.
   */
  append(
    entries: readonly NewEntry[],
    at: number,
  ): Promise<{
    readonly stored: readonly (StoredEntry & { conversation: string })[];
    readonly growth: readonly Growth[];
    readonly refused: readonly Refusal[];
  }>;
  /** The stored entries of these names; those that do not exist are left out. */
  find(names: readonly Named[]): Promise<readonly (StoredEntry & Named)[]>;
  /** The operations on messages of a conversation that are not erased, in the order of the log. */
  operationsOn(conversation: string, ids: readonly string[]): Promise<readonly StoredEntry[]>;
  /** Stores receipts in one commit. Returns the changed entries. A known time is kept. */
  mark(
    receipts: readonly NewReceipt[],
    at: number,
  ): Promise<{
    readonly changed: readonly (EntryStatus & { conversation: string })[];
    readonly growth: readonly Growth[];
  }>;
  /** Entries of stretches, at most `limit` each, in the order of the log; one list for each stretch, in order. */
  entriesAfter(of: readonly Stretch[], limit: number): Promise<readonly (readonly StoredEntry[])[]>;
  /**
   * Entries of which the status has changed, in the order of the changes; one list for each place, in order. Entries of one
   * revision are never separated, so that there may be more of them than `limit`.
   */
  changesAfter(of: readonly Change[], limit: number): Promise<readonly (readonly EntryStatus[])[]>;
  /** The newest messages before a place, or of all, in the order of the log. */
  messagesBefore(conversation: string, position: number | undefined, limit: number): Promise<readonly StoredEntry[]>;
  /** How far the logs go; a conversation that does not exist is left out. */
  heads(conversations: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Devices sign in. One that is new begins at the furthest cursor that its user has in each conversation.
   */
  signIn(devices: readonly Device[], at: number): Promise<void>;
  /** The participants with entries after the cursors of devices; one list for each device, in order. */
  waiting(of: readonly Device[]): Promise<readonly (readonly string[])[]>;
  /** The cursors of devices, 0 without one; in the order of the devices. */
  cursors(of: readonly Omit<Cursor, 'position'>[]): Promise<readonly number[]>;
  /** Moves cursors. They move forwards only. */
  saveCursors(cursors: readonly Cursor[]): Promise<void>;
  /** Saves when users were last connected. */
  saveSeen(users: readonly string[], at: number): Promise<void>;
  /** When users were last connected; users who never were are left out. */
  lastSeen(users: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Deletes everything that a user has sent, and their devices and cursors. Resolves with the number of entries. */
  deleteUser(user: string): Promise<number>;
  /** Deletes entries that were stored before a time, and devices that have not connected since. */
  deleteBefore(at: number): Promise<number>;
  close(): Promise<void>;
}
