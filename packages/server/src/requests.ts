/** Answers a user's requests for the log of a conversation. */

import type { ClientFrame, ServerFrame } from '@imflow/websocket';
import type { Hub } from './hub.ts';
import type { Limits } from './options.ts';
import { type EntryFrame, messageEntries, operationEntries, receiptEntries } from './payload.ts';
import { searchLog } from './searchLog.ts';
import type { Session } from './session.ts';
import { conversationOf, type EntryStatus, type Store } from './store/store.ts';

type Member = Pick<Session, 'user' | 'device'>;
type HistoryFrame = Extract<ClientFrame, { readonly type: 'history' }>;
type SearchFrame = Extract<ClientFrame, { readonly type: 'search' }>;

/** The requests of a user about the log of a conversation. */
export interface Requests {
  /** Stores a message, or an operation on one. */
  append(member: Member, frame: EntryFrame): Promise<ServerFrame>;
  history(member: Member, frame: HistoryFrame): Promise<ServerFrame>;
  /** Searches a part of the log for a text. */
  search(member: Member, frame: SearchFrame): Promise<ServerFrame>;
}

export interface RequestsOptions {
  readonly hub: Pick<Hub, 'append'>;
  readonly store: Store;
  readonly limits: Pick<Limits, 'maxMessageBytes'>;
  /** Deletes the file of a message. Default: there are no files. */
  readonly deleteFile?: (uploader: string, recipient: string, id: string) => Promise<void>;
}

export function createRequests({ hub, store, limits, deleteFile }: RequestsOptions): Requests {
  async function append(member: Member, frame: EntryFrame): Promise<ServerFrame> {
    const { request } = frame;
    const problem = problemOf(member.user, frame);
    if (problem !== undefined) return refusal(request, ...problem);
    const acceptance = await hub.append(member.user, member.device, frame);
    if ('code' in acceptance) return refusal(request, acceptance.code, REASONS[acceptance.code]);
    // Also for a repeated retraction: the server may have ended before it deleted the file.
    if (frame.type === 'operation' && frame.kind === 'retract') {
      await deleteFile?.(member.user, frame.to, frame.target);
    }
    return { type: 'accepted', request, ...acceptance };
  }

  function problemOf(user: string, frame: EntryFrame): readonly [code: number, reason: string] | undefined {
    if ('body' in frame && Buffer.byteLength(frame.body) > limits.maxMessageBytes) {
      return [413, `The body has more than ${limits.maxMessageBytes} bytes.`];
    }
    const quoted = frame.type === 'message' ? frame.replyTo?.sender : undefined;
    if (quoted === undefined || quoted === user || quoted === frame.to) return undefined;
    return [400, 'A reply names a message of somebody who takes no part in the conversation.'];
  }

  async function history(member: Member, frame: HistoryFrame): Promise<ServerFrame> {
    const { request, with: other, before, limit } = frame;
    const { conversation } = conversationOf(member.user, other);
    const found = await store.messagesBefore(conversation, before, limit + 1);
    const messages = found.slice(Math.max(0, found.length - limit));
    const operations = await store.operationsOn(
      conversation,
      messages.map(({ id }) => id),
    );
    const own = [...messages, ...operations].filter(({ author }) => author === member.user);
    return {
      type: 'page',
      request,
      entries: messageEntries(messages),
      operations: operationEntries(operations),
      receipts: receiptEntries(own.toSorted(byRevision)),
      end: found.length <= limit,
    };
  }

  async function search(member: Member, { request, with: other, text, before }: SearchFrame): Promise<ServerFrame> {
    const { conversation } = conversationOf(member.user, other);
    return { type: 'matches', request, ...(await searchLog(store, conversation, text, before)) };
  }

  return { append, history, search };
}

const REASONS = {
  403: 'Only the author of a message can change it.',
  404: 'There is no such message.',
  409: 'Another message has this id.',
  410: 'The message was retracted.',
} as const;

export function refusal(request: number, code: number, reason: string): ServerFrame {
  return { type: 'refused', request, code, reason, retryable: code === 503 };
}

function byRevision(one: EntryStatus, other: EntryStatus): number {
  return one.revision - other.revision || one.position - other.position;
}
