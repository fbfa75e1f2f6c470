/** Reads and validates the frames of a server. */

import { truncateText } from '@imflow/core';
import type {
  FrameSequenceFields,
  LogEntry,
  MessageEntry,
  OperationEntry,
  ReceiptEntry,
  ReplyFields,
  ServerFrame,
  ServerLimits,
} from './protocol.ts';

/** The result of reading a frame of a server. */
export type ReadFrame =
  | { readonly frame: ServerFrame }
  /** A frame of a newer protocol. */
  | { readonly unknown: string }
  | MalformedFrame;

/** A frame that cannot be read. */
export interface MalformedFrame {
  /** A sentence that describes the problem. */
  readonly malformed: string;
  /** The conversation that it is about and the place in the log that it reaches, where they can be read. */
  readonly with?: string | undefined;
  readonly position?: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_NAME_LENGTH = 1_000;
const MAX_IDS = 200;

/** Reads a frame of a server. Never throws. */
export function readFrame(data: unknown): ReadFrame {
  if (typeof data !== 'string') return { malformed: 'A frame is not a text.' };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { malformed: 'A frame is not JSON.' };
  }
  if (!isFields(value) || typeof value['type'] !== 'string') return { malformed: 'A frame has no type.' };
  const type = value['type'];
  const read = Object.hasOwn(READERS, type) ? READERS[type as ServerFrame['type']] : undefined;
  if (read === undefined) return { unknown: type.slice(0, 80) };
  const frame = read(value);
  if (frame !== undefined) return { frame };
  return {
    malformed: `A frame "${type}" lacks a field, or has a wrong one.`,
    with: optional(value['with'], isName),
    position: optional(value['position'], isCount),
  };
}

const READERS: { readonly [T in ServerFrame['type']]: (fields: Fields) => ServerFrame | undefined } = {
  welcome(fields) {
    const { protocol, user, epoch } = fields;
    const limits = readLimits(fields['limits']);
    if (!isCount(protocol) || !isName(user) || !isName(epoch) || limits === undefined) return undefined;
    return { type: 'welcome', protocol, user, epoch, limits, ...(fields['search'] === true && { search: true }) };
  },
  accepted({ request, position, at }) {
    if (!isCount(request)) return undefined;
    return { type: 'accepted', request, position: optional(position, isCount), at: optional(at, isCount) };
  },
  refused({ request, code, reason, retryable }) {
    if (!isCode(code) || typeof retryable !== 'boolean') return undefined;
    const said = typeof reason === 'string' ? truncateText(reason, 500) : '';
    return { type: 'refused', request: optional(request, isCount), code, reason: said, retryable };
  },
  entries(fields) {
    const { with: remote, position, stored } = fields;
    const entries = readAll(fields['entries'], readEntry);
    const receipts = readAll(fields['receipts'], readReceipt);
    if (!isName(remote) || !isCount(position) || entries === undefined || receipts === undefined) return undefined;
    return { type: 'entries', with: remote, entries, receipts, position, stored: stored === true };
  },
  page(fields) {
    const { request, end } = fields;
    const entries = readAll(fields['entries'], readMessage);
    const operations = readAll(fields['operations'] ?? [], readOperation);
    const receipts = readAll(fields['receipts'], readReceipt);
    if (!isCount(request) || entries === undefined || operations === undefined || receipts === undefined)
      return undefined;
    return { type: 'page', request, entries, operations, receipts, end: end === true };
  },
  matches({ request, ids, next }) {
    if (!isCount(request) || !Array.isArray(ids)) return undefined;
    return { type: 'matches', request, ids: ids.filter(isName), next: optional(next, isCount) };
  },
  composing({ with: remote, state, refresh, frameSequence }) {
    if (!isName(remote) || !isName(state)) return undefined;
    return {
      type: 'composing',
      with: remote,
      state,
      refresh: optional(refresh, isCount),
      frameSequence: readSequence(frameSequence),
    };
  },
  presence({ with: remote, available, lastSeen }) {
    if (!isName(remote) || typeof available !== 'boolean') return undefined;
    return { type: 'presence', with: remote, available, lastSeen: optional(lastSeen, isCount) };
  },
  waiting: ({ with: remote }) => (isName(remote) ? { type: 'waiting', with: remote } : undefined),
  unknown: ({ frame }) => ({ type: 'unknown', frame: String(frame).slice(0, 80) }),
  pong: ({ request }) => (isCount(request) ? { type: 'pong', request } : undefined),
};

function readLimits(value: unknown): ServerLimits | undefined {
  if (!isFields(value)) return undefined;
  const { maxFrameBytes, maxMessageBytes, maxInFlight, maxFramesPerSecond } = value;
  const all = [maxFrameBytes, maxMessageBytes, maxInFlight, maxFramesPerSecond];
  return all.every(isCount) ? (value as unknown as ServerLimits) : undefined;
}

/**
 * Reads a list; undefined where one item is invalid: if it were left out and the frame acknowledged, it would be lost.
 * An entry of a kind that this version does not know is left out.
 */
function readAll<T>(values: unknown, read: (value: unknown) => T | undefined | 'unknown'): readonly T[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const all = values.map(read).filter((value) => value !== 'unknown');
  return all.includes(undefined) ? undefined : (all as readonly T[]);
}

function readEntry(value: unknown): LogEntry | undefined | 'unknown' {
  if (!isFields(value)) return undefined;
  return value['kind'] === 'message' ? readMessage(value) : readOperation(value);
}

function readMessage(value: unknown): MessageEntry | undefined | 'unknown' {
  if (!isFields(value)) return undefined;
  if (value['kind'] !== 'message') return 'unknown';
  const { id, author, contentType, body, sentAt, position, at } = value;
  if (!isName(id) || !isName(author) || !isName(contentType) || typeof body !== 'string') return undefined;
  if (!isCount(sentAt) || !isCount(position) || !isCount(at)) return undefined;
  const frameSequence = readSequence(value['frameSequence']);
  const [replyTo, retracted] = [readReply(value['replyTo']), value['retracted'] === true ? true : undefined];
  return { kind: 'message', id, author, contentType, body, sentAt, position, at, replyTo, frameSequence, retracted };
}

function readOperation(value: unknown): OperationEntry | undefined | 'unknown' {
  if (!isFields(value)) return undefined;
  const { kind, id, author, target, sequence, position, at, contentType, body, emojis } = value;
  if (kind !== 'edit' && kind !== 'retract' && kind !== 'react') return 'unknown';
  if (!isName(id) || !isName(author) || !isName(target)) return undefined;
  if (!isCount(sequence) || !isCount(position) || !isCount(at)) return undefined;
  const head = { id, author, target, sequence, position, at };
  if (kind === 'retract') return { ...head, kind };
  if (kind === 'react') return Array.isArray(emojis) ? { ...head, kind, emojis: emojis.filter(isName) } : undefined;
  return isName(contentType) && typeof body === 'string' ? { ...head, kind, contentType, body } : undefined;
}

function readReply(value: unknown): ReplyFields | undefined {
  if (!isFields(value)) return undefined;
  const { id, sender, excerpt } = value;
  return isName(id) && isName(sender) && typeof excerpt === 'string' ? { id, sender, excerpt } : undefined;
}

function readReceipt(value: unknown): ReceiptEntry | undefined {
  if (!isFields(value)) return undefined;
  const { id, outcome, ids, code, at } = value;
  if (!isName(id) || !isCount(at)) return undefined;
  if (outcome !== 'delivered' && outcome !== 'displayed' && outcome !== 'failed') return undefined;
  const covered = Array.isArray(ids) ? ids.filter(isName).slice(0, MAX_IDS) : undefined;
  return { id, outcome, at, ids: covered, code: optional(code, isCode) };
}

function readSequence(value: unknown): FrameSequenceFields | undefined {
  if (!isFields(value)) return undefined;
  const { session, sequence } = value;
  return isName(session) && isCount(sequence) ? { session, sequence } : undefined;
}

function optional<T>(value: unknown, is: (candidate: unknown) => candidate is T): T | undefined {
  return is(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCode(value: unknown): value is number {
  return isCount(value) && value >= 300 && value <= 699;
}
