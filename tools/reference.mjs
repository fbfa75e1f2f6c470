// The reference of the API, for Storybook: `import text from 'virtual:reference/core'` is the page of `@imflow/core`, as
// Markdown. It is made of the declarations that `tsc -b` writes, so that it says what the code says.

import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { readEntry } from './declarations.mjs';
import { entryPoints, publishedPackages, ROOT } from './packages.mjs';

/** @import { Plugin } from 'vite' */
/** @import { Declaration, Entry } from './declarations.mjs' */

const MODULE = 'virtual:reference/';

/** @returns {Plugin} */
export function reference() {
  let isBuilt = false;
  return {
    name: 'imflow-reference',
    resolveId: (id) => (id.startsWith(MODULE) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${MODULE}`)) return undefined;
      if (!isBuilt) writeDeclarations();
      isBuilt = true;
      const folder = id.slice(MODULE.length + 1);
      const published = publishedPackages().find(({ path }) => basename(path) === folder);
      if (!published) throw new Error(`There is no package in packages/${folder}`);
      const entries = entryPoints(published).map(({ name, source }) => ({
        name,
        ...readEntry(join(published.path, source.replace(/^\.\/src/, 'dist').replace(/\.ts$/, '.d.ts'))),
      }));
      return `export default ${JSON.stringify(writeReference(published.name, entries))};`;
    },
  };
}

function writeDeclarations() {
  const { status } = spawnSync('tsc', ['-b', ...publishedPackages().map(({ path }) => path)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('tsc -b failed, so no declarations were written: mend the types first');
}

/**
 * @param {string} title
 * @param {(Entry & { name: string })[]} entries
 */
export function writeReference(title, entries) {
  const lines = [`# ${title}`, ''];
  /** @type {Set<string>} What the page has already. */
  const written = new Set();
  for (const { name, exported, passedOn, used } of entries) {
    const [values, types] = [exported.filter((each) => !isType(each)), exported.filter(isType)];
    lines.push(`## ${name}`, '', ...listed('Values', values), ...listed('Types', types));
    if (passedOn.length > 0) lines.push(`Passed on: ${passedOn.map(passedOnBy).join(', ')}.`, '');
    for (const declaration of [...values, ...types, ...used]) {
      if (written.has(declaration.code)) continue;
      written.add(declaration.code);
      lines.push(...section(declaration, used.includes(declaration)));
    }
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** @param {Declaration} declaration */
function isType({ code }) {
  return /^(?:type|interface) /.test(code);
}

/**
 * @param {string} title
 * @param {Declaration[]} declarations
 */
function listed(title, declarations) {
  const links = declarations.map(({ name }) => `[${name}](#${name.toLowerCase()})`);
  return links.length > 0 ? [`${title}: ${links.join(', ')}.`, ''] : [];
}

/** @param {{ name: string, from: string }} export_ */
function passedOnBy({ name, from }) {
  return `\`${name}\` of \`${from}\``;
}

/**
 * @param {Declaration} declaration
 * @param {boolean} hidden Whether no application can import it.
 */
function section({ name, commented, doc }, hidden) {
  const said = doc === undefined ? [] : [docstring(doc), ''];
  const note = hidden ? ['Mentioned by others, not exported.', ''] : [];
  return [`### ${name}`, '', ...said, ...note, '```ts', commented, '```', ''];
}

/**
 * A docstring as Markdown: without the stars, links as names, each tag a paragraph of its own.
 *
 * @param {string} comment
 */
export function docstring(comment) {
  return comment
    .replaceAll(/^\s*\*+ ?/gm, '')
    .replaceAll(/\{@link ([^}|\s]+)[^}]*\}/g, '`$1`')
    .replaceAll(/\n?^@throws (?:\{[^}]*\} )?/gm, '\n\n**Throws** ')
    .replaceAll(/\n?^@returns? /gm, '\n\n**Returns** ')
    .replaceAll(/\n?^@param (?:\{[^}]*\} )?(\w+) (?:- )?/gm, '\n\n**`$1`** ')
    .replaceAll(/\n?^@example\s*\n?/gm, '\n\n**Example**\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
