import { SourceMap } from 'node:module';
import { gzipSync } from 'node:zlib';
import { ROOT } from './packages.mjs';

/**
 * @typedef {object} ModuleSize
 * @property {string} name
 * @property {number} minified Bytes of the bundle that come from it.
 * @property {number} gzip By how many bytes the bundle's gzip shrinks without them.
 */

/**
 * The size of each module in a minified bundle, by the bundle's source map, largest first; and the sizes of groups of
 * modules. What modules have in common compresses well: each for itself weighs less than its share of the whole.
 *
 * @param {{ code: string, map: unknown }} chunk
 * @param {readonly string[][]} groups Beginnings of the modules' names.
 * @returns {ModuleSize[]}
 */
export function sizesOfModules({ code, map }, groups) {
  const characters = Array.from(code);
  const modules = modulesOf(characters, map);
  const whole = gzipSync(code).length;
  /**
   * @param {string} name
   * @param {(module: string) => boolean} isMeant
   */
  const sizeOf = (name, isMeant) => {
    const others = characters.filter((_, index) => !isMeant(modules[index] ?? '')).join('');
    const minified = Buffer.byteLength(code) - Buffer.byteLength(others);
    return { name, minified, gzip: whole - gzipSync(others).length };
  };
  return [
    ...Array.from(new Set(modules), (name) => sizeOf(name, (module) => module === name)).toSorted(
      (one, two) => two.minified - one.minified,
    ),
    ...groups.map((names) => sizeOf(names.join(' + '), (module) => names.some((name) => module.startsWith(name)))),
    { name: 'all', minified: Buffer.byteLength(code), gzip: whole },
  ];
}

/**
 * The module that each character comes from.
 *
 * @param {readonly string[]} characters
 * @param {unknown} map
 */
function modulesOf(characters, map) {
  const positions = new SourceMap(/** @type {import('node:module').SourceMapPayload} */ (map));
  let [line, column] = [0, 0];
  let module = 'of the bundle';
  return characters.map((character) => {
    const entry = positions.findEntry(line, column);
    if ('originalSource' in entry && entry.originalSource && entry.generatedLine === line)
      module = nameOf(entry.originalSource);
    [line, column] = character === '\n' ? [line + 1, 0] : [line, column + character.length];
    return module;
  });
}

/**
 * The path in a package's dist, without its ending; for what comes from elsewhere, the name of that package.
 *
 * @param {string} source
 */
function nameOf(source) {
  const foreign = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
  return (
    foreign ??
    source
      .replace(`${ROOT}/`, '')
      .replace(/^.*?packages\/[^/]+\/dist\//, '')
      .replace(/\.js$/, '')
  );
}
