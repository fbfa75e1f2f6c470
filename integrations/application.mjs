// An application outside the workspace, as a new user creates one: a copy of a template or of a folder here, the packed
// packages, npm.

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
 * @param {string} [source] The folder of `integrations`. Default: `name`.
 * @returns {Promise<Application>}
 */
export async function createApplication(parent, name, dependencies, source = name) {
  const application = copyFolder(parent, name, join('integrations', source));
  application.write('package.json', { name, private: true, type: 'module', dependencies });
  await install(application);
  return application;
}

/**
 * Copies a template, and installs. Instead of the versions that it names, it gets the packed packages and the versions of
 * the workspace.
 *
 * @param {string} name
 * @param {string} template The folder of `templates`.
 * @param {import('./run.mjs').Packed} packed
 * @param {Record<string, string>} [others] Other dependencies than those of the template, by name.
 * @returns {Promise<Application>}
 */
export async function createFromTemplate(name, template, { folder, tarballs }, others = {}) {
  const application = copyFolder(folder, name, join('templates', template));
  const path = join(application.folder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  for (const dependencies of [manifest.dependencies, manifest.devDependencies]) {
    for (const each of Object.keys(dependencies))
      dependencies[each] = others[each] ?? tarballs[each] ?? workspaceVersion(each) ?? dependencies[each].slice(1);
  }
  application.write('package.json', { ...manifest, dependencies: { ...manifest.dependencies, ...others } });
  await install(application);
  return application;
}

/**
 * @param {string} parent
 * @param {string} name
 * @param {string} source Relative to the repository.
 * @returns {Application}
 */
function copyFolder(parent, name, source) {
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
  cpSync(join(ROOT, source), folder, { recursive: true, filter: isSource });
  return application;
}

/** Whether a file belongs to the copy: what was installed or built in the folder does not. @param {string} path */
function isSource(path) {
  return !/[\\/](?:node_modules|dist|\.next)$/.test(path);
}

/** @param {Application} application */
async function install(application) {
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await application.run('npm install', 'npm', 'install', ...options);
}

/**
 * The version that the workspace has of each of these packages.
 *
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
export function asInWorkspace(...names) {
  return Object.fromEntries(
    names.map((name) => {
      const version = workspaceVersion(name);
      if (version === undefined) throw new Error(`The workspace has no ${name}`);
      return [name, version];
    }),
  );
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
function workspaceVersion(name) {
  const path = join(ROOT, 'node_modules', name, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : undefined;
}

/** @param {string} folder */
function environment(folder) {
  const programs = [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: programs, NEXT_TELEMETRY_DISABLED: '1' };
}
