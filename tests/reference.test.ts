import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readEntry } from '../tools/declarations.mjs';
import { publishedPackages, ROOT } from '../tools/packages.mjs';
import { docstring, writeReference } from '../tools/reference.mjs';

const DECLARATIONS = `
import type { Clock } from '@imflow/core';
interface Hidden {
    readonly left: number;
}
/** How long to wait. */
export interface Patience extends Hidden {
    /** In ms. Default 5 000. */
    readonly wait?: number;
}
/**
 * Waits.
 * @throws FlowError \`out-of-range\` where nobody can wait that long.
 */
export declare function wait(patience: Patience): void;
export type { Clock };
`;

it('the reference has every export, with its docstring and those of its members', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imflow-reference-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'index.d.ts'), DECLARATIONS);
  const entry = { name: '@imflow/sample', ...readEntry(join(folder, 'index.d.ts')) };
  expect(writeReference('@imflow/sample', [entry, { ...entry, name: '@imflow/sample/again' }])).toBe(`# @imflow/sample

## @imflow/sample

Values: [wait](#wait).

Types: [Patience](#patience).

Passed on: \`Clock\` of \`@imflow/core\`.

### wait

Waits.

**Throws** FlowError \`out-of-range\` where nobody can wait that long.

\`\`\`ts
function wait(patience: Patience): void;
\`\`\`

### Patience

How long to wait.

\`\`\`ts
interface Patience extends Hidden {
    /** In ms. Default 5 000. */
    readonly wait?: number;
}
\`\`\`

### Hidden

Mentioned by others, not exported.

\`\`\`ts
interface Hidden {
    readonly left: number;
}
\`\`\`

## @imflow/sample/again

Values: [wait](#wait).

Types: [Patience](#patience).

Passed on: \`Clock\` of \`@imflow/core\`.
`);
});

it('docstrings become Markdown', () => {
  const comment =
    '*\n * Sends {@link Message}.\n *\n * @param text - What.\n * @returns An id.\n * @example\n * ```ts\n * send();\n * ```\n ';
  expect(docstring(comment)).toBe(
    'Sends `Message`.\n\n**`text`** What.\n\n**Returns** An id.\n\n**Example**\n\n```ts\nsend();\n```',
  );
});

it('the reference has a page for every package', () => {
  const pages = publishedPackages().map(({ path }) => `.storybook/reference/api/${basename(path)}.mdx`);
  expect(pages.filter((page) => !existsSync(join(ROOT, page)))).toEqual([]);
});
