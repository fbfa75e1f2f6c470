import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { listen, startServer } from '../packages/server/test/startServer.ts';
import { type CuttableProxy, startProxy } from '../packages/xmpp/test/cuttableProxy.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the control of this run's chat server: see `createControl`. */
    chatServer: string;
  }
}

/** One chat server for the tests in a browser, which reach it by proxies that they can cut. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  // The pages of the test runner have another origin.
  const folder = await mkdtemp(join(tmpdir(), 'imflow-files-'));
  const server = await startServer({ origins: () => true, files: { folder } });
  const proxies = new Map<number, CuttableProxy>();

  /** `/open` answers with the port of a new proxy; `/cut`, `/restore` and `/close` take a port: `/cut?5000`. */
  async function control(action: string, port: number): Promise<string> {
    const proxy = proxies.get(port);
    switch (action) {
      case '/open': {
        const opened = await startProxy(server.port);
        proxies.set(opened.port, opened);
        return String(opened.port);
      }
      case '/cut':
        proxy?.cut();
        return '';
      case '/restore':
        proxy?.restore();
        return '';
      default:
        proxies.delete(port);
        await proxy?.close();
        return '';
    }
  }

  async function answer(url: string, response: ServerResponse): Promise<void> {
    const [action = '', port] = url.split('?');
    const text = await control(action, Number(port));
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end(text);
  }

  const http = createServer((request, response) => void answer(request.url ?? '', response));
  project.provide('chatServer', `http://127.0.0.1:${await listen(http)}`);
  return async () => {
    for (const proxy of proxies.values()) await proxy.close();
    http.closeAllConnections();
    http.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
