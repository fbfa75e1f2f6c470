import type { WebSocketLike } from '../src/index.ts';
import { NS } from '../src/namespaces.ts';
import { childOf, element, parseXml, serialize, textOf, type XmlElement } from '../src/xml.ts';

/** The stages of a login, in order. */
export const STAGES = ['connect', 'open', 'auth', 'reopen', 'bind', 'enable', 'carbons'] as const;
export type Stage = (typeof STAGES)[number];

export interface ScriptedServer {
  readonly createSocket: () => WebSocketLike;
  /** What to do at a stage instead of answering. */
  at?: { readonly stage: Stage; readonly act: 'close' | 'silence' | { readonly say: string } };
  /** Whether it counts stanzas (XEP-0198). */
  counts: boolean;
  /** How the user may sign in. */
  mechanism: string;
  /** How many stanzas of the session another page has sent. */
  sentByOthers: number;
  /** The longest stanza that it announces (XEP-0478). Default: none. */
  maxBytes?: number;
  /** It receives data, and sends nothing. */
  silent: boolean;
  /** It resumes the earlier session. */
  resumes: boolean;
  /** It sends, but handles nothing that it receives except sign-ins. */
  ignoresInput: boolean;
  /** What the archive of the user holds, by position; undefined where there is no archive. */
  archive: { readonly id: string; readonly message: XmlElement; readonly at?: number }[] | undefined;
  /** The most entries on a page, whatever the client asks for. Default: no limit. */
  mostOfPage?: number;
  /** Answers for the archive when it is ready. Default: at once. */
  answerLater?: (answer: () => void) => void;
  /** Called once the archive has answered, and whether with its last page. */
  asked?: (query: XmlElement, isLast: boolean) => void;
  /** Answers requests that this server does not implement; undefined: it does not answer. */
  respond?: (request: XmlElement) => XmlElement | undefined;
  /** All received elements, newest last. */
  readonly heard: XmlElement[];
  /** How many sockets were opened. */
  readonly sockets: number;
  /** Sends any data to the newest socket. */
  say(data: unknown): void;
  /** Breaks the connection. */
  drop(): void;
}

/** A server that a test controls, in the same process; it answers at once. Every password is right except `wrong`. */
export function createScriptedServer(address = 'ana@example.com'): ScriptedServer {
  const heard: XmlElement[] = [];
  const sockets: ReturnType<typeof createSocket>[] = [];

  const server: ScriptedServer = {
    counts: true,
    mechanism: 'PLAIN',
    sentByOthers: 0,
    silent: false,
    resumes: false,
    ignoresInput: false,
    archive: undefined,
    heard,
    get sockets() {
      return sockets.length;
    },
    createSocket() {
      const socket = createSocket((data) => answer(data, socket));
      sockets.push(socket);
      queueMicrotask(() => {
        if (!acts('connect', socket)) socket.emit('open');
      });
      return socket;
    },
    say: (data) => sockets.at(-1)?.emit('message', data),
    drop: () => sockets.at(-1)?.emit('close'),
  };
  return server;

  function acts(stage: Stage, socket: ReturnType<typeof createSocket>): boolean {
    if (server.at?.stage !== stage) return false;
    const { act } = server.at;
    if (act === 'close') socket.emit('close');
    else if (act !== 'silence') {
      if (stage === 'connect') socket.emit('open');
      socket.emit('message', act.say);
    }
    return true;
  }

  function resumed(): XmlElement {
    if (!server.resumes) return element('failed', NS.sm);
    const taken = (sockets.at(-2)?.count ?? 0) + server.sentByOthers;
    const socket = sockets.at(-1);
    if (socket !== undefined) socket.count = taken;
    return element('resumed', NS.sm, { previd: 'session', h: String(taken) });
  }

  /** Answers a query with a page of the archive, after a position or before one. */
  function answerQuery(query: XmlElement, id: string | undefined): XmlElement[] {
    const { archive } = server;
    const set = childOf(query, 'set', NS.rsm);
    const after = textOf(set && childOf(set, 'after', NS.rsm));
    const place = archive?.findIndex((entry) => entry.id === after) ?? -1;
    const refusal = (condition: string): XmlElement =>
      element(
        'iq',
        NS.client,
        { type: 'error', id },
        element('error', NS.client, { type: 'cancel' }, element(condition, NS.stanzas)),
      );
    if (archive === undefined) return [refusal('service-unavailable')];
    if (after !== '' && place === -1) return [refusal('item-not-found')];
    const max = Math.min(Number(textOf(set && childOf(set, 'max', NS.rsm))), server.mostOfPage ?? Infinity);
    const before = set && childOf(set, 'before', NS.rsm);
    const end = archive.findIndex((entry) => entry.id === textOf(before));
    const rest = archive.slice(place + 1, end === -1 ? archive.length : end);
    const page = before !== undefined ? rest.slice(-max) : rest.slice(0, max);
    const results = page.map((entry) => {
      const stamp = entry.at === undefined ? undefined : new Date(entry.at).toISOString();
      const delay = stamp === undefined ? undefined : element('delay', NS.delay, { stamp });
      const inner = element('forwarded', NS.forward, {}, delay, entry.message);
      const { queryid } = query.attributes;
      return element('message', NS.client, {}, element('result', NS.mam, { queryid, id: entry.id }, inner));
    });
    const complete = String(page.length === rest.length);
    return [...results, element('iq', NS.client, { type: 'result', id }, element('fin', NS.mam, { complete }))];
  }

  function answer(data: string, socket: ReturnType<typeof createSocket>): void {
    const stanza = parseXml(data);
    heard.push(stanza);
    if (server.silent) return;
    const reply = (...stanzas: XmlElement[]): void => {
      for (const each of stanzas) socket.emit('message', serialize(each));
    };
    const stage = stageOf(stanza, socket);
    if (stage !== undefined && acts(stage, socket)) return;
    switch (stage) {
      case 'open':
      case 'reopen': {
        const sasl = element('mechanisms', NS.sasl, {}, element('mechanism', NS.sasl, {}, server.mechanism));
        const limits =
          server.maxBytes === undefined
            ? undefined
            : element('limits', NS.limits, {}, element('max-bytes', NS.limits, {}, String(server.maxBytes)));
        const later = [element('bind', NS.bind), server.counts ? element('sm', NS.sm) : undefined, limits];
        const features = stage === 'open' ? [sasl] : later;
        reply(element('open', NS.framing, { version: '1.0' }), element('features', NS.stream, {}, ...features));
        break;
      }
      case 'auth': {
        const wrong = atob(textOf(stanza)).endsWith('\0wrong');
        const failure = element('failure', NS.sasl, {}, element('not-authorized', NS.sasl));
        if (!wrong) socket.signedIn = true;
        reply(wrong ? failure : element('success', NS.sasl));
        break;
      }
      case 'enable':
        reply(element('enabled', NS.sm, { id: 'session', resume: 'true' }));
        break;
      case 'bind':
      case 'carbons':
        reply(element('iq', NS.client, { type: 'result', id: stanza.attributes['id'], from: address }));
        break;
      case 'connect':
      case undefined:
        break;
    }
    if (stanza.name === 'iq' && childOf(stanza, 'ping', NS.ping) !== undefined) {
      reply(element('iq', NS.client, { type: 'result', id: stanza.attributes['id'] }));
    }
    if (server.ignoresInput && socket.signedIn && stage === undefined && stanza.name !== 'resume') return;
    const response = stanza.name === 'iq' ? server.respond?.(stanza) : undefined;
    if (response !== undefined) reply(response);
    const query = childOf(stanza, 'query', NS.mam);
    if (stanza.name === 'iq' && query !== undefined) {
      const answerNow = (): void => {
        const pages = answerQuery(query, stanza.attributes['id']);
        reply(...pages);
        const fin = childOf(pages.at(-1) ?? query, 'fin', NS.mam);
        server.asked?.(query, fin?.attributes['complete'] !== 'false');
      };
      (server.answerLater ?? ((now) => now()))(answerNow);
    }
    if (stanza.name === 'resume') reply(resumed());
    if (['iq', 'message', 'presence'].includes(stanza.name) && stage !== 'bind') socket.count += 1;
    if (stanza.name === 'r') reply(element('a', NS.sm, { h: String(socket.count) }));
  }
}

function stageOf(stanza: XmlElement, socket: { readonly signedIn: boolean }): Stage | undefined {
  if (stanza.name === 'open') return socket.signedIn ? 'reopen' : 'open';
  if (stanza.name === 'auth') return 'auth';
  if (childOf(stanza, 'bind', NS.bind) !== undefined) return 'bind';
  if (stanza.name === 'enable') return stanza.xmlns === NS.sm ? 'enable' : undefined;
  return childOf(stanza, 'enable', NS.carbons) === undefined ? undefined : 'carbons';
}

function createSocket(take: (data: string) => void) {
  const listeners: { type: string; listener: (event: { readonly data: unknown }) => void }[] = [];
  let isClosed = false;
  return {
    signedIn: false,
    count: 0,
    send(data: string) {
      if (!isClosed) take(data);
    },
    close() {
      isClosed = true;
    },
    addEventListener(type: string, listener: (event: { readonly data: unknown }) => void) {
      listeners.push({ type, listener });
    },
    emit(type: string, data?: unknown) {
      if (isClosed) return;
      for (const each of Array.from(listeners)) if (each.type === type) each.listener({ data });
    },
  };
}
