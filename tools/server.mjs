// The command `imflow-server` from its sources: `npm run server -- --port 8787 --data FOLDER`, or `--database postgres://…`.
// `--help` shows all options.

import { join } from 'node:path';
import { defaultServerConditions, runnerImport } from 'vite';
import { ROOT } from './packages.mjs';

await runnerImport(join(ROOT, 'packages/server/src/command/bin.ts'), {
  configFile: false,
  logLevel: 'error',
  environments: {
    inline: { resolve: { noExternal: [/^@imflow\//], conditions: ['@imflow/source', ...defaultServerConditions] } },
  },
});
