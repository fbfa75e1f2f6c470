'use client';

/** The data that the parts of a row share. */

import type { InstantMessagingFlow } from '@imflow/react';
import { type Context, createContext, type RefCallback, useContext } from 'react';
import type { Settings } from '../settings/ChatSettings.tsx';
import type { MessageListParts } from './MessageListContext.ts';
import type { RowView } from './rowStore.ts';

/**
 * The data of a row. A row renders its parts by calling functions with it, so that most rows are one component; the
 * same parts as separate components read it from the context.
 */
export interface RowModel extends Pick<RowView, 'record' | 'waiting' | 'quoted'> {
  readonly flow: InstantMessagingFlow;
  readonly settings: Settings;
  readonly list: MessageListParts;
  /** The prefix of the ids of its elements, which label the message. */
  readonly uid: string;
  /** Whether it is the last message of its group. */
  readonly last: boolean;
  /** When it was sent or received, in ms since the epoch. */
  readonly time: number;
  /** Observes the middle of a received message. */
  readonly watched: RefCallback<Element>;
}

export const RowContext: Context<RowModel | undefined> = createContext<RowModel | undefined>(undefined);

export function useRow(): RowModel {
  const row = useContext(RowContext);
  if (!row) throw new Error('Parts of a message must be rendered inside <MessageList.Item>.');
  return row;
}
