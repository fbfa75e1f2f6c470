import type { Server } from 'node:http';
import { type ChatServer, createChatServer, type Store } from '@imflow/server';

/** Adds a chat to an HTTP server. @param userOf says whose token it is; undefined for nobody's. */
export function addChat(http: Server, store: Store, userOf: (token: string) => string | undefined): ChatServer {
  const chat = createChatServer({ store, authenticate: ({ token }) => userOf(token) });
  chat.attach(http);
  return chat;
}
