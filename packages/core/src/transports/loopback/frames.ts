/** The frames between the devices and the server of a loopback network. */

import type { OutgoingOperation } from '../../ports/operations.ts';
import type {
  ChannelEvent,
  HistoryPage,
  HistoryRequest,
  OutgoingComposing,
  OutgoingMessage,
  OutgoingNotification,
  SendResult,
} from '../../ports/transport.ts';

/** A frame from a device to the server. `request` names the response that it waits for. */
export type UpFrame =
  | { readonly kind: 'message'; readonly to: string; readonly request: number; readonly message: OutgoingMessage }
  | { readonly kind: 'operation'; readonly to: string; readonly request: number; readonly operation: OutgoingOperation }
  | { readonly kind: 'composing'; readonly to: string; readonly notification: OutgoingComposing }
  | { readonly kind: 'history'; readonly to: string; readonly request: number; readonly page: HistoryRequest }
  /** The device has stored a frame of `to`: it need not be delivered again. */
  | {
      readonly kind: 'acknowledgement';
      readonly to: string;
      readonly messageId: string;
      /** The outcome of a notification; absent for the message itself. */
      readonly outcome: OutgoingNotification['outcome'] | undefined;
    }
  | {
      readonly kind: 'notification';
      readonly to: string;
      readonly request: number;
      readonly notification: OutgoingNotification;
    };

/** An event for the conversation with `peer`. */
export interface EventFrame {
  readonly kind: 'event';
  readonly peer: string;
  readonly event: ChannelEvent;
}

/** The server's response to a frame for `peer`. */
export interface AnswerFrame {
  readonly kind: 'answer';
  readonly peer: string;
  readonly request: number;
  /** Absent for a page of history. */
  readonly messageId?: string;
  readonly answer: ServerAnswer;
}

/** A frame from the server to a device. */
export type DownFrame = EventFrame | AnswerFrame;

export type ServerAnswer =
  | { readonly taken: true; readonly answer: SendResult; readonly page?: HistoryPage }
  | { readonly taken: false; readonly code: number; readonly retryable: boolean };

/** The outcome of a frame on one hop, for inspection. It never contains a message's body. */
export interface LoopbackFrame {
  /** When, in ms since the epoch. */
  readonly at: number;
  /** The sender's address. A response comes from the recipient of the message. */
  readonly from: string;
  /** The recipient's address. */
  readonly to: string;
  readonly hop: 'to-server' | 'to-device';
  readonly kind:
    | 'message'
    | 'operation'
    | 'composing'
    | 'acknowledgement'
    | 'notification'
    | 'participant'
    | 'answer'
    | 'history';
  /** The id of the message or the operation that it carries or is about. */
  readonly messageId?: string;
  /**
   * `lost` and `duplicated` are reported when the frame is sent, `delivered` when it arrives. `kept`: the server stores
   * it until a device of the recipient is online. `dropped`: the link was cut, or the recipient was away.
   */
  readonly outcome: 'delivered' | 'lost' | 'duplicated' | 'kept' | 'dropped';
}

/** A frame as an observer sees it, without its time and outcome. */
export type FrameLabel = Omit<LoopbackFrame, 'at' | 'outcome'>;

export function labelUp(from: string, frame: UpFrame): FrameLabel {
  const label = { from, to: frame.to, hop: 'to-server', kind: frame.kind } as const;
  if (frame.kind === 'composing' || frame.kind === 'history') return label;
  if (frame.kind === 'acknowledgement') return { ...label, messageId: frame.messageId };
  if (frame.kind === 'operation') return { ...label, messageId: frame.operation.id };
  return { ...label, messageId: (frame.kind === 'message' ? frame.message : frame.notification).messageId };
}

export function labelDown(to: string, frame: DownFrame): FrameLabel {
  const label = { from: frame.peer, to, hop: 'to-device' } as const;
  if (frame.kind === 'answer') {
    const { messageId } = frame;
    return { ...label, kind: 'answer', ...(messageId === undefined ? {} : { messageId }) };
  }
  const { event } = frame;
  if (event.type === 'message') return { ...label, kind: 'message', messageId: event.message.messageId };
  if (event.type === 'operation') return { ...label, kind: 'operation', messageId: event.operation.id };
  if (event.type === 'notification') return { ...label, kind: 'notification', messageId: event.messageId };
  return { ...label, kind: event.type === 'composing' ? 'composing' : 'participant' };
}
