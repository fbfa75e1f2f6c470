// An application outside the workspace, as a stranger makes one: a copy of a folder here, the packed packages, npm.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../tools/packages.mjs';

const execute = promisify(execFile);

/**
 * @typedef {object} Application
 * @property {string} folder Absolute.
 * @property {(line: string) => void} say Prints a line under the application's name.
 * @property {(path: string, content: string | object) => void} write Objects become JSON.
 * @property {(title: string, program: string, ...args: string[]) => Promise<string>} run Resolves with what the program
 *   printed; rejects with that if it fails. A program of a dependency needs no path.
 */

/**
 * Copies a folder of `integrations`, and installs.
 *
 * @param {string} parent The folder in which the application gets one of its own.
 * @param {string} name
 * @param {Record<string, string>} dependencies By name, versions or `file:` addresses.
 * @param {string | null} [template] The folder of `integrations`; null begins with an empty one. Default: `name`.
 * @returns {Promise<Application>}
 */
export async function createApplication(parent, name, dependencies, template = name) {
  const folder = join(parent, name);
  /** @type {Application} */
  const application = {
    folder,
    say: (line) => console.log(`${name.padEnd(16)} ${line}`),
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(
        join(folder, path),
        typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`,
      );
    },
    async run(title, program, ...args) {
      const start = performance.now();
      try {
        const { stdout } = await execute(program, args, { cwd: folder, env: environment(folder), maxBuffer: 1 << 26 });
        application.say(`${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
        return stdout;
      } catch (error) {
        const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error);
        throw new Error(`${name}: ${title} failed\n${stdout}${stderr}`, { cause: error });
      }
    },
  };
  if (template !== null) cpSync(join(ROOT, 'integrations', template), folder, { recursive: true });
  application.write('package.json', { name, private: true, type: 'module', dependencies });
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await application.run('npm install', 'npm', ...install);
  return application;
}

/**
 * The version that the workspace has of each of these packages.
 *
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
export function asInWorkspace(...names) {
  return Object.fromEntries(
    names.map((name) => [
      name,
      JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version,
    ]),
  );
}

/** @param {string} folder */
function environment(folder) {
  const programs = [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: programs, NEXT_TELEMETRY_DISABLED: '1' };
}
