/** The sessions of a node: stores their frames and forwards them to the participants. */

import type { BusMessage, FromNode } from './bus/bus.ts';
import { createCursorWriter } from './cursorWriter.ts';
import { createGroupCommit } from './groupCommit.ts';
import { type EntryFrame, isSameContent, newEntry } from './payload.ts';
import type { Metrics } from './metrics.ts';
import { createReads, type Reads } from './reads.ts';
import { createPresence, type Presence } from './presence.ts';
import type { ChatServerOptions, Logger } from './options.ts';
import type { Session } from './session.ts';
import {
  conversationOf,
  nameOf,
  type Cursor,
  type Device,
  type EntryStatus,
  type Growth,
  type NewEntry,
  type NewReceipt,
  type Store,
  type StoredEntry,
} from './store/store.ts';
import type { ClientFrame } from '@imflow/websocket';

type ReceiptFrame = Extract<ClientFrame, { readonly type: 'receipt' }>;
type ComposingFrame = Extract<ClientFrame, { readonly type: 'composing' }>;

/** The most writes in one commit. */
const MAX_BATCH = 500;

/** What a commit stores. */
type Write =
  | { readonly entry: NewEntry; readonly receipt?: undefined }
  | { readonly entry?: undefined; readonly receipt: NewReceipt };

type Appended = Awaited<ReturnType<Store['append']>>;
type Marked = Awaited<ReturnType<Store['mark']>>;
const NOTHING: Appended & Marked = { stored: [], growth: [], refused: [], changed: [] };

/** What happened to an entry: its place, or why it is not stored, as in `docs/protocol.md`. */
export type Acceptance = { readonly position: number; readonly at: number } | { readonly code: 403 | 404 | 409 | 410 };

/** The sessions of a node, and everything that they exchange. */
export interface Hub {
  readonly presence: Presence;
  readonly reads: Pick<Reads, 'entriesAfter' | 'changesAfter' | 'lastSeen'>;
  add(session: Session): void;
  remove(session: Session): void;
  /** Stores a message, or an operation on one. */
  append(author: string, device: string, frame: EntryFrame): Promise<Acceptance>;
  mark(user: string, frame: ReceiptFrame): Promise<void>;
  composing(from: string, frame: ComposingFrame): void;
  /** A session opened or closed the conversation with a participant. */
  watch(participant: string, session: Session): void;
  unwatch(participant: string, session: Session): void;
  /** Saves a cursor that has moved, a little later. */
  saveCursor(cursor: Cursor): void;
  /** A device signs in. Resolves with the participants of whom something waits for it. */
  signIn(device: Device): Promise<readonly string[]>;
  /** How far the logs of conversations go, and the cursors of devices, read together with those of others. */
  cursor(of: Omit<Cursor, 'position'>): Promise<{ readonly cursor: number; readonly head: number }>;
  receive(text: string): void;
  /** Reads the ends of all open logs again, since every bus may lose messages without a notice. */
  refresh(): void;
  /** The bus begins to carry messages: those before may be lost, in both directions. */
  resubscribed(): void;
  /** Resolves once all that was accepted is stored. */
  idle(): Promise<void>;
}

export interface HubOptions extends Pick<ChatServerOptions, 'store'> {
  readonly onOffline: ChatServerOptions['onOffline'] | undefined;
  readonly metrics: Metrics;
  readonly node: string;
  /** Sends a text to the other nodes, if there can be any. */
  readonly publish: (write: () => string) => void;
  readonly logger: Logger;
  readonly now: () => number;
}

export function createHub({ store, metrics, onOffline, node, publish, logger, now }: HubOptions): Hub {
  const sessions = new Map<string, Set<Session>>();
  /** By participant: the sessions that have a conversation with them open. */
  const watchers = new Map<string, Set<Session>>();
  let isRefreshing = false;
  let isRefreshWanted = false;
  const post = (message: BusMessage): void => publish(() => JSON.stringify({ ...message, node }));
  const presence = createPresence(post, (user, available) => {
    if (!available) saveSeen(user);
    for (const session of watchers.get(user) ?? []) {
      session.sendPresence(user, available, available ? undefined : now());
    }
  });

  // Messages and receipts share commits: the frames of a commit leave in one write to the socket, which is the most
  // expensive part of a frame.
  const commits = createGroupCommit<Write, Acceptance | undefined>({
    maxItems: MAX_BATCH,
    keyOf: ({ entry }) => entry && nameOf(entry),
    async commit(batch) {
      const entries = batch.flatMap(({ entry }) => entry ?? []);
      const receipts = batch.flatMap(({ receipt }) => receipt ?? []);
      const at = now();
      const [appended, marked] = await allDone<Appended, Marked>(
        entries.length === 0 ? NOTHING : store.append(entries, at),
        receipts.length === 0 ? NOTHING : store.mark(receipts, at),
      );
      const { stored, refused } = appended;
      const news = new Map(stored.map((entry) => [nameOf(entry), entry]));
      const repeated = entries.filter((entry) => !news.has(nameOf(entry)));
      const found = repeated.length === 0 ? [] : await store.find(repeated);
      const before = new Map(found.map((entry) => [nameOf(entry), entry]));
      if (entries.length > 0) metrics.committed(entries.length);
      distribute([...entries, ...receipts], joined(appended.growth, marked.growth), stored, marked.changed);
      return batch.map(({ entry }) => {
        if (entry === undefined) return undefined;
        const name = nameOf(entry);
        const kept = news.get(name) ?? before.get(name);
        if (kept !== undefined && (news.has(name) || isSameContent(kept, entry))) {
          return { position: kept.position, at: kept.at };
        }
        const refusal = refused.find(({ conversation, id }) => conversation === entry.conversation && id === entry.id);
        return { code: refusal?.code ?? 409 };
      });
    },
  });

  const cursors = createCursorWriter(store, (error) => logger.warn({ error }, 'cursors were not saved'));

  const reads = createReads(store, now);

  function all(): Session[] {
    return Array.from(sessions.values()).flatMap((own) => Array.from(own));
  }

  function saveSeen(user: string): void {
    reads.saveSeen(user).catch((error: unknown) => logger.warn({ error }, 'lastSeen was not saved'));
  }

  /** Sends committed entries to the sessions of this node, and a hint to the other nodes. */
  function distribute(
    writes: readonly (NewEntry | NewReceipt)[],
    growth: readonly Growth[],
    stored: readonly (StoredEntry & { readonly conversation: string })[],
    changed: readonly (EntryStatus & { readonly conversation: string })[],
  ): void {
    const users = new Map(writes.map((write) => [write.conversation, write.users]));
    const storedBy = groupByConversation(stored);
    const changedBy = groupByConversation(changed);
    for (const each of growth) {
      const pair = users.get(each.conversation);
      if (pair === undefined) continue;
      const entries = storedBy.get(each.conversation) ?? [];
      const statuses = changedBy.get(each.conversation) ?? [];
      for (const user of pair) {
        const other = pair[0] === user ? pair[1] : pair[0];
        for (const session of sessions.get(user) ?? []) session.offer(other, each, entries, statuses);
      }
      if (entries.length > 0 || statuses.length > 0) post({ type: 'grown', users: pair, head: each.head });
    }
  }

  async function readAgain(): Promise<void> {
    const members = all();
    const open = members.flatMap((session) => session.openConversations);
    const names = Array.from(new Set(open.map(({ conversation }) => conversation)));
    for (let start = 0; start < names.length; start += 1_000) {
      const heads = await store.heads(names.slice(start, start + 1_000));
      for (const watch of open) {
        const head = heads.get(watch.conversation);
        if (head !== undefined) watch.hint(head);
      }
    }
    for (let start = 0; start < members.length; start += 1_000) {
      const some = members.slice(start, start + 1_000);
      const waiting = await store.waiting(some.map(({ user, device }) => ({ user, device })));
      some.forEach((session, index) => {
        for (const other of waiting[index] ?? []) session.hint(other, 0);
      });
    }
  }

  /** Starts again after the current read, which may have read too early. */
  function readAll(): void {
    isRefreshWanted = true;
    if (!isRefreshing) void keepReading();
  }

  async function keepReading(): Promise<void> {
    isRefreshing = true;
    while (isRefreshWanted) {
      isRefreshWanted = false;
      try {
        await readAgain();
      } catch (error) {
        logger.warn({ error }, 'conversations were not read again');
      }
    }
    isRefreshing = false;
  }

  function receive(text: string): void {
    let message: FromNode;
    try {
      message = JSON.parse(text) as FromNode;
    } catch {
      logger.warn({}, 'the bus carried something that is not JSON');
      return;
    }
    if (message.node === node) return;
    switch (message.type) {
      case 'grown':
        for (const user of message.users) {
          const other = message.users[0] === user ? message.users[1] : message.users[0];
          for (const session of sessions.get(user) ?? []) session.hint(other, message.head);
        }
        return;
      case 'composing':
        for (const session of sessions.get(message.to) ?? []) session.sendComposing(message.from, message);
        return;
      case 'signedIn':
        for (const session of Array.from(sessions.get(message.user) ?? [])) {
          if (session.device === message.device) session.replace();
        }
        return;
      case 'who':
        readAll();
        presence.receive(message);
        return;
      case 'present':
      case 'gone':
      case 'alive':
        presence.receive(message);
    }
  }

  return {
    presence,
    reads,
    add(session) {
      const own = sessions.get(session.user) ?? new Set<Session>();
      sessions.set(session.user, own);
      for (const other of Array.from(own)) if (other.device === session.device) other.replace();
      own.add(session);
      post({ type: 'signedIn', user: session.user, device: session.device });
      presence.enter(session.user);
    },
    remove(session) {
      const own = sessions.get(session.user);
      if (own?.delete(session) !== true) return;
      if (own.size === 0) sessions.delete(session.user);
      presence.leave(session.user);
      // Its device may reconnect to another node.
      void cursors.flush();
    },
    async append(author, device, frame) {
      const acceptance = (await commits.add({ entry: newEntry(author, device, frame) })) ?? { code: 409 };
      if ('position' in acceptance && frame.type === 'message' && !presence.isAvailable(frame.to)) {
        const { to, id, contentType, body } = frame;
        try {
          onOffline?.({ from: author, to, messageId: id, contentType, body });
        } catch (error) {
          logger.error({ error }, 'onOffline threw');
        }
      }
      return acceptance;
    },
    watch(participant, session) {
      watchers.set(participant, (watchers.get(participant) ?? new Set()).add(session));
    },
    unwatch(participant, session) {
      const own = watchers.get(participant);
      own?.delete(session);
      if (own?.size === 0) watchers.delete(participant);
    },
    async mark(user, { to, id, outcome, upTo = false, ids, code }) {
      const { conversation, users } = conversationOf(user, to);
      const named = ids === undefined ? [id] : [...ids.filter((each) => each !== id), id];
      const isUpTo = upTo && ids === undefined;
      await commits.add({ receipt: { conversation, users, author: to, ids: named, outcome, upTo: isUpTo, code } });
    },
    composing(from, { to, state, refresh, frameSequence }) {
      const said = { type: 'composing', from, to, state, refresh, frameSequence } as const;
      for (const session of sessions.get(to) ?? []) session.sendComposing(from, said);
      post(said);
    },
    saveCursor: (cursor) => cursors.save(cursor),
    async signIn(device) {
      await cursors.settle(device.user);
      return reads.signIn(device);
    },
    async cursor(of) {
      await cursors.settle(of.user);
      return reads.cursor(of);
    },
    receive,
    refresh: readAll,
    resubscribed() {
      presence.ask();
      readAll();
    },
    async idle() {
      await Promise.all([commits.idle(), cursors.flush()]);
    },
  };
}

function groupByConversation<T extends { readonly conversation: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.conversation);
    if (group === undefined) groups.set(item.conversation, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * As \`Promise.all\`; but where one fails, the other is waited for too, so that no write is pending after a failure.
 */
async function allDone<A, B>(one: A | Promise<A>, other: B | Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** The growth of logs by two commits, of which either may have been the first: one step where they touch. */
function joined(one: readonly Growth[], other: readonly Growth[]): readonly Growth[] {
  if (one.length === 0 || other.length === 0) return [...one, ...other];
  const all: Growth[] = [];
  for (const steps of groupByConversation([...one, ...other]).values()) {
    for (const step of steps.toSorted((left, right) => left.head - right.head)) {
      const last = all.at(-1);
      if (last?.conversation === step.conversation && last.head === step.from)
        all[all.length - 1] = { ...step, from: last.from };
      else all.push(step);
    }
  }
  return all;
}
