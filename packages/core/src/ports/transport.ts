/** The transport port: what a network has to provide for a flow. */

import type { FlowError } from '../errors/FlowError.ts';
import type { ComposingPolicy, ComposingState } from './composing.ts';
import type { IncomingOperation, OperationCapabilities, OutgoingOperation } from './operations.ts';

/** What a transport's wire can do. A capability that is left out means "no" or the default given here. */
export interface TransportCapabilities {
  /** The wire carries delivery notifications back to the sender (RFC 5438, XEP-0184). */
  readonly deliveryNotifications: boolean;
  /** The wire carries displayed notifications: one for all up to a message (XEP-0333), one each (RFC 5438), or none. */
  readonly displayedNotifications: 'up-to' | 'each' | false;
  /** The wire's own answer to a received message can be held until the application reports (SIP). Default false. */
  readonly deferredResponses?: boolean;
  /** Older messages can be read from the wire with `Channel.loadHistory`. Default false. */
  readonly history?: boolean;
  /**
   * With `history`: the wire does not hand up everything that this device missed while it had no session. The engine then
   * reads the history back to what it has stored, once for each channel. Default false.
   */
  readonly catchUp?: boolean;
  /** The wire keeps messages for a participant who is away. Default false: the outbox then waits until they are there. */
  readonly offlineDelivery?: boolean;
  /** The composing timing that fits the wire. Default: the `ucma` preset. */
  readonly composing?: ComposingPolicy;
  /** The largest body in UTF-8 bytes that the wire takes. Default: no limit of the wire's own. */
  readonly maxMessageBytes?: number;
  /** How many messages may await the wire's answer at once. Default 1. */
  readonly maxInFlight?: number;
  /** What the wire can do with messages after they were sent. Default: nothing; then `Channel.sendOperation` is not called. */
  readonly operations?: OperationCapabilities;
}

/** The state of a transport's connection. `closed` is for good: the transport will not try again. */
export type TransportStatus =
  | { readonly state: 'offline' | 'connecting' | 'online' }
  | { readonly state: 'closed'; readonly error?: FlowError };

/**
 * A connection of the local user, which carries many flows. It holds no policy: retries, timing, removal of duplicates
 * and notifications are the engine's. The engine calls `connect` for the first flow and `disconnect` after the last.
 */
export interface Transport {
  /** The address of the local user on this wire. */
  readonly localAddress: string;
  readonly capabilities: TransportCapabilities;
  /** An address as this wire names it in its events: `Bo@Example.COM/phone` as `bo@example.com`. Default: as written. */
  normalizeAddress?(address: string): string;
  /**
   * What can be done to messages of the conversation with this participant, as far as the transport knows what their
   * devices understand. Default: `capabilities.operations`.
   */
  operationsFor?(remote: string): OperationCapabilities;
  /** Begins to connect, and keeps trying until `disconnect`. Never throws: failures show in the status. */
  connect(): void;
  /** Lets the connection go. `connect` may be called again later, unless the status is `closed`. */
  disconnect(): void;
  getStatus(): TransportStatus;
  /** Tells of each change of the status. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
  /** Opens the conversation with one remote participant; `receive` gets all that arrives for it. */
  openChannel(remote: string, receive: (event: ChannelEvent) => void): Channel;
}

/** One conversation on a transport. */
export interface Channel {
  /** Hands a message to the wire. Resolves with the wire's answer; rejects with a {@link TransportFailure}. */
  send(message: OutgoingMessage): Promise<SendResult>;
  /**
   * Hands an edit, a retraction or reactions to the wire, which answers as to a message: it resolves once somebody on the
   * way has taken it, and the same operation may come again. Only where `capabilities.operations` has its kind.
   */
  sendOperation?(operation: OutgoingOperation): Promise<SendResult>;
  /** Hands a composing notification to the wire. Rejects with a {@link TransportFailure} (415: not supported). */
  sendComposing(notification: OutgoingComposing): Promise<void>;
  /** Hands a delivery or displayed notification to the wire. Resolves once the wire has taken it. */
  sendNotification(notification: OutgoingNotification): Promise<void>;
  /**
   * Tells the wire that a received message is safe with this side, or will never be wanted: it need not be delivered
   * again (XEP-0198 calls it handled). It says nothing to the participant. Where nobody on the way keeps anything, the
   * sender's `send` resolves only now.
   * @param messageId that of a message, or the id of an operation.
   * @param outcome given for a notification of that outcome instead of the message.
   */
  acknowledge?(messageId: string, outcome?: OutgoingNotification['outcome']): void;
  /** Reads messages from before a position, newest page first. Only where `capabilities.history` says so. */
  loadHistory?(request: HistoryRequest): Promise<HistoryPage>;
  close(): void;
}

/** Places a frame among the others of its sender: later frames of one session have higher sequence numbers. */
export interface FrameSequence {
  readonly session: string;
  readonly sequence: number;
}

/** A message for the wire. */
export interface OutgoingMessage {
  readonly messageId: string;
  readonly contentType: string;
  readonly body: string;
  /** When the user sent it, in ms since the epoch; a resend keeps it. */
  readonly sentAt: number;
  /** The message that this one replies to. Only where `capabilities.operations` has `reply`. */
  readonly replyTo?: ReplyTarget;
  /** Which try this is, from 1. */
  readonly attempt: number;
  readonly frameSequence: FrameSequence;
}

/** The message that another one replies to, as its author saw it. */
export interface ReplyTarget {
  /** The id of that message on the wire. */
  readonly id: string;
  /** Address of its author. */
  readonly sender: string;
  /** How its text began, at most 200 characters; empty where that was retracted. */
  readonly excerpt: string;
}

/** The wire's answer to a message. */
export interface SendResult {
  /**
   * `accepted`: somebody on the way took it (SIP 202, XEP-0198); `delivered`: it reached the participant (SIP 200).
   * "Already there" is an acceptance too.
   */
  readonly outcome: 'accepted' | 'delivered';
  /** False where no delivery notification will follow for this message. Default: the wire's capability. */
  readonly notificationExpected?: boolean;
}

/** A composing notification for the wire. It is about this moment: never stored, never sent again. */
export interface OutgoingComposing {
  readonly state: ComposingState;
  /** When the next refresh comes at the latest, in ms, for wires that announce it (RFC 3994). */
  readonly refresh?: number;
  readonly frameSequence: FrameSequence;
}

/** What became of a received message here, for its sender. */
export interface OutgoingNotification {
  readonly messageId: string;
  /** `displayed` with `upTo` covers all messages up to this one. */
  readonly outcome: 'delivered' | 'displayed' | 'failed';
  /** For `failed`: a SIP response code, 300 to 699. */
  readonly code?: number;
  readonly upTo?: boolean;
  /** With `upTo`: the messages that it stands for, for wires that can carry a list (at most 200 ids). */
  readonly messageIds?: readonly string[];
  /** True where this is the held answer of the wire itself, not a notification of its own. */
  readonly asResponse?: boolean;
  /**
   * With `answer` and `delivered`: the sender is not to learn that the message was delivered. The wire answers that it was
   * accepted (SIP 202). Default false.
   */
  readonly withholdDelivery?: boolean;
}

/** What a wire says when it did not take something. Anything else that is thrown counts as a passing failure 500. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** A SIP response code, 400 to 699; other wires map theirs. */
  readonly code: number;
  /** Whether the same request may pass later. */
  readonly retryable: boolean;

  constructor(code: number, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** Which page of the wire's archive is wanted. */
export interface HistoryRequest {
  /** The wire's position of the oldest message known; absent: from the newest. */
  readonly before?: string;
  readonly limit: number;
}

/** A page of messages that the wire has archived. */
export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly IncomingMessage[];
  /**
   * What became of own messages, as far as the archive knows. A receipt may name a message of this page or of an older
   * one, which is read later. Their order does not matter: a status only moves forward. Default: none.
   */
  readonly receipts?: readonly HistoryReceipt[];
  /**
   * What was done to messages of this page or of others, as far as the archive knows, in any order. A message itself comes
   * as it was sent first. Default: none.
   */
  readonly operations?: readonly IncomingOperation[];
  /** True when nothing older exists. */
  readonly end: boolean;
}

/**
 * A delivery or displayed notification that the archive has kept. `upTo` without a list covers every earlier own message
 * that the archive holds, since the wire had taken those.
 */
export type HistoryReceipt = Omit<Extract<ChannelEvent, { readonly type: 'notification' }>, 'type'> & {
  /** When the participant sent it, in ms since the epoch. Default: unknown, and no time is shown. */
  readonly at?: number;
};

/** A message as the wire delivers it. */
export interface IncomingMessage {
  readonly messageId: string;
  /** The participant who sent it; the local address for an echo or a copy of an own device's message. */
  readonly sender: string;
  readonly contentType: string;
  readonly body: string;
  /** The sender's own time of sending, in ms since the epoch: a label, never a sort key. */
  readonly sentAt?: number;
  readonly replyTo?: ReplyTarget;
  readonly frameSequence?: FrameSequence;
  /** The wire's own position of the message in its archive. */
  readonly position?: string;
  /** True for what comes from an archive or an offline store, not from the participant just now. */
  readonly fromHistory?: boolean;
  /** The sender asks for these notifications. Default: those that the wire carries. */
  readonly requestedReceipts?: { readonly delivered: boolean; readonly displayed: boolean };
  /** The wire's own answer is held until a notification with `asResponse: true` for this message. Default false. */
  readonly responsePending?: boolean;
}

/** What a channel hands up. */
export type ChannelEvent =
  | { readonly type: 'message'; readonly message: IncomingMessage }
  /**
   * An edit, a retraction or reactions. A wire that delivers an edited message again under its old id hands up an
   * operation instead of that message.
   */
  | { readonly type: 'operation'; readonly operation: IncomingOperation }
  /** Several messages in the wire's order, after a reconnect, and what became of own ones (see `HistoryPage`). */
  | {
      readonly type: 'history';
      readonly messages: readonly IncomingMessage[];
      readonly receipts?: readonly HistoryReceipt[];
      readonly operations?: readonly IncomingOperation[];
    }
  | {
      readonly type: 'composing';
      readonly sender: string;
      /** Anything but `composing` counts as idle (RFC 3994 section 3.5). */
      readonly state: string;
      /** The refresh that the notification announces, in ms. */
      readonly refresh?: number;
      readonly frameSequence?: FrameSequence;
    }
  | {
      readonly type: 'notification';
      readonly sender: string;
      readonly messageId: string;
      readonly outcome: 'delivered' | 'displayed' | 'failed';
      readonly upTo?: boolean;
      /** With `upTo`: exactly the messages that were displayed; without it, all earlier ones that had arrived. */
      readonly messageIds?: readonly string[];
      readonly code?: number;
      /** For `failed`: who did not get it, and why. Default: the sender of the notification, with `code`. */
      readonly failures?: readonly MessageDeliveryFailure[];
    }
  /** A participant is there, went away (their composing ends), or is known by another address from now on. */
  | { readonly type: 'participant'; readonly address: string; readonly change: 'available' | 'unavailable' }
  | { readonly type: 'participant'; readonly address: string; readonly change: 'renamed'; readonly to: string }
  /** Something odd came in that has no other place. */
  | { readonly type: 'diagnostic'; readonly code: string; readonly message: string };

/** One recipient that a message did not reach (UCMA `MessageDeliveryFailureData`). */
export interface MessageDeliveryFailure {
  readonly recipient: string;
  /** A SIP response code, 300 to 699. */
  readonly responseCode: number;
}
