// Plain Node, in each version that is supported: every entry point is imported, TypeScript without DOM types agrees, two
// engines talk, and a chat renders to text. Then a page without a bundler, of the same install: modules from the disk and an import map.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';
import { entryPoints, publishedPackages, ROOT } from '../tools/packages.mjs';
import { asInWorkspace, createApplication } from './application.mjs';
import { sendAndSeeTick, withPages, withServer } from './browser.mjs';

/** @import { Application } from './application.mjs' */

const EXAMPLES = join(ROOT, 'docs/guides/examples');

/** Only the types of components refer to elements, so that a server needs no types of the DOM. */
const NEEDS_DOM = /'@imflow\/ui/;

/** The declarations of NATS do not hold with `exactOptionalPropertyTypes`. */
const NEEDS_OTHERS = /'@imflow\/server\/nats'/;

/** Besides the version that runs this program. */
const OTHER_VERSIONS = ['22', '24'];

/** The packages of the npm registry that hold Node are named like this, where there is one for the platform. */
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** @param {import('./run.mjs').Packed} packed */
export async function nodeAndPageWithoutBundler({ folder, tarballs }) {
  const application = await createApplication(folder, 'node', {
    ...tarballs,
    ...optionalPeers(),
    ...Object.fromEntries(OTHER_VERSIONS.map((version) => [`node-${version}`, `npm:${NODE_PACKAGE}@${version}`])),
    ...asInWorkspace('@types/node', '@types/react', '@types/react-dom', 'react', 'react-dom', 'typescript'),
  });
  await onNode(application);
  await inPage(application);
}

/** The packages that only some entry points need, with the versions that the packages require. */
function optionalPeers() {
  const manifests = publishedPackages().map(({ path }) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));
  const names = manifests.flatMap(({ peerDependencies = {}, peerDependenciesMeta = {} }) =>
    Object.keys(peerDependenciesMeta).map((name) => [name, peerDependencies[name]]),
  );
  return Object.fromEntries(names.filter(([, range]) => range !== undefined));
}

/** @param {Application} application */
async function onNode(application) {
  const names = publishedPackages().flatMap((published) => entryPoints(published).map(({ name }) => name));
  const imports = names.map((name, index) => `import * as module${index} from '${name}';\n`);
  const conversation = readFileSync(join(EXAMPLES, 'conversation.mjs'), 'utf8');
  application.write('conversation.mts', conversation);
  application.write('conversation.mjs', conversation);
  const ours = imports.filter((line) => !NEEDS_DOM.test(line) && !NEEDS_OTHERS.test(line));
  application.write('everything.mts', ours.join(''));
  application.write('others.mts', imports.filter((line) => NEEDS_OTHERS.test(line)).join(''));

  await application.run('tsc', 'tsc');
  await application.run('tsc of what needs optional peers', 'tsc', '--project', 'tsconfig.others.json');
  application.say(`${names.length} entry points`);
  await onVersion(application, process.execPath, names);
  const version = await application.run('version of the command', 'imflow-server', '--version');
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`node: the command said:\n${version}`);
  for (const other of OTHER_VERSIONS) {
    await onVersion(application, join(application.folder, `node_modules/node-${other}/bin/node`), names);
  }
}

/**
 * @param {Application} application
 * @param {string} node The program.
 * @param {readonly string[]} names Of all entry points.
 */
async function onVersion(application, node, names) {
  const version = (await application.run('version', node, '--version')).trim();
  await application.run(`${version}, import of everything`, node, 'importAll.mjs', ...names);
  const help = await application.run(`${version}, command`, node, 'node_modules/.bin/imflow-server', '--help');
  if (!help.startsWith('imflow-server: a chat server')) throw new Error(`node ${version}: the command said:\n${help}`);
  const said = await application.run(`${version}, conversation`, node, 'conversation.mjs');
  if (said !== 'Bo received: Hello\nAna sees: delivered\n')
    throw new Error(`node ${version}: the conversation went wrong:\n${said}`);
  const markup = await application.run(`${version}, markup`, node, 'markup.mjs');
  if (!markup.includes('<textarea')) throw new Error(`node ${version}: the markup has no composer:\n${markup}`);
}

/** @param {Application} application */
async function inPage(application) {
  await convertReact(application.folder);
  application.write('index.html', readFileSync(join(EXAMPLES, 'withoutBundler.html'), 'utf8'));
  await withServer(application.folder, (address) =>
    withPages([address], (page) => sendAndSeeTick(page, 'Hello from a page without a bundler')),
  );
  application.say('chromium: without a bundler, the message has its tick');
}

/**
 * React is published as CommonJS only, so that pages take it from a server that made ES modules of it. This does what such
 * a server does, and is all that is bundled.
 *
 * @param {string} folder
 */
async function convertReact(folder) {
  const require = createRequire(join(folder, 'index.js'));
  /** By the name of the file that it becomes. */
  const modules = new Map(
    ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime'].map((name) => [
      `\0es-${name.replace('/', '-')}`,
      `import all from '${name}';\nexport default all;\nexport const { ${Object.keys(require(name)).join(', ')} } = all;`,
    ]),
  );
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [
      {
        name: 'named-exports',
        resolveId: (id) => (modules.has(`\0${id}`) ? `\0${id}` : undefined),
        load: (id) => modules.get(id),
      },
    ],
    build: {
      outDir: 'react',
      modulePreload: false,
      rolldownOptions: {
        input: Object.fromEntries(Array.from(modules.keys(), (id) => [id.slice('\0es-'.length), id.slice(1)])),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
}
