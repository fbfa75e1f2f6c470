// Two engines over a real XMPP server, whose connections are killed: `pnpm exec node packages/xmpp/test/soak.mjs [messages] [kills] [seed]`.
// Default: 2000 messages, 200 kills, seed 1.

import { spawnSync } from 'node:child_process';
import { ROOT } from '../../../tools/packages.mjs';
import { hasProsody } from './server/prosody.mjs';

const [messages = '2000', kills = '200', seed = '1'] = process.argv.slice(2);
if (hasProsody()) {
  const { status } = spawnSync('vitest', ['run', '--project', 'servers', 'packages/xmpp/src/soak'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, SOAK_MESSAGES: messages, SOAK_KILLS: kills, SOAK_SEED: seed },
  });
  process.exitCode = status ?? 1;
} else {
  console.error('The soak needs Prosody. Run: node tools/ensure.mjs prosody');
  process.exitCode = 1;
}
