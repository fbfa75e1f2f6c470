import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { violations, type Manifest } from './boundaries.ts';

const ROOT = join(import.meta.dirname, '..');

describe('the imports between packages', () => {
  const packages = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => existsSync(join(ROOT, path, 'src'))),
  );

  it.each(packages)('every import of %s has an allowed direction', (path) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')) as Manifest;
    const found = sourcesOf(`${path}/src`).flatMap((file) =>
      violations({ path: file, code: readFileSync(join(ROOT, file), 'utf8'), manifest }),
    );
    expect(found).toEqual([]);
  });
});

describe('forbidden imports', () => {
  it.each([
    ['packages/xmpp/src/a.ts', `wait(options.clock.now() + 5)`, 'deadlines use createMonotonicTime(clock)'],
    ['packages/sip/src/a.ts', `lastHeard = clock.now()`, 'deadlines use createMonotonicTime(clock)'],
    ['packages/core/src/outbox/flow.ts', `import 'react'`, 'package.json does not declare it'],
    ['packages/core/src/outbox/flow.ts', `import { create } from 'zustand'`, 'outbox may not import it'],
    ['packages/core/src/outbox/flow.ts', `import { openDB } from 'idb'`, 'outbox may not import it'],
    ['packages/core/src/outbox/flow.ts', `import '@imflow/react'`, 'core may not import react'],
    ['packages/core/src/outbox/flow.ts', `import { a } from '../storage/memory.ts'`, 'outbox may not import storage'],
    [
      'packages/core/src/outbox/flow.ts',
      `void import('../transports/loopback.ts')`,
      'outbox may not import transports',
    ],
    ['packages/core/src/ports/a.ts', `import { b } from '../messages/b.ts'`, 'ports may import only types of messages'],
    ['packages/core/src/ports/a.ts', `export * from '../outbox/flow.ts'`, 'ports may not import outbox'],
    ['packages/core/src/transports/a.ts', `import { b } from '../outbox/flow.ts'`, 'transports may not import outbox'],
    ['packages/core/src/storage/a.ts', `export { b } from '../outbox/b.ts'`, 'storage may not import outbox'],
    ['packages/react/src/a.ts', `import '../../core/src/index.ts'`, 'it is outside packages/react/src'],
    ['packages/react/src/a.ts', `import '@imflow/ui'`, 'react may not import ui'],
    ['packages/ui/src/a.tsx', `import type { Flow } from '@imflow/core'`, 'ui may not import core'],
    ['packages/ui/src/a.tsx', `import '@imflow/chat'`, 'it is not a package that others may import'],
    ['apps/chat/src/a.tsx', `import 'virtua'`, 'package.json does not declare it'],
  ])('%s must not contain: %s', (path, code, reason) => {
    expect(violations({ path, code, manifest: EVERYTHING })).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    'document.title',
    'setTimeout(tick, 5)',
    'Date.now()',
    'new Date()',
    'Math.random()',
    'crypto.randomUUID()',
  ])('the engine may not use %s', (code) => {
    expect(violations({ path: 'packages/core/src/outbox/a.ts', code, manifest: {} })).not.toEqual([]);
  });

  it.each([
    ['packages/core/src/ports/a.ts', `import type { B } from '../messages/b.ts'; import { c } from './c.ts'`],
    ['packages/core/src/outbox/a.ts', `clock.setTimeout(1); new Date(0); const entry = { window: 1 }`],
    ['packages/core/src/ports/a.ts', `setTimeout(() => Date.now() + Math.random())`],
    ['packages/core/src/storage/a.ts', `import { openDB } from 'idb'; indexedDB.databases()`],
    ['packages/ui/src/a.tsx', `import { useFlow } from '@imflow/react'; document.title`],
    ['apps/chat/src/a.tsx', `import '@imflow/core/transports'; import '@imflow/ui/styles.css'`],
  ])('%s may contain: %s', (path, code) => {
    expect(violations({ path, code, manifest: EVERYTHING })).toEqual([]);
  });
});

const EVERYTHING: Manifest = {
  dependencies: {
    '@imflow/chat': '',
    '@imflow/core': '',
    '@imflow/react': '',
    '@imflow/ui': '',
    idb: '',
    zustand: '',
  },
};

/** Every source file of a folder except its tests and stories, which may import anything. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|stories)\.tsx?$/.test(path));
}
