/** Reads the messages that were missed while the device was offline (XEP-0313), back to the stored ones. */

import { diagnose, setHistory, type Transaction } from '../engine/transaction.ts';
import { MAX_ORDER, type MessageRecord } from '../messages/messageRecord.ts';
import { isPlaced } from '../messages/messageStatus.ts';
import type { FlowError } from '../errors/FlowError.ts';
import type { HistoryPage, HistoryRequest, IncomingMessage } from '../ports/transport.ts';

/** The number of messages on one page of the catch-up. */
const CATCH_UP_PAGE = 100;
/** The maximum number of pages; older messages are read on demand. */
const MAX_CATCH_UP_PAGES = 200;
/**
 * How many stored messages the catch-up reads again. A server may archive late the messages that it held for a dead
 * session, before messages that this device has stored.
 */
const CATCH_UP_OVERLAP = 20;

/** The end of the stored conversation when the session began. The catch-up reads back to it. */
export interface CatchUpFrom {
  /** Order of the last stored message. Later ones arrived in this session and do not show that nothing is missing. */
  readonly lastOrder: number;
}

/** The missed messages in the server's order, and the receipts for own ones. */
export type MissedMessages = Required<Omit<HistoryPage, 'end'>> & {
  /** False if the archive has more entries than were read. */
  readonly complete: boolean;
};

/** Notes the end of the stored conversation. The catch-up starts there once the transport is connected. */
export function noteStoredEnd(tx: Transaction, lastOrder: number, gapAfterOrder: number | undefined): void {
  const { capabilities } = tx.context;
  if (capabilities.history !== true || capabilities.catchUp !== true || tx.state.history.catchUp !== 'none') return;
  const isEmpty = lastOrder <= -MAX_ORDER;
  if (!isEmpty) setHistory(tx, { catchUp: 'due', gapAfterOrder: gapAfterOrder ?? lastOrder });
}

/**
 * Starts to read the missed messages, once the storage is read and the transport is connected. Until the catch-up is
 * complete, the gap is stored.
 */
export function startCatchUp(tx: Transaction): void {
  const { history, lifecycle, role } = tx.state;
  const { catchUp, gapAfterOrder } = history;
  if (catchUp !== 'due' || gapAfterOrder === undefined || !history.ready) return;
  if (role === 'follower' || lifecycle.connection !== 'online') return;
  setHistory(tx, { catchUp: 'running' });
  tx.writesMeta = true;
  tx.effects.push({ type: 'catchUp', from: { lastOrder: gapAfterOrder } });
}

/** The connection was lost: the catch-up starts again with the next one. */
export function interruptCatchUp(tx: Transaction): void {
  if (tx.state.history.catchUp === 'running') setHistory(tx, { catchUp: 'due' });
}

/** All missed messages have been merged. */
export function finishCatchUp(tx: Transaction, complete: boolean): void {
  if (tx.state.history.catchUp !== 'running') return;
  if (!complete)
    diagnose(
      tx,
      'catch-up-incomplete',
      'More messages were missed than one catch-up reads; loadOlder() reads the others.',
    );
  setHistory(tx, { catchUp: 'done', gapAfterOrder: undefined });
  tx.writesMeta = true;
}

export function failCatchUp(tx: Transaction, error: FlowError): void {
  if (tx.state.history.catchUp !== 'running') return;
  setHistory(tx, { catchUp: 'due' });
  diagnose(tx, 'history-unreadable', error.message, error);
}

/**
 * Reads the server's history backwards until it overlaps with the stored messages.
 * @param countStored how many messages of a page were stored when the session began.
 * @param stored how many there are; Infinity where they are not all loaded.
 */
export async function readMissedMessages(
  loadHistory: (request: HistoryRequest) => Promise<HistoryPage>,
  countStored: (messages: readonly IncomingMessage[]) => Promise<number>,
  stored: number,
): Promise<MissedMessages> {
  const messages: IncomingMessage[] = [];
  const receipts: NonNullable<HistoryPage['receipts']>[number][] = [];
  const operations: NonNullable<HistoryPage['operations']>[number][] = [];
  const wanted = Math.min(CATCH_UP_OVERLAP, stored);
  let overlap = 0;
  let before: string | undefined;
  for (let page = 0; page < MAX_CATCH_UP_PAGES; page += 1) {
    const read = await loadHistory({ ...(before === undefined ? {} : { before }), limit: CATCH_UP_PAGE });
    messages.unshift(...read.messages);
    receipts.unshift(...(read.receipts ?? []));
    operations.unshift(...(read.operations ?? []));
    overlap += await countStored(read.messages);
    const oldest = read.messages.find(({ position }) => position !== undefined)?.position;
    if (read.end || overlap >= wanted || oldest === undefined || oldest === before) {
      return { messages, receipts, operations, complete: true };
    }
    before = oldest;
  }
  return { messages, receipts, operations, complete: false };
}

/** Whether a record proves that the server's history has been read up to it. */
export function provesHistory(record: MessageRecord, { lastOrder }: CatchUpFrom): boolean {
  return record.order <= lastOrder && isPlaced(record) && record.status !== 'failed';
}
