import type { Server } from 'node:http';
import type { ChatServer } from '@imflow/server';
import express from 'express';

/** Express: `listen` returns the HTTP server. */
export function startExpress(chat: ChatServer, port: number): Server {
  const app = express();
  app.get('/health', async (_request, response) => {
    const health = await chat.health();
    response.status(health.ok ? 200 : 503).json(health);
  });
  const http = app.listen(port);
  chat.attach(http);
  return http;
}
