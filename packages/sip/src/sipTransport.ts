import {
  type Channel,
  type ChannelEvent,
  composingPolicies,
  type OutgoingNotification,
  type Transport,
  TransportFailure,
} from '@imflow/core';
import { isAddress, uriOf } from './address.ts';
import type { SipFrame, SipHeader } from './codecs/frame.ts';
import { createConnection } from './connection.ts';
import { createConversations, type OpenChannel } from './conversations.ts';
import { checkOptions, type SipTransportOptions } from './options.ts';
import { receiveRequest } from './receiving.ts';
import { writeResponse } from './requests.ts';
import { sendComposing, sendMessage, sendNotification, type Way } from './sending.ts';

const OK = 200;
const ACCEPTED = 202;
const TEMPORARILY_UNAVAILABLE = 480;

/**
 * A transport over SIP: MESSAGE (RFC 3428) by WebSocket (RFC 7118). A message is delivered when the other side answers
 * 200, accepted when it answers 202; what became of it is then told by notifications (RFC 5438). Nothing is kept for
 * those who are away: a message to them is refused for now, and the engine tries again.
 *
 * A sign-in that is refused ends in the status `closed` with a FlowError `refused`; all other trouble is tried again.
 * @throws FlowError `invalid-argument` or `out-of-range` for an option, which it names.
 */
export function createSipTransport(options: SipTransportOptions): Transport {
  const checked = checkOptions(options);
  const { clock, random, address } = checked;
  const tag = random.id();
  const answer = (request: SipFrame, code: number, headers?: readonly SipHeader[]): void =>
    connection.send(writeResponse(request, code, tag, headers));
  const conversations = createConversations(clock, answer);
  const connection = createConnection(checked, {
    request: (request) => receiveRequest(request, conversations, clock, answer),
    unreadable(problem) {
      const message = `The server sent something that cannot be read: ${problem}.`;
      for (const conversation of conversations.all()) {
        conversations.emit(conversation, () => ({ type: 'diagnostic', code: 'sip-unreadable', message }));
      }
    },
    parting() {
      for (const { held, arriving } of conversations.all()) {
        for (const answers of [held, arriving]) answers.answerAll(TEMPORARILY_UNAVAILABLE);
      }
    },
    broken() {
      for (const { held, arriving } of conversations.all()) for (const answers of [held, arriving]) answers.forget();
    },
  });

  function openChannel(remote: string, receive: (event: ChannelEvent) => void): Channel {
    const channel: OpenChannel = { remote, receive };
    const { channels, queue, held, arriving, peer } = conversations.open(channel);
    const ends = { from: uriOf(address), to: uriOf(remote) };
    const way: Way = { ends, peer, random, clock, ask: (draft, timeout) => connection.ask(draft, timeout) };

    function requireOpen(): void {
      if (!isAddress(remote)) {
        throw new TransportFailure(404, 'The participant has no address of SIP.', { retryable: false });
      }
      if (!channels.has(channel)) throw passing('The channel is closed.');
      if (connection.getStatus().state !== 'online') throw passing('There is no connection.');
    }

    /** What is under way is a copy: the caller may change what it gave. */
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
        const sent = await queued('message', message, (copy) => sendMessage(way, copy, checked.cpim));
        return sent ?? { outcome: 'accepted' };
      },
      async sendComposing(composing) {
        if (!checked.isComposing) {
          throw new TransportFailure(415, 'Composing notifications are switched off.', { retryable: false });
        }
        await queued('composing', composing, (copy) => sendComposing(way, copy));
      },
      async sendNotification(notification) {
        if (notification?.asResponse === true) {
          requireOpen();
          held.answer(notification.messageId, answerCode(notification));
        } else await queued('notification', notification, (copy) => sendNotification(way, copy));
      },
      acknowledge(messageId, outcome) {
        if (outcome === undefined) arriving.answer(messageId, ACCEPTED);
      },
      close() {
        if (!channels.delete(channel)) return;
        queue.giveUp(channel, passing('The channel was closed before the answer came.'));
        if (channels.size > 0) return;
        for (const answers of [held, arriving]) answers.answerAll(TEMPORARILY_UNAVAILABLE);
      },
    };
  }

  return {
    localAddress: address,
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'each',
      deferredResponses: true,
      composing: composingPolicies.rfc3994,
      maxMessageBytes: checked.maxMessageBytes,
    },
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

/** @throws TransportFailure 400 for what is no plain data. */
function copyOf<T>(given: T): T {
  try {
    if (typeof given !== 'object' || given === null) throw new TypeError('No object');
    return structuredClone(given);
  } catch (cause) {
    throw new TransportFailure(400, 'What was handed over makes no sense.', { retryable: false, cause });
  }
}

function passing(reason: string): TransportFailure {
  return new TransportFailure(503, reason, { retryable: true });
}
