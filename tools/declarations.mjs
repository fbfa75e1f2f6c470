// What the entry points of a package export, read from the declarations that `tsc -b` writes into dist.

import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync } from 'vite';

/**
 * @typedef {object} Declaration
 * @property {string} name
 * @property {string} file Absolute.
 * @property {string} code Without comments, `export` and `declare`.
 * @property {string} commented The same with the docstrings of its members.
 * @property {string | undefined} doc Its docstring.
 * @property {string[]} uses Names in the same file that its types mention.
 */

/**
 * @typedef {object} Module
 * @property {Map<string, Declaration>} declarations
 * @property {Map<string, { from: string, name: string }>} imports By local name.
 * @property {Map<string, { from: string, name: string }>} exports By exported name; `from` is empty for the file
 * itself.
 */

/**
 * @typedef {object} Entry
 * @property {Declaration[]} exported Under the names that they are exported by.
 * @property {{ name: string, from: string }[]} passedOn What another package declares.
 * @property {Declaration[]} used What the exported types mention and no application can import.
 */

/** @type {Map<string, Module>} */
const modules = new Map();

/**
 * @param {string} file A declaration file, absolute.
 * @returns {Entry} Sorted by name.
 */
export function readEntry(file) {
  /** @type {Entry} */
  const entry = { exported: [], passedOn: [], used: [] };
  /** @type {Set<Declaration>} */
  const seen = new Set();
  for (const name of readModule(file).exports.keys()) {
    const found = resolve(file, name);
    if ('from' in found) entry.passedOn.push({ name, from: found.from });
    else {
      entry.exported.push({ ...found, name });
      seen.add(found);
    }
  }
  // The set grows while it is walked.
  for (const { file: home, uses } of seen) {
    for (const name of uses) {
      const found = resolve(home, name, 'local');
      if (!('from' in found)) seen.add(found);
    }
  }
  const names = new Set(entry.exported.map(({ code }) => code));
  entry.used = Array.from(seen).filter(({ code }) => !names.has(code));
  for (const list of Object.values(entry)) list.sort(byName);
  return entry;
}

/**
 * Follows a name to where it is declared, or to the other package that it comes from.
 *
 * @param {string} file
 * @param {string} name
 * @param {'exported' | 'local'} [scope]
 * @returns {Declaration | { from: string }}
 */
function resolve(file, name, scope = 'exported') {
  const module = readModule(file);
  const step = scope === 'exported' ? module.exports.get(name) : module.imports.get(name);
  if (step?.from.startsWith('.')) return resolve(declarationsOf(file, step.from), step.name);
  if (step?.from) return { from: step.from };
  const local = step?.name ?? name;
  const declared = module.declarations.get(local);
  if (declared) return declared;
  if (module.imports.has(local) && scope === 'exported') return resolve(file, local, 'local');
  throw new Error(`${file} has no ${name}`);
}

/**
 * @param {string} file
 * @param {string} specifier Relative; `.ts` as tsc writes it, `.js` after a build.
 */
function declarationsOf(file, specifier) {
  return join(dirname(file), specifier.replace(/\.(?:tsx?|js)$/, '.d.ts'));
}

/**
 * @param {string} file
 * @returns {Module}
 */
function readModule(file) {
  const known = modules.get(file);
  if (known) return known;
  const text = readFileSync(file, 'utf8');
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  /** @type {Module} */
  const module = { declarations: new Map(), imports: new Map(), exports: new Map() };
  modules.set(file, module);

  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') {
      for (const each of node.specifiers) {
        const name = each.type === 'ImportSpecifier' ? nameOf(each.imported) : '*';
        module.imports.set(each.local.name, { from: node.source.value, name });
      }
    } else if (node.type === 'ExportNamedDeclaration' && !node.declaration) {
      for (const { local, exported } of node.specifiers) {
        module.exports.set(nameOf(exported), { from: node.source?.value ?? '', name: nameOf(local) });
      }
    } else if (node.type === 'ExportAllDeclaration') {
      throw new Error(`${file} exports everything of ${node.source.value}: name what it exports`);
    } else {
      const exported = node.type === 'ExportNamedDeclaration';
      const declaration = exported ? node.declaration : node;
      for (const name of declaration ? namesOf(declaration) : []) {
        module.declarations.set(name, { name, file, ...describe(node, declaration) });
        if (exported) module.exports.set(name, { from: '', name });
      }
    }
  }
  for (const declaration of module.declarations.values()) {
    declaration.uses = declaration.uses.filter(
      (name) => name !== declaration.name && (module.declarations.has(name) || module.imports.has(name)),
    );
  }
  return module;

  /**
   * @param {{ start: number, end: number }} node
   * @param {unknown} declaration
   */
  function describe({ start, end }, declaration) {
    const doc = comments.findLast((comment) => comment.end <= start && text.slice(comment.end, start).trim() === '');
    let code = text.slice(start, end);
    for (const comment of comments.toReversed()) {
      if (comment.start < start || comment.end > end) continue;
      code = code.slice(0, comment.start - start) + code.slice(comment.end - start);
    }
    return {
      code: tidy(code).replaceAll(/\n{2,}/g, '\n'),
      commented: tidy(text.slice(start, end)),
      doc: doc?.type === 'Block' && doc.value.startsWith('*') ? doc.value : undefined,
      uses: Array.from(identifiersIn(declaration)),
    };
  }
}

/** @param {string} code */
function tidy(code) {
  return code
    .replace(/^export /, '')
    .replace(/^declare /, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/(['"]\.[^'"]*)\.tsx?(['"])/g, '$1.js$2');
}

/** @param {any} declaration */
function namesOf(declaration) {
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.map((/** @type {any} */ each) => each.id.name);
  return declaration.id ? [declaration.id.name] : [];
}

/** @param {any} node An identifier, or a name in quotes. */
function nameOf(node) {
  return node.name ?? node.value;
}

/**
 * The names that a declaration mentions, but for those of members and parameters.
 *
 * @param {any} node
 * @param {Set<string>} [found]
 */
function identifiersIn(node, found = new Set()) {
  if (Array.isArray(node)) for (const each of node) identifiersIn(each, found);
  else if (node !== null && typeof node === 'object') {
    if (node.type === 'Identifier') found.add(node.name);
    for (const [field, value] of Object.entries(node)) {
      if (field === 'params' && Array.isArray(value))
        for (const each of value) identifiersIn(parameterType(each), found);
      else if (!((field === 'key' || field === 'property') && !node.computed)) identifiersIn(value, found);
    }
  }
  return found;
}

/** @param {any} parameter Of a function, or of a type. */
function parameterType(parameter) {
  if (parameter.type === 'TSTypeParameter' || !/Pattern|Identifier|RestElement/.test(parameter.type)) return parameter;
  return parameter.typeAnnotation ?? parameter.left?.typeAnnotation ?? parameter.argument?.typeAnnotation;
}

/**
 * @param {{ name: string, file?: string }} a
 * @param {{ name: string, file?: string }} b
 */
function byName(a, b) {
  return compare(a.name, b.name) || compare(a.file ?? '', b.file ?? '');
}

/**
 * By code unit: the same on every machine, whatever its language.
 *
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

/**
 * @param {string} root
 * @param {string} file
 */
export function sourceOf(root, file) {
  return relative(root, file)
    .split(sep)
    .join('/')
    .replace(/^dist\//, 'src/')
    .replace(/\.d\.ts$/, '');
}
