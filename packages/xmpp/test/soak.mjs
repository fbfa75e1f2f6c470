// Two engines over a real XMPP server, whose connections are killed:
// `pnpm exec node packages/xmpp/test/soak.mjs [messages] [kills] [seed] [server]`.
// Default: 2000 messages, 200 kills, seed 1, on Prosody and on ejabberd.

import { spawnSync } from 'node:child_process';
import { ROOT } from '../../../tools/packages.mjs';

const [messages = '2000', kills = '200', seed = '1', server] = process.argv.slice(2);
const { status } = spawnSync('vitest', ['run', '--project', 'servers', 'packages/xmpp/src/soak'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    SOAK_MESSAGES: messages,
    SOAK_KILLS: kills,
    SOAK_SEED: seed,
    SOAK_LATENESS: String(3_600_000),
    ...(server === undefined ? {} : { SOAK_SERVER: server }),
  },
});
process.exitCode = status ?? 1;
