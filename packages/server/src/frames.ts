/** Reads and writes the frames of the protocol. */

import type { ClientFrame, ReceiptEntry, ServerFrame } from '@imflow/websocket';
import { z } from 'zod';

/** The version of the protocol that the server speaks. See `docs/protocol.md`. */
export const PROTOCOL_VERSION = 1;

const MAX_IDS = 200;
const MAX_EMOJIS = 20;
const MAX_EXCERPT_LENGTH = 200;
const MAX_SEARCH_LENGTH = 1_000;
/** The largest accepted refresh: one week. */
const MAX_REFRESH = 604_800_000;

/** An emoji can be a sequence of many code points. */
const emoji = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,64}$/u);
/** Names of users, devices and messages: text without control characters. */
const name = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u);
const count = z.int().min(0);
const frameSequence = z.object({ session: name, sequence: count }).optional();
const replyTo = z.object({ id: name, sender: name, excerpt: z.string().max(MAX_EXCERPT_LENGTH) }).optional();
const operation = { type: z.literal('operation'), request: count, to: name, id: name, target: name, sequence: count };

const operationFrame = z.discriminatedUnion('kind', [
  z.object({ ...operation, kind: z.literal('edit'), contentType: name, body: z.string() }),
  z.object({ ...operation, kind: z.literal('retract') }),
  z.object({ ...operation, kind: z.literal('react'), emojis: z.array(emoji).max(MAX_EMOJIS) }),
]);

/** Every frame of a client. Other fields of a frame are left out, so that clients can be newer. */
const clientFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: count, token: z.string().max(16_384), device: name }),
  z.object({ type: z.literal('open'), request: count, with: name }),
  z.object({ type: z.literal('close'), with: name }),
  z.object({
    type: z.literal('message'),
    request: count,
    to: name,
    id: name,
    contentType: name,
    body: z.string(),
    sentAt: count,
    replyTo,
    frameSequence,
  }),
  operationFrame,
  z.object({
    type: z.literal('receipt'),
    request: count,
    to: name,
    id: name,
    outcome: z.enum(['delivered', 'displayed', 'failed']),
    upTo: z.boolean().optional(),
    ids: z.array(name).max(MAX_IDS).optional(),
    code: z.int().min(300).max(699).optional(),
  }),
  z.object({
    type: z.literal('composing'),
    to: name,
    state: z.enum(['composing', 'idle']),
    refresh: z.int().min(1).max(MAX_REFRESH).optional(),
    frameSequence,
  }),
  z.object({ type: z.literal('ack'), with: name, position: count }),
  z.object({
    type: z.literal('history'),
    request: count,
    with: name,
    before: count.optional(),
    limit: z.int().min(1).max(1_000),
  }),
  z.object({
    type: z.literal('search'),
    request: count,
    with: name,
    text: z.string().min(1).max(MAX_SEARCH_LENGTH),
    before: count.optional(),
  }),
  z.object({ type: z.literal('ping'), request: count }),
]) satisfies z.ZodType<ClientFrame>;

const TYPES: ReadonlySet<string> = new Set(
  clientFrame.options.map((option) => ('shape' in option ? option.shape.type.value : 'operation')),
);

/** The JSON Schema of the frames of a client. */
export function clientFrameSchema(): object {
  return z.toJSONSchema(clientFrame);
}

/** The result of reading a frame of a client. */
export type ReadFrame =
  | { readonly frame: ClientFrame }
  | { readonly unknown: string }
  | { readonly malformed: string; readonly request: number | undefined };

/** Reads a frame of a client. Never throws. */
export function readFrame(text: string): ReadFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { malformed: 'The frame is not JSON.', request: undefined };
  }
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const { type, request } = fields;
  if (typeof type !== 'string') return { malformed: 'The frame has no type.', request: undefined };
  if (!TYPES.has(type)) return { unknown: type.slice(0, 80) };
  const read = clientFrame.safeParse(value);
  if (read.success) return { frame: read.data };
  const [issue] = read.error.issues;
  const field = issue === undefined ? 'A field' : `"${issue.path.join('.')}"`;
  return {
    malformed: `${field} of the frame "${type}" is missing or wrong.`,
    request: Number.isSafeInteger(request) && Number(request) >= 0 ? Number(request) : undefined,
  };
}

/** Entries of a conversation for a device. */
export interface EntriesToWrite {
  readonly with: string;
  /** Each as JSON. */
  readonly entries: readonly string[];
  readonly receipts: readonly ReceiptEntry[];
  readonly position: number;
  readonly stored: boolean;
}

/** Writes a frame of entries, which are JSON already. */
export function writeEntries({ with: other, entries, receipts, position, stored }: EntriesToWrite): string {
  const said = receipts.length === 0 ? '[]' : JSON.stringify(receipts);
  return `{"type":"entries","with":${JSON.stringify(other)},"entries":[${entries.join(',')}],"receipts":${said},"position":${position},"stored":${stored}}`;
}

/** Writes a frame of the server. */
export function writeFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}
