/** Reads and writes operations on messages: a content type of imflow, which only imflow understands (decision 42). */

import type { MessageOperation } from '@imflow/core';
import { type Decoded, problem } from './decoded.ts';

/** The content type of an edit, a retraction or reactions, inside CPIM. */
export const OPERATION_TYPE = 'application/vnd.imflow.operation+json';

/**
 * The option tag (RFC 3261, section 19.2) of clients that understand {@link OPERATION_TYPE}. They list it in `Supported`;
 * a request with an operation lists it in `Require`, so that other clients answer 420 and show nothing.
 */
export const OPERATION_TAG = 'imflow.operations';

/** The limits of the engine: ids of messages, in UTF-16 units, and times, in ms from the epoch. */
const MAX_ID_LENGTH = 1_024;
const MAX_TIME = 8.64e15;
const MAX_EMOJIS = 100;

/**
 * Writes the content of an operation. Its own id is the `imdn.Message-ID` of CPIM, so that notifications name it.
 * Returns undefined for an invalid operation.
 */
export function encodeOperationContent({ id, ...operation }: MessageOperation): string | undefined {
  const { target, sequence, kind } = operation;
  const content = JSON.stringify({
    kind,
    target,
    sequence,
    ...(operation.kind === 'edit' ? { contentType: operation.contentType, body: operation.body } : {}),
    ...(operation.kind === 'react' ? { emojis: operation.emojis } : {}),
  });
  return 'problem' in decodeOperationContent(id, content) ? undefined : content;
}

/**
 * Returns the bytes that a text takes in an edit, where JSON escapes some characters. Half a character takes no more than
 * a whole one.
 */
export function measureText(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text.replaceAll(/\p{Cs}/gu, '\uFFFD'))).length - 2;
}

/** Reads the content of an operation. Unknown fields are ignored. Never throws. */
export function decodeOperationContent(id: unknown, source: string): Decoded<MessageOperation> {
  const value = parse(source);
  if (typeof value !== 'object' || value === null) return problem('an operation is not a JSON object');
  const { kind, target, sequence, contentType, body, emojis } = value as Readonly<Record<string, unknown>>;
  if (!isId(id) || !isId(target)) return problem('an operation has no valid id or no valid target');
  if (typeof sequence !== 'number' || !(Math.abs(sequence) <= MAX_TIME)) {
    return problem('an operation has no valid sequence');
  }
  const head = { id, target, sequence };
  if (kind === 'retract') return { value: { ...head, kind } };
  if (kind === 'edit' && isString(contentType) && contentType !== '' && isString(body)) {
    return { value: { ...head, kind, contentType, body } };
  }
  if (kind === 'react' && Array.isArray(emojis) && emojis.length <= MAX_EMOJIS && emojis.every(isString)) {
    return { value: { ...head, kind, emojis } };
  }
  return problem('an operation is neither an edit nor a retraction nor reactions');
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}

function isId(value: unknown): value is string {
  return isString(value) && value !== '' && value.length <= MAX_ID_LENGTH;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
