import type { SortedList } from '../collections/sortedList.ts';
import type { TabCommand } from '../tabs/protocol.ts';
import { initialLifecycle, type Lifecycle } from '../lifecycle/machine.ts';
import { initialLocalComposing, type LocalComposing } from '../typing/localMachine.ts';
import { initialRemoteComposing, type RemoteComposing } from '../typing/remoteMachine.ts';
import { initialOutbox, type Outbox } from '../outbox/machine.ts';
import { initialReceipts, type Receipts } from '../receipts/machine.ts';
import { initialProxiedOutcomes, type ProxiedOutcomes } from '../proxied/machine.ts';
import { initialPersistence, type Persistence } from '../persistence/machine.ts';
import type { ChannelEvent, HistoryReceipt, OutgoingNotification } from '../ports/transport.ts';
import { initialReadMarkers, type ReadMarkers } from '../receipts/readMarkers.ts';
import type { FlowError } from '../errors/FlowError.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import type { Rewrite } from '../operations/rewrites.ts';
import { noPendingOperations, type PendingOperations } from '../operations/pendingOperations.ts';
import { noOperationTargets, type OperationTargets } from '../operations/targets.ts';
import type { SortKey } from '../messages/sortKey.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';

/** The state of a flow besides its messages. Plain, read-only data. */
export interface EngineState {
  /** Whether this tab leads and uses the transport, or follows the tab that does. */
  readonly role: 'leader' | 'follower';
  readonly lifecycle: Lifecycle;
  readonly localComposing: LocalComposing;
  readonly remoteComposing: RemoteComposing;
  readonly outbox: Outbox;
  /** Edits, retractions and reactions of the local user that the transport has not responded to. */
  readonly operations: PendingOperations;
  /** Texts of waiting messages that were changed in place and are not stored yet, by record. */
  readonly rewrites: ReadonlyMap<string, Rewrite>;
  /** Own messages up to this order may be stored. */
  readonly storedOrder: number;
  /** Own messages up to this order are in the running write, or were in the last one. */
  readonly writingOrder: number;
  /** The records that waiting operations change, where those are stored but not loaded. */
  readonly operationTargets: OperationTargets;
  /** Ids of operations of the local user that were taken up of late: none is done twice. */
  readonly performedOperations: readonly string[];
  /** Ids of operations of the local user that ended recently, so that an earlier read or post does not restore them. */
  readonly endedOperations: readonly string[];
  /** Operations whose messages are not known so far. */
  readonly unmatchedOperations: readonly IncomingOperation[];
  readonly receipts: Receipts;
  readonly proxied: ProxiedOutcomes;
  readonly persistence: Persistence;
  /** What was received and is not stored yet, and so not acknowledged to the transport; sorted by record. */
  readonly pendingAcks: SortedList<PendingAck>;
  /** The records of pending receipts, where those are stored but not loaded, by id. */
  readonly receiptTargets: ReadonlyMap<string, MessageRecord>;
  /** Notifications about messages that are not known, while the storage can't be read. */
  readonly deferredReceipts: readonly (ChannelEvent & { readonly type: 'notification' })[];
  /** Receipts that came before the messages that they name, oldest first. */
  readonly unmatchedReceipts: readonly HistoryReceipt[];
  /** Ids for which the storage is to be searched again, since that failed. */
  readonly missedLookups: ReadonlySet<string>;
  /** Ids of messages that were discarded of late: no other tab brings them back. */
  readonly discardedIds: readonly string[];
  /** Commands of the user in this follower that no leader has answered yet. */
  readonly forwardedCommands: readonly TabCommand[];
  readonly remoteAvailable: boolean | undefined;
  readonly remoteLastSeen: number | undefined;
  /** The addresses that the participant has been known by since they were renamed. */
  readonly aliases: readonly string[];
  readonly readMarkers: ReadMarkers;
  /** Ids of displayed messages whose displayed receipts are not sent yet. */
  readonly pendingReadReceipts: readonly string[];
  /** Ids of records that are not stored before the operations on them can be stored too; sorted. */
  readonly withheldRecords: SortedList<string>;
  /** What is kept besides messages has changed, and cannot be written before the stored part of it has been read. */
  readonly isMetaDue: boolean;
  readonly nextOrder: number;
  readonly lastPendingOrder: number;
  readonly unreadCount: number;
  /**
   * The user marked the conversation as unread, or took that back. Absent: neither has happened here, and the storage
   * knows.
   */
  readonly markedUnread: boolean | undefined;
  readonly history: HistoryState;
  readonly connectionError: FlowError | undefined;
  readonly storageError: FlowError | undefined;
}

/** A message, or a notification about one, that the transport may have to deliver again. */
export interface PendingAck {
  /** The record that has to be stored first. */
  readonly id: string;
  readonly messageId: string;
  /** Of a notification. */
  readonly outcome?: OutgoingNotification['outcome'];
}

export interface HistoryState {
  readonly ready: boolean;
  /** How often the storage could not be read, in a row; it is tried again when it takes something. */
  readonly readFailures: number;
  readonly loading: boolean;
  /** The last requested page could not be loaded. */
  readonly failed: boolean;
  /** Older messages were asked for before the stored ones had been read. */
  readonly requested: boolean;
  /** The storage has been read down to this message. */
  readonly readFrom: SortKey | undefined;
  /** The server's archive has been read down to this position. */
  readonly archiveReadFrom: string | undefined;
  readonly olderInStorage: boolean;
  readonly olderOnServer: boolean;
  /** What was missed while this device had no session is to be read from the transport. */
  readonly catchUp: 'none' | 'due' | 'running' | 'done';
  /** See `ConversationMeta`. */
  readonly gapAfterOrder: number | undefined;
}

export const initialState: EngineState = {
  role: 'leader',
  lifecycle: initialLifecycle,
  localComposing: initialLocalComposing,
  remoteComposing: initialRemoteComposing,
  outbox: initialOutbox,
  operations: noPendingOperations,
  rewrites: new Map(),
  storedOrder: 0,
  writingOrder: 0,
  operationTargets: noOperationTargets,
  performedOperations: [],
  endedOperations: [],
  unmatchedOperations: [],
  receipts: initialReceipts,
  proxied: initialProxiedOutcomes,
  persistence: initialPersistence,
  pendingAcks: [],
  receiptTargets: new Map(),
  deferredReceipts: [],
  unmatchedReceipts: [],
  missedLookups: new Set(),
  discardedIds: [],
  forwardedCommands: [],
  remoteAvailable: undefined,
  remoteLastSeen: undefined,
  aliases: [],
  readMarkers: initialReadMarkers,
  pendingReadReceipts: [],
  withheldRecords: [],
  isMetaDue: false,
  nextOrder: 1,
  lastPendingOrder: PENDING_ORDER,
  unreadCount: 0,
  markedUnread: undefined,
  history: {
    ready: false,
    readFailures: 0,
    loading: false,
    failed: false,
    requested: false,
    readFrom: undefined,
    archiveReadFrom: undefined,
    olderInStorage: false,
    olderOnServer: false,
    catchUp: 'none',
    gapAfterOrder: undefined,
  },
  connectionError: undefined,
  storageError: undefined,
};
