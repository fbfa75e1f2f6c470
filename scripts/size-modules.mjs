import { SourceMap } from 'node:module';
import { gzipSync } from 'node:zlib';
import { ROOT } from './packages.mjs';

/**
 * @typedef {object} ModuleSize
 * @property {string} module The path of its built file, or of the package that it comes from.
 * @property {number} minified Bytes of the minified bundle that come from it.
 * @property {number} gzip By how many bytes the bundle's gzip shrinks without them.
 */

/**
 * What each module has in a minified bundle, by the bundle's source map, most bytes first. What modules have in common
 * compresses well, so that the second number of all modules together is less than the whole.
 *
 * @param {{ code: string, map: unknown }} chunk
 * @returns {ModuleSize[]}
 */
export function sizesOfModules({ code, map }) {
  const sources = sourcesOf(code, map);
  const whole = gzipSync(code).length;
  return Array.from(new Set(sources), (module) => {
    const others = Array.from(code).filter((_, index) => sources[index] !== module);
    return {
      module,
      minified: Buffer.byteLength(code) - Buffer.byteLength(others.join('')),
      gzip: whole - gzipSync(others.join('')).length,
    };
  }).toSorted((one, two) => two.minified - one.minified);
}

/**
 * The module of each character.
 *
 * @param {string} code
 * @param {unknown} map
 */
function sourcesOf(code, map) {
  const positions = new SourceMap(/** @type {import('node:module').SourceMapPayload} */ (map));
  let [line, column] = [0, 0];
  let module = '(bundle)';
  return Array.from(code, (character) => {
    const entry = positions.findEntry(line, column);
    if ('originalSource' in entry && entry.generatedLine === line) module = nameOf(entry.originalSource);
    if (character === '\n') [line, column] = [line + 1, 0];
    else column += character.length;
    return module;
  });
}

/** @param {string} source */
function nameOf(source) {
  const path = source
    .replace(/^file:\/\//, '')
    .replace(`${ROOT}/`, '')
    .replace(/^(?:\.\.?\/)+/, '');
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return inPackage ?? path.replace(/^packages\/core\/(?:src|dist)\//, '');
}
