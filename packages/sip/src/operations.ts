/** Sends operations on messages to a participant whose client is known to understand them (decision 42). */

import { type OperationCapabilities, type OutgoingOperation, type SendResult, TransportFailure } from '@imflow/core';
import { measureText } from './codecs/operation.ts';
import { supportsOperations } from './conversations.ts';
import { encodeOperation } from './mapping.ts';
import { codeOf } from './requests.ts';
import { expectSuccess, REFUSES_CONTENT, type Route, sendMessageRequest, UNSUPPORTED } from './sending.ts';

/** What can be done to messages where the client of the other side is imflow too. */
export const OPERATIONS: OperationCapabilities = { edit: 'any', retract: true, react: 'many', reply: true };

/** How long the other side may take to declare its features, in ms. */
const OPTIONS_TIMEOUT = 8_000;

/** Responses of clients that have no OPTIONS. */
const HAS_NO_OPTIONS: ReadonlySet<number> = new Set([405, 501]);
const BAD_EXTENSION = 420;
const MESSAGE_TOO_LARGE = 513;

/**
 * Sends an operation. Rejects with 415 where the client of the participant does not understand it, with 513 for an
 * edit whose text is longer than `maxBytes`, and with the response of the other side where the participant is away.
 */
export async function sendOperation(route: Route, operation: OutgoingOperation, maxBytes: number): Promise<SendResult> {
  const { peer } = route;
  const encoded = encodeOperation(operation, route.endpoints);
  if (operation.kind === 'edit' && measureText(operation.body) > maxBytes) {
    throw new TransportFailure(MESSAGE_TOO_LARGE, 'The edit is longer than a message may be.', {
      retryable: false,
    });
  }
  if (peer.operations === undefined) await learnOperations(route);
  if (peer.operations !== true) throw unsupported();
  const response = await sendMessageRequest(route, encoded, operation.id);
  const code = codeOf(response);
  if (REFUSES_CONTENT.has(code) || code === BAD_EXTENSION) {
    peer.operations = false;
    throw unsupported();
  }
  expectSuccess(response);
  // Reactions have no ticks.
  const expectation = operation.kind === 'react' ? { notificationExpected: false } : {};
  return { outcome: code === 200 ? 'delivered' : 'accepted', ...expectation };
}

/**
 * Queries the features of the participant's client (RFC 3261, section 11). Rejects without a response.
 */
async function learnOperations({ endpoints, peer, random, request }: Route): Promise<void> {
  const { to } = endpoints;
  const question = { method: 'OPTIONS', uri: to, to, callId: random.id(), fromTag: random.id() };
  const response = await request(question, OPTIONS_TIMEOUT);
  if (!HAS_NO_OPTIONS.has(codeOf(response))) expectSuccess(response);
  peer.operations = supportsOperations(response);
}

function unsupported(): TransportFailure {
  const message = 'The participant’s client does not support operations on messages.';
  return new TransportFailure(UNSUPPORTED, message, { retryable: false });
}
