/** Lets Vitest run tests in a browser without Playwright. Such tests cannot simulate clicks and keys of a user. */

import { defineBrowserProvider } from '@vitest/browser';
import type { OtherBrowser } from './browser.ts';

const NAME = 'other';

/** @param browserName as in the name of the project. */
export function otherBrowserProvider(
  browserName: string,
  openBrowser: () => Promise<OtherBrowser>,
): ReturnType<typeof defineBrowserProvider> {
  return defineBrowserProvider({
    name: NAME,
    supportedBrowser: [browserName],
    providerFactory() {
      let browser: OtherBrowser | undefined;
      return {
        name: NAME,
        supportsParallelism: false,
        getCommandsContext: () => ({}),
        async openPage(_session, url) {
          browser ??= await openBrowser();
          await browser.open(url);
        },
        close: () => browser?.close(),
      };
    },
  });
}
