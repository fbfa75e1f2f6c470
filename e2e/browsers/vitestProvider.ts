/** Lets Vitest run tests in a browser that Playwright does not drive. They have no user: nothing clicks or types. */

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
