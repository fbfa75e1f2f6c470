import type { TabPost } from '../tabs/protocol.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ComposingState } from '../ports/composing.ts';
import type { PendingReceipt } from '../receipts/pendingReceipts.ts';
import type { ChannelEvent, OutgoingNotification } from '../ports/transport.ts';
import type { PendingAck } from './state.ts';
import type { CatchUpFrom } from '../inbox/catchUp.ts';
import type { FlowEvents } from './publicTypes.ts';
import type { OutgoingOperation } from '../ports/operations.ts';
import type { SendOutcome, SettledReason } from './transaction.ts';

/** The side effects of a transaction as plain data. The runtime executes them after the commit. */
export type FlowEffect =
  | { readonly type: 'readStorage' }
  | { readonly type: 'openChannel' }
  | { readonly type: 'closeChannel' }
  | { readonly type: 'joinTabs' }
  /** Leaves the election of the leader and joins it again, behind the tabs that wait to lead. */
  | { readonly type: 'rejoinTabs' }
  /** Ends the flow: releases the channel, the tab membership and all waits. */
  | { readonly type: 'release' }
  | { readonly type: 'post'; readonly post: TabPost }
  | { readonly type: 'sendMessage'; readonly record: MessageRecord; readonly attempt: number }
  | { readonly type: 'upload'; readonly id: string }
  | { readonly type: 'sendOperation'; readonly operation: OutgoingOperation }
  | { readonly type: 'sendComposing'; readonly state: ComposingState; readonly refresh: number | undefined }
  | { readonly type: 'sendNotification'; readonly owed: PendingReceipt }
  /** A response that is sent without waiting for its result. */
  | { readonly type: 'sendUnconfirmed'; readonly notification: OutgoingNotification }
  | { readonly type: 'ack'; readonly received: PendingAck }
  | { readonly type: 'write' }
  | { readonly type: 'loadOlder'; readonly from: 'storage' | 'server'; readonly limit?: number | undefined }
  | { readonly type: 'catchUp'; readonly from: CatchUpFrom }
  | { readonly type: 'olderLoaded'; readonly count: number }
  /** The outcome of a message or an operation; `final`: no later result will follow. */
  | {
      readonly type: 'settle';
      readonly id: string;
      readonly outcome: SendOutcome;
      readonly final: boolean;
      readonly reason?: SettledReason | undefined;
    }
  /** The callers that wait for an operation wait for the message instead, which the operation rewrote. */
  | { readonly type: 'follow'; readonly id: string; readonly messageId: string }
  /** These callers wait for the operation again. */
  | { readonly type: 'unfollow'; readonly id: string; readonly messageId: string }
  /**
   * Looks for stored records that are not loaded: by id the targets of operations, receipts and commands, by target the
   * replies to it. `command`: the command that waits for them. `resumes`: operations of an earlier page wait for them.
   */
  | {
      readonly type: 'findStored';
      readonly messageIds: readonly string[];
      readonly resumes?: true;
      readonly command?: Readonly<Record<string, unknown>>;
    }
  /** Receives an event of the channel again, with a look-up. */
  | { readonly type: 'receive'; readonly event: ChannelEvent };

/** An event of the public API, raised after the effects. */
export type RaisedEvent = {
  [K in keyof FlowEvents]: { readonly name: K; readonly event: FlowEvents[K] };
}[keyof FlowEvents];
