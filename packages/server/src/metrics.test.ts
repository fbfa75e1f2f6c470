import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { message, signIn } from '../test/rawClient.ts';
import { startServer } from '../test/startServer.ts';
import { createMemoryStore } from './index.ts';

it('B322 the metrics count sockets, answered requests, commits and failures in the registry of the application', async () => {
  const registry = new Registry();
  const memory = createMemoryStore();
  let fails = false;
  const store = {
    ...memory,
    mark: (...all: Parameters<typeof memory.mark>) =>
      fails ? Promise.reject(new Error('no disk')) : memory.mark(...all),
  };
  const server = await startServer({ store, metrics: registry, mayTalk: (_user, other) => other !== 'stranger' });
  const [ana, bo] = [await signIn(server.url, 'ana'), await signIn(server.url, 'bo')];
  await ana.ask(message('bo'));
  await ana.ask(message('bo'));
  await ana.ask(message('stranger'));
  await bo.ask({ type: 'history', with: 'ana', limit: 5 });
  bo.say('[');
  await bo.ask({ type: 'ping' });
  expect(await registry.metrics()).toMatch(/^imflow_connections 2$/m);
  fails = true;
  bo.say({ type: 'receipt', request: 1, to: 'ana', id: 'm1', outcome: 'delivered' });
  await bo.closed;
  const text = await registry.metrics();
  for (const line of [
    'imflow_requests_total{type="message",code="200"} 2',
    'imflow_requests_total{type="message",code="403"} 1',
    'imflow_requests_total{type="history",code="200"} 1',
    'imflow_accept_duration_seconds_count 2',
    'imflow_commit_entries_sum 2',
    'imflow_store_failures_total 1',
    'imflow_unreadable_frames_total 1',
  ])
    expect(text.split('\n')).toContain(line);
  await server.close();
});

it('B322 servers that share a registry are counted together', async () => {
  const metrics = new Registry();
  const servers = [await startServer({ metrics }), await startServer({ metrics })];
  for (const { url } of servers) await signIn(url, 'ana');
  expect(await metrics.metrics()).toMatch(/^imflow_connections 2$/m);
  for (const server of servers) await server.close();
  expect(await metrics.metrics()).toMatch(/^imflow_connections 0$/m);
});
