import type { Server } from 'node:http';
import { type ChatServer, createChatServer, type Store } from '@imflow/server';

/** Adds a chat with files to an HTTP server. @param folder of the files, which all nodes share. */
export function addChatWithFiles(
  http: Server,
  store: Store,
  userOf: (token: string) => string | undefined,
  folder: string,
): ChatServer {
  const chat = createChatServer({
    store,
    authenticate: ({ token }) => userOf(token),
    files: { folder, maxFileBytes: 20_000_000 },
  });
  chat.attach(http);
  return chat;
}
