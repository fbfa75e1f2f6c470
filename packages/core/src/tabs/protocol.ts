import type { MessageRecord } from '../messages/messageRecord.ts';
import type { OperationRequest } from '../operations/outgoing.ts';
import type { ComposingState } from '../ports/composing.ts';

/** What tabs of one user tell each other: wishes of the mirrors to the speaker, and what became of them. */
export type TabPost =
  | TabCommand
  | { readonly kind: 'elected' }
  /** `outdated`: the tab that says it can store nothing, since a newer version has taken over the storage. */
  | { readonly kind: 'hello'; readonly outdated?: boolean }
  | { readonly kind: 'send'; readonly record: MessageRecord }
  | { readonly kind: 'composing'; readonly state: ComposingState }
  | {
      readonly kind: 'turn';
      readonly records?: readonly MessageRecord[];
      readonly removed?: readonly string[];
      readonly composing?: readonly unknown[];
      readonly received?: readonly string[];
      readonly notified?: readonly { readonly id: string; readonly outcome: string }[];
      readonly changed?: readonly { readonly id: string; readonly change: string; readonly author: string }[];
      readonly settled?: readonly unknown[];
      readonly followed?: readonly unknown[];
    };

/** What the user wishes in a mirror, and only the speaker can do. */
export type TabCommand =
  | { readonly kind: 'retry' | 'discard'; readonly id: string }
  | { readonly kind: 'operate'; readonly id: string; readonly request: OperationRequest }
  | { readonly kind: 'seen'; readonly ids: readonly string[] };

/** The version of what tabs post to each other; another version's posts are not understood. */
export const TAB_MESSAGE_VERSION = 1;
