/** Handles a received request. */

import type { Clock } from '@imflow/core';
import { addressIn } from './address.ts';
import { headerOf, type SipFrame, type SipHeader } from './codecs/frame.ts';
import { CPIM_TYPE } from './codecs/cpim.ts';
import { IMDN_TYPE } from './codecs/imdn.ts';
import { IS_COMPOSING_TYPE } from './codecs/isComposing.ts';
import { OPERATION_TAG, OPERATION_TYPE } from './codecs/operation.ts';
import { type Conversation, type Conversations, noteOperations, remember } from './conversations.ts';
import { decodeContent, type DecodedRequest } from './mapping.ts';
import { ALLOWED, methodOf, optionTagsOf } from './requests.ts';

const OK = 200;
const METHOD_NOT_ALLOWED = 405;
const UNSUPPORTED_MEDIA_TYPE = 415;
const BAD_EXTENSION = 420;
const TEMPORARILY_UNAVAILABLE = 480;
const NO_TRANSACTION = 481;

const ACCEPTED_TYPES = ['text/plain', 'text/html', CPIM_TYPE, IMDN_TYPE, IS_COMPOSING_TYPE];

/**
 * Handles a received request. The response to a message may wait for the engine.
 * @param takesOperations whether operations on messages are accepted.
 */
export function receiveRequest(
  request: SipFrame,
  conversations: Conversations,
  clock: Clock,
  takesOperations: boolean,
  answer: (request: SipFrame, code: number, headers?: readonly SipHeader[]) => void,
): void {
  const method = methodOf(request);
  if (method === 'ACK') return;
  const required = method === 'CANCEL' ? [] : optionTagsOf(request, 'require');
  const unknown = required.filter((option) => !takesOperations || option !== OPERATION_TAG);
  // What has to be understood, and is not, is refused (RFC 3261, section 8.2.2.3).
  if (unknown.length > 0) answer(request, BAD_EXTENSION, [{ name: 'Unsupported', value: unknown.join(', ') }]);
  else if (method === 'OPTIONS') {
    const accepted = [...ACCEPTED_TYPES, ...(takesOperations ? [OPERATION_TYPE] : []), '*/*'];
    answer(request, OK, [
      { name: 'Allow', value: ALLOWED },
      { name: 'Accept', value: accepted.join(', ') },
      { name: 'Accept-Encoding', value: 'deflate, gzip, identity' },
    ]);
  } else if (method === 'CANCEL') answer(request, NO_TRANSACTION);
  else if (method === 'MESSAGE') receiveMessage(request);
  else answer(request, METHOD_NOT_ALLOWED, [{ name: 'Allow', value: ALLOWED }]);

  function receiveMessage(message: SipFrame): void {
    const conversation = conversations.find(addressIn(headerOf(message, 'from') ?? ''));
    // No open channel: the message is not delivered, and its sender may try again.
    if (conversation === undefined) {
      answer(message, TEMPORARILY_UNAVAILABLE);
      return;
    }
    noteOperations(conversation.peer, message);
    take(message, conversation, decodeContent(message));
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
      case 'operation': {
        if (!takesOperations) {
          answer(message, UNSUPPORTED_MEDIA_TYPE);
          return;
        }
        peer.cpim ??= true;
        const { operation, requestedReceipts } = decoded;
        remember(peer, operation.id, clock.now());
        storing.add(operation.id, message);
        conversations.emit(conversation, (sender) => ({
          type: 'operation',
          operation: { ...operation, sender, requestedReceipts },
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
