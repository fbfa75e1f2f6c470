// A Next.js application: a server component imports the packages, and its client page holds the chat of the guide on
// server rendering. It is built and started; the server's HTML holds the conversation's frame, and two pages talk.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tools/packages.mjs';
import { asInWorkspace, createApplication } from './application.mjs';
import { sendAndSeeTick, withPages } from './browser.mjs';

const NEXT = '16.4.6';
const EXAMPLES = join(ROOT, 'docs/guides/examples');
/** What of the conversation is in the markup before any script runs. */
const FRAME = ['aria-label="Conversation with Bo"', '<textarea'];
/** How long the server may take to start, in ms. */
const START_TIMEOUT = 30_000;

/** @param {import('./run.mjs').Packed} packed */
export async function nextJs({ folder, tarballs }) {
  const application = await createApplication(folder, 'next', {
    ...tarballs,
    ...asInWorkspace('@types/node', '@types/react', '@types/react-dom', 'react', 'react-dom', 'typescript'),
    next: NEXT,
  });
  for (const [file, example] of [
    ['layout.tsx', 'nextLayout.tsx'],
    ['page.tsx', 'nextPage.tsx'],
    ['serverPage.tsx', 'serverPage.tsx'],
  ]) {
    application.write(join('app', String(file)), readFileSync(join(EXAMPLES, String(example)), 'utf8'));
  }
  application.write('app/everything/page.tsx', everythingOnTheServer(Object.keys(tarballs)));

  await application.run('next build', 'next', 'build');
  await withNext(application.folder, async (address) => {
    const html = await (await fetch(address)).text();
    const missing = FRAME.filter((part) => !html.includes(part));
    if (missing.length > 0) throw new Error(`next: the server's HTML lacks ${missing.join(', ')}:\n${html}`);
    application.say('the HTML of the server holds the frame');
    await withPages([address, `${address}?me=bo`], async (ana, bo) => {
      await sendAndSeeTick(ana, 'Hello from a server');
      await bo.getByRole('article').filter({ hasText: 'Hello from a server' }).waitFor({ state: 'attached' });
    });
  });
  application.say('chromium: two pages talk, and the message has its tick');
}

/**
 * A server component that imports every package.
 *
 * @param {string[]} names
 */
function everythingOnTheServer(names) {
  const imports = names.map((name, index) => `import * as module${index} from '${name}';\n`);
  const items = names.map((name, index) => `<li key="${name}">${name}: {Object.keys(module${index}).length}</li>`);
  return `${imports.join('')}\nexport default function Page() {\n  return <ul>${items.join('')}</ul>;\n}\n`;
}

/**
 * Starts what was built on a free port while `work` runs.
 *
 * @param {string} folder
 * @param {(address: string) => Promise<void>} work
 */
async function withNext(folder, work) {
  // The program itself, not a shell before it: it has to end when it is told to.
  const program = join(folder, 'node_modules/next/dist/bin/next');
  const server = spawn(process.execPath, [program, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  try {
    await work(await addressOf(server));
  } finally {
    process.off('exit', kill);
    server.kill();
    await exited;
  }
}

/**
 * Waits for the server to say that it is ready, and where.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<string>}
 */
function addressOf(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    const giveUp = () => reject(new Error(`next: the server did not start:\n${said}`));
    const timer = setTimeout(giveUp, START_TIMEOUT);
    server.once('exit', giveUp);
    server.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      said += chunk;
      const [, port] = /http:\/\/[\w.]+:(\d+)[\s\S]*Ready/.exec(said) ?? [];
      if (port === undefined) return;
      clearTimeout(timer);
      server.off('exit', giveUp);
      resolve(`http://127.0.0.1:${port}/`);
    });
  });
}
