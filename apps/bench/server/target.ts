/** The process that is measured: imflow's server, or a relay. It reports its port, and executes orders. */

import { createServer, type Server } from 'node:http';
import { type Bus, createChatServer, type Store } from '@imflow/server';
import { createNatsBus } from '@imflow/server/nats';
import { createPgliteStore } from '@imflow/server/pglite';
import { createPostgresBus, createPostgresStore } from '@imflow/server/postgres';
import { freePort } from '../../../tools/serverStart.mjs';
import { createSocketIoRelay, createWsRelay } from './relays.ts';
import { seed } from './seed.ts';

/** The server of the package, with its defaults: the token is the name. */
async function createImflow(store: Store, bus: Bus | undefined): Promise<Server> {
  const joined = bus === undefined ? {} : { bus };
  const chat = createChatServer({ store, ...joined, authenticate: ({ token }) => token });
  const http = createServer();
  chat.attach(http);
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await chat.ready;
  const { user, system } = process.cpuUsage(used);
  opening = { wall: performance.now() - begun, cpu: (user + system) / 1_000 };
  closing = () => chat.close();
  return http;
}

/** The orders to the process. */
export type Order =
  | { readonly type: 'seed'; readonly conversations: number; readonly messages: number }
  /** Collects garbage. */
  | { readonly type: 'collect' }
  | { readonly type: 'exit' };

const [kind = '', place = '', nats = ''] = process.argv.slice(2);
/** How long the store took to open, in ms. */
let opening = { wall: 0, cpu: 0 };
let closing = async (): Promise<void> => {};
const stores: Readonly<Record<string, () => Store>> = {
  imflow: () => createPostgresStore({ connectionString: place }),
  pglite: () => createPgliteStore({ folder: place }),
};
const store = stores[kind.replace(/^imflow\+.*/, 'imflow')]?.();

function busOf(): Bus | undefined {
  if (kind === 'imflow+nats') return createNatsBus({ connection: { servers: nats } });
  return kind === 'imflow+postgres' ? createPostgresBus({ connectionString: place }) : undefined;
}

async function start(): Promise<Server> {
  if (store !== undefined) return createImflow(store, busOf());
  const storesReceipts = kind.endsWith('+receipts');
  return kind.startsWith('ws') ? createWsRelay(place, storesReceipts) : createSocketIoRelay(place, storesReceipts);
}

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case 'seed':
      if (store !== undefined) await seed(store, order.conversations, order.messages);
      return;
    case 'collect':
      globalThis.gc?.();
      return;
    case 'exit':
      await closing();
      process.exit();
  }
}

const http = await start();
const port = await freePort();
// Clients that connect at the same time wait in the backlog of the system.
http.listen({ port, host: '0.0.0.0', backlog: 4_096 });
process.on('message', (order: Order) => {
  void obey(order).then(() => process.send?.({ type: 'done' }));
});
process.send?.({ type: 'listening', port, opening });
// The parent process, which is the bench, has ended.
process.on('disconnect', () => process.exit());
