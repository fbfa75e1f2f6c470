import type { ComposingState } from '../ports/composing.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { SortKey } from '../messages/sortKey.ts';
import type { HistoryPage, SendResult, TransportFailure, TransportStatus } from '../ports/transport.ts';
import type { StoredConversation, StoredPage } from '../ports/storage.ts';
import type { BatchedEvent } from '../inbox/historyBatches.ts';
import type { NewMessage } from '../outbox/commands.ts';
import type { FlowError } from '../errors/FlowError.ts';
import type { OperationRequest } from '../operations/outgoing.ts';
import type { Written } from '../persistence/writeBuffer.ts';

/** An input of a flow: a call of the application, an event of the transport, a result of the storage, or the time. */
export type FlowInput =
  | { readonly type: 'start' }
  | { readonly type: 'terminate' }
  | { readonly type: 'setComposing'; readonly state: ComposingState }
  | { readonly type: 'send'; readonly message: NewMessage }
  | { readonly type: 'retry'; readonly id: string }
  | { readonly type: 'discard'; readonly id: string }
  | { readonly type: 'operate'; readonly id: string; readonly request: OperationRequest }
  | { readonly type: 'seen'; readonly id: string }
  | { readonly type: 'markUnread'; readonly unread: boolean }
  | { readonly type: 'attention'; readonly attentive: boolean }
  | { readonly type: 'report'; readonly id: string; readonly outcome: 'success' | number }
  | { readonly type: 'loadOlder'; readonly limit?: number | undefined }
  | { readonly type: 'status'; readonly status: TransportStatus }
  /** `stored`: the records of its messages that are stored and not loaded; undefined if they could not be looked up. */
  | { readonly type: 'channel'; readonly event: BatchedEvent; readonly stored: readonly MessageRecord[] | undefined }
  | { readonly type: 'uploadSucceeded'; readonly id: string; readonly body: string }
  | { readonly type: 'uploadFailed'; readonly id: string; readonly code: number }
  | { readonly type: 'sendSucceeded'; readonly id: string; readonly answer: SendResult }
  | { readonly type: 'sendFailed'; readonly id: string; readonly attempt: number; readonly failure: TransportFailure }
  | { readonly type: 'composingRejected'; readonly failure: TransportFailure }
  | { readonly type: 'receiptTaken'; readonly key: string }
  | {
      readonly type: 'receiptRejected';
      readonly key: string;
      readonly attempt: number;
      readonly failure: TransportFailure;
    }
  | { readonly type: 'hydrated'; readonly stored: StoredConversation }
  | { readonly type: 'hydrationFailed'; readonly error: FlowError }
  /** A page of the messages before `from`. */
  | { readonly type: 'olderLoaded'; readonly page: StoredPage; readonly from: SortKey }
  | { readonly type: 'olderReceived'; readonly page: HistoryPage }
  | { readonly type: 'olderFailed'; readonly error: FlowError }
  | { readonly type: 'caughtUp'; readonly complete: boolean }
  | { readonly type: 'catchUpFailed'; readonly error: FlowError }
  | ({ readonly type: 'written' } & Written)
  | { readonly type: 'writeFailed'; readonly error: FlowError }
  /**
   * The records that were looked up in the storage; empty where it could not be read. `command`: the command that waited
   * for them. `resumes`: operations waited for them. `messageIds`: what was looked up; absent where it could not be read.
   */
  | {
      readonly type: 'storedFound';
      readonly records: readonly MessageRecord[];
      readonly messageIds?: readonly string[] | undefined;
      readonly resumes?: boolean | undefined;
      readonly command?: Readonly<Record<string, unknown>> | undefined;
    }
  /** A look-up for these ids or for received events failed; or, if the storage `works`, it took too long. */
  | { readonly type: 'lookupMissed'; readonly messageIds: readonly string[]; readonly works: boolean }
  /** A newer version of the application has taken over the storage. */
  | { readonly type: 'outdated' }
  | { readonly type: 'elected' }
  | { readonly type: 'demoted' }
  | { readonly type: 'tabMessage'; readonly post: unknown }
  | { readonly type: 'settingsChanged' }
  | { readonly type: 'diagnostic'; readonly code: string; readonly message: string; readonly cause?: unknown }
  | { readonly type: 'time' };
