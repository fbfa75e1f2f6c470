import type { ChatServer } from '@imflow/server';
import fastify, { type FastifyInstance } from 'fastify';

/** Fastify: `app.server` is the HTTP server. */
export async function startFastify(chat: ChatServer, port: number): Promise<FastifyInstance> {
  const app = fastify();
  app.get('/health', async (_request, reply) => {
    const health = await chat.health();
    return reply.code(health.ok ? 200 : 503).send(health);
  });
  chat.attach(app.server);
  await app.listen({ port });
  return app;
}
