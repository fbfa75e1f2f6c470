/** The types of the protocol's frames (`docs/protocol.md`). */

/** The version of the protocol that this package speaks. See `docs/protocol.md`. */
export const PROTOCOL_VERSION = 1;

/** The largest body of a message in UTF-8 bytes that every server accepts. */
export const MAX_MESSAGE_BYTES = 65_536;

/** How many requests of one socket every server answers at the same time. */
export const MAX_IN_FLIGHT = 16;

/** The place of a frame among the others of its sender. */
export interface FrameSequenceFields {
  readonly session: string;
  readonly sequence: number;
}

/** The message that a reply quotes. */
export interface ReplyFields {
  readonly id: string;
  /** The user who sent it; one of the two. */
  readonly sender: string;
  /** How its text began, at most 200 characters; empty where it was retracted. */
  readonly excerpt: string;
}

/** The fields of an operation, in frames and in log entries. */
export type OperationFields =
  | { readonly kind: 'edit'; readonly contentType: string; readonly body: string }
  | { readonly kind: 'retract' }
  /** The whole set of its author; an empty one takes all back. At most 20. */
  | { readonly kind: 'react'; readonly emojis: readonly string[] };

/** The outcome that a receipt reports. */
export type ReceiptOutcome = 'delivered' | 'displayed' | 'failed';

/** The frames that a client sends. */
export type ClientFrame =
  | { readonly type: 'hello'; readonly protocol: number; readonly token: string; readonly device: string }
  | { readonly type: 'open'; readonly request: number; readonly with: string }
  | { readonly type: 'close'; readonly with: string }
  | {
      readonly type: 'message';
      readonly request: number;
      readonly to: string;
      readonly id: string;
      readonly contentType: string;
      readonly body: string;
      readonly sentAt: number;
      readonly replyTo?: ReplyFields | undefined;
      readonly frameSequence?: FrameSequenceFields | undefined;
    }
  | ({
      readonly type: 'operation';
      readonly request: number;
      readonly to: string;
      readonly id: string;
      /** The message that it changes. */
      readonly target: string;
      /** Rises with each operation of one author on one message. */
      readonly sequence: number;
    } & OperationFields)
  | {
      readonly type: 'receipt';
      readonly request: number;
      readonly to: string;
      readonly id: string;
      readonly outcome: ReceiptOutcome;
      readonly upTo?: boolean | undefined;
      readonly ids?: readonly string[] | undefined;
      readonly code?: number | undefined;
    }
  | {
      readonly type: 'composing';
      readonly to: string;
      readonly state: 'composing' | 'idle';
      readonly refresh?: number | undefined;
      readonly frameSequence?: FrameSequenceFields | undefined;
    }
  | { readonly type: 'ack'; readonly with: string; readonly position: number }
  | {
      readonly type: 'history';
      readonly request: number;
      readonly with: string;
      readonly before?: number | undefined;
      readonly limit: number;
    }
  | {
      readonly type: 'search';
      readonly request: number;
      readonly with: string;
      readonly text: string;
      readonly before?: number | undefined;
    }
  | { readonly type: 'ping'; readonly request: number };

/** The limits of a server. It closes, slows down or refuses clients that exceed them. */
export interface ServerLimits {
  /** The largest frame in bytes. */
  readonly maxFrameBytes: number;
  /** The largest body of a message in UTF-8 bytes. */
  readonly maxMessageBytes: number;
  /** How many requests of one socket may wait for an answer at once. */
  readonly maxInFlight: number;
  /** How many frames of one socket are read in a second; the others wait. */
  readonly maxFramesPerSecond: number;
}

/** A message of the log. */
export interface MessageEntry {
  readonly kind: 'message';
  readonly id: string;
  /** The user who sent it, as the server knows them. */
  readonly author: string;
  readonly contentType: string;
  readonly body: string;
  /** The sender's own time, in ms since the epoch. */
  readonly sentAt: number;
  readonly replyTo?: ReplyFields | undefined;
  readonly frameSequence?: FrameSequenceFields | undefined;
  /** True where its text was erased; its retraction comes in the same frame. */
  readonly retracted?: boolean | undefined;
  readonly position: number;
  /** When the server stored it, in ms since the epoch. */
  readonly at: number;
}

/** An operation of the log. */
export type OperationEntry = OperationFields & {
  readonly id: string;
  /** The user who sent it, as the server knows them. */
  readonly author: string;
  readonly target: string;
  readonly sequence: number;
  readonly position: number;
  /** When the server stored it, in ms since the epoch. */
  readonly at: number;
};

/** An entry of the log. */
export type LogEntry = MessageEntry | OperationEntry;

/** The receipts for messages that the user sent. */
export interface ReceiptEntry {
  readonly id: string;
  readonly outcome: ReceiptOutcome;
  /** For `displayed`: all messages that this receipt is about, at most 200. */
  readonly ids?: readonly string[] | undefined;
  /** For `failed`: a SIP response code, 300 to 699. */
  readonly code?: number | undefined;
  /** When the server stored it, in ms since the epoch. */
  readonly at: number;
}

/** The frames that a server sends. */
export type ServerFrame =
  | {
      readonly type: 'welcome';
      readonly protocol: number;
      readonly user: string;
      readonly epoch: string;
      readonly limits: ServerLimits;
      /** The server answers `search`. Default: false. */
      readonly search?: boolean | undefined;
    }
  | {
      readonly type: 'accepted';
      readonly request: number;
      readonly position?: number | undefined;
      readonly at?: number | undefined;
    }
  | {
      readonly type: 'refused';
      readonly request?: number | undefined;
      readonly code: number;
      readonly reason: string;
      readonly retryable: boolean;
    }
  | {
      readonly type: 'entries';
      readonly with: string;
      readonly entries: readonly LogEntry[];
      readonly receipts: readonly ReceiptEntry[];
      /** The place in the log that the device has reached with this frame. */
      readonly position: number;
      /** True for entries that were stored before the conversation was opened on this socket. */
      readonly stored: boolean;
    }
  | {
      readonly type: 'page';
      readonly request: number;
      readonly entries: readonly MessageEntry[];
      /** What was done to these messages. */
      readonly operations: readonly OperationEntry[];
      readonly receipts: readonly ReceiptEntry[];
      readonly end: boolean;
    }
  | {
      readonly type: 'matches';
      readonly request: number;
      /** The messages whose newest text matches, newest first. */
      readonly ids: readonly string[];
      /** The position before which the next request searches. Absent: the whole log has been searched. */
      readonly next?: number | undefined;
    }
  | {
      readonly type: 'composing';
      readonly with: string;
      readonly state: string;
      readonly refresh?: number | undefined;
      readonly frameSequence?: FrameSequenceFields | undefined;
    }
  | {
      readonly type: 'presence';
      readonly with: string;
      readonly available: boolean;
      /** When they were last connected, in ms since the epoch. */
      readonly lastSeen?: number | undefined;
    }
  | { readonly type: 'waiting'; readonly with: string }
  | { readonly type: 'unknown'; readonly frame: string }
  | { readonly type: 'pong'; readonly request: number };
