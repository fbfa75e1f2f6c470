import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { mergeConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { hasFirefox, openFirefox } from './e2e/browsers/firefox.ts';
import { otherBrowserProvider } from './e2e/browsers/vitestProvider.ts';
import { hasWebKit, openWebKit } from './e2e/browsers/webkit.ts';
import { chromiumLaunchOptions } from './tools/chromium.mjs';
import { fromSource } from './vite.base.ts';

const browser = {
  enabled: true,
  headless: true,
  provider: playwright({ launchOptions: chromiumLaunchOptions() }),
  instances: [{ browser: 'chromium' as const }],
};

/** Pages side by side. A page takes a processor half of the time, and otherwise waits for frames. */
const PAGES = Math.ceil(1.5 * availableParallelism());

// Found out while tests run, they would make the page reload under a test.
const LOADED_IN_THE_BROWSER = [
  'vitest-browser-react',
  '@imflow/core > idb',
  '@imflow/core > zustand/vanilla',
  '@imflow/sip > saxes',
  '@imflow/xmpp > saxes',
  '@imflow/ui > dompurify',
  '@tanstack/react-devtools',
];

const DOM_TESTS = '{packages,apps}/*/src/**/*.dom.test.{ts,tsx}';
const BROWSER_TESTS = '{packages/*/{src,examples},apps/*/src,docs/guides,registry}/**/*.browser.test.{ts,tsx}';
/** Storage, tabs and transports: the tests in a browser that need no user. */
const ENGINE_BROWSER_TESTS = 'packages/{core,sip,testing,websocket}/src/**/*.browser.test.ts';
const SERVER_TESTS = ['{packages,apps}/*/src/**/*.servers.test.ts', 'e2e/*.servers.e2e.test.ts'];

/** Browsers beside Chromium, where they are installed (`node tools/ensure.mjs browsers`). */
const otherBrowsers = [
  { browser: 'firefox' as const, provider: otherBrowserProvider('firefox', openFirefox), isInstalled: hasFirefox() },
  { browser: 'webkit' as const, provider: otherBrowserProvider('webkit', openWebKit), isInstalled: hasWebKit() },
].flatMap(({ isInstalled, ...instance }) => (isInstalled ? [instance] : []));

// Projects that use the browser run one after another.
//
// Files that need no page share the modules of their worker (`isolate: false`), which takes a third of the time off. What a
// test replaces in a module or in a global ends with the test: `vi.spyOn`, not `vi.mock`, and `vi.resetModules` for what a
// module remembers.
export default mergeConfig(
  fromSource,
  defineConfig({
    plugins: [react()],
    // The files of `globalSetup` are loaded in an environment of Vitest's own.
    environments: { __vitest__: { resolve: fromSource.ssr?.resolve ?? {} } },
    test: {
      restoreMocks: true,
      unstubGlobals: true,
      unstubEnvs: true,
      // A machine that has much to do shows later what it would show at once; what is right at once waits for nothing.
      expect: { poll: { timeout: 5_000 } },
      projects: [
        {
          extends: true,
          test: {
            name: 'unit',
            // Generated tests take their time on a busy machine.
            testTimeout: 60_000,
            environment: 'node',
            isolate: false,
            setupFiles: ['tests/node.setup.ts'],
            include: ['{packages/*/src,apps/*/src,docs/guides,registry,tests}/**/*.test.ts'],
            exclude: [DOM_TESTS, BROWSER_TESTS, ...SERVER_TESTS],
          },
        },
        {
          extends: true,
          test: {
            name: 'dom',
            environment: 'jsdom',
            isolate: false,
            include: [DOM_TESTS],
            setupFiles: ['tests/node.setup.ts', 'tests/dom.setup.ts'],
          },
        },
        {
          extends: true,
          optimizeDeps: { include: LOADED_IN_THE_BROWSER },
          test: {
            name: 'browser',
            include: [BROWSER_TESTS],
            globalSetup: ['tests/kamailio.setup.ts', 'tests/chatServer.setup.ts'],
            sequence: { groupOrder: 1 },
            maxWorkers: PAGES,
            browser,
          },
        },
        {
          extends: true,
          plugins: [storybookTest({ configDir: '.storybook' })],
          test: { name: 'storybook', sequence: { groupOrder: 2 }, maxWorkers: PAGES, browser },
        },
        {
          extends: true,
          optimizeDeps: { include: LOADED_IN_THE_BROWSER },
          test: {
            name: 'pictures',
            include: ['packages/ui/pictures/*.pictures.tsx'],
            sequence: { groupOrder: 4 },
            browser: {
              ...browser,
              provider: playwright({
                launchOptions: chromiumLaunchOptions(),
                contextOptions: { locale: 'en-GB', timezoneId: 'UTC', deviceScaleFactor: 1, reducedMotion: 'reduce' },
              }),
              expect: {
                toMatchScreenshot: {
                  comparatorName: 'pixelmatch',
                  // Edges may be smoothed a little differently by another version of Chromium: a small difference in
                  // colour does not count. Leaving smoothed pixels out altogether, as is the default, would leave out
                  // whole ticks, which are little more than two pixels wide.
                  comparatorOptions: { includeAA: true, threshold: 0.25, allowedMismatchedPixels: 4 },
                  resolveScreenshotPath: ({ arg, ext, root, testFileDirectory }) =>
                    join(root, testFileDirectory, `${arg}${ext}`),
                },
              },
            },
          },
        },
        {
          extends: true,
          test: {
            name: 'e2e',
            environment: 'node',
            isolate: false,
            include: ['e2e/**/*.e2e.test.ts'],
            exclude: SERVER_TESTS,
            sequence: { groupOrder: 3 },
            maxWorkers: PAGES,
            hookTimeout: 60_000,
            testTimeout: 30_000,
          },
        },
        ...otherBrowsers.slice(0, 1).map(({ provider }) => ({
          extends: true as const,
          optimizeDeps: { include: LOADED_IN_THE_BROWSER },
          test: {
            name: 'other browsers',
            include: [ENGINE_BROWSER_TESTS],
            globalSetup: ['tests/kamailio.setup.ts', 'tests/chatServer.setup.ts'],
            sequence: { groupOrder: 6 },
            browser: { enabled: true, ui: false, screenshotFailures: false, provider, instances: otherBrowsers },
          },
        })),
        {
          extends: true,
          test: {
            // Beside servers that others wrote: Prosody, ejabberd, Kamailio, PostgreSQL, NATS.
            name: 'servers',
            environment: 'node',
            include: SERVER_TESTS,
            sequence: { groupOrder: 5 },
            hookTimeout: 60_000,
            testTimeout: 60_000,
          },
        },
      ],
    },
  }),
);
