// The exports of every entry point, as text: `pnpm run api` writes packages/*/api.md.
//
// A change there is a change for users: it is seen in review, and brings a changeset of the right kind. With `--check`
// it only reports whether the pages are current. Either way, every export must have a docstring.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEntry, sourceOf } from './declarations.mjs';
import { problemsOfBump } from './bump.mjs';
import { entryPoints, publishedPackages, ROOT, versionOf } from './packages.mjs';

const checkOnly = process.argv.includes('--check');
/** @type {string[]} */
const problems = [];

for (const published of publishedPackages()) {
  const { name, path } = published;
  const entries = entryPoints(published).map((entry) => ({
    name: entry.name,
    ...readEntry(join(path, entry.source.replace(/^\.\/src/, 'dist').replace(/\.ts$/, '.d.ts'))),
  }));
  for (const entry of entries) {
    for (const { name: export_, file, doc } of entry.exported) {
      if (doc === undefined)
        problems.push(`${entry.name} exports ${export_} without a docstring (${sourceOf(path, file)})`);
    }
  }
  const report = join(path, 'api.md');
  const text = writeReport(name, entries);
  if (!checkOnly) writeFileSync(report, text);
  else if (!existsSync(report) || readFileSync(report, 'utf8') !== text)
    problems.push(`The public types of ${name} changed: run npm run api and add a changeset`);
}
if (checkOnly) problems.push(...problemsOfBump(ROOT, versionOf(ROOT)));
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

/**
 * @param {string} name
 * @param {(import('./declarations.mjs').Entry & { name: string })[]} entries
 */
function writeReport(name, entries) {
  const lines = [`# Public types of ${name}`, '', 'Made by `npm run api` from the declarations. Do not edit.', ''];
  for (const { name: entry, exported, passedOn, used } of entries) {
    lines.push(`## ${entry}`, '', ...block(exported.map(({ code }) => code)));
    if (passedOn.length > 0) lines.push('Passed on:', '', ...block(passedOn.map(passOn)));
    if (used.length > 0) lines.push('Mentioned by these, not exported:', '', ...block(used.map(({ code }) => code)));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** @param {{ name: string, from: string }} export_ */
function passOn({ name, from }) {
  return `export { ${name} } from '${from}';`;
}

/** @param {string[]} code */
function block(code) {
  return ['```ts', code.join('\n\n'), '```', ''];
}
