// The pages for coding assistants, from the guides and the API pages: llms.txt names them, llms-full.txt contains them.
// `tools/guides.mjs` writes them, or with `--check` compares them.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages, ROOT } from './packages.mjs';

const SUMMARY =
  'A headless instant-messaging engine for conversations of two participants, with a React hook, a component kit, ' +
  'transports (XMPP, SIP, WebSocket, BroadcastChannel, loopback) and a chat server, in TypeScript.';

/**
 * Writes llms.txt and llms-full.txt.
 *
 * @param {boolean} checkOnly
 * @returns {string[]} Problems: the files that are stale.
 */
export function writeLlms(checkOnly) {
  const guides = readGuides();
  const apis = publishedPackages().map(({ name }) => ({
    path: `packages/${name.replace('@imflow/', '')}/api.md`,
    title: name,
    about: 'types of its public API',
  }));
  const pages = [
    { path: 'docs/contract.md', title: 'The contract', about: 'each behaviour, numbered' },
    { path: 'docs/glossary.md', title: 'Glossary', about: 'each term' },
  ];
  const files = {
    'llms.txt': [
      '# imflow',
      `> ${SUMMARY}`,
      'Made by `pnpm run guides`. All guides and types in one file: llms-full.txt.',
      `## Guides\n\n${guides.map(listed).join('\n')}`,
      `## API\n\n${apis.map(listed).join('\n')}`,
      `## Optional\n\n${pages.map(listed).join('\n')}`,
    ],
    'llms-full.txt': [
      '# imflow',
      `> ${SUMMARY}`,
      'Made by `pnpm run guides` from the guides and the API pages. Each page begins with its path in a comment.',
      ...[...guides, ...apis].map(({ path }) => `<!-- ${path} -->\n\n${readFileSync(join(ROOT, path), 'utf8').trim()}`),
    ],
  };
  return Object.entries(files).flatMap(([name, parts]) => {
    const path = join(ROOT, name);
    const text = `${parts.join('\n\n')}\n`;
    if (!checkOnly) writeFileSync(path, text);
    const isCurrent = existsSync(path) && readFileSync(path, 'utf8') === text;
    return isCurrent ? [] : [`${name} is stale. Run: pnpm run guides`];
  });
}

/** The guides, in the order of their index, with what it says of them. */
function readGuides() {
  const index = readFileSync(join(ROOT, 'docs/guides/README.md'), 'utf8');
  return Array.from(
    index.matchAll(/^\d+\. \[(.*?)\]\(([\w-]+\.md)\)(?:: (.*))?$/gm),
    ([, title = '', file, about]) => ({
      path: `docs/guides/${file}`,
      title,
      about,
    }),
  );
}

/** @param {{ path: string, title: string, about?: string | undefined }} page */
function listed({ path, title, about }) {
  return `- [${title}](${path})${about ? `: ${about}` : ''}`;
}
