/** Converts between frames and entries of the log. */

import type { ClientFrame, LogEntry, MessageEntry, OperationEntry, ReceiptEntry } from '@imflow/websocket';
import { conversationOf, type EntryStatus, type NewEntry, type StoredEntry } from './store/store.ts';

/** A frame that is stored as an entry of the log. */
export type EntryFrame = Extract<ClientFrame, { readonly type: 'message' | 'operation' }>;

/** The most ids in one receipt. */
const MAX_IDS = 200;

/** Converts a frame to a log entry. Characters that a PostgreSQL text cannot contain are escaped as JSON. */
export function newEntry(author: string, device: string, frame: EntryFrame): NewEntry {
  const { conversation, users } = conversationOf(author, frame.to);
  const { id } = frame;
  if (frame.type === 'message') {
    const { contentType, body, sentAt, replyTo, frameSequence } = frame;
    const payload = JSON.stringify({ kind: 'message', contentType, body, sentAt, replyTo, frameSequence });
    return { conversation, users, id, author, device, kind: 'message', target: replyTo?.id, sequence: 0, payload };
  }
  const { kind, target, sequence } = frame;
  const payload = JSON.stringify({ ...contentOf(frame), kind, target, sequence });
  return { conversation, users, id, author, device, kind, target, sequence, payload };
}

function contentOf(frame: Extract<EntryFrame, { readonly type: 'operation' }>): object {
  if (frame.kind === 'edit') return { contentType: frame.contentType, body: frame.body };
  return frame.kind === 'react' ? { emojis: frame.emojis } : {};
}

/** Whether an entry has this content; a resend may differ in its time. */
export function isSameContent(stored: StoredEntry, entry: NewEntry): boolean {
  if (stored.kind !== entry.kind || stored.author !== entry.author || stored.target !== entry.target) return false;
  return stored.erased || contentKey(stored.payload) === contentKey(entry.payload);
}

function contentKey(payload: string): string {
  const { contentType, body, emojis } = JSON.parse(payload) as Record<string, unknown>;
  return JSON.stringify([contentType, body, emojis]);
}

/** Writes an entry as clients receive it, like `logEntry`. Its payload is JSON already, and is not read for that. */
export function writeEntry({ id, author, position, at, payload, kind, erased }: StoredEntry): string {
  const retracted = kind === 'message' && erased ? ',"retracted":true' : '';
  return `${payload.slice(0, -1)},"id":${JSON.stringify(id)},"author":${JSON.stringify(author)},"position":${position},"at":${at}${retracted}}`;
}

/** Converts an entry to the form that clients receive. */
export function logEntry({ id, author, position, at, payload, kind, erased }: StoredEntry): LogEntry {
  const said = JSON.parse(payload) as LogEntry;
  return { ...said, id, author, position, at, ...(kind === 'message' && erased ? { retracted: true } : {}) };
}

/** The messages among entries, in the form that clients receive. */
export function messageEntries(entries: readonly StoredEntry[]): MessageEntry[] {
  return entries.map(logEntry).filter((entry) => entry.kind === 'message');
}

/** The operations among entries, in the form that clients receive. */
export function operationEntries(entries: readonly StoredEntry[]): OperationEntry[] {
  return entries.map(logEntry).filter((entry) => entry.kind !== 'message');
}

/** The receipts of entries, in the form that their author receives, in the order of the changes. */
export function receiptEntries(entries: readonly EntryStatus[]): ReceiptEntry[] {
  const receipts: ReceiptEntry[] = [];
  let displayed: { revision: number; at: number; ids: string[] } | undefined;
  const flush = (): void => {
    if (displayed === undefined) return;
    const { at, ids } = displayed;
    receipts.push({ id: ids.at(-1) ?? '', outcome: 'displayed', ids, at });
    displayed = undefined;
  };
  for (const { id, revision, deliveredAt, displayedAt, failedAt, failedCode } of entries) {
    if (failedAt !== undefined) receipts.push({ id, outcome: 'failed', code: failedCode ?? 500, at: failedAt });
    if (displayedAt === undefined) {
      if (deliveredAt !== undefined) receipts.push({ id, outcome: 'delivered', at: deliveredAt });
      continue;
    }
    // One receipt is about all that it changed.
    if (displayed?.revision !== revision || displayed.ids.length >= MAX_IDS) {
      flush();
      displayed = { revision, at: displayedAt, ids: [] };
    }
    displayed.ids.push(id);
  }
  flush();
  return receipts;
}
