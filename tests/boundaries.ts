import { parseSync, Visitor } from 'vite';

/**
 * The arrows between packages, and between the folders inside core. What is not listed is not allowed.
 *
 * ui -> react -> core <- testing, websocket, xmpp, sip; server -> websocket, core; devtools -> testing, core; applications import packages; nothing imports an application.
 */
const PACKAGES: Record<string, readonly string[]> = {
  core: [],
  react: ['core'],
  ui: ['react'],
  sip: ['core'],
  server: ['core', 'websocket'],
  devtools: ['core', 'testing'],
  testing: ['core'],
  websocket: ['core'],
  xmpp: ['core'],
};

/** Packages that run only in Node may import its modules. */
const NODE_ONLY: ReadonlySet<string> = new Set(['packages/server']);

interface Area {
  /** Areas of core whose values may be imported; an area always sees itself. */
  readonly values: readonly string[];
  /** Areas of which types may be imported besides. */
  readonly types: readonly string[];
  /** npm packages that may be imported. */
  readonly npm: readonly string[];
}

const DATA_TYPES = ['errors', 'messages', 'ports'];

/** The engine and its features: one folder each; the features still call each other directly. */
const ENGINE = [
  'engine',
  'inbox',
  'lifecycle',
  'operations',
  'outbox',
  'persistence',
  'proxied',
  'receipts',
  'tabs',
  'typing',
  'validation',
];

const FEATURE: Area = {
  values: [...DATA_TYPES, ...ENGINE, 'collections', 'time'],
  types: [],
  npm: ['zustand/vanilla'],
};

const CORE: Record<string, Area> = {
  ...Object.fromEntries(ENGINE.map((area) => [area, FEATURE])),
  collections: { values: [], types: [], npm: [] },
  errors: { values: [], types: [], npm: [] },
  time: { values: [], types: ['ports'], npm: [] },
  ports: { values: ['errors'], types: DATA_TYPES, npm: [] },
  messages: { values: ['collections', 'errors'], types: DATA_TYPES, npm: ['zustand/vanilla'] },
  transports: {
    values: ['collections', 'errors', 'ports', 'messages', 'time', 'validation'],
    types: DATA_TYPES,
    npm: [],
  },
  files: { values: ['errors', 'ports', 'messages', 'time', 'validation'], types: DATA_TYPES, npm: ['idb'] },
  storage: { values: ['collections', 'errors', 'ports', 'messages', 'validation'], types: DATA_TYPES, npm: ['idb'] },
  'index.ts': { values: [...DATA_TYPES, ...ENGINE, 'time'], types: [], npm: [] },
};

/** Time, chance and the page reach the engine through its ports, so that tests can control them. */
const PAGE = ['document', 'indexedDB', 'localStorage', 'navigator', 'sessionStorage', 'window', 'BroadcastChannel'];
const CHANCE_AND_TIME = ['crypto', 'performance', 'setInterval', 'setTimeout', 'Date.now', 'Math.random', 'new Date'];
const PAGE_AREAS = ['files', 'transports', 'storage', 'tabs'];
const CHANCE_AND_TIME_AREAS = ['ports'];

/**
 * Where a clock's time of day may be read: to stamp what people see, to compare it with a server's stamps, and to save for
 * another page when something is due. It jumps when the clock is set, so that time-outs and liveness read the monotonic
 * time instead.
 */
const TIME_OF_DAY = [
  'packages/core/src/engine/runtime.ts',
  'packages/core/src/files/storedFiles.ts',
  'packages/core/src/time/monotonicTime.ts',
  'packages/core/src/transports/loopback/loopbackNetwork.ts',
  'packages/sip/src/receiving.ts',
  'packages/sip/src/sending.ts',
  'packages/testing/src/simulation/simulate.ts',
  'packages/xmpp/src/archiveReader.ts',
  'packages/xmpp/src/archiveRereads.ts',
  'packages/xmpp/src/lastSeen.ts',
  'packages/xmpp/src/operationOrder.ts',
];

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface SourceFile {
  /** From the top of the workspace, with forward slashes: `packages/core/src/index.ts`. */
  readonly path: string;
  readonly code: string;
  /** The package.json of the package it belongs to. */
  readonly manifest: Manifest;
}

/** The violations of a file, one sentence each. */
export function violations(file: SourceFile): string[] {
  const [room = '', name = ''] = file.path.split('/');
  const { imports, globals } = read(file);
  const found = imports.flatMap((each) => {
    const reason = isRelative(each.from)
      ? forbiddenFile(file.path, each)
      : isOfNode(each.from) && NODE_ONLY.has(`${room}/${name}`)
        ? undefined
        : (forbiddenPackage(room, name, each.from) ??
          undeclared(file.manifest, each.from) ??
          forbiddenNpm(file.path, each));
    return reason ? [`${file.path} imports ${each.from}: ${reason}`] : [];
  });
  if (room === 'packages' && globals.has('clock.now') && !TIME_OF_DAY.includes(file.path)) {
    found.push(`${file.path} reads the time of day: deadlines use createMonotonicTime(clock)`);
  }
  if (`${room}/${name}` !== 'packages/core') return found;

  const area = coreArea(file.path);
  const forbidden = [
    ...(PAGE_AREAS.includes(area) ? [] : PAGE),
    ...(CHANCE_AND_TIME_AREAS.includes(area) ? [] : CHANCE_AND_TIME),
  ];
  return [...found, ...forbidden.filter((each) => globals.has(each)).map((each) => `${file.path} uses ${each}`)];
}

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

function forbiddenFile(importer: string, { from, typeOnly }: Import): string | undefined {
  const target = new URL(from, `file:///${importer}`).pathname.slice(1);
  const home = importer.split('/').slice(0, 3).join('/');
  if (!target.startsWith(`${home}/`)) return `it is outside ${home}`;
  if (home !== 'packages/core/src') return undefined;

  const [area, targetArea] = [coreArea(importer), coreArea(target)];
  if (area === targetArea) return undefined;
  const rule = CORE[area];
  if (!rule) return `core has no area ${area}; add it to the table of this test`;
  if (rule.values.includes(targetArea)) return undefined;
  if (!rule.types.includes(targetArea)) return `${area} may not import ${targetArea}`;
  return typeOnly ? undefined : `${area} may import only types of ${targetArea}`;
}

function forbiddenPackage(room: string, name: string, from: string): string | undefined {
  const target = /^@imflow\/([^/]+)/.exec(from)?.[1];
  if (target === undefined) return undefined;
  if (!(target in PACKAGES)) return 'it is not a package that others may import';
  if (room === 'apps' || PACKAGES[name]?.includes(target)) return undefined;
  return `${name} may not import ${target}`;
}

function undeclared(manifest: Manifest, from: string): string | undefined {
  const target = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  return target in declared ? undefined : 'package.json does not declare it';
}

function forbiddenNpm(importer: string, { from }: Import): string | undefined {
  if (!importer.startsWith('packages/core/')) return undefined;
  const area = coreArea(importer);
  return CORE[area]?.npm.includes(from) ? undefined : `${area} may not import it`;
}

function isOfNode(from: string): boolean {
  return from.startsWith('node:');
}

function isRelative(from: string): boolean {
  return from.startsWith('.');
}

/** The folder of core that a file is in; a file beside them is its own area. */
function coreArea(path: string): string {
  return path.split('/')[3] ?? '';
}

function read({ path, code }: SourceFile): { imports: readonly Import[]; globals: ReadonlySet<string> } {
  const imports: Import[] = [];
  const globals = new Set<string>();
  // Names of members, which are visited after their owner and refer to nothing global.
  const keys = new Set<object>();
  const skipKey = ({ key, computed }: { key: object; computed: boolean }): void => {
    if (!computed) keys.add(key);
  };
  const { program, errors } = parseSync(path, code);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);

  new Visitor({
    ImportDeclaration({ source, importKind, specifiers }) {
      const named = specifiers.length > 0;
      const typeOnly =
        importKind === 'type' ||
        (named && specifiers.every((each) => each.type === 'ImportSpecifier' && each.importKind === 'type'));
      imports.push({ from: source.value, typeOnly });
    },
    ExportNamedDeclaration({ source, exportKind, specifiers }) {
      if (!source) return;
      const typeOnly = exportKind === 'type' || specifiers.every((each) => each.exportKind === 'type');
      imports.push({ from: source.value, typeOnly });
    },
    ExportAllDeclaration({ source, exportKind }) {
      imports.push({ from: source.value, typeOnly: exportKind === 'type' });
    },
    ImportExpression({ source }) {
      const from = source.type === 'Literal' ? String(source.value) : '(computed)';
      imports.push({ from, typeOnly: false });
    },
    TSImportType({ source }) {
      imports.push({ from: source.value, typeOnly: true });
    },
    Identifier(node) {
      if (!keys.has(node)) globals.add(node.name);
    },
    MemberExpression({ object, property, computed }) {
      if (!computed) keys.add(property);
      // Of a chain, as in `options.clock.now`, the last two names count.
      const owner = object.type === 'MemberExpression' ? object.property : object;
      if (owner.type === 'Identifier' && property.type === 'Identifier') globals.add(`${owner.name}.${property.name}`);
    },
    MethodDefinition: skipKey,
    Property: skipKey,
    PropertyDefinition: skipKey,
    TSMethodSignature: skipKey,
    TSPropertySignature: skipKey,
    NewExpression({ callee, arguments: values }) {
      if (callee.type === 'Identifier' && values.length === 0) globals.add(`new ${callee.name}`);
    },
  }).visit(program);
  return { imports, globals };
}
