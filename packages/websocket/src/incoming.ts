/** Converts frames of the server to events of the engine. */

import type { ChannelEvent, HistoryPage, HistoryReceipt, IncomingMessage, IncomingOperation } from '@imflow/core';
import { ackKey } from './ackTracker.ts';
import type { LogEntry, MessageEntry, OperationEntry, ReceiptEntry, ServerFrame } from './protocol.ts';

type Entries = Extract<ServerFrame, { readonly type: 'entries' | 'page' }>;

/** Writes a position for the engine, with the epoch of the store in which it is valid. */
export function formatPosition(position: number, epoch: string): string {
  return `${position} ${epoch}`;
}

/** Reads a position. Returns undefined for a position of a different store. */
export function parsePosition(text: string | undefined, epoch: string): number | undefined {
  const [position = '', ...rest] = (text ?? '').split(' ');
  return rest.join(' ') === epoch && /^\d{1,15}$/.test(position) ? Number(position) : undefined;
}

/** The events of a frame, in order, and the acks that they require. */
export function eventsOf(
  frame: Extract<Entries, { readonly type: 'entries' }>,
  epoch: string,
): { readonly events: readonly ChannelEvent[]; readonly keys: readonly string[] } {
  const { entries, stored } = frame;
  const notifications = frame.receipts.map((receipt): ChannelEvent => ({
    type: 'notification',
    ...notification(receipt, frame.with),
  }));
  // A message whose text was erased is never new: it arrives together with its retraction.
  const isHistory = stored || entries.some((entry) => entry.kind === 'message' && entry.retracted === true);
  const arrivals =
    isHistory && entries.length > 0
      ? [historyOf(entries, epoch)]
      : entries.map((entry): ChannelEvent =>
          entry.kind === 'message'
            ? { type: 'message', message: incoming(entry, epoch, false) }
            : { type: 'operation', operation: incomingOperation(entry, false) },
        );
  return {
    // Receipts of a catch-up are notifications too, since the engine acknowledges those.
    events: [...arrivals, ...notifications],
    keys: [
      ...frame.entries.map(({ id }) => ackKey(id)),
      ...frame.receipts.map(({ id, outcome }) => ackKey(id, outcome)),
    ],
  };
}

function historyOf(entries: readonly LogEntry[], epoch: string): ChannelEvent {
  const operations = entries.filter((entry) => entry.kind !== 'message');
  return {
    type: 'history',
    messages: entries.filter((entry) => entry.kind === 'message').map((entry) => incoming(entry, epoch, true)),
    ...(operations.length === 0 ? {} : { operations: operations.map((entry) => incomingOperation(entry, true)) }),
  };
}

/** A page of history for the engine. */
export function pageOf(
  { entries, operations, receipts }: Extract<Entries, { readonly type: 'page' }>,
  remote: string,
  epoch: string,
): Required<Pick<HistoryPage, 'messages' | 'operations' | 'receipts'>> {
  return {
    messages: entries.map((entry) => incoming(entry, epoch, true)),
    operations: operations.map((entry) => incomingOperation(entry, true)),
    receipts: receipts.map((receipt) => ({ ...notification(receipt, remote), at: receipt.at })),
  };
}

function incoming(entry: MessageEntry, epoch: string, stored: boolean): IncomingMessage {
  const { id, author, contentType, body, sentAt, replyTo, frameSequence, position } = entry;
  return {
    messageId: id,
    sender: author,
    contentType,
    body,
    sentAt,
    position: formatPosition(position, epoch),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(frameSequence === undefined ? {} : { frameSequence }),
    ...(stored ? { fromHistory: true } : {}),
  };
}

function incomingOperation(
  { position: _position, at: _at, author: sender, ...operation }: OperationEntry,
  stored: boolean,
): IncomingOperation {
  return { ...operation, sender, ...(stored ? { fromHistory: true } : {}) };
}

function notification({ id, outcome, ids, code }: ReceiptEntry, sender: string): Omit<HistoryReceipt, 'at'> {
  return {
    sender,
    messageId: id,
    outcome,
    ...(outcome === 'displayed' ? { upTo: true, messageIds: ids ?? [id] } : {}),
    ...(code === undefined ? {} : { code }),
  };
}
