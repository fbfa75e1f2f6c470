import type { Channel, ChannelEvent } from '@imflow/core';
import { createSeededRandom, createVirtualClock, type VirtualClock } from '@imflow/testing';
import { createXmppTransport, type XmppTransport } from '../src/index.ts';
import { createScriptedServer, type ScriptedServer } from './scriptedServer.ts';

export const ANA = 'ana@example.com';
export const BO = 'bo@example.com';

export interface ScriptedSession {
  readonly clock: VirtualClock;
  readonly server: ScriptedServer;
  readonly transport: XmppTransport;
  /** The channel to Bo. */
  readonly channel: Channel;
  /** The events received from Bo. */
  readonly events: ChannelEvent[];
  /** Bo's phone sends a message with this content. */
  say(inner: string, attributes?: string): void;
  /** The content types and bodies of the received messages. */
  shown(): unknown[];
}

/** Ana, online on a scripted server, with a channel to Bo. */
export async function createScriptedSession(
  languages: readonly string[] = ['en'],
  prepare: (server: ScriptedServer) => void = () => undefined,
): Promise<ScriptedSession> {
  const clock = createVirtualClock();
  const server = createScriptedServer(ANA);
  prepare(server);
  const transport = createXmppTransport({
    server: 'ws://127.0.0.1/ws',
    address: ANA,
    password: 'secret',
    createSocket: server.createSocket,
    clock,
    random: createSeededRandom(1),
    languages,
  });
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel('Bo@Example.COM', (event) => events.push(event));
  transport.connect();
  await clock.advance(100);
  return {
    clock,
    server,
    transport,
    channel,
    events,
    say: (inner, attributes = 'type="chat" id="m1"') =>
      server.say(`<message xmlns="jabber:client" from="${BO}/phone" to="${ANA}" ${attributes}>${inner}</message>`),
    shown: () =>
      events.flatMap((event) => (event.type === 'message' ? [[event.message.contentType, event.message.body]] : [])),
  };
}
