import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { preview } from 'vite';
import { chromiumLaunchOptions } from '../scripts/chromium.mjs';

const ROOT = join(import.meta.dirname, '../apps/chat');

export interface ChatApp {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Serves the built sample application and opens a browser for it. */
export async function openChatApp(): Promise<ChatApp> {
  if (!existsSync(join(ROOT, 'dist/index.html')))
    throw new Error('The application is not built. Run: pnpm run build:app');
  const server = await preview({ root: ROOT, logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } });
  const browser = await chromium.launch(chromiumLaunchOptions());
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The server has no address');
  return {
    url,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
