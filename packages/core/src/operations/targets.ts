/** Stored messages that are not loaded, and that waiting operations change or whose changes are not stored. */

import { compareKeys } from '../collections/keyedQueue.ts';
import { find, itemsFrom, put, remove, type SortedList } from '../collections/sortedList.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { revisionIds } from '../messages/revisions.ts';

export interface OperationTargets {
  /** Sorted by id. */
  readonly records: SortedList<MessageRecord>;
  /** The ids of their messages and revisions, each with that of its record; sorted. */
  readonly links: SortedList<Link>;
}

type Link = readonly [revision: string, recordId: string];

export const noOperationTargets: OperationTargets = { records: [], links: [] };

/** Returns the record with an id. */
export function targetWithId({ records }: OperationTargets, id: string): MessageRecord | undefined {
  return find(records, (other) => compareKeys(other.id, id));
}

/** The ids of the records whose message or revision has this id. */
export function targetsWithRevision({ links }: OperationTargets, revision: string): readonly string[] {
  const found: string[] = [];
  for (const [other, recordId] of itemsFrom(links, ([name]) => (name < revision ? -1 : 1))) {
    if (other !== revision) break;
    found.push(recordId);
  }
  return found;
}

/** Adds a record, or replaces the one with its id; undefined removes it. Returns the same if nothing changes. */
export function withTarget(targets: OperationTargets, id: string, record: MessageRecord | undefined): OperationTargets {
  const known = targetWithId(targets, id);
  if (known === record) return targets;
  let { links } = targets;
  for (const link of linksOf(known)) links = remove(links, (other) => compareLinks(other, link));
  for (const link of linksOf(record)) links = put(links, link, compareLinks);
  const records =
    record === undefined
      ? remove(targets.records, (other) => compareKeys(other.id, id))
      : put(targets.records, record, (one, other) => compareKeys(one.id, other.id));
  return { records, links };
}

function linksOf(record: MessageRecord | undefined): readonly Link[] {
  return record === undefined ? [] : revisionIds(record).map((revision) => [revision, record.id]);
}

function compareLinks(one: Link, other: Link): number {
  return compareKeys(one[0], other[0]) || compareKeys(one[1], other[1]);
}
