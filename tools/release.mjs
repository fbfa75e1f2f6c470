// Makes a release: `npm run release -- --dry-run` says what would be published, `npm run release` publishes it.
//
// Both rehearse in a copy of what is committed: versions and changelogs from the changesets, build, tarballs and their
// checks. Only when all of that is sound does a release change anything: it commits versions and changelogs, tags them,
// and publishes those tarballs. It can be repeated after a failure: what the registry has already is left out.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './packages.mjs';
import { reasonsNotToRelease } from './release/guard.mjs';
import { publish } from './release/publish.mjs';
import { rehearse } from './release/rehearsal.mjs';
import { tellRelease } from './release/tell.mjs';

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
const reasons = reasonsNotToRelease(ROOT);
for (const reason of reasons) console.error(`${values['dry-run'] ? 'A release would be refused: ' : ''}${reason}`);
if (reasons.length > 0 && !values['dry-run']) process.exit(1);

const folder = mkdtempSync(join(tmpdir(), 'imflow-release-'));
try {
  const release = await rehearse(ROOT, folder);
  console.log(tellRelease(release));
  if (values['dry-run']) console.log('Nothing was changed and nothing published.');
  else publish(ROOT, release);
} finally {
  rmSync(folder, { recursive: true });
}
