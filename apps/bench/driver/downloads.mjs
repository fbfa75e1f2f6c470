// The download size of a page with a chat, compared with other kits.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, byLoading, gzippedSize } from '../../../tools/bundle.mjs';
import { publishedPackages, requireBuild, ROOT } from '../../../tools/packages.mjs';

/**
 * @typedef {object} Kit
 * @property {string} name
 * @property {string} includes The parts of a chat that the kit has.
 * @property {string} cwd Where its packages are installed.
 * @property {Readonly<Record<string, readonly string[]>>} imports
 * @property {readonly string[]} styles
 */

const CONTENDERS = join(ROOT, 'apps/bench/contenders');

/** @type {readonly Kit[]} */
const KITS = [
  {
    name: 'imflow',
    includes: 'components, engine, storage, tabs, WebSocket transport',
    cwd: ROOT,
    imports: {
      '@imflow/ui': ['Chat'],
      '@imflow/react': ['FlowProvider'],
      '@imflow/core/storage': ['createIndexedDbStorage'],
      '@imflow/core/tabs': ['createWebLocksTabCoordinator'],
      '@imflow/websocket': ['createWebSocketTransport'],
    },
    styles: ['packages/ui/dist/styles.css'],
  },
  {
    name: 'stream-chat-react',
    includes: 'components, client of the service of Stream',
    cwd: CONTENDERS,
    imports: {
      'stream-chat': ['StreamChat'],
      'stream-chat-react': [
        'Chat',
        'Channel',
        'ChannelHeader',
        'MessageComposer',
        'TypingIndicator',
        'VirtualizedMessageList',
        'Window',
      ],
    },
    styles: ['node_modules/stream-chat-react/dist/css/index.css'],
  },
  {
    name: 'chatscope',
    includes: 'components',
    cwd: CONTENDERS,
    imports: {
      '@chatscope/chat-ui-kit-react': [
        'MainContainer',
        'ChatContainer',
        'ConversationHeader',
        'Message',
        'MessageInput',
        'MessageList',
        'TypingIndicator',
      ],
    },
    styles: ['node_modules/@chatscope/chat-ui-kit-styles/dist/default/styles.min.css'],
  },
  {
    name: 'react-chat-elements',
    includes: 'components',
    cwd: CONTENDERS,
    imports: { 'react-chat-elements': ['Input', 'MessageBox', 'MessageList'] },
    styles: ['node_modules/react-chat-elements/dist/main.css'],
  },
];

/**
 * Sizes in bytes after minifying and gzip, without React: what is loaded with the page, and what is loaded when it is used.
 *
 * @returns {Promise<{ name: string, includes: string, scripts: number, later: number, styles: number }[]>}
 */
export async function measureDownloads() {
  for (const { path } of publishedPackages()) requireBuild(path);
  return Promise.all(KITS.map(measure));
}

/** @param {Kit} kit */
async function measure({ name, includes, cwd, imports, styles }) {
  const entry = Object.entries(imports).map(([from, names]) => `import { ${names.join(', ')} } from '${from}';`);
  const used = Object.values(imports).flat().join(', ');
  const { atOnce, onDemand } = byLoading(
    await bundle([...entry, `globalThis.used = [${used}];`].join('\n'), isReact, { cwd }),
  );
  return {
    name,
    includes,
    scripts: gzippedSize(atOnce),
    later: gzippedSize(onDemand),
    styles: styles.reduce((sum, file) => sum + gzipSync(readFileSync(join(cwd, file))).length, 0),
  };
}

/** @param {string} id */
function isReact(id) {
  return /^react(?:-dom)?(?:\/|$)/.test(id);
}
