/** The XMPP transport. */

import {
  type Channel,
  type ChannelEvent,
  composingPolicies,
  createMonotonicTime,
  type HistoryRequest,
  type OutgoingNotification,
  type SendResult,
  TransportFailure,
} from '@imflow/core';
import { bareOf, canonicalOf, domainOf } from './address.ts';
import { createArchiveReader, type Entry } from './archiveReader.ts';
import { carbonIn } from './carbons.ts';
import { createConnection, newResource } from './connection.ts';
import { createConversations, type OpenChannel } from './conversations.ts';
import {
  decodeMessage,
  type DecodedMessage,
  encodeComposing,
  encodeMessage,
  encodeNotification,
  messagesIn,
  notificationId,
  operationsIn,
} from './messageStanza.ts';
import { encodeOperation } from './messageOperation.ts';
import { NS } from './namespaces.ts';
import { checkOptions, type XmppTransportOptions } from './options.ts';
import { createOperationOrder } from './operationOrder.ts';
import { createParticipantSupport, OPERATIONS } from './participantSupport.ts';
import { answerTo, encodeCapabilities } from './serviceDiscovery.ts';
import { createSizeLimit, measureText } from './sizeLimit.ts';
import { retryableFailure, unlessRefused, wellFormed } from './failures.ts';
import { createIqTracker, IqError, type XmppTransport } from './iq.ts';
import { rememberIn } from './boundedMap.ts';
import { createAckTracker } from './ackTracker.ts';
import { lastActiveIn, leftAt } from './lastSeen.ts';
import { isBefore } from './archivePosition.ts';
import { createArchiveRereads } from './archiveRereads.ts';
import { loadSession, saveSession } from './savedSession.ts';
import type { Inbound } from './streamManagement.ts';
import { encodeMessageError } from './stanzaError.ts';
import { childOf, element, type XmlElement } from './xml.ts';

/** The most remembered ids of messages that the server has, which are not sent again after a resumption. */
const MAX_CONFIRMED = 1_000;

/**
 * A transport over XMPP by WebSocket (RFC 7395). A message is accepted when the server has counted it (XEP-0198), or
 * has answered a ping that was sent after it; the server stores messages for absent users.
 *
 * A refused sign-in ends in the status `closed` with a FlowError `refused`; after all other errors the transport reconnects.
 * @throws FlowError `invalid-argument` or `out-of-range` that names the invalid option.
 */
export function createXmppTransport(options: XmppTransportOptions): XmppTransport {
  const checked = checkOptions(options);
  const { clock, random, session: store } = checked;
  const address = bareOf(checked.address);
  const saved = loadSession(store, address);
  const resource = saved?.resource ?? newResource(random);
  const now = createMonotonicTime(clock);
  const conversations = createConversations(checked.onIncomingConversation);
  const acks = createAckTracker(now, saved);
  const iq = createIqTracker(
    (request) => connection.send(request),
    (overdue) => clock.setTimer(overdue, checked.requestTimeout),
  );
  const order = createOperationOrder(clock);
  const archive = createArchiveReader(iq, address, () => random.id(), order, clock, checked.languages);
  const support = createParticipantSupport(
    (device) => iq.request('get', element('query', NS.info), device),
    (remote) => conversations.has(remote),
  );
  const sizes = createSizeLimit(() => connection.maxStanzaBytes);
  /** The pending sends of each channel. */
  const inFlight = new Map<OpenChannel, Set<() => void>>();
  /** Whether a participant's client knows chat states, as far as it has shown. */
  const knowsChatStates = new Map<string, boolean>();
  const confirmed = new Set<string>();
  /**
   * Senders of messages that may have to be refused, by participant and message id: full addresses of other clients.
   */
  const senders = new Map<string, string>();
  /** How long the server may hold the messages of earlier sessions, in ms. */
  let heldFor = 0;
  const archiveRereads = createArchiveRereads(clock, now, catchUp, saved?.rereads);
  /** The first session of a page makes at once the readings that earlier pages have left. */
  let isFirstSession = true;
  /**
   * Messages of which it is unknown whether the server has them, oldest first, each with the position that was safe
   * when it was first sent.
   */
  const unconfirmed = new Map<string, string | undefined>();
  /** Where and when an interrupted catch-up began. The next one continues from its pages. */
  let interrupted: { readonly from: string | undefined; readonly begun: number } | undefined;
  /** Until the catch-up is complete, live stanzas wait for the pages of the archive, so that the order is right. */
  let catchUpBuffer: { readonly stanza: XmlElement; readonly inbound: Inbound }[] | undefined =
    saved?.resumable === undefined ? [] : undefined;

  const connection = createConnection({ ...checked, bareAddress: address, resource }, saved, {
    onNewSession(held = 0) {
      heldFor = held;
      catchUpBuffer = [];
      acks.forget();
      conversations.forget();
      support.forget();
    },
    catchUp: catchUpFromArchive,
    onResuming(ids) {
      for (const id of ids) rememberConfirmed(id);
      unconfirmed.clear();
    },
    onResumed() {
      conversations.repeatPresence();
      archiveRereads.resume();
    },
    onDisconnected() {
      archiveRereads.pause();
      if (catchUpBuffer !== undefined) catchUpBuffer = [];
      iq.rejectAll();
      archive.forget();
    },
    receive,
    persistSession(session) {
      const { position, overlapping } = acks;
      const positions = position === undefined ? {} : { position, overlapping: overlapping ?? position };
      const kept = { resource: connection.resource, ...session, ...positions, rereads: archiveRereads.pending };
      saveSession(store, address, session && kept);
    },
  });

  async function catchUpFromArchive(isCurrent: () => boolean): Promise<void> {
    const [, positionOfUnsure] = unconfirmed.entries().next().value ?? [];
    const { overlapping } = acks;
    const begun = interrupted?.begun ?? now();
    const late = archiveRereads.oldest(isFirstSession ? Infinity : begun);
    const from = interrupted?.from ?? late ?? positionOfUnsure ?? overlapping;
    interrupted = { from, begun };
    // A known archive is read first and the presence is sent after it: then the server delivers newer messages. A new
    // device receives the stored messages first; Prosody withholds them from clients that have queried the archive.
    const reached = from === undefined ? undefined : await catchUp(from);
    if (!isCurrent()) return;
    connection.send(element('presence', NS.client, {}, encodeCapabilities()));
    // After the presence: without one, messages for this device would arrive as carbons of another device.
    await iq.request('set', element('enable', NS.carbons)).catch(unlessRefused);
    // Messages between the archive's answer and the presence; a server whose archive was queried may deliver none of them.
    if (isCurrent() && (reached !== undefined || from === undefined)) await catchUp(reached);
    if (!isCurrent()) return;
    interrupted = undefined;
    isFirstSession = false;
    // A message that the archive lacks did not reach the server.
    unconfirmed.clear();
    const waiting = catchUpBuffer ?? [];
    catchUpBuffer = undefined;
    for (const { stanza, inbound } of waiting)
      if (!receiveMessage(stanza, inbound, false)) connection.handle([inbound]);
    // A busy server may archive later what it accepted before the presence, and keep it for the next session.
    archiveRereads.begin(overlapping ?? acks.overlapping, heldFor, begun);
  }

  /** Without a position it determines where to begin; messages that arrived meanwhile carry their own position. */
  async function catchUp(from: string | undefined): Promise<string | undefined> {
    const missed = await archive.catchUp(from);
    if (missed === undefined) return undefined;
    if (from === undefined && (catchUpBuffer ?? []).length === 0) acks.setPosition(missed.start);
    receiveEntries(missed.entries);
    return missed.reached;
  }

  /** Entries of the archive, conversation by conversation. */
  function receiveEntries(entries: readonly Entry[]): void {
    const byRemote = new Map<string, ChannelEvent[]>();
    for (const { id, decoded } of entries) {
      if (decoded === undefined) continue;
      rememberSender(decoded);
      acks.track(decoded.remote, decoded.events, id);
      const events = byRemote.get(decoded.remote) ?? [];
      events.push(...decoded.events);
      byRemote.set(decoded.remote, events);
    }
    for (const [remote, events] of byRemote) {
      const [messages, operations] = [messagesIn(events), operationsIn(events)];
      if (messages.length + operations.length > 0)
        conversations.emit(remote, { type: 'history', messages, operations });
      for (const event of events) if (event.type === 'notification') conversations.emit(remote, event);
    }
  }

  /** Sends a stanza and waits until the server has it. */
  function deliver(channel: OpenChannel, stanza: XmlElement, id?: string, broke?: () => void): Promise<SendResult> {
    return new Promise((resolve, reject) => {
      const calls = inFlight.get(channel) ?? new Set();
      inFlight.set(channel, calls);
      const cancel = (): void => settle(false);
      const settle = (has: boolean, isOldest = false): void => {
        calls.delete(cancel);
        if (isOldest) broke?.();
        if (has) resolve({ outcome: 'accepted' });
        else
          reject(
            retryableFailure(
              'The connection was lost, or the channel was closed, before the server accepted the frame.',
            ),
          );
      };
      calls.add(cancel);
      connection.deliver(stanza, id, settle);
    });
  }

  function rememberConfirmed(id: string): void {
    confirmed.add(id);
    const [oldest] = confirmed;
    if (confirmed.size > MAX_CONFIRMED && oldest !== undefined) confirmed.delete(oldest);
  }

  // Received stanzas

  function receive(stanza: XmlElement, inbound: Inbound): boolean {
    if (stanza.name === 'presence') receivePresence(stanza);
    if (stanza.name === 'iq') receiveIq(stanza);
    if (stanza.name !== 'message') return false;
    const result = childOf(stanza, 'result', NS.mam);
    if (result !== undefined) {
      if (isOwnServer(stanza)) archive.take(result);
      return false;
    }
    if (catchUpBuffer === undefined) return receiveMessage(stanza, inbound);
    catchUpBuffer.push({ stanza, inbound });
    return true;
  }

  function isOwnServer({ attributes: { from } }: XmlElement): boolean {
    const own = [address, domainOf(address), `${address}/${connection.resource}`];
    return from === undefined || own.includes(canonicalOf(from));
  }

  /**
   * Returns whether the stanza waits until the engine has it.
   * @param mayBeLate false where the archive was read just now.
   */
  function receiveMessage(stanza: XmlElement, inbound: Inbound, mayBeLate = true): boolean {
    const carbon = carbonIn(stanza, address);
    if (carbon === 'forged') {
      const remote = bareOf(stanza.attributes['from'] ?? address);
      const message = 'A carbon came from an address other than the own account; it was ignored.';
      conversations.emit(remote, { type: 'diagnostic', code: 'carbon-forged', message });
      return false;
    }
    const origin = carbon === undefined ? 'live' : 'carbon';
    const { languages } = checked;
    const how = {
      local: address,
      origin,
      languages,
      newId: () => random.id(),
      sequenceAt: (at: number) => order.live(at),
    } as const;
    const decoded = decodeMessage(carbon ?? stanza, how);
    if (decoded === undefined) return false;
    learnChatStates(decoded);
    rememberSender(decoded);
    if (carbon === undefined && childOf(stanza, 'message', NS.imflow) !== undefined) support.usesImflow(decoded.remote);
    if (mayBeLate) readAgainIfLate(decoded);
    const waits = acks.track(decoded.remote, decoded.events, decoded.position, inbound);
    for (const event of decoded.events) conversations.emit(decoded.remote, event);
    return waits;
  }

  /**
   * A server may deliver messages that it held for an earlier session after newer ones: the archive has the right
   * order.
   */
  function readAgainIfLate({ events, position }: DecodedMessage): void {
    const { newest, overlapping } = acks;
    if (position === undefined || overlapping === undefined || !isBefore(position, newest)) return;
    const hasPlace = events.some(({ type }) => type === 'message' || type === 'operation');
    if (hasPlace) archiveRereads.messageCameLate(position, overlapping);
  }

  function rememberSender({ remote, events, foreignSender }: DecodedMessage): void {
    if (foreignSender === undefined) return;
    for (const { messageId } of messagesIn(events)) {
      rememberIn(senders, JSON.stringify([remote, messageId]), foreignSender);
    }
  }

  /** XEP-0085 section 5.1: one who answers without chat states knows none. */
  function learnChatStates({ remote, events, hasChatState }: DecodedMessage): void {
    const said = events.some((event) => event.type === 'message' && event.message.sender === remote);
    if (hasChatState) knowsChatStates.set(remote, true);
    else if (said && !knowsChatStates.has(remote)) knowsChatStates.set(remote, false);
  }

  function receivePresence(stanza: XmlElement): void {
    const { type } = stanza.attributes;
    const from = canonicalOf(stanza.attributes['from'] ?? '');
    const remote = bareOf(from);
    if (remote === address || remote === '') return;
    if (type !== undefined && type !== 'unavailable') return;
    const isThere = type === undefined;
    const lastSeen = isThere ? undefined : leftAt(stanza, clock, conversations.isThere(remote));
    conversations.presence(remote, from, isThere, lastSeen);
    support.presence(remote, from, stanza);
    if (!isThere && lastSeen === undefined) void askLastSeen(remote);
  }

  /**
   * Asks the server of a participant when they were last seen (XEP-0012): only one whose presence this user receives
   * and who was away before this session.
   */
  async function askLastSeen(remote: string): Promise<void> {
    const answer = await iq.request('get', element('query', NS.last), remote).catch(() => undefined);
    const lastSeen = answer && lastActiveIn(answer, clock);
    if (lastSeen !== undefined) conversations.wasThere(remote, lastSeen);
  }

  function receiveIq(stanza: XmlElement): void {
    const { type } = stanza.attributes;
    if (type === 'result' || type === 'error') {
      iq.handleResponse(stanza, isOwnServer(stanza));
      return;
    }
    connection.send(answerTo(stanza));
  }

  // The port

  function openChannel(remoteAddress: string, receiveEvent: (event: ChannelEvent) => void): Channel {
    const remote = bareOf(remoteAddress);
    const channel: OpenChannel = { receive: receiveEvent };
    conversations.open(remote, channel);
    support.opened(remote);

    function requireOpen(): void {
      if (!conversations.isOpen(remote, channel)) throw retryableFailure('The channel is closed.');
      if (connection.status.state !== 'online') throw retryableFailure('The transport is not connected.');
    }

    /** Sends a message or an operation, unless the server is known to have it. */
    async function carry(id: string, write: () => XmlElement): Promise<SendResult> {
      const stanza = wellFormed(write);
      requireOpen();
      if (confirmed.delete(id)) return { outcome: 'accepted' };
      sizes.check(id, stanza);
      if (!unconfirmed.has(id)) unconfirmed.set(id, acks.overlapping);
      const answer = await deliver(channel, stanza, id, () => sizes.broke(id, stanza));
      sizes.taken(id);
      unconfirmed.delete(id);
      return answer;
    }

    return {
      async send(message) {
        return carry(message.messageId, () => encodeMessage(remote, message));
      },
      async sendOperation(operation) {
        return carry(operation.id, () => encodeOperation(remote, operation));
      },
      async sendComposing(composing) {
        if (!checked.chatStates)
          throw new TransportFailure(415, 'Chat states are switched off by the option chatStates.', {
            retryable: false,
          });
        const stanza = wellFormed(() => encodeComposing(remote, composing));
        requireOpen();
        if (knowsChatStates.get(remote) !== false) connection.send(stanza);
      },
      async sendNotification(notification) {
        const stanza = wellFormed(() => encodeReport(remote, notification));
        requireOpen();
        await deliver(channel, stanza);
      },
      acknowledge(messageId, outcome) {
        connection.handle(acks.acknowledge(remote, messageId, outcome));
      },
      async loadHistory(request: HistoryRequest) {
        requireOpen();
        try {
          return await archive.loadHistory(remote, request);
        } catch (cause) {
          throw new TransportFailure(503, 'The archive cannot be read now.', { retryable: true, cause });
        }
      },
      close() {
        conversations.close(remote, channel);
        for (const cancel of Array.from(inFlight.get(channel) ?? [])) cancel();
        inFlight.delete(channel);
      },
    };
  }

  /** A failure is sent to another client as an error, to the address that sent the message (RFC 6120 section 8.3). */
  function encodeReport(remote: string, notification: OutgoingNotification): XmlElement {
    const stanza = encodeNotification(remote, notificationId(random.id()), notification);
    const { outcome, messageId, code } = notification;
    const sender = outcome === 'failed' ? senders.get(JSON.stringify([remote, messageId])) : undefined;
    return sender === undefined ? stanza : encodeMessageError(sender, messageId, code);
  }

  return {
    localAddress: address,
    normalizeAddress: bareOf,
    capabilities: {
      get maxMessageBytes() {
        return sizes.maxMessageBytes;
      },
      measureBody: measureText,
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      offlineDelivery: true,
      history: true,
      catchUp: true,
      composing: composingPolicies.xep0085,
      maxInFlight: 16,
      operations: OPERATIONS,
    },
    connect: () => connection.connect(),
    disconnect: () => connection.disconnect(),
    getStatus: () => connection.status,
    subscribe: (listener) => connection.subscribe(listener),
    openChannel,
    async requestIq(type, payload, to) {
      if (connection.status.state !== 'online') throw new IqError('broken');
      return iq.request(type, payload, to);
    },
    operationsFor: (remote) => support.operationsFor(bareOf(remote)),
  };
}
