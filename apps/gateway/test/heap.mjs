// Measures the heap that messages without a report leave in the gateway: `pnpm exec node apps/gateway/test/heap.mjs [rounds]`.
// Each round is 10 000 messages. Default: 8 rounds.

import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from '../../../tools/packages.mjs';

/** The heap that a message may leave, in bytes: the noise of the measurement. A record that is kept takes hundreds of bytes. */
const MOST_LEFT = 50;

const rounds = Number(process.argv[2] ?? 8);
if (!(Number.isInteger(rounds) && rounds >= 2)) throw new Error('The rounds must be a whole number from 2.');
/** @type {{ module: typeof import('./heap.ts') }} */
const { module } = await runnerImport(join(ROOT, 'apps/gateway/test/heap.ts'), {
  configFile: join(ROOT, 'apps/gateway/vite.config.ts'),
});
const left = await module.measureHeap(rounds, (words) => console.log(words));
console.log(`${left.toFixed(2)} bytes for each message`);
if (left > MOST_LEFT) process.exitCode = 1;
