import { FlowError, type TransportStatus } from '@imflow/core';
import { type Link, openLink } from './link.ts';
import { login, Refused, type Session } from './login.ts';
import { NS } from './namespaces.ts';
import type { CheckedOptions, ConnectionProblem } from './options.ts';
import { RequestFailed } from './requests.ts';
import type { SavedSession } from './savedSession.ts';
import { createStreamManagement, type Inbound } from './streamManagement.ts';
import { element, type XmlElement } from './xml.ts';

/** The first wait before another try to connect, in ms; it doubles up to `longestWait`. */
const FIRST_WAIT = 500;
/** How long a server may take to show that it hears a session that goes on, in ms. */
const RESUMPTION_PROOF = 3_000;

/** What a connection needs of the transport. */
export interface ConnectionHooks {
  /** A new session has begun: nothing of the one before counts any more. */
  begun(): void;
  /**
   * What a new session begins with. A rejection gives the link up, and the next one begins with it again, resumed or
   * not; so does a link that breaks on the way.
   */
  settleIn(isCurrent: () => boolean): Promise<void>;
  /** The old session goes on, and the server has these messages. Called before the status says so. */
  resumed(taken: readonly string[]): void;
  /** The old session has gone on. */
  wentOn(): void;
  /** The link broke, or was let go. */
  broken(): void;
  /** A stanza came in. Returns whether it waits for `handle`. */
  receive(stanza: XmlElement, inbound: Inbound): boolean;
  /** Something of the session has changed that a reload must know; undefined: it has ended. */
  remember(session: Pick<SavedSession, 'resumable' | 'handled'> | undefined): void;
}

/** One session with a server, over as many links as it takes: signs in, counts, watches, and comes back. */
export interface Connection {
  readonly status: TransportStatus;
  /** Hears of each change of the status. */
  subscribe(listener: () => void): () => void;
  connect(): void;
  disconnect(): void;
  /** Sends a stanza that nobody waits for. */
  send(stanza: XmlElement): void;
  /** Sends a stanza; `settle` hears whether the server has it. */
  deliver(stanza: XmlElement, id: string | undefined, settle: (taken: boolean) => void): void;
  /** Stanzas that came in are safe. */
  handle(inbound: readonly Inbound[]): void;
}

/** @param saved the session of an earlier page, which is gone on with where the server still knows it. */
export function createConnection(
  options: CheckedOptions & { readonly bareAddress: string; readonly resource: string },
  saved: SavedSession | undefined,
  hooks: ConnectionHooks,
): Connection {
  const { clock, random, bareAddress: address, resource } = options;
  const listeners = new Set<() => void>();
  let status: TransportStatus = { state: 'offline' };
  let link: Link | undefined;
  let counting = createStreamManagement(saved?.handled ?? 0);
  let session: Session | undefined;
  let resumable = saved?.resumable;
  /** The current session has begun in full. */
  let isSettled = resumable !== undefined;
  let tries = 0;
  let stopTimer: (() => void) | undefined;
  let lastHeard = 0;
  /** Questions for the server's count that it has not answered. */
  let asked = 0;
  let stopAnswerTimer: (() => void) | undefined;
  let heardAgain: (() => void) | undefined;
  let answerDue = false;

  function become(next: TransportStatus): void {
    if (status.state === 'closed' || status.state === next.state) return;
    status = next;
    for (const listener of Array.from(listeners)) listener();
  }

  function remember(): void {
    hooks.remember(resumable === undefined || !isSettled ? {} : { resumable, handled: counting.handled });
  }

  function timer(callback: () => void, delay: number): void {
    stopTimer?.();
    stopTimer = clock.setTimer(callback, delay);
  }

  function dial(): void {
    become({ state: 'connecting' });
    let opened: Link;
    try {
      opened = openLink(options.createSocket(options.server, 'xmpp'), (reason) => {
        if (link === opened) lost(reason);
      });
    } catch {
      lost('unreachable');
      return;
    }
    link = opened;
    timer(() => link === opened && lost('no-answer'), options.answerTimeout);
    void signIn(opened);
  }

  async function signIn(opened: Link): Promise<void> {
    try {
      const started = await login(opened, {
        address,
        password: options.password,
        resource,
        mayUsePlain: options.mayUsePlain,
        nonce: random.id(),
        resume: resumable === undefined ? undefined : { id: resumable, handled: () => counting.resuming() },
      });
      if (link !== opened) return;
      await begin(opened, started);
    } catch (error) {
      if (link !== opened) return;
      if (error instanceof Refused) refused(error.message);
      else if (error instanceof RequestFailed && error.reason === 'silent') lost('no-answer');
      else lost(error instanceof Error && error.message === 'not-xmpp' ? 'not-xmpp' : 'ended');
    }
  }

  async function begin(opened: Link, started: Session): Promise<void> {
    const isCurrent = (): boolean => link === opened;
    session = started;
    resumable = started.resumable;
    lastHeard = clock.now();
    if (started.resumedWith === undefined) {
      counting = createStreamManagement();
      isSettled = false;
      hooks.begun();
    }
    const taken = started.resumedWith === undefined ? undefined : counting.resumed(started.resumedWith);
    remember();
    opened.listen((stanza) => isCurrent() && receive(stanza));
    if (taken !== undefined) {
      await proof(opened);
      if (!isCurrent()) return;
      hooks.resumed(taken);
    }
    if (!isSettled) await hooks.settleIn(isCurrent);
    if (!isCurrent()) return;
    isSettled = true;
    tries = 0;
    remember();
    watchSilence(opened);
    become({ state: 'online' });
    if (taken !== undefined) hooks.wentOn();
    answerCount();
  }

  /**
   * Waits until the server has shown that it hears the session that goes on; otherwise a new one begins. Prosody 0.12
   * joins what it hears to the rest of a WebSocket frame that was cut (its frame buffer outlives the resumption), and
   * so may hear nothing, or nonsense. Nothing that could be lost is said before.
   */
  function proof(opened: Link): Promise<void> {
    return new Promise((resolve) => {
      heardAgain = resolve;
      opened.send(element('r', NS.sm));
      timer(giveUpSession, Math.min(options.answerTimeout, RESUMPTION_PROOF));
    });
  }

  function giveUpSession(): void {
    resumable = undefined;
    lost('no-answer');
  }

  /** Asks a server that has been silent whether it is there; one that does not answer is given up. */
  function watchSilence(watched: Link, wait = options.pingInterval): void {
    timer(() => {
      if (link !== watched) return;
      const silence = clock.now() - lastHeard;
      if (silence < options.pingInterval) {
        watchSilence(watched, options.pingInterval - silence);
        return;
      }
      const askedAt = clock.now();
      send(element('iq', NS.client, { type: 'get', id: 'ping' }, element('ping', NS.ping)));
      timer(() => {
        if (link !== watched) return;
        if (lastHeard >= askedAt) watchSilence(watched);
        else lost('no-answer');
      }, options.answerTimeout);
    }, wait);
  }

  function letGo(politely: boolean): void {
    stopTimer?.();
    stopTimer = undefined;
    stopAnswerTimer?.();
    stopAnswerTimer = undefined;
    asked = 0;
    const old = link;
    link = undefined;
    old?.close(politely);
    counting.broken();
    hooks.broken();
  }

  function lost(reason: string): void {
    letGo(false);
    tell(reason);
    tries += 1;
    const wait = Math.min(options.longestWait, FIRST_WAIT * 2 ** Math.min(tries - 1, 20));
    timer(dial, wait * (0.5 + random.next() / 2));
    become({ state: 'connecting' });
  }

  function refused(message: string): void {
    letGo(false);
    resumable = undefined;
    hooks.remember(undefined);
    options.onProblem?.({ code: 'refused', message });
    become({ state: 'closed', error: new FlowError('refused', message) });
  }

  function tell(reason: string): void {
    options.onProblem?.(PROBLEMS[reason] ?? { code: 'ended', message: 'The connection ended; it is made again.' });
  }

  function send(stanza: XmlElement): void {
    if (COUNTED.has(stanza.name)) counting.sent(undefined, () => {});
    link?.send(stanza);
  }

  /** The server is to say how many stanzas it has. One that goes on talking and never says it does not hear. */
  function askForCount(count: number): void {
    asked += 1;
    stopAnswerTimer ??= clock.setTimer(() => lost('no-answer'), options.answerTimeout);
    if (session?.counts === true) link?.send(element('r', NS.sm));
    // It works in order: once it answers the ping, refused or not, it has what was sent before.
    else send(element('iq', NS.client, { type: 'get', id: `taken:${count}` }, element('ping', NS.ping)));
  }

  function countAnswered(count: number): void {
    asked = Math.max(0, asked - 1);
    stopAnswerTimer?.();
    stopAnswerTimer = asked === 0 ? undefined : clock.setTimer(() => lost('no-answer'), options.answerTimeout);
    counting.acknowledged(count);
    heardAgain?.();
    heardAgain = undefined;
  }

  function answerCount(): void {
    if (session?.counts === true) link?.send(element('a', NS.sm, { h: String(counting.handled) }));
  }

  function receive(stanza: XmlElement): void {
    lastHeard = clock.now();
    if (stanza.xmlns === NS.sm) {
      if (stanza.name === 'r') answerCount();
      else if (stanza.name === 'a') countAnswered(Number(stanza.attributes['h']) || 0);
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
    if (count !== undefined && session?.counts !== true) countAnswered(Number(count));
    const waits = count === undefined && hooks.receive(stanza, inbound);
    if (!waits && counting.handle(inbound)) remember();
  }

  function streamError(stanza: XmlElement): void {
    const conflict = stanza.children.some((child) => typeof child !== 'string' && child.name === 'conflict');
    resumable = undefined;
    if (conflict) refused('Another place has taken over this session.');
    else lost('ended');
  }

  return {
    get status() {
      return status;
    },
    subscribe(listener) {
      const entry = (): void => listener();
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
      if (status.state === 'online') answerCount();
      letGo(true);
      counting = createStreamManagement();
      resumable = undefined;
      isSettled = false;
      hooks.begun();
      remember();
      become({ state: 'offline' });
    },
    send,
    deliver(stanza, id, settle) {
      const count = counting.sent(id, settle);
      link?.send(stanza);
      askForCount(count);
    },
    handle(inbound) {
      let grew = false;
      for (const each of inbound) grew = counting.handle(each) || grew;
      if (!grew || answerDue) return;
      answerDue = true;
      queueMicrotask(() => {
        answerDue = false;
        remember();
        if (status.state === 'online') answerCount();
      });
    },
  };
}

const COUNTED: ReadonlySet<string> = new Set(['message', 'presence', 'iq']);

const PROBLEMS: Readonly<Record<string, ConnectionProblem>> = {
  unreachable: { code: 'unreachable', message: 'The server cannot be reached, or its certificate is not trusted.' },
  'not-xmpp': { code: 'not-xmpp', message: 'Something answers at this address, but it does not speak XMPP.' },
  'no-answer': { code: 'no-answer', message: 'The server does not answer.' },
};
