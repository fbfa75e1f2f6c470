/** Handles a received request. */

import type { Clock } from '@imflow/core';
import { addressIn } from './address.ts';
import { headerOf, type SipFrame, type SipHeader } from './codecs/frame.ts';
import { CPIM_TYPE } from './codecs/cpim.ts';
import { IMDN_TYPE } from './codecs/imdn.ts';
import { IS_COMPOSING_TYPE } from './codecs/isComposing.ts';
import { type Conversation, type Conversations, remember } from './conversations.ts';
import { decodeContent, type DecodedRequest } from './mapping.ts';
import { ALLOWED, methodOf } from './requests.ts';

const OK = 200;
const METHOD_NOT_ALLOWED = 405;
const TEMPORARILY_UNAVAILABLE = 480;
const NO_TRANSACTION = 481;

const ACCEPTED_TYPES = ['text/plain', 'text/html', CPIM_TYPE, IMDN_TYPE, IS_COMPOSING_TYPE, '*/*'].join(', ');

/** Handles a received request. The response to a message may wait for the engine. */
export function receiveRequest(
  request: SipFrame,
  conversations: Conversations,
  clock: Clock,
  answer: (request: SipFrame, code: number, headers?: readonly SipHeader[]) => void,
): void {
  const method = methodOf(request);
  if (method === 'ACK') return;
  if (method === 'OPTIONS') {
    answer(request, OK, [
      { name: 'Allow', value: ALLOWED },
      { name: 'Accept', value: ACCEPTED_TYPES },
      { name: 'Accept-Encoding', value: 'deflate, gzip, identity' },
    ]);
  } else if (method === 'CANCEL') answer(request, NO_TRANSACTION);
  else if (method === 'MESSAGE') receiveMessage(request);
  else answer(request, METHOD_NOT_ALLOWED, [{ name: 'Allow', value: ALLOWED }]);

  function receiveMessage(message: SipFrame): void {
    const conversation = conversations.find(addressIn(headerOf(message, 'from') ?? ''));
    // No open channel: the message is not delivered, and its sender may try again.
    if (conversation === undefined) answer(message, TEMPORARILY_UNAVAILABLE);
    else take(message, conversation, decodeContent(message));
  }

  function take(message: SipFrame, conversation: Conversation, decoded: DecodedRequest): void {
    const { peer, deferred, storing } = conversation;
    switch (decoded.kind) {
      case 'refused':
        answer(message, decoded.code);
        conversations.emit(conversation, () => ({
          type: 'diagnostic',
          code: 'sip-malformed',
          message: `A request of the participant was answered ${decoded.code}: ${decoded.problem}.`,
        }));
        return;
      case 'nothing':
        answer(message, OK);
        return;
      case 'composing':
        peer.notifications ??= true;
        answer(message, OK);
        conversations.emit(conversation, (sender) => {
          const { state, refresh } = decoded;
          return { type: 'composing', sender, state, ...(refresh === undefined ? {} : { refresh }) };
        });
        return;
      case 'notification': {
        peer.notifications ??= true;
        answer(message, OK);
        const { messageId, outcome, code } = decoded;
        conversations.emit(conversation, (sender) => ({
          type: 'notification',
          sender,
          messageId,
          outcome,
          ...(code === undefined ? {} : { code }),
        }));
        return;
      }
      case 'message': {
        if (decoded.isCpim) peer.cpim ??= true;
        remember(peer, decoded.message.messageId, decoded.message.sentAt ?? clock.now());
        // A sender who requested a receipt gets the outcome by a notification; others get it in the response.
        const responsePending = decoded.message.requestedReceipts?.delivered !== true;
        (responsePending ? deferred : storing).add(decoded.message.messageId, message);
        // Softphones without CPIM cannot request receipts, but accept notifications.
        const displayed = decoded.isCpim
          ? decoded.message.requestedReceipts?.displayed === true
          : peer.notifications === true;
        const requestedReceipts = { delivered: !responsePending, displayed };
        conversations.emit(conversation, (sender) => ({
          type: 'message',
          message: {
            ...decoded.message,
            sender,
            requestedReceipts,
            ...(responsePending ? { responsePending } : {}),
          },
        }));
      }
    }
  }
}
