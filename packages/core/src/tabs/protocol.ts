import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ComposingState } from '../ports/composing.ts';

/** What tabs of one user tell each other: wishes of the mirrors to the speaker, and what became of them. */
export type TabPost =
  | TabCommand
  | { readonly kind: 'hello' | 'elected' }
  | { readonly kind: 'send'; readonly record: MessageRecord }
  | { readonly kind: 'composing'; readonly state: ComposingState }
  | {
      readonly kind: 'turn';
      readonly records?: readonly MessageRecord[];
      readonly removed?: readonly string[];
      readonly composing?: readonly unknown[];
      readonly received?: readonly string[];
      readonly notified?: readonly { readonly id: string; readonly outcome: string }[];
      readonly settled?: readonly { readonly id: string; readonly final: boolean }[];
    };

/** What the user wishes in a mirror, and only the speaker can do. */
export type TabCommand =
  | { readonly kind: 'retry' | 'discard'; readonly id: string }
  | { readonly kind: 'seen'; readonly ids: readonly string[] };

/** The version of what tabs post to each other; another version's posts are not understood. */
export const TAB_MESSAGE_VERSION = 1;
