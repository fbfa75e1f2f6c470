import {
  type Channel,
  type ChannelEvent,
  composingPolicies,
  FlowError,
  type HistoryPage,
  type HistoryRequest,
  type IncomingMessage,
  type SendAnswer,
  type Transport,
  TransportFailure,
  type TransportStatus,
} from '@imflow/core';
import { bareOf, domainOf } from './address.ts';
import { type ArchiveQuery, decodeArchiveEnd, encodeArchiveQuery } from './archive.ts';
import { carbonIn, type Forwarded, forwardedIn } from './carbons.ts';
import { createConversations, type OpenChannel } from './conversations.ts';
import { type Link, openLink } from './link.ts';
import { login, Refused, type Session } from './login.ts';
import {
  decodeMessage,
  type DecodedMessage,
  encodeComposing,
  encodeMessage,
  encodeNotification,
  notificationId,
} from './messageStanza.ts';
import { NS } from './namespaces.ts';
import { checkOptions, type ConnectionProblem, type XmppTransportOptions } from './options.ts';
import { createRequests } from './requests.ts';
import { createSafekeeping } from './safekeeping.ts';
import { loadSession, saveSession } from './savedSession.ts';
import { createStreamManagement, type StreamManagement } from './streamManagement.ts';
import { childOf, element, type XmlElement } from './xml.ts';

/** The first wait before another try to connect, in ms; it doubles up to `longestWait`. */
const FIRST_WAIT = 500;
/** Ids of messages that the server is known to have, so that they are not sent again after a resumption. */
const MOST_TAKEN = 1_000;
const CATCH_UP_PAGE = 100;
/** How many pages are read for what was missed, or for one page of messages among other things. */
const MOST_PAGES = 100;

interface Position {
  /** Of the archive's result. */
  readonly id: string;
  readonly forwarded: Forwarded;
}

/**
 * A transport over XMPP by WebSocket (RFC 7395). A message is accepted when the server has counted it (XEP-0198), or
 * has answered a ping that was sent after it; the server keeps what is for those who are away.
 *
 * A sign-in that is refused ends in the status `closed` with a FlowError `refused`; all other trouble is tried again.
 * @throws FlowError `invalid-argument` or `out-of-range` for an option, which it names.
 */
export function xmppTransport(options: XmppTransportOptions): Transport {
  const checked = checkOptions(options);
  const { password, clock, random, session: store } = checked;
  const address = bareOf(checked.address);
  const conversations = createConversations();
  const safekeeping = createSafekeeping();
  const listeners = new Set<() => void>();
  const requests = createRequests(
    (iq) => transmit(iq),
    (overdue) => clock.setTimer(overdue, checked.answerTimeout),
  );
  const archiveQueries = new Map<string, Position[]>();
  /** By channel, what is under way. */
  const underWay = new Map<OpenChannel, Set<() => void>>();
  /** Whether a participant's client knows chat states, as far as it has shown. */
  const knowsChatStates = new Map<string, boolean>();
  const taken = new Set<string>();
  const saved = loadSession(store, address);
  const resource = saved?.resource ?? `imflow-${random.id().slice(0, 12)}`;

  let status: TransportStatus = { state: 'offline' };
  let link: Link | undefined;
  let counting: StreamManagement = createStreamManagement(saved?.handled ?? 0);
  let session: Session | undefined;
  let resumable = saved?.resumable;
  /** The last entry of the archive that is safe here; empty where the archive was empty. */
  let position = saved?.position;
  /** The current session has begun in full. */
  let isSettled = saved?.resumable !== undefined;
  let tries = 0;
  let stopTimer: (() => void) | undefined;
  let lastHeard = 0;
  let answerDue = false;

  function become(next: TransportStatus): void {
    if (status.state === 'closed' || status.state === next.state) return;
    status = next;
    for (const listener of Array.from(listeners)) listener();
  }

  function remember(): void {
    saveSession(store, address, {
      resource,
      ...(resumable === undefined ? {} : { resumable, handled: counting.handled }),
      ...(position === undefined ? {} : { position }),
    });
  }

  function timer(callback: () => void, delay: number): void {
    stopTimer?.();
    stopTimer = clock.setTimer(callback, delay);
  }

  // The connection

  function dial(): void {
    become({ state: 'connecting' });
    let opened: Link;
    try {
      opened = openLink(checked.createSocket(checked.server, 'xmpp'), (reason) => {
        if (link === opened) lost(reason);
      });
    } catch {
      lost('unreachable');
      return;
    }
    link = opened;
    timer(() => link === opened && lost('no-answer'), checked.answerTimeout);
    void signIn(opened);
  }

  async function signIn(opened: Link): Promise<void> {
    try {
      const started = await login(opened, {
        address,
        password,
        resource,
        mayUsePlain: checked.mayUsePlain,
        nonce: random.id(),
        resume: resumable === undefined ? undefined : { id: resumable, handled: () => counting.resuming() },
      });
      if (link !== opened) return;
      await begin(opened, started);
    } catch (error) {
      if (link !== opened) return;
      if (error instanceof Refused) refused(error.message);
      else lost(error instanceof Error && error.message === 'not-xmpp' ? 'not-xmpp' : 'ended');
    }
  }

  async function begin(opened: Link, started: Session): Promise<void> {
    session = started;
    resumable = started.resumable;
    lastHeard = clock.now();
    if (started.resumedWith === undefined) {
      counting = createStreamManagement();
      safekeeping.forget();
      conversations.forget();
      isSettled = false;
    } else {
      for (const id of counting.resumed(started.resumedWith)) rememberTaken(id);
    }
    remember();
    opened.listen((stanza) => link === opened && receive(stanza));
    if (!isSettled) await settleIn();
    if (link !== opened) return;
    tries = 0;
    watchSilence(opened);
    become({ state: 'online' });
    if (started.resumedWith !== undefined) conversations.repeatPresence();
  }

  /** What a new session begins with. Where the link breaks on the way, the next one does it again, resumed or not. */
  async function settleIn(): Promise<void> {
    const began = link;
    // Before the presence, after which the server delivers what is newer.
    const reached = await catchUp(position).catch(() => position);
    if (link !== began) return;
    transmit(element('presence', NS.client));
    // After the presence: without one, what is for this device too would come as a copy for another.
    await requests.ask('set', element('enable', NS.carbons)).catch(() => undefined);
    // What came between the archive's answer and the presence; a server that was asked for its archive may send none.
    if (link === began) await catchUp(reached).catch(() => undefined);
    if (link === began) isSettled = true;
  }

  /** Asks a server that has been silent whether it is there; one that does not answer is given up. */
  function watchSilence(watched: Link, wait = checked.pingInterval): void {
    timer(() => {
      if (link !== watched) return;
      const silence = clock.now() - lastHeard;
      if (silence < checked.pingInterval) {
        watchSilence(watched, checked.pingInterval - silence);
        return;
      }
      const asked = clock.now();
      transmit(element('iq', NS.client, { type: 'get', id: 'ping' }, element('ping', NS.ping)));
      timer(() => {
        if (link !== watched) return;
        if (lastHeard >= asked) watchSilence(watched);
        else lost('no-answer');
      }, checked.answerTimeout);
    }, wait);
  }

  function letGo(politely: boolean): void {
    stopTimer?.();
    stopTimer = undefined;
    const old = link;
    link = undefined;
    old?.close(politely);
    counting.broken();
    requests.failAll();
    archiveQueries.clear();
  }

  function lost(reason: string): void {
    letGo(false);
    tell(reason);
    tries += 1;
    const wait = Math.min(checked.longestWait, FIRST_WAIT * 2 ** Math.min(tries - 1, 20));
    timer(dial, wait * (0.5 + random.next() / 2));
    become({ state: 'connecting' });
  }

  function refused(message: string): void {
    letGo(false);
    resumable = undefined;
    saveSession(store, address, undefined);
    checked.onProblem?.({ code: 'refused', message });
    become({ state: 'closed', error: new FlowError('refused', message) });
  }

  function tell(reason: string): void {
    checked.onProblem?.(PROBLEMS[reason] ?? { code: 'ended', message: 'The connection ended; it is made again.' });
  }

  // What goes out

  function transmit(stanza: XmlElement): void {
    if (COUNTED.has(stanza.name)) counting.sent(undefined, () => {});
    link?.send(stanza);
  }

  /** Sends a stanza and waits until the server has it. */
  function deliver(channel: OpenChannel, stanza: XmlElement, id?: string): Promise<SendAnswer> {
    return new Promise((resolve, reject) => {
      const calls = underWay.get(channel) ?? new Set();
      underWay.set(channel, calls);
      const giveUp = (): void => settle(false);
      const settle = (has: boolean): void => {
        calls.delete(giveUp);
        if (has) resolve({ outcome: 'accepted' });
        else reject(passing('The connection ended, or the channel was closed, before the server had it.'));
      };
      calls.add(giveUp);
      const count = counting.sent(id, settle);
      link?.send(stanza);
      if (session?.counts === true) link?.send(element('r', NS.sm));
      // The server works in order: once it answers the ping, refused or not, it has what was sent before.
      else transmit(element('iq', NS.client, { type: 'get', id: `taken:${count}` }, element('ping', NS.ping)));
    });
  }

  function rememberTaken(id: string): void {
    taken.add(id);
    const [oldest] = taken;
    if (taken.size > MOST_TAKEN && oldest !== undefined) taken.delete(oldest);
  }

  function confirmHandled(): void {
    if (answerDue) return;
    answerDue = true;
    queueMicrotask(() => {
      answerDue = false;
      remember();
      if (status.state === 'online') answerCount();
    });
  }

  function answerCount(): void {
    if (session?.counts === true) link?.send(element('a', NS.sm, { h: String(counting.handled) }));
  }

  // What comes in

  function receive(stanza: XmlElement): void {
    lastHeard = clock.now();
    if (stanza.xmlns === NS.sm) {
      if (stanza.name === 'r') answerCount();
      else if (stanza.name === 'a') counting.acknowledged(Number(stanza.attributes['h']) || 0);
      return;
    }
    if (stanza.xmlns === NS.stream && stanza.name === 'error') {
      streamError(stanza);
      return;
    }
    if (stanza.xmlns !== NS.client || !COUNTED.has(stanza.name)) return;
    const inbound = counting.received();
    if (inbound === undefined) return;
    const waits = stanza.name === 'message' && receiveMessage(stanza, inbound);
    if (stanza.name === 'presence') receivePresence(stanza);
    if (stanza.name === 'iq') receiveIq(stanza);
    if (!waits && counting.handle(inbound)) remember();
  }

  function streamError(stanza: XmlElement): void {
    const conflict = stanza.children.some((child) => typeof child !== 'string' && child.name === 'conflict');
    resumable = undefined;
    if (conflict) refused('Another place has taken over this session.');
    else lost('ended');
  }

  function isOwnServer({ attributes: { from } }: XmlElement): boolean {
    return from === undefined || from === address || from === domainOf(address) || from === `${address}/${resource}`;
  }

  /** Returns whether the stanza waits until the engine has it. */
  function receiveMessage(stanza: XmlElement, inbound: { handled: boolean }): boolean {
    const result = childOf(stanza, 'result', NS.mam);
    if (result !== undefined) {
      const { queryid = '', id = '' } = result.attributes;
      const forwarded = forwardedIn(result);
      if (isOwnServer(stanza) && forwarded !== undefined) archiveQueries.get(queryid)?.push({ id, forwarded });
      return false;
    }
    const carbon = carbonIn(stanza, address);
    if (carbon === 'forged') {
      diagnose(
        bareOf(stanza.attributes['from'] ?? address),
        'carbon-forged',
        'A copy came from somebody else; ignored.',
      );
      return false;
    }
    const origin = carbon === undefined ? 'live' : 'carbon';
    const decoded = decodeMessage(carbon ?? stanza, { local: address, origin, newId: () => random.id() });
    if (decoded === undefined) return false;
    learnChatStates(decoded);
    const waits = safekeeping.await(decoded.remote, decoded.events, inbound, decoded.position);
    for (const event of decoded.events) conversations.emit(decoded.remote, event);
    return waits;
  }

  /** XEP-0085 section 5.1: one who answers without chat states knows none. */
  function learnChatStates({ remote, events, hasChatState }: DecodedMessage): void {
    const said = events.some((event) => event.type === 'message' && event.message.sender === remote);
    if (hasChatState) knowsChatStates.set(remote, true);
    else if (said && !knowsChatStates.has(remote)) knowsChatStates.set(remote, false);
  }

  function receivePresence({ attributes: { from = '', type } }: XmlElement): void {
    const remote = bareOf(from);
    if (remote === address || remote === '') return;
    if (type === undefined) conversations.presence(remote, from, true);
    else if (type === 'unavailable') conversations.presence(remote, from, false);
  }

  function receiveIq(iq: XmlElement): void {
    const { type, id = '', from } = iq.attributes;
    if (type === 'result' || type === 'error') {
      if (!isOwnServer(iq)) return;
      const count = /^taken:(\d+)$/.exec(id)?.[1];
      if (count !== undefined) counting.acknowledged(Number(count));
      else requests.answered(iq);
      return;
    }
    const known = type === 'get' && childOf(iq, 'ping', NS.ping) !== undefined;
    const refusal = element('error', NS.client, { type: 'cancel' }, element('service-unavailable', NS.stanzas));
    transmit(element('iq', NS.client, { type: known ? 'result' : 'error', id, to: from }, known ? undefined : refusal));
  }

  function diagnose(remote: string, code: string, message: string): void {
    conversations.emit(remote, { type: 'diagnostic', code, message });
  }

  // The archive

  async function readArchive(query: ArchiveQuery): Promise<{ entries: Position[]; complete: boolean }> {
    const id = random.id();
    const entries: Position[] = [];
    archiveQueries.set(id, entries);
    try {
      const answer = await requests.ask('set', encodeArchiveQuery(id, query));
      return { entries, complete: decodeArchiveEnd(answer).complete };
    } finally {
      archiveQueries.delete(id);
    }
  }

  function decodeEntry({ id, forwarded: { message, stamp } }: Position): DecodedMessage | undefined {
    return decodeMessage(message, {
      local: address,
      origin: 'archive',
      position: id,
      newId: () => id,
      stamp: stamp ?? '',
    });
  }

  /**
   * Hands up what came after an entry of the archive, conversation by conversation; without one it only looks where to
   * begin. Returns the last entry.
   */
  async function catchUp(from: string | undefined): Promise<string> {
    if (from === undefined) {
      const { entries } = await readArchive({ before: '', limit: 1 });
      position = entries.at(-1)?.id ?? '';
      return position;
    }
    let after = from;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { entries, complete } = await readArchive({ ...(after === '' ? {} : { after }), limit: CATCH_UP_PAGE });
      const decoded = entries.map(decodeEntry).filter((each) => each !== undefined);
      for (const remote of new Set(decoded.map((each) => each.remote))) {
        const events = decoded.filter((each) => each.remote === remote).flatMap((each) => each.events);
        const messages = messagesIn(events);
        if (messages.length > 0) conversations.emit(remote, { type: 'history', messages });
        for (const event of events) if (event.type === 'notification') conversations.emit(remote, event);
      }
      after = entries.at(-1)?.id ?? after;
      if (complete || entries.length === 0) break;
    }
    return after;
  }

  /** A page of messages; the archive may hold other things between them. */
  async function loadHistory(remote: string, { before = '', limit }: HistoryRequest): Promise<HistoryPage> {
    const messages: IncomingMessage[] = [];
    let oldest = before;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { entries, complete } = await readArchive({ with: remote, before: oldest, limit });
      const events = entries.flatMap((entry) => decodeEntry(entry)?.events ?? []);
      messages.unshift(...messagesIn(events));
      oldest = entries[0]?.id ?? oldest;
      const end = complete || entries.length === 0;
      if (end || messages.length >= limit)
        return { messages: messages.slice(-limit), end: end && messages.length <= limit };
    }
    return { messages, end: false };
  }

  // The port

  function openChannel(remoteAddress: string, receiveEvent: (event: ChannelEvent) => void): Channel {
    const remote = bareOf(remoteAddress);
    const channel: OpenChannel = { receive: receiveEvent };
    conversations.open(remote, channel);

    function requireOpen(): void {
      if (!conversations.isOpen(remote, channel)) throw passing('The channel is closed.');
      if (status.state !== 'online') throw passing('There is no connection.');
    }

    return {
      async send(message) {
        const stanza = wellFormed(() => encodeMessage(remote, message));
        requireOpen();
        if (taken.delete(message.messageId)) return { outcome: 'accepted' };
        return deliver(channel, stanza, message.messageId);
      },
      async sendComposing(composing) {
        if (!checked.chatStates) throw new TransportFailure(415, 'Chat states are switched off.', { mayPass: false });
        const stanza = wellFormed(() => encodeComposing(remote, composing));
        requireOpen();
        if (knowsChatStates.get(remote) !== false) transmit(stanza);
      },
      async sendNotification(notification) {
        const stanza = wellFormed(() => encodeNotification(remote, notificationId(random.id()), notification));
        requireOpen();
        await deliver(channel, stanza);
      },
      acknowledge(messageId, outcome) {
        const safe = safekeeping.acknowledge(remote, messageId, outcome);
        // What comes while the archive is being read says nothing of what is read from it.
        if (isSettled) position = safe.position ?? position;
        let grew = false;
        for (const inbound of safe.inbound) grew = counting.handle(inbound) || grew;
        if (grew) confirmHandled();
      },
      async loadHistory(request) {
        requireOpen();
        try {
          return await loadHistory(remote, request);
        } catch (cause) {
          throw new TransportFailure(503, 'The archive cannot be read now.', { mayPass: true, cause });
        }
      },
      close() {
        conversations.close(remote, channel);
        for (const giveUp of Array.from(underWay.get(channel) ?? [])) giveUp();
        underWay.delete(channel);
      },
    };
  }

  return {
    localAddress: address,
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      storesForAbsent: true,
      history: true,
      composing: composingPolicies.xep0085,
      maxInFlight: 16,
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
      safekeeping.forget();
      conversations.forget();
      remember();
      become({ state: 'offline' });
    },
    getStatus: () => status,
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    openChannel,
  };
}

const COUNTED: ReadonlySet<string> = new Set(['message', 'presence', 'iq']);

const PROBLEMS: Readonly<Record<string, ConnectionProblem>> = {
  unreachable: { code: 'unreachable', message: 'The server cannot be reached, or its certificate is not trusted.' },
  'not-xmpp': { code: 'not-xmpp', message: 'Something answers at this address, but it does not speak XMPP.' },
  'no-answer': { code: 'no-answer', message: 'The server does not answer.' },
};

function messagesIn(events: readonly ChannelEvent[]): IncomingMessage[] {
  return events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
}

function passing(reason: string): TransportFailure {
  return new TransportFailure(503, reason, { mayPass: true });
}

/** @throws TransportFailure 400 for what cannot be written as a stanza. */
function wellFormed(write: () => XmlElement): XmlElement {
  try {
    return write();
  } catch (cause) {
    throw new TransportFailure(400, 'What was handed over makes no sense.', { mayPass: false, cause });
  }
}
