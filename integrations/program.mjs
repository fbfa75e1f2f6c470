// A program of an application that runs until it is stopped: a server, a development server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long a program may take to start, in ms. */
const START_TIMEOUT = 60_000;

/**
 * Starts a program of Node, and waits until it has printed what shows that it is ready.
 *
 * @param {string} folder Where it runs.
 * @param {RegExp} sign
 * @param {string[]} options The file of the program, and its options: the program itself, not a shell before it, has to
 *   end on a signal.
 * @param {Record<string, string>} [environment] Beside that of this process.
 * @returns {Promise<{ match: RegExpExecArray, stop: () => Promise<void> }>}
 */
export async function startProgram(folder, sign, options, environment = {}) {
  const child = spawn(process.execPath, options, {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1', ...environment },
    // Its errors, such as those about a server that a test has stopped, are shown only where it does not start.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    child.kill('SIGINT');
    await ended;
  };
  try {
    return { match: await printed(child, sign), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {RegExp} sign
 * @returns {Promise<RegExpExecArray>}
 */
function printed(child, sign) {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = () => reject(new Error(`${child.spawnargs.join(' ')} did not start:\n${text}`));
    const timer = setTimeout(fail, START_TIMEOUT);
    child.once('exit', fail);
    const read = (/** @type {string} */ chunk) => {
      text += chunk;
      const match = sign.exec(text);
      if (match === null) return;
      clearTimeout(timer);
      child.off('exit', fail);
      resolve(match);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', read);
  });
}
