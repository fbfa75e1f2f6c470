// Puts the examples into the guides: `pnpm run guides`. With `--check` it only reports which guides are stale.
//
// Every piece of code in docs/guides and in READMEs is a file of docs/guides/examples or of a template, or a region of one,
// and a comment above the fence says which: `<!-- examples/gateway.ts -->`, `<!-- examples/sending.ts#settled -->`,
// `<!-- templates/next/app/page.tsx -->`. So what a reader copies is type-checked, linted and run by tests. The templates,
// and the one example in README.md that is a whole application, are run by the consumers (integrations).
//
// It also writes llms.txt and llms-full.txt, which consist of the guides and the API pages.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { writeLlms } from './llms.mjs';
import { publishedPackages, ROOT } from './packages.mjs';

const GUIDES = join(ROOT, 'docs/guides');

/** A comment that names an example, and a fence. The comment may be missing, which is a problem of the fence. */
const FENCE =
  /(?:<!-- (?<file>(?:examples|templates)\/[\w./-]+?)(?:#(?<region>\w+))? -->\n\n)?^```(?<language>\w*)\n(?<code>[\s\S]*?)^```$/gm;

/** The languages of fences that cannot be run: commands, and drawings. */
const NOT_CODE = new Set(['sh', 'text']);

/** @type {string[]} */
const problems = [];
/** @type {Set<string>} */
const shown = new Set();

const guides = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));
const README = join(ROOT, 'README.md');
const readmes = [README, ...publishedPackages().map(({ path }) => join(path, 'README.md'))];
for (const path of [...guides.map((name) => join(GUIDES, name)), ...readmes].filter((each) => existsSync(each))) {
  const name = relative(ROOT, path);
  const before = readFileSync(path, 'utf8');
  const after = before.replaceAll(FENCE, (...args) => fill(name, args[0], args.at(-1)));
  if (after === before) continue;
  if (process.argv.includes('--check'))
    problems.push(`${name} shows other code than its examples. Run: pnpm run guides`);
  else writeFileSync(path, after);
}
for (const file of readdirSync(join(GUIDES, 'examples'))) {
  const isExample = !/^(guides\.(\w+\.)?test\.tsx?|memoryRelay\.ts)$/.test(file) && file.includes('.');
  if (isExample && !shown.has(`examples/${file}`)) problems.push(`No guide shows docs/guides/examples/${file}`);
}
// After the guides, which they contain.
problems.push(...writeLlms(process.argv.includes('--check')));
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

/**
 * @param {string} guide
 * @param {string} match
 * @param {Record<string, string>} groups
 */
function fill(guide, match, { file, region, language = '' }) {
  if (!file) {
    if (!NOT_CODE.has(language) && guide !== 'README.md')
      problems.push(`${guide} has code that no example names:\n${match}`);
    return match;
  }
  shown.add(file);
  const source = readFileSync(join(file.startsWith('templates/') ? ROOT : GUIDES, file), 'utf8');
  const name = region ? `${file}#${region}` : file;
  return `<!-- ${name} -->\n\n\`\`\`${languageOf(file)}\n${region ? regionOf(source, region, name) : source}\`\`\``;
}

/** @param {string} file */
function languageOf(file) {
  return extname(file).slice(1).replace('mjs', 'js');
}

/**
 * @param {string} source
 * @param {string} region
 * @param {string} name
 */
function regionOf(source, region, name) {
  const [, code] = new RegExp(`^// #region ${region}\\n([\\s\\S]*?)^// #endregion$`, 'm').exec(source) ?? [];
  if (code === undefined) throw new Error(`There is no ${name}`);
  return code;
}
