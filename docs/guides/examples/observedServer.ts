import { type ChatServer, createChatServer, type Store } from '@imflow/server';
import { type DestinationStream, pino } from 'pino';
import { Registry } from 'prom-client';

/** A chat server that logs to pino and counts for Prometheus. @param log gets the lines; `process.stdout` suits it. */
export function createObservedChat(
  store: Store,
  userOf: (token: string) => string | undefined,
  log: DestinationStream,
): { chat: ChatServer; metrics: () => Promise<string> } {
  const registry = new Registry();
  const chat = createChatServer({
    store,
    authenticate: ({ token }) => userOf(token),
    logger: pino({}, log),
    metrics: registry,
  });
  return { chat, metrics: () => registry.metrics() };
}
