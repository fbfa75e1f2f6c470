import type { ChannelEvent } from '@imflow/core';
import { createSeededRandom, createVirtualClock } from '@imflow/testing';
import { expect } from 'vitest';
import { type ConnectionError, type SessionStore, createXmppTransport } from '../src/index.ts';
import { NS } from '../src/namespaces.ts';
import { element, type XmlElement } from '../src/xml.ts';
import { createScriptedServer } from './scriptedServer.ts';

export const ANA = 'ana@example.com';
export const BO = 'bo@example.com';

/** A message of a participant, and its place in Ana's archive. */
export function said(id: string, from = BO, position?: string): XmlElement {
  const placed = position === undefined ? undefined : element('stanza-id', NS.ids, { by: ANA, id: position });
  return element('message', NS.client, { from, to: ANA, type: 'chat', id }, element('body', NS.client, {}, id), placed);
}

export function createStore(): SessionStore & { saved: string | undefined } {
  const store = { saved: undefined as string | undefined, load: () => store.saved, save };
  function save(session: string | undefined): void {
    store.saved = session;
  }
  return store;
}

/**
 * A page of Ana on a scripted server, with a channel to Bo, before it connects.
 * @param now when it is opened, in ms since the epoch.
 */
export function setUp(store = createStore(), now?: number) {
  const clock = createVirtualClock(now === undefined ? {} : { now });
  const server = createScriptedServer(ANA);
  const problems: ConnectionError[] = [];
  const unopened: string[] = [];
  const transport = createXmppTransport({
    server: 'ws://127.0.0.1/ws',
    address: ANA,
    password: 'secret',
    createSocket: server.createSocket,
    clock,
    random: createSeededRandom(1),
    session: store,
    onConnectionError: (problem) => problems.push(problem),
    onIncomingConversation: (participant) => unopened.push(participant),
  });
  const events: ChannelEvent[] = [];
  const channel = transport.openChannel(BO, (event) => events.push(event));
  const reconnect = async (): Promise<void> => {
    server.drop();
    await clock.advance(1_000);
  };
  const online = async (): Promise<void> => {
    transport.connect();
    await clock.advance(100);
    expect(transport.getStatus().state).toBe('online');
  };
  return { clock, server, problems, unopened, transport, events, channel, store, online, reconnect };
}

/** The ids of the received messages, in order. */
export function ids(events: readonly ChannelEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === 'history') return event.messages.map(({ messageId }) => messageId);
    return event.type === 'message' ? [event.message.messageId] : [];
  });
}

/** The position that a page has saved. */
export function positionIn(store: { saved: string | undefined }): unknown {
  return (JSON.parse(store.saved ?? '{}') as Record<string, unknown>)['position'];
}
