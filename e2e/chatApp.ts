import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { preview } from 'vite';
import { chromiumLaunchOptions } from '../tools/chromium.mjs';

const ROOT = join(import.meta.dirname, '../apps/chat');

export interface ChatApp {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * Serves the built sample application and opens a browser for it.
 * @param host the host name that the browser uses. Default: the loopback address.
 */
export async function openChatApp({ host }: { readonly host?: string } = {}): Promise<ChatApp> {
  if (!existsSync(join(ROOT, 'dist/index.html')))
    throw new Error('The application is not built. Run: pnpm run build:app');
  // With a host name, the server listens in the local network too.
  const named = host === undefined ? { host: '127.0.0.1' } : { host: '0.0.0.0', allowedHosts: [host] };
  const server = await preview({ root: ROOT, logLevel: 'error', preview: { ...named, port: 0 } });
  const options = chromiumLaunchOptions();
  const rules = host === undefined ? [] : [`--host-resolver-rules=MAP ${host} 127.0.0.1`];
  const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), ...rules] });
  const local = server.resolvedUrls?.local[0];
  if (local === undefined) throw new Error('The server has no address');
  const url = host === undefined ? local : local.replace(/\/\/[^:/]+/, `//${host}`);
  return {
    url,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
