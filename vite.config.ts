import react from '@vitejs/plugin-react';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { mergeConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumLaunchOptions } from './scripts/chromium.mjs';
import { fromSource } from './vite.base.ts';

const browser = {
  enabled: true,
  headless: true,
  provider: playwright({ launchOptions: chromiumLaunchOptions() }),
  instances: [{ browser: 'chromium' as const }],
};

const DOM_TESTS = '{packages,apps}/*/src/**/*.dom.test.{ts,tsx}';
const BROWSER_TESTS = '{packages/*/{src,examples},apps/*/src,docs/guides}/**/*.browser.test.{ts,tsx}';

// Projects that use the browser run one after another: side by side they starve each other on a small machine.
export default mergeConfig(
  fromSource,
  defineConfig({
    plugins: [react()],
    test: {
      restoreMocks: true,
      projects: [
        {
          extends: true,
          test: {
            name: 'unit',
            environment: 'node',
            include: ['{packages/*/src,apps/*/src,docs/guides,tests}/**/*.test.ts'],
            exclude: [DOM_TESTS, BROWSER_TESTS],
          },
        },
        {
          extends: true,
          test: { name: 'dom', environment: 'jsdom', include: [DOM_TESTS], setupFiles: ['tests/dom.setup.ts'] },
        },
        {
          extends: true,
          // Found out while tests run, they would make the page reload under a test.
          optimizeDeps: {
            include: [
              'vitest-browser-react',
              '@imflow/core > idb',
              '@imflow/core > zustand/vanilla',
              '@imflow/react > zustand',
              '@imflow/react > zustand/react/shallow',
              '@imflow/ui > virtua',
              '@imflow/ui > dompurify',
            ],
          },
          test: { name: 'browser', include: [BROWSER_TESTS], sequence: { groupOrder: 1 }, browser },
        },
        {
          extends: true,
          plugins: [storybookTest({ configDir: '.storybook' })],
          test: { name: 'storybook', sequence: { groupOrder: 2 }, browser },
        },
        {
          extends: true,
          test: {
            name: 'e2e',
            environment: 'node',
            include: ['e2e/**/*.e2e.test.ts'],
            sequence: { groupOrder: 3 },
            hookTimeout: 60_000,
            testTimeout: 30_000,
          },
        },
      ],
    },
  }),
);
