import {
  type IncomingMessage,
  type OutgoingComposing,
  type OutgoingMessage,
  type OutgoingNotification,
  TransportFailure,
} from '@imflow/core';
import { type Cpim, CPIM_TYPE, decodeCpim, encodeCpim } from './codecs/cpim.ts';
import { headerOf, type SipFrame, type SipHeader } from './codecs/frame.ts';
import { decodeImdn, encodeImdn, type Imdn, IMDN_TYPE } from './codecs/imdn.ts';
import { decodeIsComposing, encodeIsComposing, IS_COMPOSING_TYPE } from './codecs/isComposing.ts';

/** What a MESSAGE carries. */
export interface Content {
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

/** What a MESSAGE that came in says. */
export type Said =
  | { readonly kind: 'message'; readonly message: Omit<IncomingMessage, 'sender'>; readonly isCpim: boolean }
  | { readonly kind: 'composing'; readonly state: string; readonly refresh?: number }
  | {
      readonly kind: 'notification';
      readonly messageId: string;
      readonly outcome: 'delivered' | 'displayed' | 'failed';
      readonly code?: number;
    }
  /** Nothing that anybody has to hear. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly code: 400 | 415; readonly problem: string };

/** Both ends of a conversation, as URIs. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Of no interest when it comes late, and not worth storing for the absent. */
const OF_THIS_MOMENT: readonly SipHeader[] = [
  { name: 'Expires', value: '0' },
  { name: 'Priority', value: 'non-urgent' },
];

/** @throws TransportFailure 400 for what is no message. */
export function encodeMessage(message: OutgoingMessage, ends: Ends, asCpim: boolean): Content {
  const { messageId, contentType, body, sentAt } = message;
  if ([messageId, contentType, body].some((text) => typeof text !== 'string')) throw senseless();
  if (!asCpim) return content(contentType, body);
  const requestedReceipts = ['positive-delivery', 'negative-delivery', 'display'] as const;
  return content(
    CPIM_TYPE,
    encodeCpim({ ...ends, messageId, sentAt, requestedReceipts, contentType, isNotification: false, body }),
  );
}

/** @throws TransportFailure 400 for what is no composing notification. */
export function encodeComposing({ state, refresh }: OutgoingComposing): Content {
  if (state !== 'composing' && state !== 'idle') throw senseless();
  const body = encodeIsComposing({ state, ...(refresh === undefined ? {} : { refresh }) });
  return content(IS_COMPOSING_TYPE, body, OF_THIS_MOMENT);
}

const DISPOSITIONS: Readonly<Record<OutgoingNotification['outcome'], Pick<Imdn, 'disposition' | 'status'>>> = {
  delivered: { disposition: 'delivery', status: 'delivered' },
  failed: { disposition: 'delivery', status: 'failed' },
  displayed: { disposition: 'display', status: 'displayed' },
};

/**
 * @param sentAt when the message that it is about was sent, in ms since the epoch.
 * @param own the notification's own id and time, which it has inside CPIM (RFC 5438, section 7.2).
 * @throws TransportFailure 400 for what is no notification.
 */
export function encodeNotification(
  { messageId, outcome, code }: OutgoingNotification,
  ends: Ends,
  asCpim: boolean,
  sentAt: number,
  own: { readonly messageId: string; readonly sentAt: number },
): Content {
  const disposition = DISPOSITIONS[outcome];
  if (disposition === undefined || typeof messageId !== 'string') throw senseless();
  const imdn = { ...disposition, messageId, sentAt, recipient: ends.from, ...(code === undefined ? {} : { code }) };
  const headers = [{ name: 'Priority', value: 'non-urgent' }];
  const body = encodeImdn(imdn);
  if (!asCpim) return content(IMDN_TYPE, body, headers);
  const wrapped = { ...ends, ...own, requestedReceipts: [], contentType: IMDN_TYPE, isNotification: true, body };
  return content(CPIM_TYPE, encodeCpim(wrapped), headers);
}

/** Reads what came in. What is wrong with it is an answer, never an exception. */
export function decodeContent(frame: SipFrame): Said {
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
): Said {
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
    default: {
      if (cpim?.isNotification === true) return { kind: 'nothing' };
      if (named.messageId === '') return refused(400, 'a message without an id');
      const asked = cpim?.requestedReceipts ?? [];
      const requestedReceipts = {
        delivered: asked.includes('positive-delivery'),
        displayed: asked.includes('display'),
      };
      return {
        kind: 'message',
        message: { ...named, contentType, body, requestedReceipts: requestedReceipts },
        isCpim: cpim !== undefined,
      };
    }
  }
}

/** RFC 5438, section 7.2.1: who may not or cannot tell says nothing of the message, and "stored" nothing new. */
function notificationOf({ messageId, disposition, status, code }: Imdn): Said {
  if (status === 'displayed') return { kind: 'notification', messageId, outcome: 'displayed' };
  if (disposition !== 'delivery' || status === 'forbidden') return { kind: 'nothing' };
  if (status === 'delivered') return { kind: 'notification', messageId, outcome: 'delivered' };
  return { kind: 'notification', messageId, outcome: 'failed', ...(code === undefined ? {} : { code }) };
}

function content(contentType: string, body: string, headers: readonly SipHeader[] = []): Content {
  return { headers: [{ name: 'content-type', value: contentType }, ...headers], body };
}

function refused(code: 400 | 415, problem: string): Said {
  return { kind: 'refused', code, problem };
}

function senseless(): TransportFailure {
  return new TransportFailure(400, 'What was handed over makes no sense.', { retryable: false });
}

function mediaType(contentType: string): string {
  return contentType.replace(/;.*$/s, '').trim().toLowerCase();
}
