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
  /** It hears, and says nothing any more. */
  silent: boolean;
  /** All that came in, newest last. */
  readonly heard: XmlElement[];
  /** How many sockets were opened. */
  readonly sockets: number;
  /** Sends something, whatever it is, to the newest socket. */
  say(data: unknown): void;
  /** The network breaks. */
  drop(): void;
}

/** A server that answers as it is told, in the same process and at once. Everybody's password is right but `wrong`. */
export function createScriptedServer(address = 'ana@example.com'): ScriptedServer {
  const heard: XmlElement[] = [];
  const sockets: ReturnType<typeof createSocket>[] = [];

  const server: ScriptedServer = {
    counts: true,
    silent: false,
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
        const sasl = element('mechanisms', NS.sasl, {}, element('mechanism', NS.sasl, {}, 'PLAIN'));
        const later = [element('bind', NS.bind), server.counts ? element('sm', NS.sm) : undefined];
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
    if (stanza.name === 'iq' && childOf(stanza, 'query', NS.mam) !== undefined) {
      reply(element('iq', NS.client, { type: 'error', id: stanza.attributes['id'] }));
    }
    if (stanza.name === 'resume') reply(element('failed', NS.sm));
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
