import { createFakeTabs, createFakeTransport, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it, vi } from 'vitest';
import { countReads } from '../../test/countReads.ts';
import { reaction } from '../../test/storedRecords.ts';
import { createSendingFlow, incoming, type TestFlow, type TestFlowOptions } from '../../test/testFlow.ts';
import { applyInput, finishTransaction } from '../engine/applyInput.ts';
import type { FlowInput } from '../engine/inputs.ts';
import { resolveSettings } from '../engine/settings.ts';
import { type EngineState, initialState } from '../engine/state.ts';
import { createTransaction, type TransactionContext } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { createMessageTable } from '../messages/messageTable.ts';
import type { MessageStorage, StorageWrite } from '../ports/storage.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import { createMemoryStorage } from '../storage/memory.ts';

const FEW = 10;
const MANY = 300;
const CONVERSATION = '["ana","bo"]';

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** How many messages and operations a write contains. */
function sizeOf({ put, add = [], remove, operations, meta }: StorageWrite): number {
  const parts = [put, add, remove, operations?.put ?? [], operations?.remove ?? [], meta?.pendingOperations ?? []];
  return parts.flat().length;
}

interface Waiting extends TestFlow {
  /** The ids of own messages that have arrived. Each but the last is the target of a waiting operation. */
  readonly ids: readonly string[];
}

type Operate = (test: TestFlow, id: string) => void;

const KINDS: [name: string, operate: Operate][] = [
  ['an edit', ({ flow }, id) => void flow.editMessage(id, 'Corrected')],
  ['a retraction', ({ flow }, id) => void flow.retractMessage(id)],
  ['a set of reactions', ({ flow }, id) => void flow.react(id, ['👍'])],
];

/** A flow without a connection, with `count` waiting operations. */
async function createWaiting(count: number, operate: Operate, options: TestFlowOptions): Promise<Waiting> {
  const test = await createSendingFlow({ ...options, fake: { autoAnswer: { outcome: 'accepted' } } });
  const ids = range(count + 1).map((index) => test.flow.sendMessage(`Message ${index}`).id);
  await flushMicrotasks();
  await expect.poll(() => test.transport.messages.length).toBe(count + 1);
  await flushMicrotasks();
  test.transport.setStatus({ state: 'offline' });
  for (const id of ids.slice(0, -1)) operate(test, id);
  await flushMicrotasks();
  return { ...test, ids };
}

describe('the storage of waiting operations', () => {
  /** The sizes of the writes once `count` operations wait. */
  async function writesOf(count: number, operate: Operate, work: (test: Waiting) => void): Promise<readonly number[]> {
    const memory = createMemoryStorage();
    let sizes: number[] = [];
    const storage: MessageStorage = {
      ...memory,
      write(conversation, write) {
        sizes.push(sizeOf(write));
        return memory.write(conversation, write);
      },
    };
    const test = await createWaiting(count, operate, { storage });
    sizes = [];
    work(test);
    await flushMicrotasks();
    test.flow.terminate();
    return sizes;
  }

  it.each(KINDS)('B434 %s that waits is written with its message only, however many wait', async (_, operate) => {
    for (const count of [FEW, MANY]) {
      expect(await writesOf(count, operate, (test) => operate(test, test.ids.at(-1) ?? ''))).toEqual([2]);
    }
  });

  it('B434 a discarded edit is removed with a write of its message only, however many wait', async () => {
    const [, edit] = KINDS[0]!;
    for (const count of [FEW, MANY]) {
      expect(await writesOf(count, edit, ({ flow, ids }) => void flow.discardMessage(ids[3] ?? ''))).toEqual([2]);
    }
  });

  it('B434 a page that opens sends all waiting operations, also where their messages are not loaded', async () => {
    const storage = createMemoryStorage();
    const first = await createWaiting(MANY, KINDS[0]![1], { storage });
    first.flow.terminate();
    const second = await createSendingFlow({ storage, seed: 2, fake: { autoAnswer: { outcome: 'accepted' } } });
    await expect.poll(() => second.transport.operations.length).toBe(MANY);
    const targets = second.transport.operations.map(({ operation }) => operation.target);
    expect(new Set(targets)).toEqual(new Set(first.ids.slice(0, -1)));
    await flushMicrotasks();
    expect(await storage.open(CONVERSATION, 1)).toMatchObject({ operations: [] });
  });
});

describe('waiting operations in other tabs', () => {
  function createRecordedTabs(): { readonly tabs: TabCoordinator; readonly posts: unknown[] } {
    const posts: unknown[] = [];
    const inner = createFakeTabs();
    const tabs: TabCoordinator = {
      join(conversation, listener) {
        const joined = inner.join(conversation, listener);
        return {
          ...joined,
          post: (post) => {
            posts.push(post);
            joined?.post(post);
          },
        };
      },
    };
    return { tabs, posts };
  }

  it('B435 a post with a message has all operations that wait on it, for a tab that joined after the earlier posts', async () => {
    const { tabs, posts } = createRecordedTabs();
    const { flow, ids } = await createWaiting(1, KINDS[0]![1], { tabs });
    posts.length = 0;
    flow.react(ids[0] ?? '', ['👍']);
    expect(posts).toMatchObject([
      {
        records: [{ body: 'Corrected' }],
        operationChanges: { put: [{ operation: { kind: 'react' } }, { operation: { kind: 'edit' } }] },
      },
    ]);
    flow.terminate();
  });

  it('B435 other tabs receive the operation that changed only, and a tab that joins receives all', async () => {
    const sizes = async (count: number): Promise<readonly number[]> => {
      const { tabs, posts } = createRecordedTabs();
      const test = await createWaiting(count, KINDS[2]![1], { tabs });
      const other = await createSendingFlow({ tabs, seed: 2 });
      await flushMicrotasks();
      const waiting = (): readonly number[] => [test, other].map(({ flow }) => flow.store.getState().outboxCount);
      expect(waiting()).toEqual([count, count]);
      posts.length = 0;
      test.flow.react(test.ids.at(-1) ?? '', ['👍']);
      await flushMicrotasks();
      const lengths = posts.map((post) => JSON.stringify(post).length);
      expect(waiting()).toEqual([count + 1, count + 1]);
      test.transport.setStatus({ state: 'online' });
      await expect.poll(() => test.transport.operations.length).toBe(count + 1);
      await flushMicrotasks();
      expect(waiting()).toEqual([0, 0]);
      test.flow.terminate();
      other.flow.terminate();
      return lengths;
    };
    const [few, many] = [await sizes(FEW), await sizes(MANY)];
    expect(many).toHaveLength(few.length);
    expect(Math.max(...many)).toBeLessThan(Math.max(...few) + 100);
  });
});

describe('operations in the meta data', () => {
  const stored = reaction('earlier', 1, 'm1');

  it('B436 operations that an earlier version stored in the meta data are sent, and stored one by one from then on', async () => {
    const storage = createMemoryStorage();
    const meta = { pendingOperations: [stored] };
    await storage.write(CONVERSATION, { put: [], remove: [], meta });
    const { flow, transport } = await createSendingFlow({ storage });
    expect(transport.operations.map(({ operation }) => operation)).toMatchObject([{ id: 'earlier', target: 'm1' }]);
    const migrated = await storage.open(CONVERSATION, 1);
    expect(migrated.operations).toEqual([stored]);
    expect(migrated.meta).not.toHaveProperty('pendingOperations');
    transport.operations[0]?.accept();
    await flushMicrotasks();
    expect((await storage.open(CONVERSATION, 1)).operations).toEqual([]);
    flow.terminate();
  });

  it('B436 a storage that returns no operations keeps all of them in the meta data', async () => {
    const memory = createMemoryStorage();
    const storage: MessageStorage = {
      ...memory,
      open: async (...given) => ({ ...(await memory.open(...given)), operations: undefined }),
    };
    const first = await createSendingFlow({ storage });
    for (const id of ['m1', 'm2']) await first.push(incoming(id));
    first.transport.setStatus({ state: 'offline' });
    for (const id of ['m1', 'm2']) first.flow.react(id, ['👍']);
    await flushMicrotasks();
    first.flow.terminate();
    const { meta } = await memory.open(CONVERSATION, 1);
    expect(meta).toMatchObject({ pendingOperations: [{ recordId: 'm1' }, { recordId: 'm2' }] });
    const second = await createSendingFlow({ storage, seed: 2 });
    for (const _ of [1, 2]) {
      second.transport.operations.at(-1)?.accept();
      await flushMicrotasks();
    }
    expect(second.transport.operations.map(({ operation }) => operation.target)).toEqual(['m1', 'm2']);
    expect((await memory.open(CONVERSATION, 1)).meta).not.toHaveProperty('pendingOperations');
    second.flow.terminate();
  });
});

describe('the state of waiting operations', () => {
  const transport = createFakeTransport();

  function record(index: number, more: Partial<MessageRecord> = {}): MessageRecord {
    const id = `m${index}`;
    const head = {
      id,
      messageId: id,
      direction: 'incoming',
      sender: 'bo',
      contentType: 'text/plain',
      body: id,
    } as const;
    const state = { status: 'delivered', attempts: 0, timestamps: {}, deliveryFailures: [] } as const;
    return { ...head, ...state, order: index, at: 0, isContentTypeSupported: true, ...more };
  }

  const react = (index: number): FlowInput => {
    return { type: 'operate', id: `m${index}`, request: { kind: 'react', id: `r${index}`, emojis: ['👍'] } };
  };

  interface Engine {
    state: EngineState;
    apply(input: FlowInput): EngineState;
    /** How much a transaction reads of the parts of the state that grow with the waiting items. */
    reads(input: FlowInput): number;
    /** How many loaded messages a transaction reads. */
    lookups(input: FlowInput): number;
  }

  function createEngine(state: EngineState, loaded: readonly MessageRecord[]): Engine {
    const table = createMessageTable();
    table.apply(new Map(loaded.map((each) => [each.id, each])));
    const context: TransactionContext = {
      remote: 'bo',
      localAddress: 'ana',
      capabilities: transport.capabilities,
      settings: resolveSettings({}, {}, transport.capabilities),
      hasStorage: true,
      hasTabs: true,
      table,
      now: 0,
      wall: 0,
      jitter: 0,
    };
    const run = (before: EngineState, input: FlowInput): EngineState => {
      const tx = createTransaction(before, context);
      applyInput(tx, input);
      finishTransaction(tx, before);
      return tx.state;
    };
    const engine: Engine = {
      state,
      apply: (input) => (engine.state = run(engine.state, input)),
      reads(input) {
        const { operations, operationTargets, outbox, withheldRecords } = engine.state;
        return countReads({ operations, operationTargets, outbox, withheldRecords }, (parts) =>
          run({ ...engine.state, ...parts }, input),
        );
      },
      lookups(input) {
        const get = vi.spyOn(table, 'get');
        engine.apply(input);
        const { length } = get.mock.calls;
        get.mockRestore();
        return length;
      },
    };
    return engine;
  }

  const [few, many] = [300, 6_000];
  /** How much more a step may read where there are many items: one more level of searches, and the list of chunks. */
  const SLACK = 2_000;
  const ready: EngineState = {
    ...initialState,
    history: { ...initialState.history, ready: true },
    lifecycle: { ...initialState.lifecycle, started: true },
  };

  function engineOf(count: number, state = ready): Engine {
    const engine = createEngine(
      state,
      range(count + 2).map((index) => record(index)),
    );
    for (const index of range(count)) engine.apply(react(index));
    return engine;
  }

  it.each<[name: string, input: (count: number) => FlowInput]>([
    ['an operation is added', (count) => react(count)],
    [
      'an operation is replaced',
      (count) => ({ type: 'operate', id: `m${count / 2}`, request: { kind: 'react', id: 'new', emojis: [] } }),
    ],
    ['an operation is accepted', () => ({ type: 'sendSucceeded', id: 'r0', answer: { outcome: 'accepted' } })],
    ['a message arrives', () => ({ type: 'channel', stored: [], event: incoming('news') })],
    ['a look-up ends', () => ({ type: 'storedFound', records: [record(7)] })],
  ])('B437 the engine reads few of the operations that wait, however many do, when %s', (_, input) => {
    const reads = (count: number): number => engineOf(count).reads(input(count));
    expect(reads(many)).toBeLessThan(reads(few) + SLACK);
  });

  it.each<[name: string, request: (FlowInput & { readonly type: 'operate' })['request']]>([
    ['edit', { kind: 'edit', id: 'o', contentType: 'text/plain', body: 'Corrected' }],
    ['retraction', { kind: 'retract', id: 'o' }],
  ])(
    'B437 the %s of a message reads only that message and the replies to it, however many messages are loaded',
    (_, request) => {
      const lookups = (count: number): number => {
        const records = range(count).map((index) => record(index, { direction: 'outgoing', sender: 'ana' }));
        return createEngine(ready, records).lookups({ type: 'operate', id: 'm7', request });
      };
      expect(lookups(many)).toBeLessThan(lookups(few) + 10);
    },
  );

  it('B437 the engine reads few of the operations that wait while the storage cannot be read', () => {
    const unread = { ...ready, history: { ...ready.history, readFailures: 1 } };
    const reads = (count: number): number => engineOf(count, unread).reads(react(count));
    expect(reads(many)).toBeLessThan(reads(few) + SLACK);
  });

  it('B437 the engine reads few of the waiting operations on messages that are not loaded', () => {
    const reads = (count: number): number => {
      const engine = createEngine({ ...ready, history: { ...ready.history, ready: false } }, []);
      const records = range(count).map((index) => record(index));
      const operations = range(count).map((index) => reaction(`r${index}`, index, `m${index}`));
      engine.apply({
        type: 'hydrated',
        stored: { records: [], outbox: [], meta: undefined, operations, hasOlder: true },
      });
      engine.apply({ type: 'storedFound', records, resumes: true });
      return engine.reads({ type: 'sendSucceeded', id: 'r0', answer: { outcome: 'accepted' } });
    };
    expect(reads(many)).toBeLessThan(reads(few) + SLACK);
  });

  it('B437 the engine reads few of the messages that wait while the storage fails', () => {
    const reads = (count: number): number => {
      const engine = createEngine({ ...ready, persistence: { ...ready.persistence, state: 'failed' } }, []);
      const send = (index: number): FlowInput => {
        return { type: 'send', message: { id: `o${index}`, contentType: 'text/plain', body: 'hello' } };
      };
      for (const index of range(count)) engine.apply(send(index));
      return engine.reads(send(count));
    };
    expect(reads(many)).toBeLessThan(reads(few) + SLACK);
  });
});
