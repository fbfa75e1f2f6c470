// Does what a newcomer does: `pnpm run test:consumer` (after `pnpm run build`).
//
// Outside the workspace, a new application of Vite, React and TypeScript installs the packed packages with npm. Its
// whole code is the example in README.md. It is type-checked (the packages' declarations too) and built, and in
// Chromium a message is written and gets its tick.

import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from './chromium.mjs';
import { packAll, ROOT } from './packages.mjs';

const LONGEST_EXAMPLE = 24;
const CONTENT_TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' };

const example = exampleOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'imflow-consumer-'));
try {
  writeApplication();
  step('npm install', () => run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']));
  step('tsc', () => run('npx', ['tsc', '--noEmit']));
  step('vite build', () => run('npx', ['vite', 'build', '--logLevel', 'warn']));
  await chat();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} readme */
function exampleOf(readme) {
  const marked = /<!-- example:start -->\s*```tsx?\n(?<code>[\s\S]*?)```\s*<!-- example:end -->/.exec(readme);
  const code = marked?.groups?.['code'];
  if (!code) throw new Error('README.md has no code block between <!-- example:start --> and <!-- example:end -->');
  const lines = code.trimEnd().split('\n').length;
  if (lines > LONGEST_EXAMPLE)
    throw new Error(`The example of README.md has ${lines} lines; ${LONGEST_EXAMPLE} are the most`);
  console.log(`example: ${lines} lines`);
  return code;
}

function writeApplication() {
  const tarballs = Object.fromEntries(packAll(folder).map(({ name, tarball }) => [name, `file:${tarball}`]));
  const tools = [
    '@types/react',
    '@types/react-dom',
    '@vitejs/plugin-react',
    'react',
    'react-dom',
    'typescript',
    'vite',
  ];
  write('package.json', {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { ...tarballs, ...Object.fromEntries(tools.map((name) => [name, installedVersion(name)])) },
  });
  write('tsconfig.json', {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      types: ['vite/client'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      strict: true,
      skipLibCheck: false,
    },
    include: ['src'],
  });
  write('vite.config.js', `import react from '@vitejs/plugin-react';\nexport default { plugins: [react()] };\n`);
  write(
    'index.html',
    `<!doctype html><html lang="en"><title>Consumer</title><div id="root"></div><script type="module" src="/src/main.tsx"></script></html>\n`,
  );
  mkdirSync(join(folder, 'src'));
  write('src/main.tsx', example);
}

async function chat() {
  const server = createServer(serve).listen(0, '127.0.0.1');
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port');

    await page.goto(`http://127.0.0.1:${address.port}/`);
    await page.getByRole('textbox').fill('Hello from a newcomer');
    await page.keyboard.press('Enter');
    const message = page.getByRole('article').filter({ hasText: 'Hello from a newcomer' });
    await message
      .getByText(/\b(sent|delivered|read)\b/i)
      .first()
      .waitFor({ state: 'attached' });
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`);
    console.log('chromium: the message has its tick');
  } finally {
    await browser.close();
    server.close();
  }
}

/** @type {import('node:http').RequestListener} */
function serve(request, response) {
  const path = request.url === '/' ? '/index.html' : (request.url ?? '');
  const file = join(folder, 'dist', path);
  if (path.includes('..') || !existsSync(file)) {
    // A page without an icon is not at fault.
    response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    return;
  }
  const type = CONTENT_TYPES[/** @type {keyof typeof CONTENT_TYPES} */ (extname(file))];
  response.writeHead(200, type ? { 'content-type': type } : {});
  createReadStream(file).pipe(response);
}

/**
 * @param {string} path
 * @param {string | object} content
 */
function write(path, content) {
  writeFileSync(
    join(folder, path),
    typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`,
  );
}

/** @param {string} name */
function installedVersion(name) {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/**
 * @param {string} name
 * @param {() => void} work
 */
function step(name, work) {
  const start = performance.now();
  work();
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
