import type { ChannelEvent, IncomingMessage, OutgoingMessage } from '@imflow/core';
import { createSeededRandom, createVirtualClock } from '@imflow/testing';
import { type ConnectionError, createSipTransport, type SipTransportOptions } from '../src/index.ts';
import { createScriptedServer } from './scriptedServer.ts';

export const BO = 'sip:bo@example.com';

/** A message to send. */
export function outgoing(messageId: string, body = 'hello', contentType = 'text/plain'): OutgoingMessage {
  return { messageId, contentType, body, sentAt: 1_000, attempt: 1, frameSequence: { session: 's', sequence: 1 } };
}

/** A transport on a scripted server, in virtual time, with a conversation with Bo. */
export function setUp(options: Partial<SipTransportOptions> = {}) {
  const clock = createVirtualClock();
  const server = createScriptedServer();
  const problems: ConnectionError[] = [];
  const transport = createSipTransport({
    server: 'wss://example.com/ws',
    address: 'sip:ana@example.com',
    password: 'secret',
    createSocket: server.createSocket,
    clock,
    random: createSeededRandom(1),
    onConnectionError: (problem) => problems.push(problem),
    ...options,
  });
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel(BO, (event) => events.push(event));
  const online = async (): Promise<void> => {
    transport.connect();
    await clock.advance(0);
    if (transport.getStatus().state !== 'online') throw new Error('not online');
  };
  const messages = (): IncomingMessage[] =>
    events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
  return { clock, server, problems, transport, events, channel, online, messages };
}
