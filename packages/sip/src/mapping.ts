/** Converts between the engine's messages and the headers and bodies of SIP requests. */

import {
  type IncomingMessage,
  type OutgoingComposing,
  type OutgoingMessage,
  type MessageOperation,
  type OutgoingNotification,
  TransportFailure,
} from '@imflow/core';
import { type Cpim, CPIM_TYPE, decodeCpim, encodeCpim } from './codecs/cpim.ts';
import { headerOf, type SipFrame, type SipHeader } from './codecs/frame.ts';
import { decodeImdn, encodeImdn, type Imdn, IMDN_TYPE } from './codecs/imdn.ts';
import { decodeIsComposing, encodeIsComposing, IS_COMPOSING_TYPE } from './codecs/isComposing.ts';
import { decodeOperationContent, encodeOperationContent, OPERATION_TAG, OPERATION_TYPE } from './codecs/operation.ts';

/** The headers and the body of a MESSAGE request. */
export interface SipBody {
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

/** The meaning of a received MESSAGE request. */
export type DecodedRequest =
  | { readonly kind: 'message'; readonly message: Omit<IncomingMessage, 'sender'>; readonly isCpim: boolean }
  | {
      readonly kind: 'operation';
      readonly operation: MessageOperation;
      readonly requestedReceipts: { readonly delivered: boolean; readonly displayed: boolean };
    }
  | { readonly kind: 'composing'; readonly state: string; readonly refresh?: number }
  | {
      readonly kind: 'notification';
      readonly messageId: string;
      readonly outcome: 'delivered' | 'displayed' | 'failed';
      readonly code?: number;
    }
  /** Valid, and without meaning for the application. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly code: 400 | 415; readonly problem: string };

/** The two participants of a conversation, as SIP URIs. */
export interface Endpoints {
  readonly from: string;
  readonly to: string;
}

/** Asks servers not to store the request for an absent participant. */
const TRANSIENT: readonly SipHeader[] = [
  { name: 'Expires', value: '0' },
  { name: 'Priority', value: 'non-urgent' },
];

/** @throws TransportFailure 400 for an invalid message. */
export function encodeMessage(message: OutgoingMessage, endpoints: Endpoints, asCpim: boolean): SipBody {
  const { messageId, contentType, body, sentAt, replyTo } = message;
  const quote = replyTo === undefined ? [] : [replyTo.id, replyTo.sender, replyTo.excerpt];
  if ([messageId, contentType, body, ...quote].some((text) => typeof text !== 'string')) throw invalidMessage();
  if (!asCpim) return content(contentType, body);
  const requestedReceipts = ['positive-delivery', 'negative-delivery', 'display'] as const;
  return content(
    CPIM_TYPE,
    encodeCpim({
      ...endpoints,
      messageId,
      sentAt,
      requestedReceipts,
      contentType,
      isNotification: false,
      body,
      ...(replyTo === undefined ? {} : { replyTo }),
    }),
  );
}

/** @throws TransportFailure 400 for an invalid operation. */
export function encodeOperation(operation: MessageOperation, endpoints: Endpoints): SipBody {
  const { id, kind } = operation;
  const body = encodeOperationContent(operation);
  if (body === undefined) {
    throw new TransportFailure(400, 'Invalid operation: expected an edit, a retraction or reactions.', {
      retryable: false,
    });
  }
  // Reactions have no ticks.
  const requestedReceipts = kind === 'react' ? [] : (['positive-delivery', 'negative-delivery', 'display'] as const);
  const head = { ...endpoints, messageId: id, requestedReceipts, contentType: OPERATION_TYPE };
  return content(CPIM_TYPE, encodeCpim({ ...head, isNotification: false, body }), [
    { name: 'Require', value: OPERATION_TAG },
  ]);
}

/** @throws TransportFailure 400 for an invalid composing notification. */
export function encodeComposing({ state, refresh }: OutgoingComposing): SipBody {
  if (state !== 'composing' && state !== 'idle') throw invalidMessage();
  const body = encodeIsComposing({ state, ...(refresh === undefined ? {} : { refresh }) });
  return content(IS_COMPOSING_TYPE, body, TRANSIENT);
}

const DISPOSITIONS: Readonly<Record<OutgoingNotification['outcome'], Pick<Imdn, 'disposition' | 'status'>>> = {
  delivered: { disposition: 'delivery', status: 'delivered' },
  failed: { disposition: 'delivery', status: 'failed' },
  displayed: { disposition: 'display', status: 'displayed' },
};

/**
 * @param sentAt when the notification's message was sent, in ms since the epoch.
 * @param own the notification's own id and time, which it has inside CPIM (RFC 5438, section 7.2).
 * @throws TransportFailure 400 for an invalid notification.
 */
export function encodeNotification(
  { messageId, outcome, code }: OutgoingNotification,
  endpoints: Endpoints,
  asCpim: boolean,
  sentAt: number,
  own: { readonly messageId: string; readonly sentAt: number },
): SipBody {
  const disposition = DISPOSITIONS[outcome];
  if (disposition === undefined || typeof messageId !== 'string') throw invalidMessage();
  const imdn = {
    ...disposition,
    messageId,
    sentAt,
    recipient: endpoints.from,
    ...(code === undefined ? {} : { code }),
  };
  const headers = [{ name: 'Priority', value: 'non-urgent' }];
  const body = encodeImdn(imdn);
  if (!asCpim) return content(IMDN_TYPE, body, headers);
  const wrapped = { ...endpoints, ...own, requestedReceipts: [], contentType: IMDN_TYPE, isNotification: true, body };
  return content(CPIM_TYPE, encodeCpim(wrapped), headers);
}

/** Decodes a received MESSAGE request. Never throws: invalid content gives `refused` with the response code. */
export function decodeContent(frame: SipFrame): DecodedRequest {
  const contentType = headerOf(frame, 'content-type') ?? 'text/plain';
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  if (!['utf-8', 'us-ascii', 'ascii'].includes(charset)) return refused(415, `the charset ${charset.slice(0, 40)}`);
  if (mediaType(contentType) !== CPIM_TYPE) {
    return decodeInner(contentType, frame.body, { messageId: headerOf(frame, 'call-id') ?? '' }, undefined);
  }
  const cpim = decodeCpim(frame.body);
  if ('problem' in cpim) return refused(400, cpim.problem);
  const { messageId = headerOf(frame, 'call-id') ?? '', sentAt, body } = cpim.value;
  return decodeInner(
    cpim.value.contentType,
    body,
    { messageId, ...(sentAt === undefined ? {} : { sentAt }) },
    cpim.value,
  );
}

function decodeInner(
  contentType: string,
  body: string,
  named: { readonly messageId: string; readonly sentAt?: number },
  cpim: Cpim | undefined,
): DecodedRequest {
  switch (mediaType(contentType)) {
    case IS_COMPOSING_TYPE: {
      const read = decodeIsComposing(body);
      if ('problem' in read) return refused(400, read.problem);
      const { state, refresh } = read.value;
      return { kind: 'composing', state, ...(refresh === undefined ? {} : { refresh }) };
    }
    case IMDN_TYPE: {
      const read = decodeImdn(body);
      return 'problem' in read ? refused(400, read.problem) : notificationOf(read.value);
    }
    case OPERATION_TYPE: {
      // Its id would be that of the request, which its author may change when it is sent again.
      if (cpim === undefined) return refused(415, 'an operation outside CPIM');
      const read = decodeOperationContent(named.messageId, body);
      if ('problem' in read) return refused(400, read.problem);
      return { kind: 'operation', operation: read.value, requestedReceipts: requestedIn(cpim) };
    }
    default: {
      if (cpim?.isNotification === true) return { kind: 'nothing' };
      if (named.messageId === '') return refused(400, 'a message without an id');
      const { replyTo } = cpim ?? {};
      const requestedReceipts = requestedIn(cpim);
      return {
        kind: 'message',
        message: { ...named, contentType, body, requestedReceipts, ...(replyTo === undefined ? {} : { replyTo }) },
        isCpim: cpim !== undefined,
      };
    }
  }
}

function requestedIn(cpim: Cpim | undefined): { readonly delivered: boolean; readonly displayed: boolean } {
  const requested = cpim?.requestedReceipts ?? [];
  return { delivered: requested.includes('positive-delivery'), displayed: requested.includes('display') };
}

/** `forbidden`, `error` and `stored` say nothing about delivery (RFC 5438, section 7.2.1). */
function notificationOf({ messageId, disposition, status, code }: Imdn): DecodedRequest {
  if (status === 'displayed') return { kind: 'notification', messageId, outcome: 'displayed' };
  if (disposition !== 'delivery' || status === 'forbidden') return { kind: 'nothing' };
  if (status === 'delivered') return { kind: 'notification', messageId, outcome: 'delivered' };
  return { kind: 'notification', messageId, outcome: 'failed', ...(code === undefined ? {} : { code }) };
}

function content(contentType: string, body: string, headers: readonly SipHeader[] = []): SipBody {
  return { headers: [{ name: 'content-type', value: contentType }, ...headers], body };
}

function refused(code: 400 | 415, problem: string): DecodedRequest {
  return { kind: 'refused', code, problem };
}

function invalidMessage(): TransportFailure {
  return new TransportFailure(400, 'Invalid message: expected messageId, contentType and body as strings.', {
    retryable: false,
  });
}

function mediaType(contentType: string): string {
  return contentType.replace(/;.*$/s, '').trim().toLowerCase();
}
