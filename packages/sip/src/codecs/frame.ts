/** Reads and writes SIP frames (RFC 7118). */

import { type Decoded, problem } from './decoded.ts';
import { inflate } from './inflate.ts';

/** The largest frame that is read, in bytes. Kamailio forwards up to 65 535. */
export const MAX_FRAME_BYTES = 131_072;
const MAX_HEADERS = 200;

/** A SIP frame (RFC 7118) with its body as text. */
export interface SipFrame {
  readonly startLine: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

/** A header line: its name as written, and its value. */
export interface SipHeader {
  /** In lower case, compact forms written out. */
  readonly name: string;
  readonly value: string;
}

/** The reason and the response code for an unusable frame. */
export interface RefusedFrame {
  readonly problem: string;
  /** A response to send back: only requests that can be answered have one. */
  readonly response?: string;
}

const COMPACT: Readonly<Record<string, string>> = {
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  t: 'to',
  v: 'via',
};

const ECHOED = ['via', 'from', 'to', 'call-id', 'cseq'] as const;
const NAMES: Readonly<Record<string, string>> = {
  via: 'Via',
  from: 'From',
  to: 'To',
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'content-type': 'Content-Type',
};

/**
 * Reads a frame: separates head and body, inflates a compressed body, and corrects the headers for encoding and length.
 * A request that is malformed comes with the 4xx to answer it.
 * @param tag the tag of the To header in such an answer.
 */
export async function decodeFrame(frame: string | Uint8Array, tag: string): Promise<SipFrame | RefusedFrame> {
  const bytes = typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
  if (bytes.length > MAX_FRAME_BYTES) return problem(`a frame is larger than ${MAX_FRAME_BYTES} bytes`);
  const end = endOfHead(bytes);
  if (end === -1) return problem('a frame has no blank line after its headers');
  const head = readHead(new TextDecoder().decode(bytes.subarray(0, end)));
  if ('problem' in head) return head;
  const { startLine, headers } = head.value;
  const refuse = (code: number, reason: string, why: string, extra = ''): RefusedFrame => {
    const response = responseTo(startLine, headers, `${code} ${reason}`, tag, extra);
    return { problem: why, ...(response === undefined ? {} : { response }) };
  };

  if (!/^(?:[A-Z]+ \S+ SIP\/2\.0|SIP\/2\.0 [1-6]\d\d(?: .*)?)$/.test(startLine)) {
    return refuse(400, 'Bad Start Line', 'a frame begins with neither a request nor a response');
  }
  const missing = ECHOED.find((name) => valueOf(headers, name) === undefined);
  if (missing !== undefined) return refuse(400, 'Missing Header', `a frame has no ${missing}`);
  if (!/^\d{1,10}\s+\S+$/.test(valueOf(headers, 'cseq') ?? ''))
    return refuse(400, 'Bad CSeq', 'a frame has a malformed CSeq');

  const rest = bytes.subarray(end + 4);
  const length = valueOf(headers, 'content-length');
  if (length !== undefined && !/^\d{1,9}$/.test(length))
    return refuse(400, 'Bad Content-Length', 'a frame has a malformed Content-Length');
  if (length !== undefined && Number(length) > rest.length)
    return refuse(400, 'Body Too Short', 'a frame ends before its body does');
  const body = length === undefined ? rest : rest.slice(0, Number(length));

  const encoding = (valueOf(headers, 'content-encoding') ?? 'identity').toLowerCase();
  const others = headers.filter(({ name }) => name !== 'content-encoding' && name !== 'content-length');
  if (encoding === 'identity') return { startLine, headers: others, body: new TextDecoder().decode(body) };
  if (encoding !== 'deflate' && encoding !== 'gzip') {
    return refuse(
      415,
      'Unsupported Media Type',
      'a body has an unknown encoding',
      'Accept-Encoding: deflate, gzip, identity\r\n',
    );
  }
  const inflated = await inflate(new Uint8Array(body), encoding);
  if ('problem' in inflated) return refuse(400, 'Bad Body', inflated.problem);
  return { startLine, headers: others, body: new TextDecoder().decode(inflated.value) };
}

/** The frame as text, with the length that its body has now. */
export function encodeFrame({ startLine, headers, body }: SipFrame): string {
  const lines = headers.map(({ name, value }) => `${NAMES[name] ?? name}: ${value}\r\n`).join('');
  return `${startLine}\r\n${lines}Content-Length: ${new TextEncoder().encode(body).length}\r\n\r\n${body}`;
}

/** The first value of a header, by its name in lower case. */
export function headerOf({ headers }: Pick<SipFrame, 'headers'>, name: string): string | undefined {
  return valueOf(headers, name);
}

/** All values of a header, by its name in lower case. */
export function headersOf({ headers }: Pick<SipFrame, 'headers'>, name: string): readonly string[] {
  return headers.filter((header) => header.name === name).map(({ value }) => value);
}

function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(13); at !== -1; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}

function readHead(head: string): Decoded<{ readonly startLine: string; readonly headers: readonly SipHeader[] }> {
  // A line that begins with space continues the one before it (RFC 3261, section 7.3.1).
  const [startLine = '', ...lines] = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  if (lines.length > MAX_HEADERS) return problem('a frame has too many headers');
  const headers: SipHeader[] = [];
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^\s:]+)[ \t]*:(.*)$/.exec(line) ?? [];
    // A response needs no header without a name.
    if (name === '') continue;
    const lower = name.toLowerCase();
    headers.push({ name: COMPACT[lower] ?? lower, value: value.trim() });
  }
  return { value: { startLine, headers } };
}

function valueOf(headers: readonly SipHeader[], name: string): string | undefined {
  return headers.find((header) => header.name === name)?.value;
}

/** A response, or undefined where it could not be routed back, or where the frame must not be answered. */
function responseTo(
  startLine: string,
  headers: readonly SipHeader[],
  status: string,
  tag: string,
  extra: string,
): string | undefined {
  const isAnswerable = !startLine.startsWith('SIP/') && !/^ACK\b/.test(startLine);
  if (!isAnswerable || ECHOED.some((name) => valueOf(headers, name) === undefined)) return undefined;
  const echoed = headers
    .filter(({ name }) => ECHOED.some((each) => each === name))
    .map(({ name, value }) => {
      const tagged = name === 'to' && !/;\s*tag=/i.test(value) ? `${value};tag=${tag}` : value;
      return `${NAMES[name]}: ${tagged}\r\n`;
    });
  return `SIP/2.0 ${status}\r\n${echoed.join('')}${extra}Content-Length: 0\r\n\r\n`;
}
