import type { ServerFrame } from '@imflow/websocket';
import { z } from 'zod';

const count = z.int().min(0);
const name = z.string().min(1);
const code = z.int().min(300).max(699);
const frameSequence = z.object({ session: name, sequence: count }).optional();
const messageEntry = z.object({
  kind: z.literal('message'),
  id: name,
  author: name,
  contentType: name,
  body: z.string(),
  sentAt: count,
  replyTo: z.object({ id: name, sender: name, excerpt: z.string().max(200) }).optional(),
  frameSequence,
  retracted: z.boolean().optional(),
  position: count,
  at: count,
});
const operation = { id: name, author: name, target: name, sequence: count, position: count, at: count };
const operationEntry = z.discriminatedUnion('kind', [
  z.object({ ...operation, kind: z.literal('edit'), contentType: name, body: z.string() }),
  z.object({ ...operation, kind: z.literal('retract') }),
  z.object({ ...operation, kind: z.literal('react'), emojis: z.array(name).max(20) }),
]);
const entries = z.array(z.discriminatedUnion('kind', [messageEntry, operationEntry]));
const receipts = z.array(
  z.object({
    id: name,
    outcome: z.enum(['delivered', 'displayed', 'failed']),
    ids: z.array(name).max(200).optional(),
    code: code.optional(),
    at: count,
  }),
);

/** Every frame of a server, for JSON Schema and for tests. */
export const serverFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: count,
    user: name,
    epoch: name,
    limits: z.object({ maxFrameBytes: count, maxMessageBytes: count, maxInFlight: count, maxFramesPerSecond: count }),
    search: z.boolean().optional(),
  }),
  z.object({ type: z.literal('accepted'), request: count, position: count.optional(), at: count.optional() }),
  z.object({
    type: z.literal('refused'),
    request: count.optional(),
    code,
    reason: z.string(),
    retryable: z.boolean(),
  }),
  z.object({ type: z.literal('entries'), with: name, entries, receipts, position: count, stored: z.boolean() }),
  z.object({
    type: z.literal('page'),
    request: count,
    entries: z.array(messageEntry),
    operations: z.array(operationEntry),
    receipts,
    end: z.boolean(),
  }),
  z.object({ type: z.literal('matches'), request: count, ids: z.array(name), next: count.optional() }),
  z.object({ type: z.literal('composing'), with: name, state: name, refresh: count.optional(), frameSequence }),
  z.object({ type: z.literal('presence'), with: name, available: z.boolean(), lastSeen: count.optional() }),
  z.object({ type: z.literal('waiting'), with: name }),
  z.object({ type: z.literal('unknown'), frame: z.string() }),
  z.object({ type: z.literal('pong'), request: count }),
]) satisfies z.ZodType<ServerFrame>;
