// The common part of the demos: serves the sample chat beside a server, and prints an address for each user.

import { spawn } from 'node:child_process';
import { ROOT } from '../../../tools/packages.mjs';

const APP = 'http://localhost:5173';

/**
 * @typedef {object} Demo
 * @property {string} protocol As `/connect` names it.
 * @property {string} server Where the sample chat connects.
 * @property {[string, string]} people Addresses.
 * @property {(address: string) => string} passwordOf
 * @property {() => Promise<void>} stop
 */

/** @param {Demo} demo */
export function openDemo({ protocol, server, people: [ana, bo], passwordOf, stop }) {
  const app = spawn(
    'pnpm',
    ['--filter', '@imflow/chat', 'exec', 'vite', '--port', '5173', '--strictPort', '--no-open'],
    { cwd: ROOT, stdio: 'inherit' },
  );
  for (const [address, remote] of /** @type {[string, string][]} */ ([
    [ana, bo],
    [bo, ana],
  ])) {
    const query = new URLSearchParams({ protocol, server, address, with: remote });
    console.log(`\n  ${address}, with the password "${passwordOf(address)}":\n  ${APP}/connect?${query}`);
  }
  app.once('exit', () => void stop());
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.kill());
}
