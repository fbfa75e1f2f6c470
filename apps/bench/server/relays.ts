/** Two minimal relays for comparison, which store each row by a separate INSERT. */

import { createServer, type Server } from 'node:http';
import { Pool } from 'pg';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer, type WebSocket } from 'ws';

/** Handles a message or a receipt in a relay, once its sender is known. */
interface Relayed {
  readonly type: 'message' | 'receipt';
  readonly to: string;
  readonly id: string;
  readonly body?: string;
}

const TABLE = `create table if not exists relayed (
  position bigint generated always as identity primary key, sender text not null, recipient text not null,
  id text not null, body text not null, at bigint not null
)`;
const INSERT = 'insert into relayed (sender, recipient, id, body, at) values ($1, $2, $3, $4, $5)';

/** Stores a message with one INSERT, which is prepared. */
async function openTable(connectionString: string): Promise<(from: string, message: Relayed) => Promise<unknown>> {
  const pool = new Pool({ connectionString, max: 10 });
  await pool.query(TABLE);
  return (from, { to, id, body = '' }) =>
    pool.query({ name: 'insert', text: INSERT, values: [from, to, id, body, Date.now()] });
}

/**
 * A relay over `ws`. The first text of a socket is the name of its user.
 * @param storesReceipts as imflow does; otherwise messages only.
 */
export async function createWsRelay(connectionString: string, storesReceipts: boolean): Promise<Server> {
  const store = await openTable(connectionString);
  const sockets = new Map<string, WebSocket>();
  const http = createServer();
  const webSockets = new WebSocketServer({ server: http, perMessageDeflate: false });

  async function relay(from: string, socket: WebSocket, text: string): Promise<void> {
    const said = JSON.parse(text) as Relayed;
    if (said.type === 'message' || storesReceipts) await store(from, said);
    if (said.type === 'message') {
      socket.send(JSON.stringify({ type: 'accepted', id: said.id }));
    }
    sockets.get(said.to)?.send(JSON.stringify({ ...said, from }));
  }

  webSockets.on('connection', (socket) => {
    socket.once('message', (name: Buffer) => {
      const user = name.toString();
      sockets.set(user, socket);
      socket.on('message', (data: Buffer) => void relay(user, socket, data.toString()));
      socket.send('{"type":"welcome"}');
    });
  });
  return http;
}

/** A relay over Socket.IO, which acknowledges a message by the callback of the event. */
export async function createSocketIoRelay(connectionString: string, storesReceipts: boolean): Promise<Server> {
  const store = await openTable(connectionString);
  const http = createServer();
  const io = new SocketIoServer(http, { transports: ['websocket'] });
  io.on('connection', (socket) => {
    const user = String(socket.handshake.auth['user']);
    void socket.join(user);
    socket.on('message', async (said: Relayed, accept: () => void) => {
      await store(user, said);
      accept();
      io.to(said.to).emit('message', { ...said, from: user });
    });
    socket.on('receipt', async (said: Relayed) => {
      if (storesReceipts) await store(user, said);
      io.to(said.to).emit('receipt', { ...said, from: user });
    });
  });
  return http;
}
