import type { Server } from 'node:http';
import type { ChatServer } from '@imflow/server';
import { Server as SocketIoServer } from 'socket.io';

/** Socket.IO: each socket carries the chat beside your own events. */
export function startSocketIo(chat: ChatServer, http: Server): SocketIoServer {
  const io = new SocketIoServer(http);
  io.on('connection', (socket) => chat.handleSocketIo(socket));
  return io;
}
