// Jest, of two major versions: the test of the guide as CommonJS, with the configuration of the guide, and the same as an ES
// module.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tools/packages.mjs';
import { createApplication } from './application.mjs';

const GUIDE = join(ROOT, 'docs/guides/testing-your-chat.md');
const VERSIONS = ['29.7.0', '30.2.0'];

/** @param {import('./run.mjs').Packed} packed */
export async function jest(packed) {
  for (const version of VERSIONS) await withJest(packed, version);
}

/**
 * @param {import('./run.mjs').Packed} packed
 * @param {string} version
 */
async function withJest({ folder, tarballs }, version) {
  const dependencies = {
    '@babel/plugin-transform-modules-commonjs': '^7.28.0',
    '@imflow/core': tarballs['@imflow/core'] ?? '',
    '@imflow/testing': tarballs['@imflow/testing'] ?? '',
    jest: version,
  };
  const application = await createApplication(folder, `jest-${version}`, dependencies, 'jest');
  const [, section = ''] = readFileSync(GUIDE, 'utf8').split('\n## Jest\n');
  const [config = '', example = ''] = Array.from(section.matchAll(/^```text\n([^]*?)^```$/gm), ([, code = '']) => code);
  application.write('jest.config.cjs', config);
  application.write('as-commonjs.test.cjs', example);
  application.write(
    'as-module.test.mjs',
    example.replaceAll(/const (\{.*\}) = require\((.*)\);/g, 'import $1 from $2;'),
  );
  await application.run('Jest, CommonJS', 'jest', '--testMatch=**/as-commonjs.test.cjs');
  const program = join(application.folder, 'node_modules/jest/bin/jest.js');
  const modules = ['--experimental-vm-modules', '--no-warnings', program, '--config', 'jest.modules.cjs'];
  await application.run('Jest, ES modules', 'node', ...modules, '--testMatch=**/as-module.test.mjs');
}
