import type { BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type ChatApp, openChatApp } from './chatApp.ts';

/** The browser of one visitor: its tabs share their storage, which is separate from that of other visitors. */
export interface Visit {
  /** Opens a tab. `prepare` runs in it before the page does. */
  readonly open: (path: string, prepare?: () => void) => Promise<Page>;
}

/**
 * Opens the built application for the tests of a file. A test fails if a page logged an error, except for errors that
 * match `expected`.
 */
export function withChatApp(expected?: RegExp): (options?: BrowserContextOptions) => Promise<Visit> {
  let app: ChatApp;
  const errors: string[] = [];

  beforeAll(async () => {
    app = await openChatApp();
  });
  afterAll(() => app.close());
  afterEach(async () => {
    await Promise.all(app.browser.contexts().map((context) => context.close()));
    expect(errors.splice(0)).toEqual([]);
  });

  return async (options = {}) => {
    const context = await app.browser.newContext(options);
    context.setDefaultTimeout(10_000);
    return {
      async open(path, prepare) {
        const page = await context.newPage();
        page.on('pageerror', (error) => errors.push(String(error)));
        page.on('console', (message) => {
          const text = message.text();
          if (message.type() === 'error' && expected?.test(text) !== true)
            errors.push(`${text} (${message.location().url})`);
        });
        if (prepare) await page.addInitScript(prepare);
        await page.goto(`${app.url}${path}`);
        return page;
      },
    };
  };
}
