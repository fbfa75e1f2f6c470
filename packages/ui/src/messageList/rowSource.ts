import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import { isHeldBack } from '../deliveryTicks/tickState.ts';
import { areGrouped, isSameDay } from './grouping.ts';
import type { Mark } from './mark.ts';

/** What a row shows of a conversation, besides words and names. */
export interface RowView {
  readonly record: MessageRecord;
  /** It belongs to the group of the message before it, */
  readonly joinsPrevious: boolean;
  /** and of the one after it. */
  readonly joinsNext: boolean;
  /** It is the first of its day. */
  readonly startsDay: boolean;
  /** It waits for the connection. */
  readonly waiting: boolean;
  /** It was looked for just now. */
  readonly found: boolean;
}

/** Which message a row shows, and between which it stands. */
export interface RowPlace {
  readonly id: string;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  /** How far apart messages of one group are at most, in ms. */
  readonly groupGap: number;
}

/** A row as a store: one subscription for all that it shows. */
export interface RowSource {
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object until something in it is another; undefined where there is no such message. */
  readonly get: () => RowView | undefined;
}

/** Looks at a message, at those beside it, at the connection and at the mark. */
export function createRowSource(
  { messages, store }: InstantMessagingFlow,
  mark: Mark,
  { id, previous, next, groupGap }: RowPlace,
): RowSource {
  let view: RowView | undefined;
  const of = (neighbour: string | undefined): MessageRecord | undefined =>
    neighbour === undefined ? undefined : messages.get(neighbour);

  return {
    subscribe(listener) {
      const stops = [mark.subscribe(listener)];
      for (const each of [id, previous, next]) {
        if (each !== undefined) stops.push(messages.store(each).subscribe(listener));
      }
      stops.push(
        store.subscribe((now, before) => {
          if (now.suspended !== before.suspended) listener();
        }),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
    get() {
      const record = messages.get(id);
      if (!record) return (view = undefined);
      const [older, newer] = [of(previous), of(next)];
      const now: RowView = {
        record,
        joinsPrevious: areGrouped(older, record, groupGap),
        joinsNext: areGrouped(record, newer, groupGap),
        startsDay: !older || !isSameDay(older, record),
        waiting: isHeldBack(record.status, store.getState()),
        found: mark.isOn(id),
      };
      if (!view || !isSame(view, now)) view = now;
      return view;
    },
  };
}

function isSame(one: RowView, other: RowView): boolean {
  for (const key in one) {
    if (one[key as keyof RowView] !== other[key as keyof RowView]) return false;
  }
  return true;
}
