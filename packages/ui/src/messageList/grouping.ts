/** Groups consecutive messages of one author. */

import type { MessageRecord } from '@imflow/react';
import { dayOf, timeOf } from './dates.ts';

/** Messages of one author within this time of each other form a group, in ms. */
export const GROUP_GAP: number = 5 * 60_000;

/** Whether two neighbouring messages belong to one group of bubbles. */
export function areGrouped(older: MessageRecord | undefined, newer: MessageRecord | undefined, gap: number): boolean {
  return (
    older !== undefined &&
    newer !== undefined &&
    older.sender === newer.sender &&
    timeOf(newer) - timeOf(older) <= gap &&
    isSameDay(older, newer) &&
    !hasFailed(older) &&
    !hasFailed(newer)
  );
}

/** Whether two messages show the same day. */
export function isSameDay(older: MessageRecord, newer: MessageRecord): boolean {
  return Object.is(dayOf(timeOf(older)), dayOf(timeOf(newer)));
}

/** Whether a message shows a failure line. */
export function hasFailed({ status }: MessageRecord): boolean {
  return status === 'failed' || status === 'undeliverable';
}
