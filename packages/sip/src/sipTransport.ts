import {
  type Channel,
  type ChannelEvent,
  composingPolicies,
  type OutgoingNotification,
  type Transport,
  TransportFailure,
} from '@imflow/core';
import { isAddress, normalAddressOf, uriOf } from './address.ts';
import { measureText } from './codecs/operation.ts';
import type { SipFrame, SipHeader } from './codecs/frame.ts';
import { OPERATION_TAG } from './codecs/operation.ts';
import { createConnection } from './connection.ts';
import { createConversations, type OpenChannel } from './conversations.ts';
import { checkOptions, type SipTransportOptions } from './options.ts';
import { receiveRequest } from './receiving.ts';
import { writeResponse } from './requests.ts';
import { OPERATIONS, sendOperation } from './operations.ts';
import { sendComposing, sendMessage, sendNotification, type Route } from './sending.ts';

const OK = 200;
const ACCEPTED = 202;
const TEMPORARILY_UNAVAILABLE = 480;
/**
 * A transport over SIP: MESSAGE (RFC 3428) by WebSocket (RFC 7118). A message is delivered when the other side answers
 * 200, accepted when it answers 202; notifications (RFC 5438) then report the outcome. SIP stores nothing for absent
 * participants: the server refuses messages to them as retryable, and the engine sends them again. Edits, retractions,
 * reactions and replies work if the participant's client is imflow too, which its requests and responses declare.
 *
 * A refused sign-in ends in the status `closed` with a FlowError `refused`; after all other errors the transport reconnects.
 * @throws FlowError `invalid-argument` or `out-of-range` that names the invalid option.
 */
export function createSipTransport(options: SipTransportOptions): Transport {
  const checked = checkOptions(options);
  const { clock, random, address } = checked;
  const tag = random.id();
  const supported = checked.cpim ? [{ name: 'Supported', value: OPERATION_TAG }] : [];
  const answer = (request: SipFrame, code: number, headers: readonly SipHeader[] = []): void =>
    connection.send(writeResponse(request, code, tag, code < 300 ? [...supported, ...headers] : headers));
  const conversations = createConversations(clock, answer);
  const connection = createConnection(checked, {
    request: (request) => receiveRequest(request, conversations, clock, checked.cpim, answer),
    unreadable(problem) {
      const message = `The server sent an invalid frame: ${problem}.`;
      for (const conversation of conversations.all()) {
        conversations.emit(conversation, () => ({ type: 'diagnostic', code: 'sip-unreadable', message }));
      }
    },
    beforeClose() {
      for (const { deferred, storing } of conversations.all()) {
        for (const responses of [deferred, storing]) responses.respondToAll(TEMPORARILY_UNAVAILABLE);
      }
    },
    disconnected() {
      for (const { deferred, storing, peer } of conversations.all()) {
        for (const responses of [deferred, storing]) responses.clear();
        // The participant may return with a different client.
        if (peer.operations === false) peer.operations = undefined;
      }
    },
  });

  function openChannel(remote: string, receive: (event: ChannelEvent) => void): Channel {
    const channel: OpenChannel = { remote, receive };
    const { channels, queue, deferred, storing, peer } = conversations.open(channel);
    const endpoints = { from: uriOf(address), to: uriOf(remote) };
    const route: Route = {
      endpoints,
      peer,
      random,
      clock,
      supported,
      request: (draft, timeout) => connection.ask(draft, timeout),
    };

    function requireOpen(): void {
      if (!isAddress(remote)) {
        throw new TransportFailure(404, 'The address of the participant is not a SIP address.', { retryable: false });
      }
      if (!channels.has(channel)) throw unavailable('The channel is closed.');
      if (connection.getStatus().state !== 'online') throw unavailable('The transport is not connected.');
    }

    /** Queues a copy, because the caller may change its object. */
    async function queued<T, R>(
      kind: 'message' | 'composing' | 'notification',
      given: T,
      task: (copy: T) => Promise<R>,
    ): Promise<R | undefined> {
      requireOpen();
      const copy = copyOf(given);
      return queue.run(channel, kind, async () => {
        requireOpen();
        return task(copy);
      });
    }

    return {
      async send(message) {
        const sent = await queued('message', message, (copy) => sendMessage(route, copy, checked.cpim));
        return sent ?? { outcome: 'accepted' };
      },
      async sendOperation(operation) {
        if (!checked.cpim) {
          throw new TransportFailure(415, 'Operations need CPIM, which the option cpim switches off.', {
            retryable: false,
          });
        }
        const sent = await queued('message', operation, (copy) => sendOperation(route, copy, checked.maxMessageBytes));
        return sent ?? { outcome: 'accepted' };
      },
      async sendComposing(composing) {
        if (!checked.isComposing) {
          throw new TransportFailure(415, 'Composing notifications are switched off by the option isComposing.', {
            retryable: false,
          });
        }
        await queued('composing', composing, (copy) => sendComposing(route, copy));
      },
      async sendNotification(notification) {
        if (notification?.asResponse === true) {
          requireOpen();
          deferred.respond(notification.messageId, answerCode(notification));
        } else await queued('notification', notification, (copy) => sendNotification(route, copy));
      },
      acknowledge(messageId, outcome) {
        if (outcome === undefined) storing.respond(messageId, ACCEPTED);
      },
      close() {
        if (!channels.delete(channel)) return;
        queue.cancel(channel, unavailable('The channel was closed before the response arrived.'));
        if (channels.size > 0) return;
        for (const responses of [deferred, storing]) responses.respondToAll(TEMPORARILY_UNAVAILABLE);
      },
    };
  }

  return {
    localAddress: normalAddressOf(address),
    normalizeAddress: normalAddressOf,
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'each',
      deferredResponses: true,
      composing: composingPolicies.rfc3994,
      maxMessageBytes: checked.maxMessageBytes,
      // A text that is sent can be edited.
      ...(checked.cpim ? { operations: OPERATIONS, measureBody: measureText } : {}),
    },
    operationsFor: (remote) => (conversations.find(uriOf(remote))?.peer.operations === true ? OPERATIONS : {}),
    connect: () => connection.connect(),
    disconnect: () => connection.disconnect(),
    getStatus: () => connection.getStatus(),
    subscribe: (listener) => connection.subscribe(listener),
    openChannel,
  };
}

function answerCode({ outcome, code, withholdDelivery }: OutgoingNotification): number {
  if (outcome === 'failed') return code ?? TEMPORARILY_UNAVAILABLE;
  return withholdDelivery === true ? ACCEPTED : OK;
}

/** @throws TransportFailure 400 for a value that cannot be cloned. */
function copyOf<T>(given: T): T {
  try {
    if (typeof given !== 'object' || given === null) throw new TypeError('The argument must be an object.');
    return structuredClone(given);
  } catch (cause) {
    throw new TransportFailure(400, 'Invalid argument: expected an object that can be cloned.', {
      retryable: false,
      cause,
    });
  }
}

function unavailable(reason: string): TransportFailure {
  return new TransportFailure(503, reason, { retryable: true });
}
