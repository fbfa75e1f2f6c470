import type { MessageRecord } from '../messages/messageRecord.ts';
import type { OperationRequest } from '../operations/outgoing.ts';
import type { PendingOperation } from '../ports/storage.ts';
import type { HistoryMatches, HistoryPage, HistoryRequest, HistorySearchRequest } from '../ports/transport.ts';
import type { ComposingState } from '../ports/composing.ts';

/** The messages between the tabs of one user: commands from followers to the leader, and their results. */
export type TabPost =
  | TabCommand
  | { readonly kind: 'elected' }
  /** `outdated`: the tab can store nothing, since a newer version has taken over the storage. */
  | { readonly kind: 'hello'; readonly outdated?: boolean }
  | { readonly kind: 'send'; readonly record: MessageRecord }
  | { readonly kind: 'composing'; readonly state: ComposingState }
  | { readonly kind: 'readArchive'; readonly request: string; readonly read: ArchiveRead }
  /** The response to a `readArchive`; without a result: the history could not be read. */
  | { readonly kind: 'archiveRead'; readonly request: string; readonly result?: HistoryPage | HistoryMatches }
  | {
      readonly kind: 'transaction';
      readonly records?: readonly MessageRecord[];
      /** Stored records that have changed and that the leader has not loaded, for the tabs that have loaded them. */
      readonly unloaded?: readonly MessageRecord[];
      /** The ids of those that are stored in this form. */
      readonly stored?: readonly string[];
      readonly removed?: readonly string[];
      readonly composing?: readonly unknown[];
      readonly received?: readonly string[];
      readonly notified?: readonly { readonly id: string; readonly outcome: string }[];
      readonly changed?: readonly { readonly id: string; readonly change: string; readonly author: string }[];
      readonly settled?: readonly unknown[];
      readonly followed?: readonly unknown[];
      /** All waiting operations, for a tab that may have outdated ones. */
      readonly operations?: readonly PendingOperation[];
      /** The operations that began or changed and those on posted records, and ids of those that ended. */
      readonly operationChanges?: {
        readonly put: readonly PendingOperation[];
        readonly removed: readonly string[];
      };
    };

/** A command of the user in a follower, which only the leader can execute. */
export type TabCommand =
  | { readonly kind: 'retry' | 'discard'; readonly id: string }
  | { readonly kind: 'operate'; readonly id: string; readonly request: OperationRequest }
  | { readonly kind: 'markUnread'; readonly unread: boolean }
  | { readonly kind: 'seen'; readonly ids: readonly string[]; readonly revisions: readonly string[] };

/** What a follower wants to read in the server's history. */
export type ArchiveRead =
  | { readonly type: 'page'; readonly request: HistoryRequest }
  | { readonly type: 'matches'; readonly request: HistorySearchRequest };

/** The version of the messages between tabs. Messages of a different version are ignored. */
export const TAB_MESSAGE_VERSION = 2;
