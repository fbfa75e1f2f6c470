/** Reads and writes CPIM messages (RFC 3862). */

import type { ReplyTarget } from '@imflow/core';
import { type Decoded, problem } from './decoded.ts';

/** The content type of a wrapped message (RFC 3862, section 2). */
export const CPIM_TYPE = 'message/cpim';
const IMDN_NAMESPACE = 'urn:ietf:params:imdn';
/** Of the headers of imflow, which other clients ignore (RFC 3862, section 3.5). */
const IMFLOW_NAMESPACE = 'urn:imflow:cpim:1';

/** Notifications that the sender of a message may ask for with `imdn.Disposition-Notification` (RFC 5438). */
export type RequestedDisposition = 'positive-delivery' | 'negative-delivery' | 'processing' | 'display';

/** A message of RFC 3862, with the headers of RFC 5438. */
export interface Cpim {
  /**
   * Address without angle brackets and display name. A claim of the sender: only the From header of SIP is verified.
   */
  readonly from?: string;
  readonly to?: string;
  /** `DateTime`, in ms since the epoch. */
  readonly sentAt?: number;
  /** `imdn.Message-ID`. */
  readonly messageId?: string;
  /** Unknown values are left out. */
  readonly requestedReceipts: readonly RequestedDisposition[];
  /** `imflow.Reply-To`, `imflow.Reply-Author` and `imflow.Reply-Excerpt`: the message that this one replies to. */
  readonly replyTo?: ReplyTarget;
  /** Type of the content, with its parameters. Default `text/plain`. */
  readonly contentType: string;
  /** `Content-Disposition: notification` (RFC 5438, section 7.2.1.1). */
  readonly isNotification: boolean;
  readonly body: string;
}

const MAX_HEADERS = 100;
const REQUESTS: readonly RequestedDisposition[] = ['positive-delivery', 'negative-delivery', 'processing', 'display'];

interface Header {
  readonly name: string;
  readonly value: string;
}

/** Reads a message. Lines may end with LF alone; a malformed header is a problem. */
export function decodeCpim(source: string): Decoded<Cpim> {
  const outer = readHeaders(source);
  if ('problem' in outer) return outer;
  const inner = readHeaders(outer.value.rest);
  if ('problem' in inner) return inner;
  const { headers } = outer.value;
  const required = headers.find(({ name }) => name === 'Require');
  if (required !== undefined) return problem('CPIM requires unsupported headers');

  const prefixes = new Map(
    headers
      .filter(({ name }) => name === 'NS')
      .map(({ value }) => /^\s*(\S*)\s*<([^>]*)>/.exec(value) ?? [])
      .map(([, prefix = '', uri = '']) => [uri, prefix]),
  );
  const inNamespace = (prefix: string, name: string): string | undefined =>
    valueOf(headers, prefix === '' ? name : `${prefix}.${name}`);
  const imdn = (name: string): string | undefined => inNamespace(prefixes.get(IMDN_NAMESPACE) ?? 'imdn', name);
  const ownPrefix = prefixes.get(IMFLOW_NAMESPACE);
  const own = (name: string): string => (ownPrefix === undefined ? '' : (inNamespace(ownPrefix, name) ?? ''));
  const mime = (name: string): string =>
    inner.value.headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';

  const from = addressOf(valueOf(headers, 'From'));
  const to = addressOf(valueOf(headers, 'To'));
  const sentAt = Date.parse(valueOf(headers, 'DateTime') ?? '');
  const messageId = imdn('Message-ID') ?? '';
  const requested = (imdn('Disposition-Notification') ?? '').split(',').map((item) => item.replace(/;.*/s, '').trim());
  return {
    value: {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(Number.isNaN(sentAt) ? {} : { sentAt }),
      ...(messageId === '' ? {} : { messageId }),
      ...replyIn(own('Reply-To'), own('Reply-Author'), own('Reply-Excerpt')),
      requestedReceipts: REQUESTS.filter((request) => requested.includes(request)),
      contentType: mime('content-type') || 'text/plain',
      isNotification: mime('content-disposition').replace(/;.*/s, '').trim().toLowerCase() === 'notification',
      body: cutTo(mime('content-length'), inner.value.rest),
    },
  };
}

/** Writes a message. Line breaks in header values are escaped (RFC 3862, section 3.2). */
export function encodeCpim({
  from,
  to,
  sentAt,
  messageId,
  replyTo,
  requestedReceipts,
  contentType,
  isNotification,
  body,
}: Cpim): string {
  const hasTime = sentAt !== undefined && Math.abs(sentAt) <= 8.64e15;
  const lines = [
    from === undefined ? '' : `From: <${escapeValue(from)}>`,
    to === undefined ? '' : `To: <${escapeValue(to)}>`,
    hasTime ? `DateTime: ${new Date(sentAt).toISOString()}` : '',
    messageId === undefined && requestedReceipts.length === 0 ? '' : `NS: imdn <${IMDN_NAMESPACE}>`,
    messageId === undefined ? '' : `imdn.Message-ID: ${escapeValue(messageId)}`,
    requestedReceipts.length === 0 ? '' : `imdn.Disposition-Notification: ${requestedReceipts.join(', ')}`,
    ...(replyTo === undefined ? [] : replyHeaders(replyTo)),
  ];
  const mime = [
    `Content-Type: ${contentType.replaceAll(/[\r\n]+/g, ' ')}`,
    isNotification ? 'Content-Disposition: notification' : '',
    `Content-Length: ${new TextEncoder().encode(body).length}`,
  ];
  return `${block(lines)}\r\n${block(mime)}\r\n${body}`;
}

function replyHeaders({ id, sender, excerpt }: ReplyTarget): readonly string[] {
  return [
    `NS: imflow <${IMFLOW_NAMESPACE}>`,
    `imflow.Reply-To: ${escapeValue(id)}`,
    `imflow.Reply-Author: ${escapeValue(sender)}`,
    `imflow.Reply-Excerpt: ${escapeValue(excerpt)}`,
  ];
}

function replyIn(id: string, sender: string, excerpt: string): { readonly replyTo?: ReplyTarget } {
  return id === '' || sender === '' ? {} : { replyTo: { id, sender, excerpt } };
}

function block(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : `${line}\r\n`)).join('');
}

/** A block of headers up to its blank line. */
function readHeaders(source: string): Decoded<{ readonly headers: readonly Header[]; readonly rest: string }> {
  const headers: Header[] = [];
  let at = 0;
  for (;;) {
    const end = source.indexOf('\n', at);
    if (end === -1) return problem('CPIM ends before a blank line');
    const line = source.slice(at, end).replace(/\r$/, '');
    at = end + 1;
    if (line === '') return { value: { headers, rest: source.slice(at) } };
    const [, name, value] = /^([^\s:]+):[ \t]*(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined) return problem('CPIM has an invalid header line');
    if (headers.length >= MAX_HEADERS) return problem('CPIM has too many headers');
    headers.push({ name, value });
  }
}

function valueOf(headers: readonly Header[], name: string): string | undefined {
  const value = headers.find((header) => header.name === name)?.value;
  return value === undefined ? undefined : unescapeValue(value.trim());
}

/** `Bo <sip:bo@example.com>` or the address alone. */
function addressOf(value: string | undefined): string | undefined {
  const address = (/<([^<>]*)>\s*$/.exec(value ?? '')?.[1] ?? value ?? '').trim();
  return address === '' ? undefined : address;
}

/** Cuts a content that is longer than its declared length. */
function cutTo(length: string, body: string): string {
  if (!/^\d{1,9}$/.test(length.trim())) return body;
  const bytes = new TextEncoder().encode(body);
  return Number(length) >= bytes.length ? body : new TextDecoder().decode(bytes.subarray(0, Number(length)));
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', r: '\r' };

function unescapeValue(value: string): string {
  return value.replaceAll(/\\(?:u([\dA-Fa-f]{4})|(.))/gs, (_, code?: string, character: string = '') =>
    code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function escapeValue(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll(/\p{Cc}|^\s|\s$/gu, (c) => String.raw`\u` + c.charCodeAt(0).toString(16).padStart(4, '0'));
}
