/** The connection to the server: sign-in, requests, keep-alive and reconnection. */

import { createMonotonicTime, FlowError, TransportFailure, type TransportStatus } from '@imflow/core';
import type { Device } from './device.ts';
import type { CheckedOptions, ConnectionError, WebSocketLike } from './options.ts';
import { type ClientFrame, PROTOCOL_VERSION, type ServerFrame } from './protocol.ts';
import { type MalformedFrame, readFrame } from './readFrame.ts';
import type { Request } from './writeFrame.ts';

/** The first delay before a reconnection, in ms; it doubles up to `maxReconnectDelay`. */
const FIRST_RECONNECT_DELAY = 500;

type Answer = Extract<ServerFrame, { readonly type: 'accepted' | 'matches' | 'page' | 'pong' }>;
/** The frames of a server that are not responses. */
export type PushedFrame = Extract<ServerFrame, { readonly type: 'entries' | 'composing' | 'presence' | 'waiting' }>;

/** The callbacks of a connection into the transport. */
export interface ConnectionHooks {
  /** The server accepted the sign-in. Called before the status changes. */
  onWelcome(welcome: Extract<ServerFrame, { readonly type: 'welcome' }>): void;
  receive(frame: PushedFrame): void;
  receiveMalformed(frame: MalformedFrame): void;
}

/** A request that waits for its response, and can be cancelled. */
export interface PendingRequest {
  readonly answer: Promise<Answer>;
  cancel(reason: string): void;
}

/** A connection to the server that reconnects with new sockets. */
export interface Connection {
  readonly status: TransportStatus;
  subscribe(listener: () => void): () => void;
  connect(): void;
  disconnect(): void;
  /** Sends a frame that the server does not answer. */
  send(frame: ClientFrame): void;
  /**
   * Sends a frame that the server answers. The answer rejects with a TransportFailure.
   * @param onAnswer is called with an answer that is no refusal before any later frame is read.
   */
  request(frame: Request, onAnswer?: () => void): PendingRequest;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: TransportFailure) => void;
  readonly stopTimer: () => void;
  readonly onAnswer: (() => void) | undefined;
}

export function createConnection(options: CheckedOptions, device: Device, hooks: ConnectionHooks): Connection {
  const { clock, random } = options;
  const now = createMonotonicTime(clock);
  const listeners = new Set<() => void>();
  const pending = new Map<number, Waiting>();
  let status: TransportStatus = { state: 'offline' };
  let socket: WebSocketLike | undefined;
  let isOpen = false;
  let requests = 0;
  let tries = 0;
  let lastHeard = 0;
  let stopTimer: (() => void) | undefined;

  function become(next: TransportStatus): void {
    if (status.state === 'closed' || status.state === next.state) return;
    status = next;
    for (const listener of Array.from(listeners)) listener();
  }

  function timer(callback: () => void, delay: number): void {
    stopTimer?.();
    stopTimer = clock.setTimer(callback, delay);
  }

  function openSocket(): void {
    become({ state: 'connecting' });
    let opened: WebSocketLike;
    try {
      opened = options.createSocket(options.url);
    } catch {
      reconnectLater(ERRORS.unreachable);
      return;
    }
    socket = opened;
    isOpen = false;
    timer(() => socket === opened && reconnectLater(ERRORS.silent), options.requestTimeout);
    opened.addEventListener('open', () => {
      if (socket !== opened) return;
      isOpen = true;
      void sayHello(opened);
    });
    opened.addEventListener('message', ({ data }) => socket === opened && take(data));
    // A socket that fails closes too.
    opened.addEventListener('error', () => {});
    opened.addEventListener('close', () => {
      if (socket === opened) reconnectLater(isOpen ? ERRORS.ended : ERRORS.unreachable);
    });
  }

  async function sayHello(opened: WebSocketLike): Promise<void> {
    const { token } = options;
    let current: string;
    try {
      current = typeof token === 'function' ? await token() : token;
    } catch {
      if (socket === opened) reconnectLater(ERRORS.token);
      return;
    }
    if (socket !== opened) return;
    send({ type: 'hello', protocol: PROTOCOL_VERSION, token: current, device: device.id });
  }

  function take(data: unknown): void {
    lastHeard = now();
    const read = readFrame(data);
    if ('malformed' in read) {
      options.onConnectionError?.({ code: 'malformed', message: read.malformed });
      hooks.receiveMalformed(read);
    } else if ('unknown' in read) {
      hooks.receiveMalformed({ malformed: `The server sent a frame "${read.unknown}", which is not known here.` });
    } else {
      receive(read.frame);
    }
  }

  function receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        enter(frame);
        return;
      case 'refused':
        refuse(frame);
        return;
      case 'accepted':
      case 'matches':
      case 'page':
      case 'pong':
        answer(frame);
        return;
      case 'unknown':
        hooks.receiveMalformed({ malformed: `The server does not know the frame "${frame.frame}".` });
        return;
      case 'entries':
      case 'composing':
      case 'presence':
      case 'waiting':
        if (status.state === 'online') hooks.receive(frame);
    }
  }

  function enter(welcome: Extract<ServerFrame, { readonly type: 'welcome' }>): void {
    const { user } = welcome;
    if (status.state !== 'connecting') return;
    if (user !== options.address) {
      closeForGood(`The server knows this user as "${user}", not as "${options.address}".`);
      return;
    }
    tries = 0;
    watchSilence();
    hooks.onWelcome(welcome);
    become({ state: 'online' });
  }

  function refuse(frame: Extract<ServerFrame, { readonly type: 'refused' }>): void {
    const { request: number, code, reason, retryable } = frame;
    if (number !== undefined) {
      settle(number)?.reject(new TransportFailure(code, reason, { retryable }));
    } else if (code === 409) {
      // Another socket has signed in as this device, as a duplicated tab does.
      device.replace();
      reconnectLater({ code: 'ended', message: reason });
    } else if (code === 401 && typeof options.token === 'function') {
      reconnectLater({ code: 'unauthorized', message: reason });
    } else if (code === 401 || !retryable) {
      closeForGood(reason);
    } else {
      reconnectLater({ code: 'ended', message: reason });
    }
  }

  function answer(frame: Answer): void {
    const waiting = settle(frame.request);
    waiting?.onAnswer?.();
    waiting?.resolve(frame);
  }

  function settle(number: number): Waiting | undefined {
    const waiting = pending.get(number);
    pending.delete(number);
    waiting?.stopTimer();
    return waiting;
  }

  /** Pings a silent server, and reconnects where the server does not respond. */
  function watchSilence(wait = options.pingInterval): void {
    timer(() => {
      const silence = now() - lastHeard;
      if (silence < options.pingInterval) watchSilence(options.pingInterval - silence);
      else void ping();
    }, wait);
  }

  async function ping(): Promise<void> {
    const asked = socket;
    // Without an answer the request itself closes the socket.
    await request({ type: 'ping' }).answer.catch(() => undefined);
    if (socket === asked && status.state === 'online') watchSilence();
  }

  function dropSocket(): void {
    stopTimer?.();
    stopTimer = undefined;
    const old = socket;
    socket = undefined;
    try {
      old?.close();
    } catch {
      // The socket was never open.
    }
    for (const each of Array.from(pending.keys())) settle(each)?.reject(unavailable('The connection ended.'));
  }

  function reconnectLater(error: ConnectionError): void {
    dropSocket();
    options.onConnectionError?.(error);
    // The application may have disconnected meanwhile.
    if (status.state === 'offline' || status.state === 'closed') return;
    tries += 1;
    const delay = Math.min(options.maxReconnectDelay, FIRST_RECONNECT_DELAY * 2 ** Math.min(tries - 1, 20));
    timer(openSocket, delay * (0.5 + random.next() / 2));
    become({ state: 'connecting' });
  }

  function closeForGood(message: string): void {
    dropSocket();
    options.onConnectionError?.({ code: 'refused', message });
    become({ state: 'closed', error: new FlowError('refused', message) });
  }

  function send(frame: ClientFrame): void {
    try {
      socket?.send(JSON.stringify(frame));
    } catch {
      // The socket is closing; its close event follows.
    }
  }

  function request(frame: Request, onAnswer?: () => void): PendingRequest {
    requests += 1;
    const number = requests;
    const asked = socket;
    const promise = new Promise<Answer>((resolve, reject) => {
      const stopWaiting = clock.setTimer(() => {
        if (socket === asked) reconnectLater(ERRORS.silent);
      }, options.requestTimeout);
      pending.set(number, { resolve, reject, onAnswer, stopTimer: stopWaiting });
    });
    send({ ...frame, request: number });
    return { answer: promise, cancel: (reason) => settle(number)?.reject(unavailable(reason)) };
  }

  return {
    get status() {
      return status;
    },
    subscribe(listener) {
      // Wrapped, so that one function subscribed twice is called twice.
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    connect() {
      if (status.state !== 'offline') return;
      tries = 0;
      openSocket();
    },
    disconnect() {
      if (status.state === 'offline' || status.state === 'closed') return;
      dropSocket();
      become({ state: 'offline' });
    },
    send,
    request,
  };
}

/** A retryable failure. */
export function unavailable(reason: string): TransportFailure {
  return new TransportFailure(503, reason, { retryable: true });
}

const ERRORS = {
  unreachable: { code: 'unreachable', message: 'The server cannot be reached, or its certificate is not trusted.' },
  silent: { code: 'no-answer', message: 'The server does not respond; the transport reconnects.' },
  ended: { code: 'ended', message: 'The connection was lost; the transport reconnects.' },
  token: { code: 'token', message: 'The token function threw or rejected; the transport tries again.' },
} as const satisfies Record<string, ConnectionError>;
