import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { EventEmitter } from 'node:events';
import type { ChatServer } from '@imflow/server';
import react from '@vitejs/plugin-react';
import { defaultServerConditions, defineConfig, type Logger, mergeConfig, type Plugin, runnerImport } from 'vite';
import { fromSource } from '../../vite.base.ts';
import type { createDemoChat } from './demoChat.ts';
import type { ServerStatus } from './src/server/serverStatus.ts';

export default mergeConfig(
  fromSource,
  defineConfig({
    plugins: [react(), addresses(), chatServer()],
    server: { port: 5173, open: hasDesktop(), host: true },
  }),
);

/** The chat server behind `/server`, on the port of the pages; it starts together with them. */
function chatServer(): Plugin {
  return {
    name: 'imflow:chat-server',
    configureServer(server) {
      attachChat(server, join(import.meta.dirname, '../../.imflow-data'));
    },
    configurePreviewServer(server) {
      attachChat(server);
    },
  };
}

/** The common interface of Vite's servers for development and for preview. */
interface PageServer {
  readonly httpServer: Pick<EventEmitter, 'on'> | null;
  readonly config: { readonly logger: Pick<Logger, 'error'> };
  readonly middlewares: {
    use(
      path: string,
      answer: (
        request: IncomingMessage & { readonly originalUrl?: string | undefined },
        response: ServerResponse,
      ) => void,
    ): unknown;
  };
  readonly resolvedUrls: { readonly network: string[] } | null;
}

/** @param folder for the messages. Default: they are in memory, and are lost when the server ends. */
function attachChat(server: PageServer, folder?: string): void {
  const { httpServer: http, config, middlewares } = server;
  let starting: Promise<ChatServer> | undefined;
  let state: ServerStatus['state'] = 'starting';
  middlewares.use('/chat-status', (_request, response) => {
    const status: ServerStatus = { state, addresses: server.resolvedUrls?.network ?? [] };
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(status));
  });
  middlewares.use('/chat/files', (request, response) => {
    // The middleware removes its part of the path.
    request.url = request.originalUrl ?? request.url ?? '';
    if (starting === undefined) response.writeHead(503).end();
    else
      starting.then(
        (chat) => chat.handleRequest(request, response),
        () => response.writeHead(503).end(),
      );
  });
  async function watch(start: Promise<ChatServer>): Promise<void> {
    try {
      await start;
      state = 'ready';
    } catch (error) {
      state = 'failed';
      config.logger.error(`The chat server cannot start: ${String(error)}`);
    }
  }

  // PGlite takes seconds to start. It starts now, so that a user who signs in does not wait for it.
  http?.on('listening', () => {
    starting ??= startChat(folder);
    void watch(starting);
  });
  http?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!/^\/chat(?:\?|$)/.test(request.url ?? '')) return;
    starting?.then(
      (chat) => chat.handleUpgrade(request, socket, head),
      () => socket.destroy(),
    );
  });
  http?.on('close', () => {
    starting?.then((chat) => chat.close()).catch(() => undefined);
  });
}

/** The packages that are loaded from their sources, not by Node from `node_modules`. */
const OWN_PACKAGES = [/^@imflow\//];

async function startChat(folder: string | undefined): Promise<ChatServer> {
  const { module } = await runnerImport<{ createDemoChat: typeof createDemoChat }>(
    join(import.meta.dirname, 'demoChat.ts'),
    {
      configFile: false,
      logLevel: 'error',
      environments: {
        inline: { resolve: { noExternal: OWN_PACKAGES, conditions: ['@imflow/source', ...defaultServerConditions] } },
      },
    },
  );
  const chat = module.createDemoChat(folder);
  await chat.ready;
  return chat;
}

/** Prints the addresses of the demo pages once the server is running. */
function addresses(): Plugin {
  return {
    name: 'imflow:addresses',
    configureServer(server) {
      const print = server.printUrls.bind(server);
      server.printUrls = () => {
        print();
        const home = server.resolvedUrls?.local[0];
        if (home === undefined) return;
        server.config.logger.info(
          [
            '',
            `  Both on one page:     ${home}`,
            `  From other devices:   ${home}server`,
            `  A tab for Ana:        ${home}?me=ana&with=bo`,
            `  A second one for Bo:  ${home}?me=bo&with=ana`,
            '',
          ].join('\n'),
        );
      };
    },
  };
}

/** Whether a browser can be opened here; asking for one on a machine without a screen only prints an error. */
function hasDesktop(): boolean {
  const { CI, DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  if (CI || SSH_CONNECTION) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY);
}
