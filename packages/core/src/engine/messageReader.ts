/** Reads messages that are not loaded: from the storage, and from the history of the server. */

import { FlowError } from '../errors/FlowError.ts';
import { type CatchUpFrom, provesHistory, readMissedMessages } from '../inbox/catchUp.ts';
import { type Inbound, type InboundQueue, messageIdsOf, type StoredRecords } from '../inbox/inboundQueue.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageTable } from '../messages/messageTable.ts';
import { storageTimeout } from '../persistence/handlers.ts';
import type { WriteBuffer } from '../persistence/writeBuffer.ts';
import type { HistoryMatches, IncomingMessage } from '../ports/transport.ts';
import type { Archive } from '../tabs/archive.ts';
import type { ChannelAdapter } from './channelAdapter.ts';
import type { FlowEffect } from './effects.ts';
import type { FlowInput } from './inputs.ts';
import type { EngineState } from './state.ts';

/** The reads of a flow. Their results are inputs, or items of the inbound queue. */
export interface MessageReader {
  /** The stored records of the messages of events; undefined where there is nothing to look up. */
  findStored(items: readonly Inbound[]): Promise<StoredRecords> | undefined;
  /** Looks up records by the ids of their messages. */
  findTargets(lookup: FlowEffect & { readonly type: 'findStored' }): void;
  /** Reads the stored conversation, and watches whether a newer version takes over the storage. */
  readStored(): void;
  catchUp(from: CatchUpFrom): Promise<void>;
  /** @param limit default: `pageSize`. */
  loadPage(from: 'storage' | 'server', limit: number | undefined): void;
  /** @param before default: where the history that is known begins. */
  searchHistory(text: string, before: string | undefined): Promise<HistoryMatches>;
  /** Stops watching the storage. */
  stop(): void;
}

export interface MessageReaderOptions {
  readonly stored: WriteBuffer | undefined;
  readonly table: MessageTable;
  readonly archive: Archive;
  readonly channel: Pick<ChannelAdapter, 'loadHistory'>;
  readonly receiver: InboundQueue;
  readonly state: () => EngineState;
  readonly pageSize: () => number;
  readonly dispatch: (input: FlowInput) => void;
}

export function createMessageReader(options: MessageReaderOptions): MessageReader {
  const { stored, table, archive, channel, receiver, state, pageSize, dispatch } = options;
  let unwatchStorage: (() => void) | undefined;

  /** Messages of events may be among those that are stored but not loaded. */
  function findStored(items: readonly Inbound[]): Promise<StoredRecords> | undefined {
    if (stored === undefined || !state().history.olderInStorage) return undefined;
    const ids = new Set(items.flatMap(messageIdsOf).filter((id) => table.withMessageId(id).length === 0));
    return ids.size === 0 ? undefined : stored.find([...ids]);
  }

  function findTargets({ messageIds, ...waiting }: FlowEffect & { readonly type: 'findStored' }): void {
    stored?.find(messageIds).then(
      (found) => {
        const records = new Map(messageIds.flatMap(found).map((record) => [record.id, record]));
        return dispatch({ ...waiting, type: 'storedFound', records: [...records.values()], messageIds });
      },
      () => {
        dispatch({ ...waiting, type: 'storedFound', records: [] });
        return dispatch({ type: 'lookupMissed', messageIds, works: false });
      },
    );
  }

  /** No event is processed before the stored messages are loaded: the engine must recognise known messages. */
  function readStored(): void {
    unwatchStorage ??= stored?.onOutdated(() => dispatch({ type: 'outdated' }));
    // The last leader may have crashed before it stored all messages that are loaded here.
    const reading = stored?.open(pageSize() + table.order.length).then(
      (found): FlowInput => ({ type: 'hydrated', stored: found }),
      (error: FlowError): FlowInput => ({ type: 'hydrationFailed', error }),
    );
    const open = receiver.pause(() => dispatch({ type: 'hydrationFailed', error: storageTimeout() }));
    void reading?.then((input) => {
      const dispatchNow = (): void => dispatch(input);
      // The stored outbox is resumed late.
      return open(dispatchNow) || dispatchNow();
    });
  }

  /**
   * The archive position up to which the history is known. The first message of the list need not have the lowest known
   * position: pages follow the order of the archive. Own messages without an echo have no position.
   */
  function archiveEnd(): string | undefined {
    const { archiveReadFrom } = state().history;
    if (archiveReadFrom !== undefined) return archiveReadFrom;
    for (const id of table.order) {
      const position = table.get(id)?.position;
      if (position !== undefined) return position;
    }
    return undefined;
  }

  /** Reads the messages that were missed without a session, and merges them together, so that they have one order. */
  async function catchUp(from: CatchUpFrom): Promise<void> {
    const proves = (record: MessageRecord | undefined): boolean => record !== undefined && provesHistory(record, from);
    async function countStored(messages: readonly IncomingMessage[]): Promise<number> {
      const found = await findStored([{ type: 'history', messages }]);
      return messages.filter(({ messageId, sender }) =>
        [...table.withMessageId(messageId), ...(found?.(messageId) ?? [])].some(
          (record) => record.sender === sender && provesHistory(record, from),
        ),
      ).length;
    }
    const loaded = Array.from(table.order, (id) => table.get(id)).filter(proves).length;
    const count = state().history.olderInStorage ? Infinity : loaded;
    try {
      const { complete, ...missed } = await readMissedMessages(
        (request) => channel.loadHistory(request),
        countStored,
        count,
      );
      receiver.receive({ type: 'history', ...missed });
      receiver.receive({ type: 'caughtUp', complete });
    } catch (cause) {
      const error = new FlowError('refused', 'The missed messages could not be loaded yet.', { cause });
      dispatch({ type: 'catchUpFailed', error });
    }
  }

  function loadPage(from: 'storage' | 'server', limit: number = pageSize()): void {
    const { readFrom } = state().history;
    if (from === 'storage' && stored !== undefined && readFrom !== undefined) {
      stored.loadBefore(readFrom, limit).then(
        (page) => dispatch({ type: 'olderLoaded', page, from: readFrom }),
        (error: FlowError) => dispatch({ type: 'olderFailed', error }),
      );
      return;
    }
    const before = archiveEnd();
    archive.loadHistory({ ...(before === undefined ? {} : { before }), limit }).then(
      // After the events that are queued: a waiting message must not count as one that was read long ago.
      (page) => receiver.receive({ type: 'olderPage', page }),
      (error: unknown) => {
        const message = 'Older messages could not be loaded: call loadOlder() again.';
        dispatch({ type: 'olderFailed', error: new FlowError('refused', message, { cause: error }) });
      },
    );
  }

  return {
    findStored,
    findTargets,
    readStored,
    catchUp,
    loadPage,
    searchHistory(text, before = archiveEnd()) {
      return archive.searchHistory({ text, ...(before === undefined ? {} : { before }) });
    },
    stop: () => unwatchStorage?.(),
  };
}
