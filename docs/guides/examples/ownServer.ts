import type { Server } from 'node:http';
import { type ChatServer, createChatServer, type Store } from '@imflow/server';

/** Adds a chat to an HTTP server. @param userOf returns the user of a token; undefined for an invalid one. */
export function addChat(http: Server, store: Store, userOf: (token: string) => string | undefined): ChatServer {
  const chat = createChatServer({ store, authenticate: ({ token }) => userOf(token) });
  chat.attach(http);
  return chat;
}
