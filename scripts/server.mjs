// Starts the chat server alone: `npm run server -- --port 8787 --data FOLDER`, or `--database postgres://…`.
// Without a place it keeps messages in the folder `.imflow-data`. Everybody is let in under the name that they say.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultServerConditions, runnerImport } from 'vite';
import { ROOT } from './packages.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8787' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' },
    database: { type: 'string' },
    nats: { type: 'string' },
  },
});
const port = Number(values.port);
if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
  throw new Error(`--port is ${values.port}, but must be a number from 0 to 65535.`);
}

/** @type {{ module: typeof import('../apps/chat/demoChat.ts') }} */
const { module } = await runnerImport(join(ROOT, 'apps/chat/demoChat.ts'), {
  configFile: false,
  logLevel: 'error',
  environments: {
    inline: { resolve: { noExternal: [/^@imflow\//], conditions: ['@imflow/source', ...defaultServerConditions] } },
  },
});
const { database, nats } = values;
const folder = database === undefined ? (values.data ?? join(ROOT, '.imflow-data')) : undefined;
const chat = module.createDemoChat({ folder, database, nats });
const http = createServer((request, response) => void answer(request.url, response));

/**
 * @param {string | undefined} path
 * @param {import('node:http').ServerResponse} response
 */
async function answer(path, response) {
  const health = path === '/health' ? await chat.health() : undefined;
  response.writeHead(health === undefined ? 404 : health.ok ? 200 : 503, { 'content-type': 'application/json' });
  response.end(JSON.stringify(health ?? {}));
}

chat.attach(http);
try {
  await chat.ready;
  http.listen(port, values.host, () => {
    const address = http.address();
    const actual = typeof address === 'object' && address !== null ? address.port : port;
    console.log(`The chat server is at ws://${values.host}:${actual}/chat`);
    console.log(folder === undefined ? 'Messages are in PostgreSQL.' : `Messages are in ${folder}.`);
    if (folder !== undefined) {
      console.log('That is a place for trying only: a loss of power can lose messages. Use --database for others.');
    }
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void stop());
}

async function stop() {
  await chat.close();
  process.exit(0);
}
