import type { TabPost } from '../tabs/protocol.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ComposingState } from '../ports/composing.ts';
import type { PendingReceipt } from '../receipts/machine.ts';
import type { OutgoingNotification } from '../ports/transport.ts';
import type { PendingAck } from './state.ts';
import type { FlowEvents } from './publicTypes.ts';

/** What is to be done after a transaction, as plain data; the runtime does it. */
export type FlowEffect =
  | { readonly type: 'readStorage' }
  | { readonly type: 'openChannel' }
  | { readonly type: 'joinTabs' }
  /** The end: the channel, the seat among the tabs and what waits are let go. */
  | { readonly type: 'release' }
  | { readonly type: 'post'; readonly post: TabPost }
  | { readonly type: 'sendMessage'; readonly record: MessageRecord; readonly attempt: number }
  | { readonly type: 'sendComposing'; readonly state: ComposingState; readonly refresh: number | undefined }
  | { readonly type: 'sendNotification'; readonly owed: PendingReceipt }
  /** The wire is answered without waiting for what becomes of it. */
  | { readonly type: 'sendUnconfirmed'; readonly notification: OutgoingNotification }
  | { readonly type: 'ack'; readonly received: PendingAck }
  | { readonly type: 'write' }
  | { readonly type: 'loadOlder'; readonly from: 'storage' | 'wire' }
  | { readonly type: 'olderLoaded'; readonly count: number }
  /** `final`: nothing more is to be expected for the message. */
  | { readonly type: 'settle'; readonly record: MessageRecord; readonly final: boolean }
  | { readonly type: 'discarded'; readonly record: MessageRecord };

/** An application event, to be raised after the effects. */
export type RaisedEvent = {
  [K in keyof FlowEvents]: { readonly name: K; readonly event: FlowEvents[K] };
}[keyof FlowEvents];
