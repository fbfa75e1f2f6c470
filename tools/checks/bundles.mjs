// Checks with a bundle that an application which imports one export gets that export, and nothing else.

import { basename } from 'node:path';
import { bundle } from '../bundle.mjs';

/** `Chat` is all of the others and can make a flow; `ChatSettings` is what every component reads. */
const EVERYWHERE = ['Chat', 'ChatSettings'];

/**
 * The other components that each component brings.
 *
 * @type {Record<string, string[]>}
 */
const BRINGS = {
  Announcer: [],
  Avatar: [],
  ChatHeader: ['Avatar'],
  Composer: [],
  ConnectionBanner: [],
  // It announces the messages of conversations that are not open.
  ConversationList: ['Announcer', 'Avatar', 'DeliveryTicks'],
  FindBar: [],
  MessageDetails: [],
  DeliveryTicks: [],
  MessageBody: [],
  MessageList: ['Announcer', 'MessageDetails', 'DeliveryTicks'],
  TypingIndicator: [],
};

/** Components need its errors only, the rules by which a text is blank or found, and what reads the content of a file. */
const ENGINE =
  /\/core\/dist\/(?!errors\/|files\/fileContent\.|validation\/guards\.|messages\/(?:fileContent|isBlankText|revisions|foldText|searchText|truncateText)\.)/;

/** What must not come with an export of the engine. */
const APART = [
  { name: 'FlowError', from: '@imflow/core', without: ENGINE },
  {
    name: 'createLoopbackNetwork',
    from: '@imflow/core/transports',
    without: /\/dist\/(?:flow|storage)\/|BroadcastChannel/,
  },
  { name: 'createMemoryStorage', from: '@imflow/core/storage', without: /\/dist\/flow\/|idb|IndexedDb/i },
];

/** @returns {Promise<string[]>} Problems. */
export async function checkBundles() {
  /** @type {string[]} */
  const problems = [];
  const components = Object.keys(await import('@imflow/ui')).filter((name) => /^[A-Z]/.test(name));
  for (const name of components) {
    if (!(name in BRINGS || EVERYWHERE.includes(name)))
      problems.push(`@imflow/ui: tools/checks/bundles.mjs does not say what ${name} brings`);
  }
  for (const [name, expected] of Object.entries(BRINGS)) {
    const modules = await modulesOf(name, '@imflow/ui');
    const others = modules
      .filter((module) => module.includes('/ui/dist/'))
      .map((module) => basename(module, '.js'))
      .filter((module) => module in BRINGS && module !== name);
    const [brought, wanted] = [others.toSorted(), expected.toSorted()].map((each) => each.join(', ') || 'no other');
    if (brought !== wanted) problems.push(`@imflow/ui: importing ${name} brings ${brought}; that should be ${wanted}`);
    for (const module of modules.filter((each) => ENGINE.test(each)))
      problems.push(`@imflow/ui: importing ${name} brings ${module} of the engine`);
  }
  for (const { name, from, without } of APART) {
    for (const module of (await modulesOf(name, from)).filter((each) => without.test(each)))
      problems.push(`${from}: importing ${name} brings ${module}`);
  }
  return problems;
}

/**
 * The modules of which something is left in an application that uses one export.
 *
 * @param {string} name
 * @param {string} from
 */
async function modulesOf(name, from) {
  const entry = `export { ${name} } from '${from}';`;
  const output = await bundle(entry, (id) => /^react(?:-dom)?(?:\/|$)/.test(id), { minify: false });
  return output
    .filter((chunk) => chunk.type === 'chunk')
    .flatMap((chunk) => Object.entries(chunk.modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id);
}
