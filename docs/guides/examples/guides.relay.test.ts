import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createVirtualClock, type ConformancePair, transportConformance } from '@imflow/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket as NodeSocket } from 'ws';
import { createRelay } from './relayServer.mjs';
import { createRelayTransport } from './relayTransport.ts';

/** The number of round trips in one `settle`. */
const ROUNDS = 4;

/** A relay on a free port. `refused` contains the users whom it refuses. */
async function listen(): Promise<{ url: (name: string) => string; refused: Set<string>; close(): Promise<void> }> {
  const refused = new Set<string>();
  const server = createRelay({ host: '127.0.0.1', port: 0 }, (request) => {
    const name = new URL(request.url ?? '', 'ws://localhost').searchParams.get('me') ?? '';
    return refused.has(name) ? undefined : name;
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (name) => `ws://127.0.0.1:${port}/?me=${name}`,
    refused,
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function oneOf(socket: NodeSocket, ...events: string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) socket.off(event, done);
      resolve();
    };
    for (const event of events) socket.on(event, done);
  });
}

/** What was sent before has been handled at both ends: frames keep their order, and this one is answered. */
async function roundTrip(socket: NodeSocket): Promise<void> {
  if (socket.readyState === NodeSocket.CLOSING) await oneOf(socket, 'close');
  if (socket.readyState === NodeSocket.CONNECTING) await oneOf(socket, 'open', 'close');
  if (socket.readyState !== NodeSocket.OPEN) return;
  socket.ping();
  await oneOf(socket, 'pong', 'close');
}

async function setup(): Promise<ConformancePair> {
  const clock = createVirtualClock();
  const relay = await listen();
  const sockets = new Map<string, NodeSocket>();
  const open = (name: string): WebSocket => {
    const socket = new NodeSocket(relay.url(name));
    socket.on('error', () => {});
    sockets.set(name, socket);
    // The part of a WebSocket that a transport needs.
    return socket as unknown as WebSocket;
  };
  return {
    ana: createRelayTransport('ana', () => open('ana'), clock),
    bo: createRelayTransport('bo', () => open('bo'), clock),
    async settle() {
      for (let round = 0; round < ROUNDS; round += 1) {
        await clock.advance(300);
        await Promise.all(Array.from(sockets.values(), roundTrip));
      }
    },
    cut(address) {
      relay.refused.add(address);
      sockets.get(address)?.terminate();
    },
    restore: (address) => relay.refused.delete(address),
    close: () => relay.close(),
  };
}

describe('relayServer.mjs: the transport of the guide conforms over real sockets', () => {
  for (const { name, run } of transportConformance(setup)) it(name, run);
});

describe('relayServer.mjs: untrusted input', () => {
  it('a client cannot send in the name of another user, and an invalid frame closes the connection', async () => {
    const relay = await listen();
    onTestFinished(() => relay.close());
    const [ana, bo] = [new NodeSocket(relay.url('ana')), new NodeSocket(relay.url('bo'))];
    await Promise.all([once(ana, 'open'), once(bo, 'open')]);
    await Promise.all([roundTrip(ana), roundTrip(bo)]);
    const heard: unknown[] = [];
    bo.addEventListener('message', ({ data }) => heard.push(JSON.parse(data as string)));
    ana.send(JSON.stringify({ to: 'bo', id: 1, event: { type: 'message', message: { sender: 'carol', body: 'Hi' } } }));
    ana.send(JSON.stringify({ to: 'bo', event: { type: 'participant', address: 'carol', change: 'available' } }));
    ana.send(JSON.stringify({ to: 'nobody', id: 2 }));
    const [refusal] = (await once(ana, 'message')) as [Buffer];
    await roundTrip(bo);
    expect(heard).toEqual([{ from: 'ana', id: 1, event: { type: 'message', message: { sender: 'ana', body: 'Hi' } } }]);
    expect(JSON.parse(String(refusal))).toEqual({ from: 'nobody', answer: 2, taken: false });
    ana.send('{');
    expect(await once(ana, 'close')).toEqual([1003, Buffer.from('That is no frame.')]);
  });

  it('a refused user receives the reason', async () => {
    const relay = await listen();
    onTestFinished(() => relay.close());
    relay.refused.add('carol');
    const carol = new NodeSocket(relay.url('carol'));
    const [error] = (await once(carol, 'error')) as [Error];
    expect(error.message).toContain('401');
  });
});
