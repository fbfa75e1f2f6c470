// Tests the codecs of SIP, and the transport, with many random documents:
// `pnpm exec node packages/sip/test/fuzz.mjs [cases]`. Without a number, 100 000 for each property.

import { spawnSync } from 'node:child_process';
import { ROOT } from '../../../tools/packages.mjs';

const [runs = '100000'] = process.argv.slice(2);
const { status } = spawnSync(
  'vitest',
  ['run', '--project', 'unit', 'packages/sip/src/codecs', 'packages/sip/src/hostile.test.ts'],
  {
    cwd: ROOT,
    env: { ...process.env, SIP_FUZZ_RUNS: runs },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
