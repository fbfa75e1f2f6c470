import type { FrameSequenceFields, MessageEntry, ReceiptEntry, ServerFrame, ServerLimits } from './protocol.ts';

/** What came out of a text that a server sent. */
export type ReadFrame =
  | { readonly frame: ServerFrame }
  /** A frame of a newer protocol. */
  | { readonly unknown: string }
  | MalformedFrame;

/** A frame that cannot be read. */
export interface MalformedFrame {
  /** One sentence that says what is wrong. */
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
    return { type: 'welcome', protocol, user, epoch, limits };
  },
  accepted({ request, position, at }) {
    if (!isCount(request)) return undefined;
    return { type: 'accepted', request, position: optional(position, isCount), at: optional(at, isCount) };
  },
  refused({ request, code, reason, retryable }) {
    if (!isCode(code) || typeof retryable !== 'boolean') return undefined;
    const said = typeof reason === 'string' ? reason.slice(0, 500) : '';
    return { type: 'refused', request: optional(request, isCount), code, reason: said, retryable };
  },
  entries(fields) {
    const { with: remote, position, stored } = fields;
    const lists = readLists(fields);
    if (!isName(remote) || !isCount(position) || lists === undefined) return undefined;
    return { type: 'entries', with: remote, position, stored: stored === true, ...lists };
  },
  page(fields) {
    const { request, end } = fields;
    const lists = readLists(fields);
    if (!isCount(request) || lists === undefined) return undefined;
    return { type: 'page', request, end: end === true, ...lists };
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

/** One bad entry makes the frame bad: to leave it out and to acknowledge the frame would lose it. */
function readLists({ entries, receipts }: Fields) {
  if (!Array.isArray(entries) || !Array.isArray(receipts)) return undefined;
  const read = {
    // An entry of a kind that this version does not know is left out.
    entries: entries.filter((entry) => !isFields(entry) || entry['kind'] === 'message').map(readMessage),
    receipts: receipts.map(readReceipt),
  };
  const isWhole = [...read.entries, ...read.receipts].every((each) => each !== undefined);
  return isWhole
    ? { entries: read.entries as readonly MessageEntry[], receipts: read.receipts as readonly ReceiptEntry[] }
    : undefined;
}

function readMessage(value: unknown): MessageEntry | undefined {
  if (!isFields(value)) return undefined;
  const { id, author, contentType, body, sentAt, position, at } = value;
  if (!isName(id) || !isName(author) || !isName(contentType) || typeof body !== 'string') return undefined;
  if (!isCount(sentAt) || !isCount(position) || !isCount(at)) return undefined;
  const frameSequence = readSequence(value['frameSequence']);
  return { kind: 'message', id, author, contentType, body, sentAt, position, at, frameSequence };
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
