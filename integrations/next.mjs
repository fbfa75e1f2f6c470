// The template for Next.js, and a server component that imports every package. It is built and started; the server's HTML
// holds the conversation's frame, and two pages talk.

import { createFromTemplate } from './application.mjs';
import { sendAndSeeTick, withPages } from './browser.mjs';
import { keepsConversationInNext } from './hotReload.mjs';
import { startProgram } from './program.mjs';

/** The parts of the conversation that are in the markup before any script runs. */
const FRAME = ['aria-label="Conversation with Bo"', '<textarea'];

/** @param {import('./run.mjs').Packed} packed */
export async function nextJs(packed) {
  const application = await createFromTemplate('next', 'next', packed, packed.tarballs);
  application.write('app/everything/page.tsx', everythingOnTheServer(Object.keys(packed.tarballs)));

  await application.run('npm run build', 'npm', 'run', 'build');
  await application.run('tsc', 'tsc', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes');
  const options = ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', '0'];
  const sign = /http:\/\/[\w.]+:(\d+)[\s\S]*Ready/;
  const { match, stop } = await startProgram(application.folder, sign, options);
  try {
    const address = `http://127.0.0.1:${match[1]}/`;
    const html = await (await fetch(address)).text();
    const missing = FRAME.filter((part) => !html.includes(part));
    if (missing.length > 0) throw new Error(`next: the server's HTML lacks ${missing.join(', ')}:\n${html}`);
    application.say('the HTML of the server holds the frame');
    await withPages([address, `${address}?me=bo`], async (ana, bo) => {
      await sendAndSeeTick(ana, 'Hello from a server');
      await bo.getByRole('article').filter({ hasText: 'Hello from a server' }).waitFor({ state: 'attached' });
    });
  } finally {
    await stop();
  }
  application.say('chromium: two pages talk, and the message has its tick');
  await keepsConversationInNext(application);
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
