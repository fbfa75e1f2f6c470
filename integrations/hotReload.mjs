// Hot reload of a template: its files are edited while a page is open, as by a developer.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendAndSeeTick, withPages } from './browser.mjs';
import { startProgram } from './program.mjs';

/** @import { Page } from 'playwright' */
/** @import { Application } from './application.mjs' */

const TEXT = 'Hello from a developer';
const DRAFT = 'half a thought';

/** @param {Application} application Made from templates/vite. */
export async function keepsConversationInVite(application) {
  const program = ['node_modules/vite/bin/vite.js', '--host', '127.0.0.1', '--port', '0'];
  const { match, stop } = await startProgram(application.folder, /Local:\s+(\S+)/, program);
  try {
    await withPages([String(match[1])], async (page) => {
      await writeDraft(page);

      edit(application, 'src/App.tsx', ['name="Bo"', 'name="Bo Berg"']);
      await sees(page, "[data-page='first']", 'Bo Berg');
      await page.locator("[data-flow='first']").waitFor();

      // A component with other hooks than before mounts again.
      edit(
        application,
        'src/App.tsx',
        ['import type { ReactElement }', 'import { type ReactElement, useState }'],
        ['  return (', "  const [name] = useState('Bo Carlsen');\n  return ("],
        ['name="Bo Berg"', 'name={name}'],
      );
      await sees(page, "[data-page='first']", 'Bo Carlsen');

      edit(application, 'src/conversation.ts', ['export const', '/* edited */ export const']);
      await sees(page, ':not([data-page])', 'Bo Carlsen');
    });
  } finally {
    await stop();
  }
  application.say('chromium: edited components and an edited connection keep the conversation and the draft');
}

/** @param {Application} application Made from templates/next. */
export async function keepsConversationInNext(application) {
  const program = ['node_modules/next/dist/bin/next', 'dev', '--hostname', '127.0.0.1', '--port', '0'];
  const { match, stop } = await startProgram(application.folder, /http:\/\/[\w.]+:(\d+)[\s\S]*Ready/, program);
  try {
    const address = `http://127.0.0.1:${match[1]}/`;
    // The first request compiles the page, which may take longer than a browser waits.
    await (await fetch(address)).text();
    await withPages([address, `${address}?me=bo`], async (page) => {
      await writeDraft(page);

      // A server component.
      edit(application, 'app/page.tsx', ["bo: 'Bo'", "bo: 'Bo Berg'"]);
      await sees(page, "[data-page='first']", 'Bo Berg');
      await page.locator("[data-flow='first']").waitFor();

      // A client component with other hooks than before mounts again.
      edit(
        application,
        'app/Conversation.tsx',
        ['  return (', "  const [title] = useState('Dr');\n  return ("],
        ['name={name}', 'name={`${title} ${name}`}'],
      );
      await sees(page, "[data-page='first']", 'Dr Bo Berg');

      edit(application, 'app/connection.ts', ['const connections', '/* edited */ const connections']);
      edit(application, 'app/page.tsx', ["bo: 'Bo Berg'", "bo: 'Bo Carlsen'"]);
      await sees(page, "[data-page='first']", 'Dr Bo Carlsen');
    });
  } finally {
    await stop();
  }
  application.say('next dev, chromium: edited components and an edited connection keep the conversation and the draft');
}

/** Sends a message, leaves a draft, and marks the page and the row. @param {Page} page */
async function writeDraft(page) {
  // A page may reload until its server has found and compiled everything that it needs.
  await page.waitForLoadState('networkidle');
  await sendAndSeeTick(page, TEXT);
  await page.getByRole('textbox').fill(DRAFT);
  // A value of this page, which a reload would lose.
  await page.evaluate("document.body.dataset.page = 'first'");
  // An element that another flow, with the same messages of the storage, would not keep.
  await page
    .getByRole('article')
    .first()
    .evaluate((row) => row.setAttribute('data-flow', 'first'));
}

/**
 * Saves several edits at once, as an editor does: Vite never sees a part of them.
 *
 * @param {Application} application
 * @param {string} path
 * @param {[before: string, after: string][]} edits
 */
function edit({ folder }, path, ...edits) {
  let code = readFileSync(join(folder, path), 'utf8');
  for (const [before, after] of edits) {
    if (!code.includes(before)) throw new Error(`${path} has no "${before}" to edit`);
    code = code.replace(before, after);
  }
  const saved = join(folder, `${path}.saved`);
  writeFileSync(saved, code);
  renameSync(saved, join(folder, path));
}

/**
 * Waits until the page shows the edited name, the message with its tick, and the draft.
 *
 * @param {Page} page
 * @param {string} body The attribute of the body.
 * @param {string} name
 */
async function sees(page, body, name) {
  await page
    .locator(`body${body}`)
    .getByRole('log', { name: `Conversation with ${name}` })
    .waitFor();
  await page
    .getByRole('article')
    .filter({ hasText: TEXT })
    .getByText(/^(Delivered|Read)$/)
    .first()
    .waitFor({ state: 'attached' });
  await page.waitForFunction(`document.querySelector('textarea')?.value === '${DRAFT}'`);
}
