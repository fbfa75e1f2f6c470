/** The types of the public API: the flow, its snapshot, events and results. */

import type { Diagnostic, FlowError } from '../errors/FlowError.ts';
import type { ComposingState } from '../ports/composing.ts';
import type { MessageRecord, MessageStatus } from '../messages/messageRecord.ts';
import type { ReadonlyMessageTable } from '../messages/messageTable.ts';
import type { ReadonlyStore } from '../messages/readonlyStore.ts';
import type { FlowTransaction } from './inspection.ts';
import type { SortKey } from '../messages/sortKey.ts';
import type { StoredMatches } from '../ports/storage.ts';
import type { FlowFiles } from '../ports/files.ts';
import type { MessageOperation, OperationCapabilities } from '../ports/operations.ts';
import type { HistoryMatches, MessageDeliveryFailure, TransportCapabilities } from '../ports/transport.ts';
import type { InstantMessagingFlowTemplate, MessageConsumptionMode } from './flowOptions.ts';

/** UCMA `MediaFlowState`: `idle` (not established yet), `active` or `terminated`. */
export type FlowState = 'idle' | 'active' | 'terminated';

/** The state of a flow without its messages, which are in `flow.messages`. */
export interface FlowSnapshot {
  readonly state: FlowState;
  /**
   * Whether this tab leads and uses the transport, or follows the tab that does. A flow without `tabs` always leads.
   */
  readonly role: 'leader' | 'follower';
  /** `offline` also where the flow was never started. */
  readonly connection: 'offline' | 'connecting' | 'online';
  /** Whether the participant is online, if the transport knows. */
  readonly remoteAvailable: boolean | undefined;
  /** When an absent participant was last online, in ms since the epoch, if the transport knows. */
  readonly remoteLastSeen: number | undefined;
  /**
   * Messages can leave now: the connection is up, and the participant is online or the server stores messages for
   * them.
   */
  readonly canSend: boolean;
  /** The longest message in UTF-16 units (see the template). */
  readonly maxMessageLength: number;
  /** The largest body that the transport accepts, in UTF-8 bytes. Absent: no limit. */
  readonly maxMessageBytes: number | undefined;
  readonly localComposingState: ComposingState;
  /** `composing` while any remote participant composes. */
  readonly remoteComposingState: ComposingState;
  /** Addresses of the composing participants, in the order in which they began. */
  readonly remoteComposers: readonly string[];
  readonly messageConsumptionMode: MessageConsumptionMode;
  /** Whether the application may set idle (see the template). */
  readonly allowExplicitIdle: boolean;
  /** Milliseconds. */
  readonly composingTimeout: number;
  /** Changes whenever messages are added, removed or moved. */
  readonly orderRevision: number;
  readonly messageCount: number;
  /** Incoming messages not displayed yet. */
  readonly unreadCount: number;
  /** The local user marked the conversation as unread, and has not opened it since. See `markUnread`. */
  readonly markedUnread: boolean;
  /** Own messages that are queued or being sent. */
  readonly outboxCount: number;
  /** Own messages that ended as `failed`. */
  readonly failedCount: number;
  /** Proxied mode: messages that await the application's report. */
  readonly pendingDeliveryReports: number;
  readonly history: {
    /** Older messages can be loaded with `loadOlder`. */
    readonly hasOlder: boolean;
    readonly loading: boolean;
    /** The last requested page could not be loaded. A new connection loads it again. */
    readonly failed: boolean;
    /** The stored messages have been read (true at once without a storage). */
    readonly ready: boolean;
  };
  /** The last error of the connection or the storage, until it works again. */
  readonly error: FlowError | undefined;
}

/** The outcome of a message (UCMA `SendInstantMessageResult`). */
export interface SendInstantMessageResult {
  readonly messageId: string;
  readonly status: MessageStatus;
  /** Never absent; filled when the participant's side reported failure. */
  readonly deliveryFailures: readonly MessageDeliveryFailure[];
  /**
   * Why the message did not arrive (or is not known to have arrived). Absent for a success. `discarded` also where a
   * later edit or set of reactions replaced a waiting one; `unsupported` where the transport does not support the
   * operation: nothing changed; `storage` where this device could not store a file: there is no message.
   */
  readonly code?:
    | 'refused'
    | 'timeout'
    | 'undeliverable'
    | 'discarded'
    | 'retracted'
    | 'unsupported'
    | 'storage'
    | 'aborted'
    | 'terminated';
  /** A SIP response code, where there is one. */
  readonly responseCode?: number;
}

/** The synchronous result of `sendMessage` and of operations, before anything is sent. */
export interface SentMessage {
  /** The message's id, the same on every side and for every attempt. */
  readonly id: string;
  /** Resolves with the outcome of the message. Never rejects. */
  readonly settled: Promise<SendInstantMessageResult>;
}

/** Options of a wait for the outcome of a message or an operation. */
export interface SettleOptions {
  /** Default: the template's. */
  readonly waitForDeliveryNotification?: boolean;
  /** Ends the wait: `settled` resolves with code `aborted`. The message itself is not affected. */
  readonly signal?: AbortSignal;
}

/** Settings of one message. */
export interface SendMessageOptions extends SettleOptions {
  /** Default `text/plain`. */
  readonly contentType?: string;
  /** The id of the message that this one replies to, where `capabilities.operations` has `reply`. */
  readonly replyTo?: string;
}

/** Settings of one file. */
export interface SendFileOptions extends SettleOptions {
  /** A text that is shown with the file. Default: none. */
  readonly caption?: string;
  /** The id of the message that the file replies to, where `capabilities.operations` has `reply`. */
  readonly replyTo?: string;
}

/** Settings of one edit. */
export interface EditMessageOptions extends SettleOptions {
  /** Default: that of the message. */
  readonly contentType?: string;
}

/** The events of a flow, for `flow.on`. */
export interface FlowEvents {
  /** UCMA `StateChanged`. */
  stateChanged: { readonly previousState: FlowState; readonly state: FlowState };
  /** UCMA `MessageReceived`. */
  messageReceived: { readonly message: MessageRecord };
  /** UCMA `DeliveryNotificationReceived`. */
  deliveryNotificationReceived: {
    readonly messageId: string;
    readonly outcome: 'delivered' | 'displayed' | 'failed';
    readonly failedDeliveryAttemptExists: boolean;
    readonly deliveryFailures: readonly MessageDeliveryFailure[];
  };
  /** UCMA `RemoteComposingStateChanged`, on real changes only. */
  remoteComposingStateChanged: { readonly participant: string; readonly state: ComposingState };
  /** The participant repeated the same state; for gateways. At most once a second for each participant. */
  remoteComposingRefreshed: { readonly participant: string; readonly state: ComposingState };
  /** The status of an own message changed. */
  messageStatusChanged: { readonly message: MessageRecord; readonly previousStatus: MessageStatus };
  /**
   * An edit, a retraction or reactions, of either side, changed a message. `author` is the address of their author. A
   * message that arrives together with its operations raises only `messageReceived`.
   */
  messageChanged: {
    readonly message: MessageRecord;
    readonly change: MessageOperation['kind'];
    readonly author: string;
  };
  diagnostic: Diagnostic;
}

/** An instant-messaging connection with one remote participant (UCMA `InstantMessagingFlow`). */
export interface InstantMessagingFlow {
  readonly localAddress: string;
  readonly remote: string;
  /** The capabilities of the transport. */
  readonly capabilities: TransportCapabilities;
  /**
   * The operations on sent messages that the transport supports for this participant at the moment.
   */
  readonly operations: OperationCapabilities;
  /** The flow's small state. Written once for each event. */
  readonly store: ReadonlyStore<FlowSnapshot>;
  /** The messages: by id, and in order. */
  readonly messages: ReadonlyMessageTable;
  /** The files of this flow. Undefined without the option `files`. */
  readonly files: FlowFiles | undefined;

  /**
   * Changes the settings (UCMA `Initialize`). The last call wins; options that it does not name keep their defaults.
   * @throws FlowError `invalid-operation` once the flow is active or terminated; `out-of-range` or `invalid-argument`
   * for an invalid option; `configuration` for a proxied flow that could not be started. Then nothing is changed.
   */
  initialize(template: InstantMessagingFlowTemplate): void;
  /**
   * Connects. The flow becomes active once the transport is connected. A second call does nothing. A transport that
   * throws ends the flow: the store's `error` is then a FlowError `configuration` with the exception as its cause.
   * @throws FlowError `configuration` in proxied mode without a `messageReceived` listener; `terminated`.
   */
  start(): void;
  /** Terminates the flow and releases its resources. Never throws; a second call does nothing. */
  terminate(): void;

  /**
   * Sets the local composing state. Call it with `composing` at each keystroke: the engine notifies, refreshes and
   * reverts. Sends nothing while the flow is not active or not connected.
   * @throws FlowError `invalid-argument` for another value; `invalid-operation` for `idle` with `allowExplicitIdle:
   * false`.
   */
  setLocalComposingState(state: ComposingState): void;
  /**
   * Changes the composing time-out, also while composing: the deadline counts from the last `composing` (UCMA
   * `ComposingTimeoutValue`).
   * @throws FlowError `out-of-range` outside 1 000 to 30 000 ms.
   */
  setComposingTimeout(milliseconds: number): void;

  /**
   * Queues a message and returns at once.
   * @param body a text, or bytes (UCMA `BeginSendInstantMessage(ContentType, byte[])`): those of a textual content type
   * are its text in UTF-8, those of another type are sent as a file, see {@link sendFile}.
   * @throws FlowError `invalid-argument` for a missing, empty or blank body, or bytes that are not UTF-8; `out-of-range` for one over the limit;
   * `invalid-operation` when the flow was never started or is terminated, or where the transport carries no replies;
   * `unknown-message` for a reply to an unknown message.
   */
  sendMessage(body: string | Uint8Array, options?: SendMessageOptions): SentMessage;
  /**
   * Sends a file. The file is stored on this device first. Then its message appears, the file is uploaded, and the message
   * is sent; texts behind it do not wait for the upload. The upload continues after a reload. If the device cannot store
   * the file, there is no message, and `settled` resolves with the code `storage`.
   * @throws FlowError `invalid-argument` for anything but a file, and for a type that is not accepted; `out-of-range` for
   * an empty or too large one, or a caption over the limit; `invalid-operation` without the option `files` or its
   * uploader, and otherwise as `sendMessage`.
   */
  sendFile(file: Blob, options?: SendFileOptions): SentMessage;
  /**
   * Sends a failed message again, under its id and in its place. Does nothing for a message that is already in flight.
   * @throws FlowError `unknown-message`; `invalid-operation` for a message that did not fail, or a terminated flow.
   */
  retryMessage(id: string): SentMessage;
  /** Retries every failed message that is retryable, oldest first. Returns their number. */
  retryAll(): number;
  /**
   * Discards a message that is queued, held, failed or undeliverable; it will never be sent. For a message that has
   * left, discards an edit that is queued or failed. Returns the text that was not sent; of a file, its caption.
   * @throws FlowError `unknown-message`; `invalid-operation` once it was passed to the transport.
   */
  discardMessage(id: string): string;

  /**
   * Replaces the text of an own message, or the caption of a file, which may be empty. A message that has not left changes in place; otherwise an edit is sent after
   * the message, and only the last one of several waiting edits. From now on the status of the record is that of the
   * newest text. A retry of a failed message also sends its edit.
   * @throws FlowError `unknown-message`; `invalid-argument` and `out-of-range` as for `sendMessage`;
   * `invalid-operation` for a message of the participant, one that was retracted or is undeliverable, and a flow that
   * does not run.
   */
  editMessage(id: string, body: string, options?: EditMessageOptions): SentMessage;
  /**
   * Retracts an own message finally: erases its text at once, here and in the storage, and asks the other side to erase
   * it. A message that has not left is discarded. A second call waits with the first.
   * @throws FlowError `unknown-message`; `invalid-operation` for a message of the participant, and a flow that does not
   * run.
   */
  retractMessage(id: string, options?: SettleOptions): SentMessage;
  /**
   * Sets the local user's reactions to a message of either side: the whole set; an empty one removes all. If the
   * transport refuses the set, the previous one applies again.
   * @throws FlowError `unknown-message`; `invalid-argument` for anything but a list of emojis; `out-of-range` for more
   * than 20, or more than one where the transport supports one; `invalid-operation` for a message that was retracted or
   * did not leave.
   */
  react(id: string, emojis: readonly string[], options?: SettleOptions): SentMessage;

  /**
   * Marks the messages up to this one as displayed. For an own message, those before it. One displayed receipt is sent,
   * if the transport and `notify` allow, once the user has attention (see {@link setAttention}).
   * @throws FlowError `unknown-message`.
   */
  markDisplayed(id: string): void;
  /**
   * Marks the conversation as unread, as a reminder for the local user, or removes the mark (false). The mark exists on
   * this device only: it is stored and shared with the other tabs, does not change the unread count, and nothing is sent
   * to the participant. `markDisplayed` while the user has attention removes it, and so does a sent message.
   * Default true.
   * @throws FlowError `invalid-argument` for anything but true and false.
   */
  markUnread(unread?: boolean): void;
  /** Whether the user has attention (page visible and focused). While not, displayed receipts are withheld. Default true. */
  setAttention(attentive: boolean): void;
  /**
   * Loads the page before the oldest message, from the storage or the server. Resolves with the number of messages.
   * Without a connection, a page of the server is loaded as soon as there is one: the promise resolves with 0 at once,
   * and `history.loading` is true until the page is loaded.
   * @param page `limit`: how many messages a page holds, 1 to 1,000; a server may return fewer. Default: `pageSize`.
   * Larger pages are faster where many are needed.
   * Rejects with a FlowError `out-of-range` for another limit.
   */
  loadOlder(page?: { readonly limit?: number | undefined }): Promise<number>;
  /**
   * Searches the stored messages for a text, newest first, in steps: each call reads a part, and `next` is the cursor of
   * the next call. Only the newest text of a message counts; retracted messages are not found. Without a storage it
   * finds nothing; loaded messages are in `messages`, also where they are not stored yet. `createTextMatcher` uses the
   * same comparison. Rejects with a FlowError `storage` when the storage refuses.
   * @param before searches messages older than this. Default: all.
   */
  searchStored(text: string, before?: SortKey): Promise<StoredMatches>;
  /**
   * Searches the server's history for a text, newest first, in steps like {@link searchStored}. The server decides which
   * messages match. Without the capability `historySearch` it finds nothing. Rejects with a FlowError `refused` when the
   * server cannot be reached or refuses.
   * @param before searches messages before this archive position: `next` of the previous step. Default: before the
   * history that is known here.
   */
  searchHistory(text: string, before?: string): Promise<HistoryMatches>;

  /**
   * Proxied mode: the message reached its final destination (UCMA `BeginSendSuccessDeliveryNotification`).
   * @throws FlowError `invalid-operation` in the other mode, after a report, or when terminated; `unknown-message`.
   */
  sendSuccessDeliveryNotification(id: string): void;
  /**
   * Proxied mode: the message did not reach its destination (UCMA `BeginSendFailureDeliveryNotification`).
   * @param responseCode a SIP response code, 300 to 699 (400 to 699 are recommended).
   * @throws FlowError as for success; `out-of-range` for another code.
   */
  sendFailureDeliveryNotification(id: string, responseCode: number): void;

  /** Subscribes to an event. Returns a function that unsubscribes. A listener that throws does not affect others. */
  on<K extends keyof FlowEvents>(event: K, listener: (event: FlowEvents[K]) => void): () => void;
  /**
   * Observes each transaction of the flow, for development: its input, and what followed from it, as data. The listener
   * is called at once with the present state, then after each commit and before the effects are executed. Transactions
   * are described only while there is a listener. A listener that throws does not affect others. Returns a function that
   * unsubscribes.
   */
  inspect(listener: (transaction: FlowTransaction) => void): () => void;
}
