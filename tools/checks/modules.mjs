// What is wrong with the modules of a package, read from its unpacked tarball.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

const CLIENT_DIRECTIVE = /^["']use client["'];/;

/** Hooks, contexts, class components and the DOM are for the client. */
const CLIENT_ONLY =
  /\buse[A-Z]\w*\(|\{[^}]*\buse[A-Z]\w*[^}]*\} from ["']react["']|\bcreateContext\(|\bextends Component\b|\bfrom ["']react-dom["']/;

/** Packages that run only in Node may import its modules. */
const NODE_ONLY = ['@imflow/server'];

/** A module that creates elements passes functions to them, and may be for the client too. */
const MAKES_ELEMENTS = /\bfrom ["']react\/jsx-runtime["']/;

/**
 * @param {string} name Of the package.
 * @param {string} folder Where it was unpacked.
 * @returns {string[]} Problems.
 */
export function checkModules(name, folder) {
  /** @type {string[]} */
  const problems = [];
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const declared = [name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })];
  const used = new Set();
  for (const file of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:js|d\.ts)$/.test(file)) continue;
    const path = join(folder, 'dist', file);
    const code = readFileSync(path, 'utf8');
    const found = [...problemsOfImports(path, code, declared, used)];
    if (file.endsWith('.js')) found.push(...problemsOfDirective(code), ...problemsOfMap(path, code));
    problems.push(...found.map((problem) => `${name}: dist/${file} ${problem}`));
  }
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (!used.has(dependency)) problems.push(`${name}: depends on ${dependency}, which no module imports`);
  }
  return problems;
}

/** @param {string} code */
function problemsOfDirective(code) {
  const forClient = CLIENT_DIRECTIVE.test(code);
  if (forClient && !CLIENT_ONLY.test(code) && !MAKES_ELEMENTS.test(code))
    return ['begins with "use client" and has nothing that needs it'];
  return !forClient && CLIENT_ONLY.test(code) ? ['runs in the client and does not begin with "use client"'] : [];
}

/**
 * @param {string} path
 * @param {string} code
 * @param {string[]} declared Packages that may be imported.
 * @param {Set<string>} used Gets the packages that are imported.
 */
function problemsOfImports(path, code, declared, used) {
  const { staticImports, staticExports, dynamicImports } = parseSync(path, code).module;
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value ?? '.')),
    ...dynamicImports.map(({ moduleRequest }) => code.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
  ];
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith('.')) return /\.tsx?$/.test(specifier) ? [`imports the source ${specifier}`] : [];
    const [, package_ = specifier] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? [];
    used.add(package_);
    if (specifier.startsWith('node:') && NODE_ONLY.some((name) => declared.includes(name))) return [];
    return declared.includes(package_) ? [] : [`imports ${specifier}, which package.json does not declare`];
  });
}

/**
 * @param {string} path
 * @param {string} code
 */
function problemsOfMap(path, code) {
  if (!existsSync(`${path}.map`)) {
    const passesOnOnly = parseSync(path, code).program.body.every(
      (node) => node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && !node.declaration),
    );
    return passesOnOnly ? [] : ['has no source map'];
  }
  /** @type {{ sources: string[], sourcesContent?: (string | null)[] }} */
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
  const bare = sources.filter((_, index) => !sourcesContent[index]);
  // The code of other authors would need a notice.
  const foreign = sources.filter((source) => !/^(?:\.\.\/)+src\//.test(source));
  return [
    ...bare.map((source) => `has a source map without the text of ${source}`),
    ...foreign.map((source) => `is made of ${source}, which is not below src`),
  ];
}
