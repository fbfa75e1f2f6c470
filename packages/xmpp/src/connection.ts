/** The connection to the server: sign-in, stream management, keep-alive and reconnection. */

import { createMonotonicTime, FlowError, type TransportStatus } from '@imflow/core';
import { type XmlStream, openXmlStream } from './xmlStream.ts';
import { negotiate, AuthenticationError, type Session } from './negotiate.ts';
import { NS } from './namespaces.ts';
import type { CheckedOptions, ConnectionError } from './options.ts';
import { IqError } from './iq.ts';
import type { SavedSession } from './savedSession.ts';
import { createStreamManagement, type Inbound } from './streamManagement.ts';
import { element, type XmlElement } from './xml.ts';

/** The first delay before a reconnection, in ms; it doubles up to `maxReconnectDelay`. */
const FIRST_RECONNECT_DELAY = 500;
/**
 * The time limit for a server to prove that it receives a resumed session, in ms. It doubles, up to `requestTimeout`,
 * each time that a server does not: otherwise a slow server would lose each session, and its archive would be queried
 * each time.
 */
const RESUMPTION_TIMEOUT = 3_000;

/** How long a resumable session is kept by a server that does not announce the time, in seconds. */
const DEFAULT_RESUMABLE_FOR = 60;

/** The callbacks of a connection into the transport. */
export interface ConnectionHooks {
  /**
   * A new session has begun; the state of the previous one is void.
   * @param heldFor how long the server may hold what came for earlier sessions, in ms, before it delivers or archives
   *   it; undefined where the session was ended on purpose.
   */
  onNewSession(heldFor?: number): void;
  /**
   * The first step of a new session. After a rejection the stream is closed, and the next stream begins with this step
   * again, resumed or not; the same happens if the stream breaks before the step is complete.
   */
  catchUp(isCurrent: () => boolean): Promise<void>;
  /** The old session was resumed, and the server has these messages. Called before the status changes. */
  onResuming(taken: readonly string[]): void;
  /** The old session was resumed. */
  onResumed(): void;
  /** The stream broke, or was closed. */
  onDisconnected(): void;
  /** Handles a received stanza. Returns whether it waits for `handle`. */
  receive(stanza: XmlElement, inbound: Inbound): boolean;
  /** Saves what a reload needs to know of the session; undefined: the session has ended. */
  persistSession(session: Pick<SavedSession, 'resumable' | 'handled'> | undefined): void;
}

/** A session with a server: signs in, counts stanzas, watches the connection, and reconnects. */
export interface Connection {
  readonly status: TransportStatus;
  /** The name of this device for the server. It changes when another page has taken it. */
  readonly resource: string;
  /** The longest stanza that the server accepts, in bytes, if it has announced the limit. */
  readonly maxStanzaBytes: number | undefined;
  /** Receives each change of the status. */
  subscribe(listener: () => void): () => void;
  connect(): void;
  disconnect(): void;
  /** Sends a stanza without waiting for its ack. */
  send(stanza: XmlElement): void;
  /** Sends a stanza; `settle` receives whether the server has it. */
  deliver(stanza: XmlElement, id: string | undefined, settle: (taken: boolean, isOldest?: boolean) => void): void;
  /** The engine has stored received stanzas. */
  handle(inbound: readonly Inbound[]): void;
}

/** @param saved the session of an earlier page, which is resumed if the server still knows it. */
export function createConnection(
  options: CheckedOptions & { readonly bareAddress: string; readonly resource: string },
  saved: SavedSession | undefined,
  hooks: ConnectionHooks,
): Connection {
  const { clock, random, bareAddress: address } = options;
  let { resource } = options;
  const now = createMonotonicTime(clock);
  const listeners = new Set<() => void>();
  let status: TransportStatus = { state: 'offline' };
  let stream: XmlStream | undefined;
  let counting = createStreamManagement(saved?.resumable === undefined ? undefined : saved.handled);
  let session: Session | undefined;
  let resumable = saved?.resumable;
  /** The current session has begun in full. */
  let isCaughtUp = resumable !== undefined;
  let tries = 0;
  let stopTimer: (() => void) | undefined;
  let lastHeard = 0;
  /** Requests for the server's count that it has not answered. */
  let pendingAckRequests = 0;
  let stopAnswerTimer: (() => void) | undefined;
  let onFirstAck: (() => void) | undefined;
  let resumptionTimeout = RESUMPTION_TIMEOUT;
  let ackScheduled = false;

  function become(next: TransportStatus): void {
    if (status.state === 'closed' || status.state === next.state) return;
    status = next;
    for (const listener of Array.from(listeners)) listener();
  }

  function persist(): void {
    hooks.persistSession(resumable === undefined || !isCaughtUp ? {} : { resumable, handled: counting.handled });
  }

  function timer(callback: () => void, delay: number): void {
    stopTimer?.();
    stopTimer = clock.setTimer(callback, delay);
  }

  function openStream(): void {
    become({ state: 'connecting' });
    let opened: XmlStream;
    // While the sign-in still reads the last frames of the server, they explain the failure better than the end itself.
    let end: string | undefined;
    let isSigningIn = true;
    try {
      opened = openXmlStream(options.createSocket(options.server, 'xmpp'), (reason) => {
        end = reason;
        if (stream === opened && !isSigningIn) reconnectLater(reason);
      });
    } catch {
      reconnectLater('unreachable');
      return;
    }
    stream = opened;
    timer(() => stream === opened && reconnectLater('no-answer'), options.requestTimeout);
    void signIn(opened, () => {
      isSigningIn = false;
      return end;
    });
  }

  /** @param finish is called once all frames are read; returns why the stream has ended, if it has. */
  async function signIn(opened: XmlStream, finish: () => string | undefined): Promise<void> {
    try {
      const started = await negotiate(opened, {
        address,
        password: options.password,
        resource,
        mayUsePlain: options.mayUsePlain,
        nonce: random.id(),
        resume: resumable === undefined ? undefined : { id: resumable, handled: () => counting.resuming() },
      });
      const end = finish();
      if (stream !== opened) return;
      if (end === undefined) await begin(opened, started);
      else reconnectLater(end);
    } catch (error) {
      const end = finish();
      if (stream !== opened) return;
      if (error instanceof AuthenticationError) closeForGood(error.message);
      else if (error instanceof IqError && error.reason === 'silent') reconnectLater('no-answer');
      else if (error instanceof Error && error.message === 'not-xmpp') reconnectLater('not-xmpp');
      else reconnectLater(end ?? 'ended');
    }
  }

  async function begin(opened: XmlStream, started: Session): Promise<void> {
    const isCurrent = (): boolean => stream === opened;
    if (started.resumedWith !== undefined && counting.isShared(started.resumedWith)) {
      // A duplicated tab uses the same session. That tab keeps it; this one begins a new session.
      takeNewResource();
      reconnectLater('ended');
      return;
    }
    const { resumableFor = DEFAULT_RESUMABLE_FOR } = session ?? started;
    session = { ...session, ...started };
    resumable = started.resumable;
    lastHeard = now();
    if (started.resumedWith === undefined) {
      counting = createStreamManagement();
      isCaughtUp = false;
      hooks.onNewSession(resumableFor * 1_000);
    }
    const taken = started.resumedWith === undefined ? undefined : counting.resumed(started.resumedWith);
    persist();
    for (const stanza of started.early ?? []) hooks.receive(stanza, { handled: false });
    opened.listen((stanza) => isCurrent() && receive(stanza));
    // The time limit of the sign-in ends here. A catch-up has no time limit of its own: each of its requests has one.
    stopTimer?.();
    if (taken !== undefined) {
      await verifyResumption(opened);
      if (!isCurrent()) return;
      resumptionTimeout = RESUMPTION_TIMEOUT;
      hooks.onResuming(taken);
    }
    if (!isCaughtUp) await hooks.catchUp(isCurrent);
    if (!isCurrent()) return;
    isCaughtUp = true;
    tries = 0;
    persist();
    watchSilence(opened);
    become({ state: 'online' });
    if (taken !== undefined) hooks.onResumed();
    sendAck();
  }

  /**
   * Waits until the server has responded in the resumed session; otherwise a new one begins. Prosody 0.12 appends the
   * received data to the rest of a truncated WebSocket frame (its frame buffer outlives the resumption), and so may read
   * nothing, or garbage. No stanza that could be lost is sent before.
   */
  function verifyResumption(opened: XmlStream): Promise<void> {
    return new Promise((resolve) => {
      onFirstAck = resolve;
      // The count shows to another page with the same session that it is not alone.
      send(element('iq', NS.client, { type: 'get', id: 'ping' }, element('ping', NS.ping)));
      opened.send(element('r', NS.sm));
      timer(abandonSession, Math.min(options.requestTimeout, resumptionTimeout));
    });
  }

  function takeNewResource(): void {
    resumable = undefined;
    resource = newResource(random);
  }

  function abandonSession(): void {
    resumable = undefined;
    resumptionTimeout *= 2;
    reconnectLater('no-answer');
  }

  /** Pings a silent server, and reconnects where the server does not respond. */
  function watchSilence(watched: XmlStream, wait = options.pingInterval): void {
    timer(() => {
      if (stream !== watched) return;
      const silence = now() - lastHeard;
      if (silence < options.pingInterval) {
        watchSilence(watched, options.pingInterval - silence);
        return;
      }
      const askedAt = now();
      send(element('iq', NS.client, { type: 'get', id: 'ping' }, element('ping', NS.ping)));
      timer(() => {
        if (stream !== watched) return;
        if (lastHeard >= askedAt) watchSilence(watched);
        else reconnectLater('no-answer');
      }, options.requestTimeout);
    }, wait);
  }

  function dropStream(graceful: boolean): void {
    stopTimer?.();
    stopTimer = undefined;
    stopAnswerTimer?.();
    stopAnswerTimer = undefined;
    pendingAckRequests = 0;
    const old = stream;
    stream = undefined;
    old?.close(graceful);
    counting.broken();
    hooks.onDisconnected();
  }

  function reconnectLater(reason: string): void {
    dropStream(false);
    reportError(reason);
    tries += 1;
    const wait = Math.min(options.maxReconnectDelay, FIRST_RECONNECT_DELAY * 2 ** Math.min(tries - 1, 20));
    timer(openStream, wait * (0.5 + random.next() / 2));
    become({ state: 'connecting' });
  }

  function closeForGood(message: string): void {
    dropStream(false);
    resumable = undefined;
    hooks.persistSession(undefined);
    options.onConnectionError?.({ code: 'refused', message });
    become({ state: 'closed', error: new FlowError('refused', message) });
  }

  function reportError(reason: string): void {
    options.onConnectionError?.(
      PROBLEMS[reason] ?? { code: 'ended', message: 'The connection was lost; the transport reconnects.' },
    );
  }

  function send(stanza: XmlElement): void {
    if (COUNTED.has(stanza.name)) counting.sent(undefined, () => {});
    stream?.send(stanza);
  }

  /** Requests the server's count of stanzas. A server that sends stanzas but no count is not reading. */
  function requestAck(count: number): void {
    pendingAckRequests += 1;
    stopAnswerTimer ??= clock.setTimer(() => reconnectLater('no-answer'), options.requestTimeout);
    if (session?.counts === true) stream?.send(element('r', NS.sm));
    // The server works in order: once it answers the ping, refused or not, it has all earlier stanzas.
    else send(element('iq', NS.client, { type: 'get', id: `taken:${count}` }, element('ping', NS.ping)));
  }

  function handleAck(count: number): void {
    pendingAckRequests = Math.max(0, pendingAckRequests - 1);
    stopAnswerTimer?.();
    stopAnswerTimer =
      pendingAckRequests === 0 ? undefined : clock.setTimer(() => reconnectLater('no-answer'), options.requestTimeout);
    counting.acknowledged(count);
    onFirstAck?.();
    onFirstAck = undefined;
  }

  function sendAck(): void {
    if (session?.counts === true) stream?.send(element('a', NS.sm, { h: String(counting.handled) }));
  }

  function receive(stanza: XmlElement): void {
    lastHeard = now();
    if (stanza.xmlns === NS.sm) {
      if (stanza.name === 'r') sendAck();
      else if (stanza.name === 'a') handleAck(Number(stanza.attributes['h']) || 0);
      return;
    }
    if (stanza.xmlns === NS.stream && stanza.name === 'error') {
      streamError(stanza);
      return;
    }
    if (stanza.xmlns !== NS.client || !COUNTED.has(stanza.name)) return;
    const inbound = counting.received();
    if (inbound === undefined) return;
    const count = /^taken:(\d+)$/.exec(stanza.name === 'iq' ? (stanza.attributes['id'] ?? '') : '')?.[1];
    if (count !== undefined && session?.counts !== true) handleAck(Number(count));
    const waits = count === undefined && hooks.receive(stanza, inbound);
    if (!waits && counting.handle(inbound)) persist();
  }

  function streamError(stanza: XmlElement): void {
    const conflict = stanza.children.some((child) => typeof child !== 'string' && child.name === 'conflict');
    resumable = undefined;
    // A duplicated tab has the same resource, and keeps it.
    if (conflict) takeNewResource();
    reconnectLater('ended');
  }

  return {
    get status() {
      return status;
    },
    get resource() {
      return resource;
    },
    get maxStanzaBytes() {
      return session?.maxStanzaBytes;
    },
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    connect() {
      if (status.state !== 'offline') return;
      tries = 0;
      openStream();
    },
    disconnect() {
      if (status.state === 'offline' || status.state === 'closed') return;
      if (status.state === 'online') sendAck();
      dropStream(true);
      counting = createStreamManagement();
      resumable = undefined;
      isCaughtUp = false;
      hooks.onNewSession();
      persist();
      become({ state: 'offline' });
    },
    send,
    deliver(stanza, id, settle) {
      const count = counting.sent(id, settle);
      stream?.send(stanza);
      requestAck(count);
    },
    handle(inbound) {
      let grew = false;
      for (const each of inbound) grew = counting.handle(each) || grew;
      if (!grew || ackScheduled) return;
      ackScheduled = true;
      queueMicrotask(() => {
        ackScheduled = false;
        persist();
        if (status.state === 'online') sendAck();
      });
    },
  };
}

/** @returns a unique resource. */
export function newResource(random: { id(): string }): string {
  return `imflow-${random.id().slice(0, 12)}`;
}

const COUNTED: ReadonlySet<string> = new Set(['message', 'presence', 'iq']);

const PROBLEMS: Readonly<Record<string, ConnectionError>> = {
  unreachable: { code: 'unreachable', message: 'The server cannot be reached, or its certificate is not trusted.' },
  'not-xmpp': { code: 'not-xmpp', message: 'The server at this address does not speak XMPP: check the option server.' },
  'no-answer': { code: 'no-answer', message: 'The server does not respond; the transport reconnects.' },
};
