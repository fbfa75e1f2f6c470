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
  /** The records that are stored but not loaded and that waiting operations change, or whose changes are not stored. */
  readonly operationTargets: OperationTargets;
  /** Ids of operations of the local user that were applied recently, so that none is applied twice. */
  readonly performedOperations: readonly string[];
  /** Ids of operations of the local user that ended recently, so that an earlier read or post does not restore them. */
  readonly endedOperations: readonly string[];
  /** Operations whose messages are not known so far. */
  readonly unmatchedOperations: readonly IncomingOperation[];
  readonly receipts: Receipts;
  readonly proxied: ProxiedOutcomes;
  readonly persistence: Persistence;
  /** Received frames that are not stored, and therefore not acknowledged, yet; sorted by record. */
  readonly pendingAcks: SortedList<PendingAck>;
  /** The records of pending receipts, where those are stored but not loaded, by id. */
  readonly receiptTargets: ReadonlyMap<string, MessageRecord>;
  /** Notifications about unknown messages, while the storage cannot be read. */
  readonly deferredReceipts: readonly (ChannelEvent & { readonly type: 'notification' })[];
  /** Receipts that arrived before the messages that they name, oldest first. */
  readonly unmatchedReceipts: readonly HistoryReceipt[];
  /** Ids of records that were received when the storage could not be asked whether it has them; sorted. */
  readonly unverifiedIds: SortedList<string>;
  /** Ids of records that are not loaded and whose changes are not stored, here or by the leader; sorted. */
  readonly unstoredIds: SortedList<string>;
  /** Ids whose look-up in the storage failed and is to be repeated. */
  readonly missedLookups: ReadonlySet<string>;
  /** Ids of messages that were discarded recently, so that no other tab restores them. */
  readonly discardedIds: readonly string[];
  /** Commands of the user in this follower that no leader has executed yet. */
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
  /** The meta data have changed, and cannot be written before the stored ones have been read. */
  readonly isMetaDue: boolean;
  readonly nextOrder: number;
  readonly lastPendingOrder: number;
  readonly unreadCount: number;
  /**
   * The user marked the conversation as unread, or removed the mark. Absent: neither has happened here; the stored value
   * applies.
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
  /** The outcome of a notification; absent for a message. */
  readonly outcome?: OutgoingNotification['outcome'];
}

export interface HistoryState {
  readonly ready: boolean;
  /** How often in a row the storage could not be read. A successful write repeats the read. */
  readonly readFailures: number;
  readonly loading: boolean;
  /** The last requested page could not be loaded. */
  readonly failed: boolean;
  /** Older messages were requested before the stored ones had been read. */
  readonly requested: boolean;
  /** The storage has been read down to this message. */
  readonly readFrom: SortKey | undefined;
  /** The server's archive has been read down to this position. */
  readonly archiveReadFrom: string | undefined;
  readonly olderInStorage: boolean;
  readonly olderOnServer: boolean;
  /** The messages that were missed while this device had no session are to be read from the transport. */
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
  unverifiedIds: [],
  unstoredIds: [],
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
