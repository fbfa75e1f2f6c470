import {
  conversationOf,
  type EntryStatus,
  type NewEntry,
  type NewReceipt,
  type Store,
  type StoredEntry,
} from '../src/store/store.ts';

/** One rule that every store obeys. */
export interface StoreCase {
  readonly name: string;
  run(store: Store): Promise<void>;
}

let made = 0;

/** Two users who exist in no other case. */
function pair(): { ana: string; bo: string; conversation: string } {
  made += 1;
  const [ana, bo] = [`ana-${made}`, `bo-${made}`];
  return { ana, bo, conversation: conversationOf(ana, bo).conversation };
}

function entry(author: string, to: string, id: string, payload = '{}', device = 'd1'): NewEntry {
  const kind = 'message' as const;
  return { ...conversationOf(author, to), kind, target: undefined, sequence: 0, id, author, device, payload };
}

/** A message with a text, which may reply to another one. */
function text(author: string, to: string, id: string, body: string, replyTo?: string): NewEntry {
  const quote = replyTo === undefined ? {} : { replyTo: { id: replyTo, sender: to, excerpt: 'the secret' } };
  const payload = JSON.stringify({ kind: 'message', contentType: 'text/plain', body, sentAt: 1, ...quote });
  return { ...entry(author, to, id, payload), target: replyTo };
}

interface Content {
  readonly body?: string;
  readonly emojis?: readonly string[];
}

function operation(
  author: string,
  to: string,
  id: string,
  target: string,
  kind: 'edit' | 'retract' | 'react',
  content: Content = {},
  sequence = 1,
): NewEntry {
  const payload = JSON.stringify({ ...content, kind, target, sequence });
  return { ...entry(author, to, id, payload), kind, target, sequence };
}

function react(author: string, to: string, id: string, emojis: readonly string[], sequence: number): NewEntry {
  return operation(author, to, id, 'm', 'react', { emojis }, sequence);
}

async function storedPayloads(store: Store, conversation: string): Promise<string[]> {
  return (await entriesAfter(store, conversation, 0, 100)).map(({ payload }) => payload);
}

function receipt(reader: string, author: string, ids: string[], outcome: NewReceipt['outcome']): NewReceipt {
  return { ...conversationOf(reader, author), author, ids, outcome, upTo: false, code: undefined };
}

async function entriesAfter(
  store: Store,
  conversation: string,
  position: number,
  limit: number,
): Promise<readonly StoredEntry[]> {
  const [entries = []] = await store.entriesAfter([{ conversation, position, upTo: Number.MAX_SAFE_INTEGER }], limit);
  return entries;
}

async function changesAfter(
  store: Store,
  conversation: string,
  author: string,
  upTo: number,
  revision: number,
  limit: number,
): Promise<readonly EntryStatus[]> {
  const [changes = []] = await store.changesAfter([{ conversation, author, upTo, revision }], limit);
  return changes;
}

/** Signs in a device. Resolves with the participants whose entries wait for it. */
async function signIn(store: Store, user: string, device: string, at: number): Promise<readonly string[] | undefined> {
  await store.signIn([{ user, device }], at);
  const [, waiting] = await store.waiting([
    { user: 'nobody', device },
    { user, device },
  ]);
  return waiting;
}

function check(condition: boolean, broken: string): asserts condition {
  if (!condition) throw new Error(broken);
}

function same(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(is === should, `${what} should be ${should}, but is ${is}`);
}

const ids = (entries: readonly { readonly id: string }[]): string[] => entries.map(({ id }) => id);
const positions = (entries: readonly { readonly position: number }[]): number[] =>
  entries.map(({ position }) => position);

/** The rules that every store obeys. The cases share one store, and do not affect each other. */
export const storeContract: readonly StoreCase[] = [
  {
    name: 'entries get the next places of their conversation, in the order of the call',
    async run(store) {
      const { ana, bo, conversation } = pair();
      const other = pair();
      const { stored, growth } = await store.append(
        [entry(ana, bo, 'one'), entry(other.ana, other.bo, 'else'), entry(bo, ana, 'two'), entry(ana, bo, 'three')],
        5,
      );
      const own = stored.filter((each) => each.conversation === conversation);
      same(ids(own), ['one', 'two', 'three'], 'the stored entries');
      same(positions(own), [1, 2, 3], 'their places');
      const grown = growth.find((each) => each.conversation === conversation);
      same([grown?.from, grown?.head], [0, 3], 'how far the log went before and after');
      const read = await entriesAfter(store, conversation, 0, 10);
      same(
        read.map(({ id, author, device, at }) => [id, author, device, at]),
        [
          ['one', ana, 'd1', 5],
          ['two', bo, 'd1', 5],
          ['three', ana, 'd1', 5],
        ],
        'what is read',
      );
    },
  },
  {
    name: 'an entry whose id is already stored is left out, and the stored one is found, also for another author',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([entry(ana, bo, 'one', '{"a":1}')], 1);
      const { stored } = await store.append([entry(ana, bo, 'one'), entry(bo, ana, 'two')], 2);
      same(ids(stored), ['two'], 'the stored entries');
      const [found] = await store.find([
        { conversation, id: 'one' },
        { conversation, id: 'none' },
      ]);
      same([found?.payload, found?.position, found?.at], ['{"a":1}', 1, 1], 'the entry of the first time');
      const taken = await store.append([entry(bo, ana, 'one')], 3);
      same(ids(taken.stored), [], 'an id that another author has taken');
    },
  },
  {
    name: 'every text is stored unchanged',
    async run(store) {
      const { ana, bo, conversation } = pair();
      const bodies = ['\u0000', '\ud800', '{},"\\', "it's", 'e\u0301 👩‍👩‍👧‍👦 \u2028', 'x'.repeat(300_000)];
      const payloads = bodies.map((body) => JSON.stringify({ body }));
      await store.append(
        payloads.map((payload, index) => entry(ana, bo, `id "${index}" {,} \\ NULL`, payload)),
        1,
      );
      const read = await entriesAfter(store, conversation, 0, 10);
      for (const [index, { payload }] of read.entries()) {
        check(payload === payloads[index], `the payload ${payloads[index]?.slice(0, 40)} was changed`);
      }
      same(read.length, payloads.length, 'the number of entries');
    },
  },
  {
    name: 'pages are read forwards and backwards, without gaps',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append(
        ['1', '2', '3', '4', '5'].map((id) => entry(ana, bo, id)),
        1,
      );
      same(ids(await entriesAfter(store, conversation, 2, 2)), ['3', '4'], 'what is behind a place');
      same(ids(await store.messagesBefore(conversation, undefined, 2)), ['4', '5'], 'the newest');
      same(ids(await store.messagesBefore(conversation, 4, 2)), ['2', '3'], 'what is before a place');
      same(ids(await store.messagesBefore(conversation, 1, 2)), [], 'what is before the first');
      same(ids(await entriesAfter(store, 'nowhere', 0, 2)), [], 'what is in a conversation that does not exist');
    },
  },
  {
    name: 'a receipt takes one place of the log, and changes each of its entries once',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([entry(ana, bo, '1'), entry(ana, bo, '2'), entry(bo, ana, '3')], 1);
      const first = await store.mark([receipt(bo, ana, ['1'], 'delivered')], 10);
      same(ids(first.changed), ['1'], 'what a first receipt changes');
      same([first.changed[0]?.revision, first.changed[0]?.deliveredAt], [4, 10], 'its place and time');
      const again = await store.mark([receipt(bo, ana, ['1'], 'delivered')], 20);
      same(ids(again.changed), [], 'what the same receipt changes again');
      const [found] = await store.find([{ conversation, id: '1' }]);
      same(found?.deliveredAt, 10, 'the time, which stays');
      const foreign = await store.mark([receipt(bo, ana, ['3', 'none'], 'displayed')], 30);
      same(ids(foreign.changed), [], 'what a receipt for entries of another author, or of nobody, changes');
    },
  },
  {
    name: 'one commit can contain several receipts for one entry',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([entry(ana, bo, '1'), entry(ana, bo, '2')], 1);
      const failed = { ...receipt(bo, ana, ['2'], 'failed'), code: 486 };
      const { changed, growth } = await store.mark(
        [receipt(bo, ana, ['1'], 'delivered'), receipt(bo, ana, ['1', '2'], 'displayed'), failed],
        9,
      );
      same(new Set(ids(changed)).size, 2, 'the number of changed entries');
      const [one, two] = await store.find([
        { conversation, id: '1' },
        { conversation, id: '2' },
      ]);
      const read = new Map([one, two].map((each) => [each?.id, each]));
      same([read.get('1')?.deliveredAt, read.get('1')?.displayedAt], [9, 9], 'the times of the first');
      same(
        [read.get('2')?.displayedAt, read.get('2')?.failedAt, read.get('2')?.failedCode],
        [9, 9, 486],
        'of the second',
      );
      same((growth[0]?.head ?? 0) > (growth[0]?.from ?? 0), true, 'that the log has grown');
    },
  },
  {
    name: 'a receipt up to an entry covers all earlier entries of its author, and no others',
    async run(store) {
      const { ana, bo } = pair();
      await store.append([entry(ana, bo, '1'), entry(bo, ana, '2'), entry(ana, bo, '3'), entry(ana, bo, '4')], 1);
      const { changed } = await store.mark([{ ...receipt(bo, ana, ['3'], 'displayed'), upTo: true }], 2);
      same(ids(changed), ['1', '3'], 'what is displayed');
      same(new Set(changed.map(({ revision }) => revision)).size, 1, 'the number of revisions of one receipt');
      const unknown = await store.mark([{ ...receipt(bo, ana, ['none'], 'displayed'), upTo: true }], 2);
      same(ids(unknown.changed), [], 'what is displayed up to an entry that does not exist');
    },
  },
  {
    name: 'changes are read in their order, and those of one receipt together',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append(
        ['1', '2', '3', '4'].map((id) => entry(ana, bo, id)),
        1,
      );
      await store.mark([receipt(bo, ana, ['4'], 'delivered')], 2);
      await store.mark([receipt(bo, ana, ['1', '2', '3'], 'displayed')], 3);
      same(ids(await changesAfter(store, conversation, ana, 4, 4, 1)), ['4'], 'the first change');
      same(ids(await changesAfter(store, conversation, ana, 4, 5, 1)), ['1', '2', '3'], 'those of one receipt');
      same(ids(await changesAfter(store, conversation, ana, 2, 4, 9)), ['1', '2'], 'those up to a place');
      same(ids(await changesAfter(store, conversation, bo, 4, 0, 9)), [], 'those of another author');
    },
  },
  {
    name: 'several logs are read together, each from its own place and up to the limit',
    async run(store) {
      const [one, other] = [pair(), pair()];
      for (const { ana, bo } of [one, other]) {
        await store.append(
          ['1', '2', '3'].map((id) => entry(ana, bo, id)),
          1,
        );
        await store.mark([receipt(bo, ana, ['1'], 'delivered')], 2);
        await store.mark([receipt(bo, ana, ['2'], 'delivered')], 3);
      }
      const places = [
        { conversation: other.conversation, position: 1, upTo: 9 },
        { conversation: 'nowhere', position: 0, upTo: 9 },
        { conversation: one.conversation, position: 2, upTo: 9 },
        { conversation: one.conversation, position: 0, upTo: 9 },
        { conversation: one.conversation, position: 1, upTo: 2 },
        { conversation: one.conversation, position: 2, upTo: 2 },
      ];
      const read = await store.entriesAfter(places, 2);
      same(read.map(ids), [['2', '3'], [], ['3'], ['1', '2'], ['2'], []], 'what each stretch holds');
      const of = ({ ana, conversation }: typeof one, revision: number) => ({
        conversation,
        author: ana,
        upTo: 3,
        revision,
      });
      const changes = await store.changesAfter([of(other, 4), of(one, 0), of(one, 9)], 1);
      same(changes.map(ids), [['2'], ['3'], []], 'the next change of each');
      const nobody = pair();
      const { growth } = await store.mark([receipt(nobody.bo, nobody.ana, ['1'], 'delivered')], 4);
      same(
        [growth, Array.from(await store.heads([nobody.conversation]))],
        [[], []],
        'what a receipt for nothing makes',
      );
    },
  },
  {
    name: 'devices that sign in together begin at the furthest cursor of their own users',
    async run(store) {
      const [one, other] = [pair(), pair()];
      for (const { ana, bo, conversation } of [one, other]) {
        await store.append([entry(ana, bo, '1'), entry(ana, bo, '2')], 1);
        await store.signIn([{ user: bo, device: 'd1' }], 1);
        await store.saveCursors([{ user: bo, device: 'd1', conversation, position: 1 }]);
      }
      const devices = [one, other, one].map(({ bo }, index) => ({ user: bo, device: `new ${index}` }));
      await store.signIn([...devices, { user: one.ana, device: 'd1' }, ...devices.slice(0, 1)], 2);
      const cursors = await store.cursors([
        ...devices.map((device, index) => ({ ...device, conversation: [one, other, one][index]?.conversation ?? '' })),
        { user: one.ana, device: 'd1', conversation: one.conversation },
      ]);
      same(cursors, [1, 1, 1, 0], 'where the devices begin');
    },
  },
  {
    name: 'cursors move forwards only, each device has its own, and a new one begins at the furthest',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([entry(ana, bo, '1'), entry(ana, bo, '2'), entry(ana, bo, '3')], 1);
      same(await signIn(store, bo, 'd1', 1), [ana], 'who waits for the first device');
      const at = (device: string, position: number) => ({ user: bo, device, conversation, position });
      await store.saveCursors([at('d1', 2), at('d1', 1)]);
      await store.saveCursors([at('d1', 1)]);
      await store.signIn([{ user: bo, device: 'd2' }], 2);
      await store.saveCursors([at('d1', 3)]);
      const of = ['d1', 'd2', 'd3'].map((device) => ({ user: bo, device, conversation }));
      same(await store.cursors(of), [3, 2, 0], 'the cursors');
      same(await signIn(store, bo, 'd1', 3), [], 'who waits for a device that has everything');
      same(await signIn(store, bo, 'd2', 3), [ana], 'who waits for one that lacks something');
      same(await store.cursors(of.slice(1, 2)), [2], 'a cursor after its device has signed in again');
    },
  },
  {
    name: 'the store knows the heads of logs, and when users were last seen',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([entry(ana, bo, '1')], 1);
      same(Array.from(await store.heads([conversation, 'nowhere'])), [[conversation, 1]], 'how far a log goes');
      await store.saveSeen([ana, ana], 20);
      await store.saveSeen([ana], 10);
      same(Array.from(await store.lastSeen([ana, bo])), [[ana, 20]], 'when they were seen last');
    },
  },
  {
    name: 'the store deletes all entries of a user, and old entries, on request',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([entry(ana, bo, '1'), entry(bo, ana, '2')], 1_000);
      await store.signIn([{ user: bo, device: 'old' }], 1_000);
      await store.saveCursors([{ user: bo, device: 'old', conversation, position: 2 }]);
      same(await store.deleteUser(ana), 1, 'the number of deleted entries');
      same(ids(await entriesAfter(store, conversation, 0, 9)), ['2'], 'what is left');
      check((await store.deleteBefore(1_001)) >= 1, 'what is old was not deleted');
      same(ids(await entriesAfter(store, conversation, 0, 9)), [], 'what is left of old entries');
      await store.signIn([{ user: bo, device: 'new' }], 2_000);
      same(await store.cursors([{ user: bo, device: 'new', conversation }]), [2], 'where a new device begins');
      const { stored } = await store.append([entry(ana, bo, '3')], 2_000);
      same(positions(stored), [3], 'the next place, which no entry had before');
    },
  },
  {
    name: 'a reader of the entries after a place misses none of those that many writers store at once',
    async run(store) {
      const { ana, bo, conversation } = pair();
      const writes = Array.from({ length: 60 }, (_, index) =>
        store.append([entry(ana, bo, `a${index}`), entry(bo, ana, `b${index % 30}`)], 1),
      );
      const marks = Array.from({ length: 20 }, (_, index) =>
        store.mark([receipt(bo, ana, [`a${index}`], 'delivered')], 2),
      );
      const seen: string[] = [];
      let cursor = 0;
      let isDone = false;
      const done = finish();
      async function finish(): Promise<void> {
        await Promise.all([...writes, ...marks]);
        isDone = true;
      }
      for (let last = false; ;) {
        const page = await entriesAfter(store, conversation, cursor, 7);
        seen.push(...ids(page));
        cursor = page.at(-1)?.position ?? cursor;
        if (page.length === 0 && last) break;
        last = isDone;
      }
      await done;
      same(seen.length, 90, 'the number of entries that a reader saw');
      same(new Set(seen).size, 90, 'the number of different ones');
    },
  },
];

/** The rules for operations on messages. */
export const operationContract: readonly StoreCase[] = [
  {
    name: 'only the author edits a message, both users react to it, and refused operations are reported',
    async run(store) {
      const { ana, bo } = pair();
      const other = pair();
      await store.append([text(ana, bo, 'm', 'hello'), text(other.ana, other.bo, 'else', 'hello')], 1);
      const { stored, refused } = await store.append(
        [
          operation(ana, bo, 'e1', 'm', 'edit', { body: 'hello again' }),
          operation(bo, ana, 'e2', 'm', 'edit', { body: 'by another' }),
          operation(bo, ana, 'r1', 'm', 'retract'),
          operation(bo, ana, 'react', 'm', 'react', { emojis: ['👍'] }),
          operation(ana, bo, 'e3', 'else', 'edit', { body: 'of others' }),
          operation(ana, bo, 'e4', 'e1', 'edit', { body: 'an edit of an edit' }),
        ],
        2,
      );
      same(ids(stored), ['e1', 'react'], 'what is stored');
      same(
        refused.map(({ id, code }) => [id, code]),
        [
          ['e2', 403],
          ['r1', 403],
          ['e3', 404],
          ['e4', 404],
        ],
        'what is refused',
      );
    },
  },
  {
    name: 'a message and an edit of it can be stored in one commit, and take places in their order',
    async run(store) {
      const { ana, bo, conversation } = pair();
      const { stored } = await store.append(
        [text(ana, bo, 'm', 'hello'), operation(ana, bo, 'e', 'm', 'edit', { body: 'hi' }), text(bo, ana, 'n', 'no')],
        1,
      );
      same(positions(stored), [1, 2, 3], 'their places');
      same(ids(await store.messagesBefore(conversation, undefined, 9)), ['m', 'n'], 'the messages');
      same(ids(await store.operationsOn(conversation, ['m', 'n'])), ['e'], 'the operations');
      const { stored: again } = await store.append([operation(ana, bo, 'e', 'm', 'edit', { body: 'hi' })], 2);
      same(ids(again), [], 'what is stored of the same operation');
    },
  },
  {
    name: 'a retraction erases the text, its edits and what replies quote of it, also in replies that come later',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append(
        [
          text(ana, bo, 'm', 'the secret'),
          operation(ana, bo, 'e', 'm', 'edit', { body: 'the secret, edited' }),
          text(bo, ana, 'reply', 'an answer', 'm'),
          text(ana, bo, 'other', 'it stays'),
        ],
        1,
      );
      await store.append([operation(ana, bo, 'r', 'm', 'retract'), text(bo, ana, 'same', 'in one commit', 'm')], 2);
      const { refused } = await store.append(
        [text(bo, ana, 'late', 'another answer', 'm'), operation(ana, bo, 'e2', 'm', 'edit', { body: 'the secret' })],
        3,
      );
      same(
        refused.map(({ id, code }) => [id, code]),
        [['e2', 410]],
        'what is refused after the retraction',
      );
      const all = (await storedPayloads(store, conversation)).join();
      check(!all.includes('secret'), `a part of the retracted text is stored: ${all}`);
      for (const body of ['an answer', 'it stays', 'in one commit', 'another answer']) {
        check(all.includes(body), `"${body}" is gone, but was not retracted`);
      }
      const read = await entriesAfter(store, conversation, 0, 100);
      same(
        read.filter(({ erased }) => erased).map(({ id }) => id),
        ['m', 'e'],
        'the entries without content',
      );
      same(ids(await store.operationsOn(conversation, ['m'])), ['r'], 'the operations');
    },
  },
  {
    name: 'of the reactions of an author to a message the newest set remains, in whatever order they arrive',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([text(ana, bo, 'm', 'hello')], 1);
      await store.append([react(bo, ana, 'b2', ['🎉'], 2), react(ana, bo, 'a1', ['👍'], 1)], 2);
      await store.append([react(bo, ana, 'b1', ['👎'], 1)], 3);
      same(ids(await store.operationsOn(conversation, ['m'])), ['b2', 'a1'], 'the reactions');
      await store.append([react(bo, ana, 'b3', [], 3)], 4);
      same(ids(await store.operationsOn(conversation, ['m'])), ['a1', 'b3'], 'the reactions after one was taken back');
      const all = (await storedPayloads(store, conversation)).join();
      check(!all.includes('👎') && !all.includes('🎉'), 'reactions that were replaced are stored still');
    },
  },
  {
    name: 'a receipt up to a message covers messages only; a receipt of an edit covers that edit',
    async run(store) {
      const { ana, bo } = pair();
      await store.append(
        [
          text(ana, bo, 'm', 'hello'),
          operation(ana, bo, 'e', 'm', 'edit', { body: 'hi' }),
          text(ana, bo, 'n', 'and this'),
        ],
        1,
      );
      const { changed } = await store.mark([{ ...receipt(bo, ana, ['n'], 'displayed'), upTo: true }], 2);
      same(ids(changed), ['m', 'n'], 'what is displayed');
      same(ids((await store.mark([receipt(bo, ana, ['e'], 'delivered')], 3)).changed), ['e'], 'what is delivered');
    },
  },
  {
    name: 'with the messages of a user, or with old ones, the store deletes their operations and quotes',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append(
        [
          text(ana, bo, 'm', 'the secret'),
          operation(bo, ana, 'react', 'm', 'react', { emojis: ['👍'] }),
          text(bo, ana, 'reply', 'an answer', 'm'),
        ],
        5_000,
      );
      same(await store.deleteUser(ana), 1, 'the number of deleted entries');
      same(ids(await entriesAfter(store, conversation, 0, 9)), ['reply'], 'what is left');
      check(
        !(await storedPayloads(store, conversation)).join().includes('secret'),
        'a quote of a deleted user is stored',
      );
      await store.append([text(ana, bo, 'old', 'old')], 5_000);
      await store.append([operation(bo, ana, 'new', 'old', 'react', { emojis: ['👍'] })], 9_000);
      await store.deleteBefore(6_000);
      same(ids(await entriesAfter(store, conversation, 0, 9)), [], 'what is left of what is about old messages');
    },
  },
  {
    name: 'a retraction erases every edit, also those that other writers store at the same moment',
    async run(store) {
      const { ana, bo, conversation } = pair();
      await store.append([text(ana, bo, 'm', 'the secret')], 1);
      const edits = Array.from({ length: 20 }, (_, index) =>
        store.append([operation(ana, bo, `e${index}`, 'm', 'edit', { body: `the secret ${index}` }, index)], 2),
      );
      const retraction = store.append([operation(ana, bo, 'r', 'm', 'retract', {}, 99)], 3);
      const more = Array.from({ length: 20 }, (_, index) =>
        store.append([operation(ana, bo, `l${index}`, 'm', 'edit', { body: `the secret ${index}` }, index)], 4),
      );
      await Promise.all([...edits, retraction, ...more]);
      const all = (await storedPayloads(store, conversation)).join();
      check(!all.includes('secret'), 'an edit of a retracted message is stored');
    },
  },
];
