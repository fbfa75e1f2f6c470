import * as fc from 'fast-check';

/** Invalid and hostile values. Each is a function, since some values can be used only once. */
const HOSTILE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => Number.NEGATIVE_INFINITY,
  () => -1,
  () => 0,
  () => -0,
  () => 2 ** 53,
  () => Number.MAX_VALUE,
  () => -Number.MAX_VALUE,
  () => Number.MIN_VALUE,
  () => 10n,
  () => Symbol('junk'),
  () => '',
  () => '__proto__',
  () => 'constructor',
  () => 'toString',
  () => '\uD800',
  () => 'a\uDC00b\u0000',
  () => LONG_TEXT,
  () => [],
  () => [[]],
  () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return cycle;
  },
  () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle['records'] = cycle['message'] = cycle['messages'] = cycle;
    return cycle;
  },
  () => Object.freeze({}),
  () => Object.create(null) as unknown,
  () => JSON.parse('{"__proto__": {"id": "x"}, "constructor": 1, "length": 3}') as unknown,
  () => ({ length: 2, 0: 'a', 1: 'b' }),
  () => () => 'a function',
  () => new Date(Number.NaN),
  () => new Map([['id', 1]]),
  () => new Error('junk'),
  () => new Proxy({}, throwingTraps()),
  () => new Proxy([], throwingTraps()),
  () => revoked({}),
  () => revoked([]),
  () => Object.defineProperty({}, 'type', { enumerable: true, get: throwing }),
  () => ({ toString: throwing, valueOf: throwing, [Symbol.toPrimitive]: throwing }),
  // oxlint-disable-next-line unicorn/no-thenable -- what is resolved with it is rejected
  () => Object.defineProperty({}, 'then', { get: throwing }),
];

const LONG_TEXT = '𝄞'.repeat(512 * 1_024);

function throwing(): never {
  throw new Error('junk throws');
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function throwingTraps(): ProxyHandler<object> {
  return {
    get: throwing,
    has: throwing,
    ownKeys: throwing,
    getPrototypeOf: throwing,
    getOwnPropertyDescriptor: throwing,
  };
}

/**
 * A function that makes a value. The property runner reads the values that it is given, and hostile values throw then.
 */
export interface Recipe {
  readonly make: () => unknown;
  readonly toString: () => string;
}

type Recipes = fc.Arbitrary<Recipe>;

function recipe(make: () => unknown, text: string): Recipe {
  return { make, toString: () => text };
}

function plain(values: fc.Arbitrary<unknown>): Recipes {
  return values.map((value) => recipe(() => value, fc.stringify(value)));
}

/** One of the given values. */
export function oneOf(...values: readonly unknown[]): Recipes {
  return plain(fc.constantFrom(...values));
}

/** Anything at all. */
export const junk: Recipes = fc.oneof(
  fc.constantFrom(...HOSTILE).map((make) => recipe(make, String(make))),
  plain(
    fc.anything({
      maxDepth: 2,
      maxKeys: 4,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withTypedArray: true,
    }),
  ),
);

/** Usually the valid value, sometimes junk. */
function mostly(sound: Recipes): Recipes {
  return fc.oneof({ weight: 9, arbitrary: sound }, { weight: 1, arbitrary: junk });
}

/** A list of which some, or all, is junk. */
export function listOf(sound: Recipes): Recipes {
  const lists = fc
    .array(mostly(sound), { maxLength: 3 })
    .map((items) => recipe(() => items.map((item) => item.make()), `[${items.join(', ')}]`));
  return mostly(lists);
}

/** An object of nearly the right shape: fields are missing, junk or unknown, its getters throw, it is frozen. */
function nearly(fields: Record<string, Recipes>): Recipes {
  const names = Object.keys(fields);
  const values = fc.tuple(...Object.values(fields).map(mostly));
  const flaw = fc.constantFrom('sound', 'sound', 'sound', 'missing', 'getter', 'frozen', 'inherited', 'more', 'proxy');
  return fc.tuple(values, flaw, fc.constantFrom(...names)).map(([recipes, kind, field]) => {
    const made = (): Record<string, unknown> =>
      Object.fromEntries(names.map((key, index) => [key, recipes[index]?.make()]));
    const text = names.map((key, index) => `${key}: ${String(recipes[index])}`).join(', ');
    return recipe(() => flawed(made(), kind, field), `${kind} ${field} {${text}}`);
  });
}

function flawed(value: Record<string, unknown>, kind: string, field: string): unknown {
  switch (kind) {
    case 'missing':
      return Object.fromEntries(Object.entries(value).filter(([key]) => key !== field));
    case 'getter':
      return Object.defineProperty(value, field, { enumerable: true, get: throwing });
    case 'frozen':
      return Object.freeze(value);
    case 'inherited':
      return Object.create(value) as unknown;
    case 'more':
      return Object.assign(value, { unknown: [], constructor: 1 });
    case 'proxy':
      return new Proxy(value, {});
    default:
      return value;
  }
}

const name = oneOf('m1', 'm2', '__proto__', 'constructor', '\uD800', ' ');
const address = oneOf('bo', 'bo', 'bo', 'ana', 'eve', '__proto__');
const time = oneOf(0, -0, 1, -1, 0.5, 1e12, 1e15, 8.64e15, 1e300, -1e300, Infinity, Number.NaN);
/** Orders in a conversation, and invalid ones. */
const order = oneOf(1, 2, -1, -0, 0.5, 5e14, 1e15, 1e15 + 5, 2 ** 60, 1e300, -1e300, Infinity, -Infinity, Number.NaN);
const marker = oneOf(0, 1, -0, -5e14, 5e14, 1e15, 1e300, -1e300, Infinity, -Infinity, Number.NaN);
const frameSequence = nearly({ session: oneOf('s', 't'), sequence: oneOf(0, 1, 2, 1e300, -1e300) });
const failures = listOf(
  nearly({ recipient: address, responseCode: oneOf(486, 99, 200, 299, 486.5, 700, -1, 1e9, Number.NaN) }),
);
const outcome = oneOf('delivered', 'displayed', 'failed');
const status = oneOf('queued', 'sending', 'sent', 'delivered', 'displayed', 'failed', 'undeliverable');

const flag = oneOf(true, false);
const emojis = listOf(oneOf('👍', '❤', '\uD83D', '', 'text'));
const sequence = oneOf(0, 1, 2, -1, 0.5, 1e15, 1e300, Number.NaN);
const replyTo = nearly({ id: name, sender: address, excerpt: oneOf('a', '', '\uD83D') });
const receipts = listOf(
  nearly({ messageId: name, sender: address, outcome, upTo: flag, messageIds: listOf(name), at: time }),
);

/** Nearly an operation, of the transport or of a different tab. */
const operation: Recipes = nearly({
  id: name,
  target: name,
  sequence,
  kind: oneOf('edit', 'edit', 'retract', 'react', 'forward'),
  contentType: oneOf('text/plain', ';'),
  body: oneOf('b', '', '\uDFFF'),
  emojis,
  sender: address,
  fromHistory: flag,
  requestedReceipts: nearly({ delivered: flag, displayed: flag }),
});

/** Nearly a message of the transport. */
export const transportMessage: Recipes = nearly({
  messageId: name,
  sender: address,
  contentType: oneOf('text/plain', 'text/html; charset=x', 'message/imdn+xml', ';'),
  body: oneOf('a', '', 'b\uDFFF'),
  sentAt: time,
  position: name,
  frameSequence,
  fromHistory: oneOf(true, false),
  responsePending: oneOf(true, false),
  requestedReceipts: nearly({ delivered: oneOf(true, false), displayed: oneOf(true, false) }),
  replyTo,
});

/** Nearly an event of a channel. */
export const channelEvent: Recipes = fc.oneof(
  junk,
  nearly({ type: oneOf('message'), message: transportMessage }),
  nearly({
    type: oneOf('history'),
    messages: listOf(transportMessage),
    operations: listOf(operation),
    receipts,
  }),
  nearly({ type: oneOf('operation'), operation }),
  nearly({
    type: oneOf('composing'),
    sender: address,
    state: oneOf('composing', 'composing', 'idle', 'gone'),
    refresh: time,
    frameSequence,
  }),
  nearly({
    type: oneOf('notification'),
    sender: address,
    messageId: name,
    outcome,
    upTo: oneOf(true, false),
    messageIds: listOf(name),
    code: oneOf(300, 486, 699, 0, 99, 200, 700, 1e9),
    failures,
  }),
  nearly({
    type: oneOf('participant'),
    address,
    change: oneOf('available', 'unavailable', 'renamed'),
    to: address,
    lastSeen: time,
  }),
  nearly({ type: oneOf('diagnostic'), code: oneOf('odd'), message: oneOf('Odd.') }),
);

/** Nearly the state of a transport's connection, but never its end. */
export const transportStatus: Recipes = fc.oneof(
  junk,
  nearly({ state: oneOf('offline', 'connecting', 'online', 'up', 0), error: oneOf('gone', undefined) }),
);

/** Nearly a page of the server's history. */
export const historyPage: Recipes = fc.oneof(
  junk,
  nearly({ messages: listOf(transportMessage), operations: listOf(operation), receipts, end: oneOf(true, false) }),
);

const revision = {
  id: name,
  sequence,
  at: time,
  contentType: oneOf('text/plain'),
  body: oneOf('c', ''),
  status,
  attempts: oneOf(0, 1, -1),
  timestamps: nearly({ sent: time }),
  deliveryFailures: failures,
};

/** Nearly a stored message. */
export const storedRecord: Recipes = nearly({
  id: name,
  messageId: name,
  direction: oneOf('incoming', 'outgoing'),
  sender: address,
  contentType: oneOf('text/plain'),
  body: oneOf('a', ''),
  order,
  at: time,
  status,
  sentAt: time,
  frameSequence,
  position: name,
  attempts: oneOf(0, 1, -1, 1e300),
  timestamps: nearly({ sent: time, displayed: time, junk: time }),
  code: time,
  retryable: oneOf(true, false),
  deliveryFailures: failures,
  isContentTypeSupported: oneOf(true, false),
  conflict: oneOf(true, false),
  wantsDisplayed: oneOf(true, false),
  archived: flag,
  heldUntil: time,
  receipt: oneOf('owed', 'owed', 'sent'),
  outcome: oneOf('success', 486),
  revision: nearly({ id: name, sequence, at: time, displayed: flag }),
  earlierRevisions: listOf(nearly(revision)),
  retracted: oneOf(undefined, undefined, { at: 1 }, { at: Number.NaN }),
  reactions: listOf(
    nearly({ author: address, emojis, id: name, sequence, earlier: listOf(nearly({ id: name, emojis })) }),
  ),
  replyTo,
});

/** Nearly the result of opening a storage. */
export const storedConversation: Recipes = fc.oneof(
  { weight: 1, arbitrary: junk },
  {
    weight: 4,
    arbitrary: nearly({
      records: listOf(storedRecord),
      outbox: listOf(storedRecord),
      pendingReceipts: listOf(storedRecord),
      meta: nearly({
        displayedOrder: marker,
        remoteDisplayedOrder: marker,
        remoteDisplayedAt: time,
        pendingReadReceipts: listOf(name),
        pendingOperations: listOf(nearly({ operation, recordId: name, order })),
        unmatchedOperations: listOf(operation),
        unmatchedReceipts: receipts,
        gapAfterOrder: marker,
        markedUnread: flag,
      }),
      hasOlder: oneOf(true, false),
    }),
  },
);

/** Nearly an older page of a storage. */
export const storedPage: Recipes = fc.oneof(
  { weight: 1, arbitrary: junk },
  { weight: 4, arbitrary: nearly({ records: listOf(storedRecord), hasOlder: oneOf(true, false) }) },
);

const COMMANDS = ['send', 'retry', 'discard', 'operate', 'markUnread', 'seen', 'composing'];
const tabPostKind = oneOf('hello', 'elected', ...COMMANDS, 'transaction', 'transaction', 'transaction');

/** Nearly a post of a tab. */
export const tabPost: Recipes = fc.oneof(
  { weight: 1, arbitrary: junk },
  {
    weight: 5,
    arbitrary: nearly({
      version: oneOf(1, 1, 1, 1, 2),
      kind: tabPostKind,
      id: name,
      request: operation,
      unread: flag,
      outdated: flag,
      revisions: listOf(name),
      changed: listOf(nearly({ id: name, change: oneOf('edit', 'retract', 'react', 'other'), author: address })),
      followed: listOf(nearly({ id: name, messageId: name })),
      ids: listOf(name),
      record: storedRecord,
      records: listOf(storedRecord),
      removed: listOf(name),
      received: listOf(name),
      notified: listOf(nearly({ id: name, outcome })),
      settled: listOf(nearly({ id: name, final: oneOf(true, false) })),
      state: oneOf('composing', 'idle'),
      composing: listOf(nearly({ participant: address, state: oneOf('composing', 'idle') })),
      connection: oneOf('online', 'offline', 'connecting'),
      available: oneOf(true, false),
      displayedOrder: marker,
      remoteDisplayedOrder: marker,
    }),
  },
);

/** Nearly a frame between tabs of a BroadcastChannel transport, whose acknowledgements never fit. */
export const tabFrame: Recipes = fc.oneof(
  { weight: 1, arbitrary: junk },
  {
    weight: 6,
    arbitrary: nearly({
      v: oneOf(1, 1, 1, 1, 1, 2),
      from: oneOf('bo', 'bo', 'bo', 'ana', 'eve'),
      to: oneOf('ana', 'ana', 'ana', 'bo', '__proto__'),
      endpoint: name,
      kind: oneOf('hello', 'here', 'bye', 'message', 'composing', 'notification', 'ack', 'echo'),
      toEndpoint: name,
      request: oneOf(1, 0, -1, 0.5, 2 ** 60),
      arrived: nearly({ toEndpoint: name, request: time }),
      message: nearly({ messageId: name, contentType: name, body: name, sentAt: time, frameSequence }),
      notification: nearly({
        state: oneOf('composing', 'idle', 'gone'),
        refresh: time,
        frameSequence,
        messageId: name,
        outcome,
        code: time,
        upTo: oneOf(true, false),
        messageIds: listOf(name),
      }),
    }),
  },
);
