import type { ClientFrame, MessageEntry, ReceiptEntry } from '@imflow/websocket';
import type { EntryStatus, StoredEntry } from './store/store.ts';

type MessageFrame = Extract<ClientFrame, { readonly type: 'message' }>;

/** The most ids in one receipt. */
const MAX_IDS = 200;

/** What is stored of a message. Escapes in JSON carry what a text of PostgreSQL cannot hold. */
export function payloadOf({ contentType, body, sentAt, frameSequence }: MessageFrame): string {
  return JSON.stringify({ kind: 'message', contentType, body, sentAt, frameSequence });
}

/** Whether two payloads say the same; a resend may differ in what says when it was sent. */
export function isSameContent(one: string, other: string): boolean {
  const [a, b] = [one, other].map((payload) => JSON.parse(payload) as Record<string, unknown>);
  return a?.['kind'] === b?.['kind'] && a?.['contentType'] === b?.['contentType'] && a?.['body'] === b?.['body'];
}

/** An entry as clients get it. */
export function messageEntry({ id, author, position, at, payload }: StoredEntry): MessageEntry {
  const said = JSON.parse(payload) as Omit<MessageEntry, 'id' | 'author' | 'position' | 'at'>;
  return { ...said, id, author, position, at };
}

/** What became of entries, as their author gets it, in the order of the changes. */
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
