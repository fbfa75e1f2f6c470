/** Writes SIP requests and responses, and reads their parts. */

import { headerOf, headersOf, type SipFrame, type SipHeader } from './codecs/frame.ts';

/** The identity of the transport in its requests, for its lifetime. */
export interface Identity {
  /** Own URI. */
  readonly uri: string;
  /** A host name that cannot be resolved (RFC 7118, section 5): responses use the same connection. */
  readonly host: string;
  readonly via: 'WS' | 'WSS';
}

/** A request without its transaction fields. */
export interface RequestDraft {
  readonly method: string;
  readonly uri: string;
  readonly to: string;
  readonly callId: string;
  readonly fromTag: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

export const ALLOWED = 'MESSAGE, OPTIONS';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  420: 'Bad Extension',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  603: 'Decline',
};
const CLASSES = ['', '', 'OK', 'Redirected', 'Request Failure', 'Server Failure', 'Global Failure'] as const;

export function writeRequest(
  identity: Identity,
  { method, uri, to, callId, fromTag, headers = [], body = '' }: RequestDraft,
  place: { readonly branch: string; readonly cseq: number; readonly authorization: readonly SipHeader[] },
): SipFrame {
  return {
    startLine: `${method} ${uri} SIP/2.0`,
    headers: [
      { name: 'via', value: `SIP/2.0/${identity.via} ${identity.host};branch=${place.branch}` },
      { name: 'Max-Forwards', value: '70' },
      { name: 'from', value: `<${identity.uri}>;tag=${fromTag}` },
      { name: 'to', value: `<${to}>` },
      { name: 'call-id', value: callId },
      { name: 'cseq', value: `${place.cseq} ${method}` },
      ...place.authorization,
      { name: 'User-Agent', value: 'imflow' },
      ...headers.map(({ name, value }) => ({ name, value: value.replaceAll(/[\r\n]+/g, ' ') })),
    ],
    body,
  };
}

/** Writes the response to a request (RFC 3261, section 8.2.6). */
export function writeResponse(
  request: SipFrame,
  code: number,
  tag: string,
  headers: readonly SipHeader[] = [],
): SipFrame {
  const echoed = request.headers
    .filter(({ name }) => ['via', 'from', 'to', 'call-id', 'cseq'].includes(name))
    .map(({ name, value }) => ({
      name,
      value: name === 'to' && !/;\s*tag=/i.test(value) ? `${value};tag=${tag}` : value,
    }));
  const reason = REASONS[code] ?? CLASSES[Math.floor(code / 100)] ?? '';
  return { startLine: `SIP/2.0 ${code} ${reason}`, headers: [...echoed, ...headers], body: '' };
}

export function isRequest({ startLine }: SipFrame): boolean {
  return !startLine.startsWith('SIP/');
}

export function methodOf({ startLine }: SipFrame): string {
  return startLine.slice(0, startLine.indexOf(' '));
}

/** The option tags (RFC 3261, section 19.2) in all headers of a name, in lower case. */
export function optionTagsOf(frame: SipFrame, name: 'supported' | 'require'): readonly string[] {
  const tags = headersOf(frame, name).flatMap((value) => value.split(','));
  return tags.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== '');
}

/** The status code of a response. */
export function codeOf({ startLine }: SipFrame): number {
  return Number(startLine.slice(8, 11));
}

/** The key that matches a response with its request (RFC 3261, section 17.1.3). */
export function transactionOf(frame: SipFrame): string {
  const branch = /;\s*branch=([^;,\s]+)/i.exec(headerOf(frame, 'via') ?? '')?.[1] ?? '';
  const method = (headerOf(frame, 'cseq') ?? '').replace(/^\d+\s+/, '');
  return `${method} ${branch}`;
}
