import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChatApp, openChatApp } from './chatApp.ts';

const KIT = join(import.meta.dirname, '../packages/ui/src');
const STYLES = join(KIT, 'styles.css');
const MEADOW = join(KIT, 'themes/meadow.css');
const EXAMPLE = join(import.meta.dirname, '../docs/guides/examples/theme.css');

/** Builds the styles of an application that imports these style sheets in this order, with Vite's defaults. */
async function builtStyles(...files: readonly string[]): Promise<string> {
  const result = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? '\0entry' : undefined),
        load: (id) =>
          id === '\0entry' ? files.map((file) => `import ${JSON.stringify(file)};`).join('\n') : undefined,
      },
    ],
    build: { write: false, rolldownOptions: { input: 'entry' } },
  });
  if (!('output' in result)) throw new Error('The styles were not built once');
  return result.output.map((file) => (file.type === 'asset' ? String(file.source) : '')).join('\n');
}

let app: ChatApp;
beforeAll(async () => {
  app = await openChatApp();
});
afterAll(() => app.close());

interface Look {
  readonly ground: string;
  readonly text: string;
  readonly scheme: string;
}

/** The colours of each chat of a page, by its id. */
async function looksOf(styles: string, html: string, system: 'light' | 'dark'): Promise<Record<string, Look>> {
  const page = await app.browser.newPage({ colorScheme: system });
  try {
    await page.setContent(`<!doctype html><style>${styles}</style>${html}`);
    return await page.evaluate(() =>
      Object.fromEntries(
        Array.from(document.querySelectorAll('.imflow-chat'), (chat) => {
          const { backgroundColor, color, colorScheme } = getComputedStyle(chat);
          return [chat.id, { ground: backgroundColor, text: color, scheme: colorScheme }];
        }),
      ),
    );
  } finally {
    await page.close();
  }
}

const LIGHT = { ground: 'rgb(239, 243, 247)', text: 'rgb(16, 25, 35)' };
const DARK = { ground: 'rgb(14, 18, 23)', text: 'rgb(232, 238, 244)' };
const MEADOW_LIGHT = { ground: 'rgb(240, 242, 232)', text: 'rgb(20, 32, 26)' };
const MEADOW_DARK = { ground: 'rgb(14, 21, 17)', text: 'rgb(230, 239, 233)' };

describe.each([
  ['the theme after the styles', [STYLES, MEADOW]],
  ['the theme before the styles', [MEADOW, STYLES]],
])('built by Vite with its defaults, %s', (_, files) => {
  let styles: string;
  beforeAll(async () => {
    styles = await builtStyles(...files);
  });

  test('a page that sets no theme has the colours of the light theme', async () => {
    const html = '<section id="a" class="imflow-chat"></section>';
    for (const system of ['light', 'dark'] as const)
      expect(await looksOf(styles, html, system)).toEqual({ a: { ...LIGHT, scheme: 'normal' } });
  });

  test('each element has its own theme, however deeply they are nested', async () => {
    const html = `
      <div data-theme="dark">
        <section id="dark" class="imflow-chat"></section>
        <div data-theme="light"><section id="light" class="imflow-chat"></section></div>
        <section id="meadow" class="imflow-chat" data-theme="meadow light"></section>
        <div data-theme="meadow dark">
          <section id="meadow-dark" class="imflow-chat"></section>
          <section id="back" class="imflow-chat" data-theme="dark"></section>
        </div>
      </div>`;
    expect(await looksOf(styles, html, 'light')).toEqual({
      dark: { ...DARK, scheme: 'dark' },
      light: { ...LIGHT, scheme: 'light' },
      meadow: { ...MEADOW_LIGHT, scheme: 'light' },
      'meadow-dark': { ...MEADOW_DARK, scheme: 'dark' },
      back: { ...DARK, scheme: 'dark' },
    });
  });

  test('the theme “system” follows the user’s setting on any element', async () => {
    const html = `
      <div data-theme="dark"><section id="a" class="imflow-chat" data-theme="system"></section></div>
      <div data-theme="light"><section id="b" class="imflow-chat" data-theme="meadow system"></section></div>`;
    expect(await looksOf(styles, html, 'light')).toMatchObject({ a: LIGHT, b: MEADOW_LIGHT });
    expect(await looksOf(styles, html, 'dark')).toMatchObject({ a: DARK, b: MEADOW_DARK });
  });
});

test('the colour pairs of the guide follow the theme', async () => {
  const styles = await builtStyles(STYLES, EXAMPLE);
  const html = `
    <section id="a" class="imflow-chat support-chat" style="color: var(--imflow-accent)"></section>
    <section id="b" class="imflow-chat support-chat" style="color: var(--imflow-accent)" data-theme="dark"></section>`;
  expect(await looksOf(styles, html, 'light')).toMatchObject({
    a: { text: 'rgb(10, 125, 85)' },
    b: { text: 'rgb(79, 209, 160)' },
  });
});
