/** The connection to the server: registration, keep-alive and reconnection. */

import { createMonotonicTime, FlowError, TransportFailure, type TransportStatus } from '@imflow/core';
import { domainUriOf, uriOf } from './address.ts';
import type { SipFrame } from './codecs/frame.ts';
import { createCredentials } from './credentials.ts';
import { createGracefulClose } from './gracefulClose.ts';
import { type Link, openLink } from './link.ts';
import type { CheckedOptions, ConnectionError } from './options.ts';
import { createRegistration } from './registration.ts';
import { codeOf, type Identity, isRequest, type RequestDraft, writeRequest } from './requests.ts';
import { createTransactions } from './transactions.ts';

/** The delay before the first reconnection attempt, in ms. It doubles up to `maxReconnectDelay`. */
const FIRST_RECONNECT_DELAY = 500;
/** The part of its lifetime after which a registration is renewed. */
const RENEWAL = 0.8;

/** A registered connection to the server. It reconnects after every failure until `disconnect` is called. */
export interface Connection {
  getStatus(): TransportStatus;
  subscribe(listener: () => void): () => void;
  connect(): void;
  disconnect(): void;
  /** Sends a request, with credentials where the server asks for them. Rejects with a {@link TransportFailure}. */
  ask(draft: RequestDraft, timeout: number): Promise<SipFrame>;
  /** Sends a response; drops it where there is no connection. */
  send(frame: SipFrame): void;
}

export interface ConnectionListener {
  request(frame: SipFrame): void;
  unreadable(problem: string): void;
  /** The connection is about to be closed; responses still reach the server. */
  beforeClose(): void;
  /** The connection is lost or closed. */
  disconnected(): void;
}

export function createConnection(options: CheckedOptions, listener: ConnectionListener): Connection {
  const { clock, random, server } = options;
  const now = createMonotonicTime(clock);
  const identity: Identity = {
    uri: uriOf(options.address),
    host: `${random.id()}.invalid`,
    via: server.startsWith('wss:') ? 'WSS' : 'WS',
  };
  const tag = random.id();
  const credentials = createCredentials(options.authorizationUser, options.password, () => random.id());
  const registration = createRegistration(options, identity);
  const transactions = createTransactions(clock, (frame) => link?.send(frame));
  const gracefulClose = createGracefulClose(clock, tag);
  const listeners = new Set<() => void>();
  const timers = new Map<'dial' | 'renew' | 'silence', () => void>();

  let status: TransportStatus = { state: 'offline' };
  let link: Link | undefined;
  let cseq = 0;
  let tries = 0;
  let lastHeard = 0;

  function become(next: TransportStatus): void {
    if (status.state === 'closed' || status.state === next.state) return;
    status = next;
    for (const told of Array.from(listeners)) told();
  }

  function timer(name: 'dial' | 'renew' | 'silence', callback: () => void, delay: number): void {
    timers.get(name)?.();
    timers.set(name, clock.setTimer(callback, delay));
  }

  function dial(): void {
    become({ state: 'connecting' });
    // A socket may call back before `openLink` returns.
    let opened: Link | undefined;
    const current = (): boolean => link === opened;
    try {
      link = undefined;
      opened = openLink(options.createSocket(server, 'sip'), tag, {
        opened: () => current() && void signIn(),
        heard: () => {
          lastHeard = now();
        },
        received(frame) {
          if (current()) receive(frame);
          else if (opened !== undefined) gracefulClose.received(opened, frame);
        },
        unreadable(problem) {
          if (!current()) return;
          if (status.state === 'online') listener.unreadable(problem);
          else lost('not-sip');
        },
        closed(reason) {
          if (current()) lost(reason);
          else if (opened !== undefined) gracefulClose.ended(opened);
        },
      });
    } catch {
      lost('unreachable');
      return;
    }
    link = opened;
    timer('dial', () => current() && lost('no-answer'), options.requestTimeout);
  }

  function receive(frame: SipFrame): void {
    if (isRequest(frame)) listener.request(frame);
    else transactions.answered(frame);
  }

  /** Registers, or renews the registration. */
  async function signIn(): Promise<void> {
    const on = link;
    try {
      const outcome = await registration.register((draft) => ask(draft, options.requestTimeout));
      if (link !== on) return;
      if ('refused' in outcome) refused(outcome.refused);
      else if ('failed' in outcome) lost('ended', `The server rejected the registration for now (${outcome.failed}).`);
      else {
        tries = 0;
        timers.get('dial')?.();
        timer('renew', () => void signIn(), outcome.granted * RENEWAL);
        watchSilence(options.pingInterval);
        become({ state: 'online' });
      }
    } catch {
      if (link === on) lost('no-answer');
    }
  }

  /** Sends OPTIONS to a silent server, and reconnects where it does not answer. */
  function watchSilence(wait: number): void {
    timer('silence', () => void ping(), wait);

    async function ping(): Promise<void> {
      const silence = now() - lastHeard;
      if (silence < options.pingInterval) {
        watchSilence(options.pingInterval - silence);
        return;
      }
      const on = link;
      const uri = domainUriOf(identity.uri);
      const question = { method: 'OPTIONS', uri, to: uri, callId: random.id(), fromTag: random.id() };
      try {
        await ask(question, options.requestTimeout);
        if (link === on) watchSilence(options.pingInterval);
      } catch {
        if (link === on) lost('no-answer');
      }
    }
  }

  async function ask(draft: RequestDraft, timeout: number): Promise<SipFrame> {
    const on = link;
    for (let isAnswered = false; ; isAnswered = true) {
      const authorization = credentials.headersFor(draft.method, draft.uri);
      if (on === undefined || link !== on) {
        throw new TransportFailure(503, 'The transport is not connected.', { retryable: true });
      }
      cseq += 1;
      const place = { branch: `z9hG4bK${random.id()}`, cseq, authorization };
      const response = await transactions.ask(writeRequest(identity, draft, place), timeout);
      const code = codeOf(response);
      // A 401 comes from the registrar, or else from the participant, who must not receive a digest of the password.
      if (code !== 407 && !(code === 401 && draft.method === 'REGISTER')) return response;
      const { answerable, stale } = credentials.challenged(response);
      if (!answerable || (isAnswered && !stale)) return response;
    }
  }

  function release(): void {
    for (const stop of timers.values()) stop();
    timers.clear();
    const old = link;
    link = undefined;
    old?.close();
    listener.disconnected();
    transactions.failAll();
  }

  function lost(code: keyof typeof PROBLEMS, message: string = PROBLEMS[code]): void {
    release();
    options.onConnectionError?.({ code, message });
    tries += 1;
    const wait = Math.min(options.maxReconnectDelay, FIRST_RECONNECT_DELAY * 2 ** Math.min(tries - 1, 20));
    timer('dial', dial, wait * (0.5 + random.next() / 2));
    become({ state: 'connecting' });
  }

  function refused(message: string): void {
    release();
    options.onConnectionError?.({ code: 'refused', message });
    become({ state: 'closed', error: new FlowError('refused', message) });
  }

  /** Removes the contact from the registrar. */
  function unregister(parting: Link): void {
    const draft = registration.draft(0);
    cseq += 1;
    const place = { branch: `z9hG4bK${random.id()}`, cseq };
    const authorization = credentials.headersFor(draft.method, draft.uri);
    gracefulClose.begin(parting, writeRequest(identity, draft, { ...place, authorization }));
  }

  return {
    getStatus: () => status,
    subscribe(told) {
      const entry = (): void => told();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    connect() {
      if (status.state !== 'offline') return;
      tries = 0;
      dial();
    },
    disconnect() {
      if (status.state === 'offline' || status.state === 'closed') return;
      const parting = status.state === 'online' ? link : undefined;
      if (parting !== undefined) {
        listener.beforeClose();
        link = undefined;
        unregister(parting);
      }
      release();
      become({ state: 'offline' });
    },
    ask,
    send: (frame) => link?.send(frame),
  };
}

const PROBLEMS = {
  unreachable: 'The server cannot be reached, or its certificate is not trusted.',
  'not-sip': 'Something answers at this address, but it does not speak SIP.',
  'no-answer': 'The server does not respond; the transport reconnects.',
  ended: 'The connection was lost; the transport reconnects.',
} as const satisfies Partial<Record<ConnectionError['code'], string>>;
