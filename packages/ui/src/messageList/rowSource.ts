import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import { isHeldBack } from '../deliveryTicks/tickState.ts';
import { areGrouped, isSameDay } from './grouping.ts';
import type { MessageListParts } from './MessageListContext.ts';

/**
 * What a row shows of a conversation: its message, whether it belongs to the group of the message before it and of the
 * one after it, is the first of its day, waits to be sent, and was looked for just now.
 */
export type RowView = readonly [
  record: MessageRecord,
  joinsPrevious: boolean,
  joinsNext: boolean,
  startsDay: boolean,
  waiting: boolean,
  found: boolean,
];

/** A row as a store: one subscription for all that it shows. */
export interface RowSource {
  readonly subscribe: (listener: () => void) => () => void;
  /** The same array until something in it is another; undefined where there is no such message. */
  readonly get: () => RowView | undefined;
}

/** Looks at a message, at those beside it, at the connection and at the mark. */
export function createRowSource(
  { messages, store }: InstantMessagingFlow,
  { mark, groupGap }: Pick<MessageListParts, 'mark' | 'groupGap'>,
  id: string,
  previous = '',
  next = '',
): RowSource {
  let view: RowView | undefined;

  return {
    subscribe(listener) {
      const stops = [id, previous, next].map((each) => messages.store(each).subscribe(listener));
      stops.push(
        mark.subscribe(listener),
        store.subscribe((now, before) => {
          if (now.suspended !== before.suspended) listener();
        }),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
    get() {
      const current = messages.get(id);
      if (!current) return undefined;
      const record = view && looksAlike(current, view[0]) ? view[0] : current;
      const older = messages.get(previous);
      const now: RowView = [
        record,
        areGrouped(older, record, groupGap),
        areGrouped(record, messages.get(next), groupGap),
        !older || !isSameDay(older, record),
        isHeldBack(record.status, store.getState()),
        mark.isOn(id),
      ];
      return view && now.every((part, index) => part === view?.[index]) ? view : (view = now);
    },
  };
}

/** Whether a row shows the same of two records. That the sender has been told what became of a message is not shown. */
function looksAlike(one: MessageRecord, other: MessageRecord): boolean {
  const names = Object.keys({ ...one, ...other }) as (keyof MessageRecord)[];
  return names.every((name) => name === 'acknowledgement' || one[name] === other[name]);
}
