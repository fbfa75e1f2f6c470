import type { Clock } from '@imflow/core';
import { addressIn } from './address.ts';
import { headerOf, type SipFrame, type SipHeader } from './codecs/frame.ts';
import { CPIM_TYPE } from './codecs/cpim.ts';
import { IMDN_TYPE } from './codecs/imdn.ts';
import { IS_COMPOSING_TYPE } from './codecs/isComposing.ts';
import { type Conversation, type Conversations, remember } from './conversations.ts';
import { decodeContent, type Said } from './mapping.ts';
import { ALLOWED, methodOf } from './requests.ts';

const OK = 200;
const METHOD_NOT_ALLOWED = 405;
const TEMPORARILY_UNAVAILABLE = 480;
const NO_TRANSACTION = 481;

const ACCEPTED_TYPES = ['text/plain', 'text/html', CPIM_TYPE, IMDN_TYPE, IS_COMPOSING_TYPE, '*/*'].join(', ');

/** Takes a request in, and answers it now or, for some messages, when the engine has said what becomes of them. */
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
    // What nobody here listens to has not arrived, and may come again.
    if (conversation === undefined) answer(message, TEMPORARILY_UNAVAILABLE);
    else take(message, conversation, decodeContent(message));
  }

  function take(message: SipFrame, conversation: Conversation, said: Said): void {
    const { peer, held, arriving } = conversation;
    switch (said.kind) {
      case 'refused':
        answer(message, said.code);
        conversations.emit(conversation, () => ({
          type: 'diagnostic',
          code: 'sip-malformed',
          message: `A request of the participant was answered ${said.code}: ${said.problem}.`,
        }));
        return;
      case 'nothing':
        answer(message, OK);
        return;
      case 'composing':
        peer.notifications ??= true;
        answer(message, OK);
        conversations.emit(conversation, (sender) => {
          const { state, refresh } = said;
          return { type: 'composing', sender, state, ...(refresh === undefined ? {} : { refresh }) };
        });
        return;
      case 'notification': {
        peer.notifications ??= true;
        answer(message, OK);
        const { messageId, outcome, code } = said;
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
        if (said.isCpim) peer.cpim ??= true;
        remember(peer, said.message.messageId, said.message.sentAt ?? clock.now());
        // Whoever asked for a notification hears by it what became of the message; to others the answer has to tell.
        const responsePending = said.message.requestedReceipts?.delivered !== true;
        (responsePending ? held : arriving).hold(said.message.messageId, message);
        // Softphones that do not use CPIM cannot ask, but take notifications.
        const displayed = said.isCpim
          ? said.message.requestedReceipts?.displayed === true
          : peer.notifications === true;
        const requestedReceipts = { delivered: !responsePending, displayed };
        conversations.emit(conversation, (sender) => ({
          type: 'message',
          message: {
            ...said.message,
            sender,
            requestedReceipts: requestedReceipts,
            ...(responsePending ? { responsePending } : {}),
          },
        }));
      }
    }
  }
}
