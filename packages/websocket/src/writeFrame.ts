/** Writes the frames of a client. */

import {
  type OutgoingComposing,
  type OutgoingMessage,
  type OutgoingNotification,
  type OutgoingOperation,
  type ReplyTarget,
  TransportFailure,
} from '@imflow/core';
import type { ClientFrame, FrameSequenceFields, ReplyFields } from './protocol.ts';

/** A request frame without its number. */
export type Request<T extends ClientFrame = Extract<ClientFrame, { readonly request: number }>> = T extends unknown
  ? Omit<T, 'request'>
  : never;

/** @throws TransportFailure 400 for an invalid message. */
export function messageRequest(to: string, message: OutgoingMessage): Request {
  return wellFormed(() => {
    const { messageId, contentType, body, sentAt, replyTo, frameSequence } = message;
    return {
      type: 'message',
      to,
      id: text(messageId),
      contentType: text(contentType),
      body: text(body),
      sentAt: wholeNumber(sentAt),
      replyTo: replyOf(replyTo),
      frameSequence: sequenceOf(frameSequence),
    };
  });
}

/** @throws TransportFailure 400 for an invalid operation. */
export function operationRequest(to: string, operation: OutgoingOperation): Request {
  return wellFormed(() => {
    const { id, target, sequence, kind } = operation;
    const head = {
      type: 'operation',
      to,
      id: text(id),
      target: text(target),
      sequence: wholeNumber(sequence),
    } as const;
    switch (kind) {
      case 'edit':
        return { ...head, kind, contentType: text(operation.contentType), body: text(operation.body) };
      case 'retract':
        return { ...head, kind };
      case 'react':
        return { ...head, kind, emojis: Array.from(operation.emojis, text) };
    }
  });
}

/** @throws TransportFailure 400 for an invalid notification. */
export function receiptRequest(to: string, notification: OutgoingNotification): Request {
  return wellFormed(() => {
    const { messageId, outcome, code, upTo, messageIds } = notification;
    return {
      type: 'receipt',
      to,
      id: text(messageId),
      outcome: text(outcome) as OutgoingNotification['outcome'],
      code,
      upTo,
      ids: messageIds === undefined ? undefined : Array.from(messageIds, text),
    };
  });
}

/** @throws TransportFailure 400 for an invalid composing notification. */
export function composingFrame(to: string, composing: OutgoingComposing): ClientFrame {
  return wellFormed(() => {
    const { state, refresh, frameSequence } = composing;
    return {
      type: 'composing',
      to,
      state: text(state) as OutgoingComposing['state'],
      refresh,
      frameSequence: sequenceOf(frameSequence),
    };
  });
}

function sequenceOf(value: FrameSequenceFields | undefined): FrameSequenceFields | undefined {
  return value && { session: text(value.session), sequence: value.sequence };
}

function replyOf(value: ReplyTarget | undefined): ReplyFields | undefined {
  return value && { id: text(value.id), sender: text(value.sender), excerpt: text(value.excerpt) };
}

/** A time or a number of a sequence, as the protocol writes it. */
function wholeNumber(value: number): number {
  return Math.max(0, Math.round(value)) || 0;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('The value must be a string.');
  return value;
}

function wellFormed<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new TransportFailure(400, 'A field is missing or has a wrong type.', { retryable: false, cause });
  }
}
