/** Searches the messages of a conversation, as an external store for `useFind`. */

import { createTextMatcher, type InstantMessagingFlow, type MessageRecord, type SortKey } from '@imflow/core';

/** The longest time that a search runs without yielding to the page, in ms. */
const MAX_WORK = 8;
/** The least time between two updates while the storage is searched, in ms. */
const UPDATE_INTERVAL = 100;

/** The results of a search so far. */
export interface FindState {
  /** The text of the search. Empty: there is no search. */
  readonly query: string;
  /** The ids of the messages that contain it, newest first. Older ones may follow while it is `searching`. */
  readonly matches: readonly string[];
  /** The current match. */
  readonly current: string | undefined;
  /** The index of `current` among the matches, from 1 for the newest; 0 without a match. */
  readonly position: number;
  readonly searching: boolean;
  /** The storage, or the history on the server, could not be searched to its end. */
  readonly failed: boolean;
}

/** A search in one conversation, as an external store. */
export interface Finder {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => FindState;
  /** Subscribes to the conversation. Returns a function that unsubscribes, and ends the search. */
  readonly attach: () => () => void;
  readonly find: (query: string) => void;
  /** Makes the next older match the current one; after the oldest one, the newest. */
  readonly next: () => void;
  /** Makes the next newer match the current one; after the newest one, the oldest. */
  readonly previous: () => void;
}

const NOTHING: FindState = { query: '', matches: [], current: undefined, position: 0, searching: false, failed: false };

/**
 * Creates the search of a conversation. It tests the messages that are loaded, then those in the storage, then asks the
 * server for older ones, from the newest to the oldest, in parts between which it yields to the page. New, changed and
 * removed messages update the matches.
 */
export function createFinder(flow: InstantMessagingFlow): Finder {
  const listeners = new Set<() => void>();
  let state = NOTHING;
  let run: object | undefined;
  let matches = createTextMatcher('');
  /** Whether a record matches. Records are immutable. */
  let known = new WeakMap<MessageRecord, boolean>();
  let loaded: readonly string[] = [];
  /** The stored matches that were not loaded when they were found, newest first. */
  let stored: SortKey[] = [];
  /** The ids of the matches that only the server had when they were found, newest first. */
  let archived: string[] = [];
  /** Changed messages that are not loaded: their stored records may be older. */
  let changed = new Set<string>();
  let place = 0;
  let isFollowing = false;
  let isStale = false;

  function set(changes: Partial<FindState>): void {
    state = { ...state, ...changes };
    for (const listener of listeners) listener();
  }

  function doesMatch(record: MessageRecord | undefined): boolean {
    if (!record) return false;
    const answer = known.get(record) ?? matches(record);
    known.set(record, answer);
    return answer;
  }

  function isAway(id: string): boolean {
    return flow.messages.get(id) === undefined;
  }

  /** Publishes the matches. If the current match disappears, the next one becomes current. */
  function publish(changes: Partial<FindState> = {}): void {
    const first = stored.findIndex(({ id }) => isAway(id));
    const all = [...loaded, ...(first < 0 ? [] : stored.slice(first).map(({ id }) => id)), ...archived.filter(isAway)];
    const at = state.current === undefined ? -1 : all.indexOf(state.current);
    place = at < 0 ? Math.min(place, Math.max(all.length - 1, 0)) : at;
    set({ matches: all, current: all[place], position: all.length === 0 ? 0 : place + 1, ...changes });
  }

  /** Tests the loaded messages; changed ones are tested again. */
  async function lookThroughLoaded(thisRun: object): Promise<void> {
    do {
      isStale = false;
      const found: string[] = [];
      const { order } = flow.messages;
      let since = performance.now();
      for (let index = order.length - 1; index >= 0; index -= 1) {
        const id = order.at(index) ?? '';
        if (doesMatch(flow.messages.get(id))) found.push(id);
        if (index % 64 === 0 && performance.now() - since > MAX_WORK) {
          await nextTask();
          if (run !== thisRun) return;
          since = performance.now();
        }
      }
      loaded = found;
    } while (isStale);
  }

  function oldestLoaded(): SortKey | undefined {
    const record = flow.messages.get(flow.messages.order.at(0) ?? '');
    return record && { order: record.order, id: record.id };
  }

  /**
   * Searches part by part, until no part is left or a different search begins.
   * @param next searches the part before a cursor, adds what it finds, and returns the next cursor.
   */
  async function lookThroughParts<C>(
    thisRun: object,
    from: C | undefined,
    next: (before: C | undefined) => Promise<{ readonly found: number; readonly before: C | undefined }>,
  ): Promise<void> {
    let publishedAt = 0;
    let at = from;
    for (;;) {
      const { found, before } = await next(at);
      if (run !== thisRun || before === undefined) return;
      at = before;
      if (found > 0 && performance.now() - publishedAt > UPDATE_INTERVAL) {
        publishedAt = performance.now();
        publish();
      }
      await nextTask();
      if (run !== thisRun) return;
    }
  }

  function lookThroughStored(thisRun: object, text: string): Promise<void> {
    return lookThroughParts(thisRun, oldestLoaded(), async (before) => {
      const part = await flow.searchStored(text, before);
      if (run === thisRun) stored.push(...part.matches.filter(({ id }) => !changed.has(id)));
      return { found: part.matches.length, before: part.next };
    });
  }

  /** Searches on the server. Its matches in stored messages are ignored, since the records of this device are newer. */
  function lookThroughArchive(thisRun: object, text: string): Promise<void> {
    const here = new Set([...stored.map(({ id }) => id), ...changed]);
    return lookThroughParts(thisRun, undefined as string | undefined, async (before) => {
      const part = await flow.searchHistory(text, before);
      if (run === thisRun) archived.push(...part.messageIds.filter((id) => !here.has(id) && isAway(id)));
      return { found: part.messageIds.length, before: part.next };
    });
  }

  async function search(text: string): Promise<void> {
    const thisRun = {};
    run = thisRun;
    await lookThroughLoaded(thisRun);
    if (run !== thisRun) return;
    publish();
    let failed = false;
    try {
      await lookThroughStored(thisRun, text);
      if (run !== thisRun) return;
      // Publishes the matches so far, since the server may be slow.
      publish();
      await lookThroughArchive(thisRun, text);
    } catch {
      failed = true;
    }
    if (run === thisRun) publish({ searching: false, failed });
  }

  /** Tests changed messages again. Combines several changes at once. */
  async function follow(): Promise<void> {
    isStale = true;
    const thisRun = run;
    if (!thisRun || isFollowing) return;
    isFollowing = true;
    await nextTask();
    if (run === thisRun) await lookThroughLoaded(thisRun);
    isFollowing = false;
    if (run === thisRun) publish();
    if (isStale) void follow();
  }

  function followStored(message: MessageRecord): void {
    if (flow.messages.get(message.id) === undefined) {
      changed.add(message.id);
      stored = stored.filter(({ id }) => id !== message.id);
      archived = archived.filter((id) => id !== message.id);
      if (doesMatch(message)) stored = insert(stored, message);
    }
    void follow();
  }

  function find(query: string): void {
    const text = query.trim();
    if (text === state.query.trim() && run) return set({ query });
    [matches, known, changed, place] = [createTextMatcher(text), new WeakMap(), new Set(), 0];
    [loaded, stored, archived] = [[], [], []];
    run = undefined;
    set({ ...NOTHING, query, searching: text !== '' });
    if (text !== '') void search(text);
  }

  function go(step: number): void {
    const { length } = state.matches;
    if (length === 0) return;
    // While older messages are searched, the oldest known match is not the last one: the steps do not wrap around.
    place = state.searching ? Math.min(Math.max(place + step, 0), length - 1) : (place + step + length) % length;
    set({ current: state.matches[place], position: place + 1 });
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => state,
    attach() {
      const stops = [
        flow.store.subscribe((now, before) => {
          if (now.orderRevision !== before.orderRevision) void follow();
        }),
        flow.on('messageChanged', ({ message }) => followStored(message)),
      ];
      // StrictMode runs effects twice.
      const { query } = state;
      if (query.trim() !== '' && !run) {
        state = NOTHING;
        find(query);
      }
      return () => {
        run = undefined;
        for (const stop of stops) stop();
      };
    },
    find,
    next: () => go(1),
    previous: () => go(-1),
  };
}

/** Adds a message to others that are sorted from the newest to the oldest. */
function insert(sorted: readonly SortKey[], { order, id }: SortKey): SortKey[] {
  const at = sorted.findIndex((each) => each.order < order || (each.order === order && each.id < id));
  return sorted.toSpliced(at < 0 ? sorted.length : at, 0, { order, id });
}

interface Yielding {
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/** Yields to the page. */
function nextTask(): Promise<void> {
  const { scheduler } = globalThis as Yielding;
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}
