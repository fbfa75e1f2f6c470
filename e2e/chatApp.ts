import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { preview, type PreviewOptions, type PreviewServer } from 'vite';
import { chromiumLaunchOptions } from '../tools/chromium.mjs';

const ROOT = join(import.meta.dirname, '../apps/chat');

export interface ChatApp {
  readonly url: string;
  readonly browser: Browser;
  /** Closes what the tests of a file opened. */
  close(): Promise<void>;
}

/** Shared by the files that a worker runs; the browser ends with its worker. */
let shared: Promise<{ readonly url: string; readonly browser: Browser }> | undefined;

/** Serves the built sample application and opens a browser for it, once for all files of a worker. */
export async function openChatApp(): Promise<ChatApp> {
  shared ??= Promise.all([serve({ host: '127.0.0.1' }), chromium.launch(chromiumLaunchOptions())]).then(
    ([server, browser]) => ({ url: addressOf(server), browser }),
  );
  const { url, browser } = await shared;
  return {
    url,
    browser,
    async close() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
  };
}

/** Serves the built sample application in the local network, and opens a browser that finds it at this host name. */
export async function openChatAppAt(host: string): Promise<ChatApp> {
  const server = await serve({ host: '0.0.0.0', allowedHosts: [host] });
  const options = chromiumLaunchOptions();
  const browser = await chromium.launch({
    ...options,
    args: [...options.args, `--host-resolver-rules=MAP ${host} 127.0.0.1`],
  });
  return {
    url: addressOf(server).replace(/\/\/[^:/]+/, `//${host}`),
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

function serve(options: PreviewOptions): Promise<PreviewServer> {
  if (!existsSync(join(ROOT, 'dist/index.html')))
    throw new Error('The application is not built. Run: pnpm run build:app');
  return preview({ root: ROOT, logLevel: 'error', preview: { ...options, port: 0 } });
}

function addressOf({ resolvedUrls }: PreviewServer): string {
  const local = resolvedUrls?.local[0];
  if (local === undefined) throw new Error('The server has no address');
  return local;
}
