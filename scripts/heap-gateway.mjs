// What messages whose reports are never made leave on the heap of the gateway: `npm run heap:gateway [rounds]`.
// Each round is 10 000 messages. Default: 8 rounds.

import { spawnSync } from 'node:child_process';
import { ROOT } from './packages.mjs';

const [rounds = '8'] = process.argv.slice(2);
const { status } = spawnSync('vitest', ['run', '--project', 'unit', 'apps/gateway/src/heap.test.ts'], {
  cwd: ROOT,
  env: { ...process.env, HEAP_ROUNDS: rounds },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
