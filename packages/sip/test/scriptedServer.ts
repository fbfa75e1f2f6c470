import { createHash } from 'node:crypto';
import type { SipFrame } from '../src/index.ts';
import type { WebSocketLike } from '../src/link.ts';
import { codeOf, isRequest, methodOf } from '../src/requests.ts';

/** A registrar and proxy that a test controls, in the same process; it answers at once. Every password is `secret`. */
export interface ScriptedServer {
  readonly createSocket: () => WebSocketLike;
  /** Returns the response to a request; `usual` for the usual one, undefined for none. */
  answer: (request: SipFrame) => string | undefined;
  /** All received frames, newest last. */
  readonly heard: SipFrame[];
  /** How many sockets were opened, and how many of them are open. */
  readonly sockets: { readonly opened: number; readonly open: number };
  /** The number of received line ends: answers to a ping (RFC 5626, section 4.4.1). */
  pongs: number;
  /** The nonce of new challenges. */
  nonce: string;
  /** Sockets do not open. */
  isDown: boolean;
  /** Sends any data to the newest socket. */
  say(data: unknown): void;
  /** Breaks the connection. */
  drop(): void;
}

/** The received requests of one method. */
export function requestsOf({ heard }: ScriptedServer, method: string): SipFrame[] {
  return heard.filter((frame) => isRequest(frame) && methodOf(frame) === method);
}

/** The codes of the received responses. */
export function codesOf({ heard }: ScriptedServer): number[] {
  return heard.filter((frame) => !isRequest(frame)).map(codeOf);
}

export function header(frame: SipFrame | undefined, name: string): string {
  return frame?.headers.find((each) => each.name === name)?.value ?? '';
}

/** A response to a request. */
export function response(request: SipFrame, status: string, extra: readonly string[] = []): string {
  const echoed = ['via', 'from', 'to', 'call-id', 'cseq'].map((name) => `${name}: ${header(request, name)}`);
  return [`SIP/2.0 ${status}`, ...echoed, ...extra, 'Content-Length: 0', '', ''].join('\r\n');
}

/** A MESSAGE as another client sends it. */
export function message(
  body: string,
  { type = 'text/plain', from = 'sip:bo@example.com', id = 'call-1', extra = [] as readonly string[] } = {},
): string {
  const length = new TextEncoder().encode(body).length;
  return [
    'MESSAGE sip:ana@host.invalid;transport=ws SIP/2.0',
    `Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK${id}`,
    `From: "Bo \\"<b>\\"" <${from}>;tag=bo`,
    'To: <sip:ana@example.com>',
    `Call-ID: ${id}`,
    'CSeq: 1 MESSAGE',
    `Content-Type: ${type}`,
    ...extra,
    `Content-Length: ${length}`,
    '',
    body,
  ].join('\r\n');
}

export function createScriptedServer(): ScriptedServer {
  const heard: SipFrame[] = [];
  const sockets: ReturnType<typeof createSocket>[] = [];
  const server: ScriptedServer = {
    heard,
    answer: () => 'usual',
    pongs: 0,
    nonce: 'nonce-1',
    isDown: false,
    sockets: {
      get opened() {
        return sockets.length;
      },
      get open() {
        return sockets.filter(({ isOpen }) => isOpen).length;
      },
    },
    createSocket() {
      const socket = createSocket((data) => {
        if (data === '\r\n') server.pongs += 1;
        const frame = read(data);
        if (frame === undefined) return;
        heard.push(frame);
        if (!isRequest(frame)) return;
        const answer = server.answer(frame);
        const said = answer === 'usual' ? usual(frame) : answer;
        if (said !== undefined) socket.emit('message', said);
      });
      sockets.push(socket);
      queueMicrotask(() => socket.emit(server.isDown ? 'close' : 'open'));
      return socket;
    },
    say: (data) => sockets.at(-1)?.emit('message', data),
    drop: () => sockets.at(-1)?.emit('close'),
  };

  function usual(request: SipFrame): string {
    if (methodOf(request) !== 'REGISTER') return response(request, '200 OK');
    if (!isRight(header(request, 'Authorization'), server.nonce)) {
      const challenge = `Digest realm="example.com", nonce="${server.nonce}", qop="auth"`;
      return response(request, '401 Unauthorized', [`WWW-Authenticate: ${challenge}`]);
    }
    const contact = header(request, 'Contact').replace(/;expires=\d+/, '');
    const others = '<sip:ana@10.0.0.9>;expires=7';
    return response(request, '200 OK', [`Contact: ${others}, ${contact};expires=100`]);
  }
  return server;
}

function hash(...parts: readonly string[]): string {
  return createHash('md5').update(parts.join(':')).digest('hex');
}

/** Digest with MD5 and qop=auth, by Node's own hash. */
function isRight(authorization: string, nonce: string): boolean {
  const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(authorization)?.[1] ?? '';
  const request = hash('REGISTER', field('uri'));
  const secret = hash(field('username'), field('realm'), 'secret');
  const right = hash(secret, nonce, field('nc'), field('cnonce'), 'auth', request);
  return field('nonce') === nonce && field('response') === right;
}

function read(data: string): SipFrame | undefined {
  const end = data.indexOf('\r\n\r\n');
  if (data.trim() === '') return undefined;
  const [startLine = '', ...lines] = data.slice(0, end).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const known = ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Content-Type'].includes(name) ? name.toLowerCase() : name;
    return { name: known, value: line.slice(colon + 1).trim() };
  });
  return { startLine, headers, body: data.slice(end + 4) };
}

function createSocket(take: (data: string) => void) {
  const listeners: { type: string; listener: (event: { readonly data: unknown }) => void }[] = [];
  return {
    binaryType: 'blob',
    isOpen: true,
    send(data: string) {
      if (this.isOpen) take(data);
    },
    close() {
      this.isOpen = false;
    },
    addEventListener(type: string, listener: (event: { readonly data: unknown }) => void) {
      listeners.push({ type, listener });
    },
    emit(type: string, data?: unknown) {
      if (!this.isOpen) return;
      for (const each of Array.from(listeners)) if (each.type === type) each.listener({ data });
    },
  };
}
