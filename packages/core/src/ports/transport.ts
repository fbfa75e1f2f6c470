/** The transport port: the interface of a network to a flow. */

import type { FlowError } from '../errors/FlowError.ts';
import type { ComposingPolicy, ComposingState } from './composing.ts';
import type { IncomingOperation, OperationCapabilities, OutgoingOperation } from './operations.ts';

/** The capabilities of a transport. An absent one means "no" or the default given here. */
export interface TransportCapabilities {
  /** The network carries delivery notifications back to the sender (RFC 5438, XEP-0184). */
  readonly deliveryNotifications: boolean;
  /**
   * The network carries displayed notifications: one for all up to a message (XEP-0333), one each (RFC 5438), or none.
   */
  readonly displayedNotifications: 'up-to' | 'each' | false;
  /**
   * The response to a received message can be deferred until the application reports the outcome (SIP). Default false.
   */
  readonly deferredResponses?: boolean;
  /** Older messages can be read from the server with `Channel.loadHistory`. Default false. */
  readonly history?: boolean;
  /** With `history`: the server finds texts in it, with `Channel.searchHistory`. Default false. */
  readonly historySearch?: boolean;
  /**
   * With `history`: the transport does not deliver all messages that this device missed without a session. The engine
   * then reads the history back to its stored messages, once for each channel. Default false.
   */
  readonly catchUp?: boolean;
  /**
   * The server stores messages for an absent participant. Default false: the outbox then waits for the participant.
   */
  readonly offlineDelivery?: boolean;
  /** The composing timing of the protocol. Default: the `ucma` preset. */
  readonly composing?: ComposingPolicy;
  /** The largest body that the network accepts, in UTF-8 bytes. Default: no limit. */
  readonly maxMessageBytes?: number;
  /**
   * Returns the bytes that a body takes on the network, as `maxMessageBytes` counts them; a longer body takes no fewer.
   * Default: its bytes in UTF-8. A protocol that escapes characters counts the escapes.
   */
  readonly measureBody?: (body: string) => number;
  /** How many messages may await a response at once. Default 1. */
  readonly maxInFlight?: number;
  /** The operations on sent messages that are supported. Default: none; then `Channel.sendOperation` is not called. */
  readonly operations?: OperationCapabilities;
}

/** The state of a transport's connection. `closed` is final: the transport does not reconnect. */
export type TransportStatus =
  | { readonly state: 'offline' | 'connecting' | 'online' }
  | { readonly state: 'closed'; readonly error?: FlowError };

/**
 * A connection of the local user, which carries many flows. It holds no policy: retries, timing, removal of duplicates
 * and notifications are the engine's. The engine calls `connect` for the first flow and `disconnect` after the last.
 */
export interface Transport {
  /** The address of the local user. */
  readonly localAddress: string;
  readonly capabilities: TransportCapabilities;
  /**
   * An address in the form that the events of this transport use: `Bo@Example.COM/phone` as `bo@example.com`. Default:
   * as written.
   */
  normalizeAddress?(address: string): string;
  /**
   * The operations that the devices of this participant support, as far as the transport knows. Default:
   * `capabilities.operations`.
   */
  operationsFor?(remote: string): OperationCapabilities;
  /** Begins to connect, and keeps trying until `disconnect`. Never throws: failures show in the status. */
  connect(): void;
  /** Closes the connection. `connect` may be called again later, unless the status is `closed`. */
  disconnect(): void;
  getStatus(): TransportStatus;
  /** Calls back with each change of the status. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
  /** Opens the conversation with one remote participant; `receive` is called with each of its events. */
  openChannel(remote: string, receive: (event: ChannelEvent) => void): Channel;
}

/** One conversation on a transport. */
export interface Channel {
  /** Sends a message. Resolves with the response of the network; rejects with a {@link TransportFailure}. */
  send(message: OutgoingMessage): Promise<SendResult>;
  /**
   * Sends an edit, a retraction or reactions. Resolves and rejects as `send` does; the engine may send the same operation
   * again. Called only where `capabilities.operations` has its kind.
   */
  sendOperation?(operation: OutgoingOperation): Promise<SendResult>;
  /** Sends a composing notification. Rejects with a {@link TransportFailure} (415: not supported). */
  sendComposing(notification: OutgoingComposing): Promise<void>;
  /** Sends a delivery or displayed notification. Resolves once the network has accepted it. */
  sendNotification(notification: OutgoingNotification): Promise<void>;
  /**
   * Acknowledges that a received message is stored on this side, or will never be needed: it need not be delivered
   * again (XEP-0198 calls it handled). The participant does not learn of it. Where no server stores messages, the
   * sender's `send` resolves only now.
   * @param messageId that of a message, or the id of an operation.
   * @param outcome given for a notification of that outcome instead of the message.
   */
  acknowledge?(messageId: string, outcome?: OutgoingNotification['outcome']): void;
  /** Reads messages before a position, newest page first. Requires `capabilities.history`. */
  loadHistory?(request: HistoryRequest): Promise<HistoryPage>;
  /**
   * Searches the history for a text, newest message first, in steps: each call searches a part, and returns the
   * cursor of the next one. Requires `capabilities.historySearch`.
   */
  searchHistory?(request: HistorySearchRequest): Promise<HistoryMatches>;
  close(): void;
}

/** The place of a frame among the frames of its sender: later frames of one session have higher sequence numbers. */
export interface FrameSequence {
  readonly session: string;
  readonly sequence: number;
}

/** A message to send. */
export interface OutgoingMessage {
  readonly messageId: string;
  readonly contentType: string;
  readonly body: string;
  /** When the user sent it, in ms since the epoch; a resend keeps it. */
  readonly sentAt: number;
  /** The message that this one replies to. Only where `capabilities.operations` has `reply`. */
  readonly replyTo?: ReplyTarget;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  readonly frameSequence: FrameSequence;
}

/** The message that a reply refers to, as its author saw it. */
export interface ReplyTarget {
  /** The id of that message on the network. */
  readonly id: string;
  /** Address of its author. */
  readonly sender: string;
  /** The beginning of its text, at most 200 characters; empty if the message was retracted. */
  readonly excerpt: string;
}

/** The response of the network to a message. */
export interface SendResult {
  /**
   * `accepted`: a server took the message (SIP 202, XEP-0198), also if it already had it; `delivered`: the message
   * reached the participant (SIP 200).
   */
  readonly outcome: 'accepted' | 'delivered';
  /** False where no delivery notification will follow for this message. Default: the capability of the transport. */
  readonly notificationExpected?: boolean;
}

/** A composing notification to send. It describes the moment: never store it, never send it again. */
export interface OutgoingComposing {
  readonly state: ComposingState;
  /** When the next refresh comes at the latest, in ms, for protocols that announce it (RFC 3994). */
  readonly refresh?: number;
  readonly frameSequence: FrameSequence;
}

/** The outcome of a received message, for its sender. */
export interface OutgoingNotification {
  readonly messageId: string;
  /** `displayed` with `upTo` covers all messages up to this one. */
  readonly outcome: 'delivered' | 'displayed' | 'failed';
  /** For `failed`: a SIP response code, 300 to 699. */
  readonly code?: number;
  readonly upTo?: boolean;
  /** With `upTo`: the messages that it covers, for protocols that can carry a list (at most 200 ids). */
  readonly messageIds?: readonly string[];
  /** True if this is the deferred response itself, not a separate notification. */
  readonly asResponse?: boolean;
  /**
   * With `asResponse` and `delivered`: the sender must not learn that the message was delivered. The transport responds
   * that it was accepted (SIP 202). Default false.
   */
  readonly withholdDelivery?: boolean;
}

/** The failure of a call of a transport. Anything else that is thrown counts as a retryable failure 500. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** A SIP response code, 400 to 699; other protocols map theirs. */
  readonly code: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  constructor(code: number, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** A request for a page of the server's archive. */
export interface HistoryRequest {
  /** The archive position of the oldest known message; absent: from the newest. */
  readonly before?: string;
  readonly limit: number;
}

/** A request to search a part of the server's archive. */
export interface HistorySearchRequest {
  /** Not blank. Which texts match is the server's rule; `createTextMatcher` of the engine is the recommended one. */
  readonly text: string;
  /** Searches messages before this archive position; absent: from the newest. */
  readonly before?: string;
}

/** The result of one step of a search in the archive. */
export interface HistoryMatches {
  /** The ids of the messages whose newest text matches, newest first. A retracted message never does. */
  readonly messageIds: readonly string[];
  /** The archive position before which the next step searches. Absent: all of the archive has been searched. */
  readonly next?: string;
}

/** A page of archived messages. */
export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly IncomingMessage[];
  /**
   * Receipts for own messages, as far as the archive has them. A receipt may name a message of this page or of an older
   * one, which is read later. Their order does not matter: a status only moves forward. Default: none.
   */
  readonly receipts?: readonly HistoryReceipt[];
  /**
   * Operations on messages of this page or of others, as far as the archive has them, in any order. An edited message
   * has its original text. Default: none.
   */
  readonly operations?: readonly IncomingOperation[];
  /** True when nothing older exists. */
  readonly end: boolean;
}

/**
 * A delivery or displayed notification that the archive has kept. `upTo` without a list covers every earlier own
 * message that the archive holds, since the server had accepted those.
 */
export type HistoryReceipt = Omit<Extract<ChannelEvent, { readonly type: 'notification' }>, 'type'> & {
  /** When the participant sent it, in ms since the epoch. Default: unknown, and no time is shown. */
  readonly at?: number;
};

/** A received message. */
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
  /** The position of the message in the server's archive. */
  readonly position?: string;
  /** True for a message from an archive or an offline store; false for a live one. */
  readonly fromHistory?: boolean;
  /** The notifications that the sender requests. Default: those that the transport supports. */
  readonly requestedReceipts?: { readonly delivered: boolean; readonly displayed: boolean };
  /** The response is deferred until a notification with `asResponse: true` for this message. Default false. */
  readonly responsePending?: boolean;
}

/** An event of a channel. */
export type ChannelEvent =
  | { readonly type: 'message'; readonly message: IncomingMessage }
  /**
   * An edit, a retraction or reactions. A transport that receives an edited message again under its old id emits an
   * operation instead of that message.
   */
  | { readonly type: 'operation'; readonly operation: IncomingOperation }
  /** Several messages in the server's order, after a reconnect, and receipts for own ones (see `HistoryPage`). */
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
      /** For `failed`: the recipients that it did not reach, and why. Default: the sender of the notification, with `code`. */
      readonly failures?: readonly MessageDeliveryFailure[];
    }
  /** A participant became available, became unavailable (which ends composing), or has a new address. */
  | { readonly type: 'participant'; readonly address: string; readonly change: 'available' }
  | {
      readonly type: 'participant';
      readonly address: string;
      readonly change: 'unavailable';
      /** When the participant was last online, in ms since the epoch, if the network reports it. */
      readonly lastSeen?: number;
    }
  | { readonly type: 'participant'; readonly address: string; readonly change: 'renamed'; readonly to: string }
  /** The transport received invalid or unexpected data. */
  | { readonly type: 'diagnostic'; readonly code: string; readonly message: string };

/** A recipient whom a message did not reach (UCMA `MessageDeliveryFailureData`). */
export interface MessageDeliveryFailure {
  readonly recipient: string;
  /** A SIP response code, 300 to 699. */
  readonly responseCode: number;
}
