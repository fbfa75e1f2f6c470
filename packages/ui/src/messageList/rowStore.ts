/** The external store of one row. */

import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import { isPending } from '../deliveryTicks/tickState.ts';
import { areGrouped, isSameDay } from './grouping.ts';
import type { MessageListParts } from './MessageListContext.ts';

/** The data that a row shows. */
export interface RowView {
  readonly record: MessageRecord;
  /** Whether it belongs to the group of the message before it. */
  readonly joinsPrevious: boolean;
  /** Whether it belongs to the group of the message after it. */
  readonly joinsNext: boolean;
  /** Whether it is the first message of its day. */
  readonly startsDay: boolean;
  /** Whether it waits until it can be sent. */
  readonly waiting: boolean;
  readonly highlighted: boolean;
  /** The message that it replies to, if it is loaded. */
  readonly quoted: MessageRecord | undefined;
}

/** A row as an external store: one subscription for everything that the row shows. */
export interface RowStore {
  readonly subscribe: (listener: () => void) => () => void;
  /** Returns the same object until something in it changes; undefined if the message does not exist. */
  readonly get: () => RowView | undefined;
}

/** Creates the store of a row. It reads the message, its neighbours, the connection and the highlight. */
export function createRowStore(
  { messages, store }: InstantMessagingFlow,
  { highlight, groupGap }: Pick<MessageListParts, 'highlight' | 'groupGap'>,
  id: string,
  previous = '',
  next = '',
): RowStore {
  let view: RowView | undefined;

  return {
    subscribe(listener) {
      const quoted = messages.get(id)?.replyTo?.id ?? '';
      const unsubscribes = [id, previous, next, quoted].map((each) => messages.store(each).subscribe(listener));
      unsubscribes.push(
        highlight.subscribe(listener),
        store.subscribe((now, before) => {
          if (now.canSend !== before.canSend) listener();
        }),
      );
      return () => {
        for (const unsubscribe of unsubscribes) unsubscribe();
      };
    },
    get() {
      const current = messages.get(id);
      if (!current) return undefined;
      const record = view && looksAlike(current, view.record) ? view.record : current;
      const older = messages.get(previous);
      const quoted = record.replyTo && messages.get(record.replyTo.id);
      const now: RowView = {
        record,
        joinsPrevious: areGrouped(older, record, groupGap),
        joinsNext: areGrouped(record, messages.get(next), groupGap),
        startsDay: !older || !isSameDay(older, record),
        waiting: record.heldUntil !== undefined || isPending(record.status, store.getState()),
        highlighted: highlight.isHighlighted(id),
        quoted: quoted && view?.quoted && saysTheSame(quoted, view.quoted) ? view.quoted : quoted,
      };
      return view && isEqual(now, view) ? view : (view = now);
    },
  };
}

function isEqual(one: RowView, other: RowView): boolean {
  return (Object.keys(one) as (keyof RowView)[]).every((name) => one[name] === other[name]);
}

/** Whether a row shows the same of two records. A row does not show that the sender was notified. */
function looksAlike(one: MessageRecord, other: MessageRecord): boolean {
  const names = Object.keys({ ...one, ...other }) as (keyof MessageRecord)[];
  return names.every((name) => name === 'receipt' || one[name] === other[name]);
}

/** Whether the quotes of two records are equal; ticks are not compared. */
function saysTheSame(one: MessageRecord, other: MessageRecord): boolean {
  return (['sender', 'contentType', 'body', 'retracted'] as const).every((name) => one[name] === other[name]);
}
