import type { ChannelEvent, HistoryReceipt, IncomingMessage } from '@imflow/core';
import { ackKey } from './ackTracker.ts';
import type { MessageEntry, ReceiptEntry, ServerFrame } from './protocol.ts';

type Entries = Extract<ServerFrame, { readonly type: 'entries' | 'page' }>;

/** How a position is written for the engine: with the epoch of the store, without which it means nothing. */
export function formatPosition(position: number, epoch: string): string {
  return `${position} ${epoch}`;
}

/** Reads a position. Returns undefined for one of another store, which has no such place. */
export function parsePosition(text: string | undefined, epoch: string): number | undefined {
  const [position = '', ...rest] = (text ?? '').split(' ');
  return rest.join(' ') === epoch && /^\d{1,15}$/.test(position) ? Number(position) : undefined;
}

/** The events that a frame stands for, in their order, and what has to be acknowledged of them. */
export function eventsOf(
  frame: Extract<Entries, { readonly type: 'entries' }>,
  epoch: string,
): { readonly events: readonly ChannelEvent[]; readonly keys: readonly string[] } {
  const messages = frame.entries.map((entry) => incoming(entry, epoch, frame.stored));
  const notifications = frame.receipts.map((receipt): ChannelEvent => ({
    type: 'notification',
    ...notification(receipt, frame.with),
  }));
  const live = messages.map((message): ChannelEvent => ({ type: 'message', message }));
  const arrivals: readonly ChannelEvent[] =
    frame.stored && messages.length > 0 ? [{ type: 'history', messages }] : live;
  return {
    // Receipts of a catch-up are notifications too, since the engine acknowledges those.
    events: [...arrivals, ...notifications],
    keys: [
      ...frame.entries.map(({ id }) => ackKey(id)),
      ...frame.receipts.map(({ id, outcome }) => ackKey(id, outcome)),
    ],
  };
}

/** A page of history for the engine. */
export function pageOf(
  { entries, receipts }: Extract<Entries, { readonly type: 'page' }>,
  remote: string,
  epoch: string,
): { readonly messages: readonly IncomingMessage[]; readonly receipts: readonly HistoryReceipt[] } {
  return {
    messages: entries.map((entry) => incoming(entry, epoch, true)),
    receipts: receipts.map((receipt) => ({ ...notification(receipt, remote), at: receipt.at })),
  };
}

function incoming(entry: MessageEntry, epoch: string, stored: boolean): IncomingMessage {
  const { id, author, contentType, body, sentAt, frameSequence, position } = entry;
  return {
    messageId: id,
    sender: author,
    contentType,
    body,
    sentAt,
    position: formatPosition(position, epoch),
    ...(frameSequence === undefined ? {} : { frameSequence }),
    ...(stored ? { fromHistory: true } : {}),
  };
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
