/** Merges pages of the server's history into the messages that are known. */

import { ackOrDefer, rejectionKey } from '../receipts/acks.ts';
import { advanceReadMarkers, recordOf, setState, type Transaction } from '../engine/transaction.ts';
import type { IncomingMessage } from '../ports/transport.ts';
import { copyName } from './historyBatches.ts';
import { findDuplicate, ingest, type MessageSource, progressEcho } from './ingest.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isPlaced } from '../messages/messageStatus.ts';
import { compareSortKeys } from '../messages/sortKey.ts';
import { lowerBound } from '../collections/sortedList.ts';
import { countUnread } from '../receipts/outgoing.ts';
import { setSortKeys, type SortKeyRun } from './sortKeyGaps.ts';
import { firstSortKey, sortKeysAfter, sortKeysBefore, takeSortKey } from './sortKeys.ts';

/**
 * Merges messages in the server's order. New messages go between their neighbours. So do the known ones that are out of
 * this order; as many as possible keep their places, since a page says nothing of what lies outside of it. Own messages
 * that still wait have no place on the network and are not moved. Where the transport has a message twice, as after a
 * retry, its first place counts.
 * @param after messages before these ones, which have been merged.
 */
export function merge(
  tx: Transaction,
  snapshot: readonly IncomingMessage[],
  arrival: MessageSource,
  after: readonly IncomingMessage[] = [],
): void {
  // Own messages that waited have a place now.
  for (const message of snapshot) {
    const record = findDuplicate(tx, message);
    if (record?.direction === 'outgoing') progressEcho(tx, record);
  }
  const messages = withoutRepetitions(tx, snapshot);
  const known = messages.map((message) => findDuplicate(tx, message));
  let low = lastOrder(tx, after);
  const kept = inOrder(known.map((record) => (record !== undefined && record.order > low ? record : undefined)));
  // Also copies of known messages: a transport may not know which messages it has delivered, and waits for each ack.
  const confirm = ({ messageId }: IncomingMessage, record: MessageRecord | undefined): void => {
    if (arrival !== 'older') ackOrDefer(tx, { id: record?.id ?? rejectionKey(messageId), messageId });
  };
  const runs = runsWithoutPlace(kept);
  let run: KeyRun | undefined;
  messages.forEach((message, index) => {
    const order = (): number => {
      // The next planned key of a run, unless a different message came between.
      if (run === undefined || run.given === 0 || lastKey(run) !== low) {
        const count = runs[index] ?? 1;
        const following = recordOf(tx, kept[index + count]?.id ?? '');
        run = planKeys(tx, low, following, count, arrival);
      }
      if (run === undefined) return takeSortKey(tx);
      run.given += 1;
      return lastKey(run);
    };
    const added = ingest(tx, message, arrival, order);
    const record = recordOf(tx, (known[index] ?? added)?.id ?? '');
    confirm(message, record);
    if (record === undefined) return;
    if (known[index] !== kept[index]) {
      // The message may now lie among the loaded ones: it is loaded from now on.
      tx.storedOnly.delete(record.id);
      setSortKeys(tx, new Map([[record, order()]]));
    }
    low = recordOf(tx, record.id)?.order ?? low;
  });
  const taken = new Set(messages);
  for (const message of snapshot) if (!taken.has(message)) confirm(message, findDuplicate(tx, message));
  // A moved message may now precede messages that the user has seen.
  if (arrival !== 'older') setState(tx, { unreadCount: countUnread(tx) });
}

/** The highest order of placed messages; `-Infinity` without any. */
function lastOrder(tx: Transaction, messages: readonly IncomingMessage[]): number {
  const records = messages.map((message) => findDuplicate(tx, message)).filter((record) => record !== undefined);
  return Math.max(-Infinity, ...records.filter(isPlaced).map(({ order }) => order));
}

/** The longest part of the records that is in order (patience sorting); the others are left out. */
function inOrder(records: readonly (MessageRecord | undefined)[]): readonly (MessageRecord | undefined)[] {
  interface Link {
    readonly record: MessageRecord;
    readonly index: number;
    readonly previous: Link | undefined;
  }
  /** By length, the part in order that ends earliest. */
  const parts: Link[] = [];
  records.forEach((record, index) => {
    if (record === undefined) return;
    const length = lowerBound(parts, (part) => (compareSortKeys(part.record, record) > 0 ? 1 : -1));
    parts[length] = { record, index, previous: parts[length - 1] };
  });
  const kept: (MessageRecord | undefined)[] = records.map(() => undefined);
  for (let last = parts.at(-1); last !== undefined; last = last.previous) kept[last.index] = last.record;
  return kept;
}

/** Sort keys at equal distances for messages that come next to each other. */
interface KeyRun extends SortKeyRun {
  given: number;
}

function lastKey({ first, step, given }: KeyRun): number {
  return first + (given - 1) * step;
}

/** Keys for `count` new messages behind `low` and before the following one; undefined: behind everything. */
function planKeys(
  tx: Transaction,
  low: number,
  following: MessageRecord | undefined,
  count: number,
  arrival: MessageSource,
): KeyRun | undefined {
  if (following !== undefined && following.order > low) {
    return { ...sortKeysBefore(tx, following.order, count), given: 0 };
  }
  if (low === -Infinity) {
    return arrival === 'older' ? { first: firstSortKey(tx) - count, step: 1, given: 0 } : undefined;
  }
  const run = sortKeysAfter(tx, low, count);
  return run && { ...run, given: 0 };
}

/** For each message without a place, the number of messages up to the next one that has a place. */
function runsWithoutPlace(kept: readonly (MessageRecord | undefined)[]): readonly number[] {
  const runs: number[] = [];
  for (let index = kept.length - 1, run = 0; index >= 0; index -= 1) {
    run = kept[index] === undefined ? run + 1 : 0;
    runs[index] = run;
  }
  return runs;
}

/** A message that is known from a different archive position, or that was seen before, does not define the order. */
function withoutRepetitions(tx: Transaction, messages: readonly IncomingMessage[]): readonly IncomingMessage[] {
  const named = new Set<string>();
  return messages.filter((message) => {
    const position = findDuplicate(tx, message)?.position ?? message.position;
    const name = copyName(message);
    const isRepetition = named.has(name) || (message.position !== undefined && message.position !== position);
    named.add(name);
    return !isRepetition;
  });
}

/** A page from before all that is known. It counts as read; returns how many messages are new. */
export function mergeOlder(tx: Transaction, messages: readonly IncomingMessage[]): number {
  const { get, order: view } = tx.context.table;
  merge(tx, messages, 'older');
  let first = Infinity;
  for (const id of view) {
    first = Math.min(first, recordOf(tx, id)?.order ?? first);
    if (!tx.changes.has(id)) break;
  }
  const added = Array.from(tx.changes.values()).filter(
    (record) => record !== undefined && get(record.id) === undefined,
  );
  let displayedOrder = -Infinity;
  for (const record of added) {
    const order = record?.order ?? first;
    if (order < first) displayedOrder = Math.max(displayedOrder, order);
  }
  advanceReadMarkers(tx, { displayedOrder });
  setState(tx, { unreadCount: countUnread(tx) });
  return added.length;
}
