/** The WebSocket transport. */

import {
  type Channel,
  type ChannelEvent,
  type HistoryMatches,
  type HistoryPage,
  type HistoryRequest,
  type HistorySearchRequest,
  type Transport,
  TransportFailure,
} from '@imflow/core';
import { createAckBatch } from './ackBatch.ts';
import { ackKey } from './ackTracker.ts';
import { createConnection, type PendingRequest, type PushedFrame, unavailable } from './connection.ts';
import { createConversations, type OpenChannel } from './conversations.ts';
import { createDevice } from './device.ts';
import { eventsOf, formatPosition, pageOf, parsePosition } from './incoming.ts';
import { checkOptions, type WebSocketTransportOptions } from './options.ts';
import { MAX_IN_FLIGHT, MAX_MESSAGE_BYTES } from './protocol.ts';
import type { MalformedFrame } from './readFrame.ts';
import { composingFrame, messageRequest, operationRequest, receiptRequest, type Request } from './writeFrame.ts';

/**
 * A transport over one WebSocket to a server that speaks the protocol of `docs/protocol.md`, such as `@imflow/server`.
 * A message is accepted when the server has stored it; the server stores it for an absent participant.
 *
 * A sign-in that the server refuses ends in the status `closed` with a FlowError `refused`; after any other failure the
 * transport connects again. A token function is called again after its token has expired.
 * @throws FlowError `invalid-argument` or `out-of-range` for an option, which it names.
 */
export function createWebSocketTransport(options: WebSocketTransportOptions): Transport {
  const checked = checkOptions(options);
  const { address } = checked;
  const conversations = createConversations();
  /** Participants whose messages wait and of whom the application knows. */
  const announced = new Set<string>();
  let epoch = '';
  let canSearch = false;
  const acks = createAckBatch(checked.clock, (remote, position) => {
    // On a socket that is not signed in yet, the server would refuse the ack; after the sign-in it sends everything
    // again.
    if (connection.status.state === 'online') connection.send({ type: 'ack', with: remote, position });
  });
  const connection = createConnection(checked, createDevice(checked.session, address, checked.random), {
    onWelcome(welcome) {
      ({ epoch, search: canSearch = false } = welcome);
      acks.clear();
      conversations.restart();
      announced.clear();
      for (const remote of conversations.remotes) open(remote);
    },
    receive,
    receiveMalformed,
  });

  function open(remote: string): void {
    // What arrives for a conversation before it is open was meant for a channel that has closed; the server sends it
    // again.
    const { answer } = connection.request({ type: 'open', with: remote }, () => conversations.begin(remote));
    void answer.catch((error: unknown) => {
      if (!(error instanceof TransportFailure) || error.retryable) return;
      conversations.emit(remote, { type: 'diagnostic', code: 'conversation-refused', message: error.message });
    });
  }

  function receive(frame: PushedFrame): void {
    const remote = frame.with;
    switch (frame.type) {
      case 'entries': {
        const tracker = conversations.tracker(remote);
        if (tracker === undefined) return;
        const { events, keys } = eventsOf(frame, epoch);
        acknowledge(remote, tracker.track(frame.position, keys));
        for (const event of events) conversations.emit(remote, event);
        return;
      }
      case 'composing': {
        const { state, refresh, frameSequence } = frame;
        conversations.emit(remote, {
          type: 'composing',
          sender: remote,
          state,
          ...(refresh === undefined ? {} : { refresh }),
          ...(frameSequence === undefined ? {} : { frameSequence }),
        });
        return;
      }
      case 'presence': {
        const { available, lastSeen } = frame;
        conversations.emit(remote, {
          type: 'participant',
          address: remote,
          ...(available
            ? { change: 'available' }
            : { change: 'unavailable', ...(lastSeen !== undefined && { lastSeen }) }),
        });
        checked.onPresence?.({ address: remote, available, ...(lastSeen === undefined ? {} : { lastSeen }) });
        return;
      }
      case 'waiting':
        if (conversations.has(remote) || announced.has(remote)) return;
        announced.add(remote);
        checked.onIncomingConversation?.(remote);
    }
  }

  /** Entries after an unreadable one are not acknowledged, so that the server sends all of them again. */
  function receiveMalformed({ malformed, with: remote, position }: MalformedFrame): void {
    const event: ChannelEvent = { type: 'diagnostic', code: 'frame-malformed', message: malformed };
    const remotes = remote === undefined ? Array.from(conversations.remotes) : [remote];
    for (const each of remotes) {
      if (position !== undefined) conversations.tracker(each)?.track(position, ['']);
      conversations.emit(each, event);
    }
  }

  function acknowledge(remote: string, position: number | undefined): void {
    if (position !== undefined) acks.add(remote, position);
  }

  function openChannel(remote: string, receiveEvent: (event: ChannelEvent) => void): Channel {
    const channel: OpenChannel = { receive: receiveEvent, pending: new Set() };
    announced.delete(remote);
    if (conversations.add(remote, channel) && connection.status.state === 'online') {
      // After the caller has received the channel.
      queueMicrotask(() => {
        if (conversations.has(remote) && connection.status.state === 'online') open(remote);
      });
    }

    function requireOpen(): void {
      if (!conversations.has(remote, channel)) throw unavailable('The channel is closed.');
      if (connection.status.state !== 'online') throw unavailable('The transport is not connected.');
    }

    async function ask(frame: Request): Promise<Awaited<PendingRequest['answer']>> {
      requireOpen();
      const pending = connection.request(frame);
      channel.pending.add(pending);
      try {
        return await pending.answer;
      } finally {
        channel.pending.delete(pending);
      }
    }

    return {
      async send(message) {
        await ask(messageRequest(remote, message));
        return { outcome: 'accepted' };
      },
      async sendOperation(operation) {
        await ask(operationRequest(remote, operation));
        return { outcome: 'accepted' };
      },
      async sendComposing(composing) {
        const frame = composingFrame(remote, composing);
        requireOpen();
        connection.send(frame);
      },
      async sendNotification(notification) {
        await ask(receiptRequest(remote, notification));
      },
      acknowledge(messageId, outcome) {
        acknowledge(remote, conversations.tracker(remote)?.acknowledge(ackKey(messageId, outcome)));
      },
      async loadHistory({ before, limit }: HistoryRequest): Promise<HistoryPage> {
        const answer = await ask({ type: 'history', with: remote, before: parsePosition(before, epoch), limit });
        if (answer.type !== 'page') throw unavailable('The server responded with a frame that is not a page.');
        return { ...pageOf(answer, remote, epoch), end: answer.end };
      },
      async searchHistory({ text, before }: HistorySearchRequest): Promise<HistoryMatches> {
        requireOpen();
        // A server of an earlier version would leave the frame without an answer.
        if (!canSearch) return { messageIds: [] };
        const answer = await ask({ type: 'search', with: remote, text, before: parsePosition(before, epoch) });
        if (answer.type !== 'matches')
          throw unavailable('The server responded with a frame that is not a search result.');
        const { ids, next } = answer;
        return { messageIds: ids, ...(next === undefined ? {} : { next: formatPosition(next, epoch) }) };
      },
      close() {
        const wasLast = conversations.remove(remote, channel);
        for (const each of Array.from(channel.pending)) each.cancel('The channel was closed.');
        if (!wasLast || connection.status.state !== 'online') return;
        acks.flush();
        connection.send({ type: 'close', with: remote });
      },
    };
  }

  return {
    localAddress: address,
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      offlineDelivery: true,
      history: true,
      historySearch: true,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      maxInFlight: MAX_IN_FLIGHT,
      operations: { edit: 'any', retract: true, react: 'many', reply: true },
    },
    connect: () => connection.connect(),
    disconnect() {
      acks.flush();
      connection.disconnect();
    },
    getStatus: () => connection.status,
    subscribe: (listener) => connection.subscribe(listener),
    openChannel,
  };
}
