/** The ports for files: where an application puts them, and how a flow sends them. */

import type { MessageRecord } from '../messages/messageRecord.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** A file that is to be uploaded. */
export interface FileUpload {
  /** The id of its message, the same for each attempt. */
  readonly id: string;
  /** Address of the participant to whom it is sent. */
  readonly remote: string;
  /** The file name, without folders. */
  readonly name: string;
  /** The media type, such as `image/png`. */
  readonly type: string;
  /** Aborts when the message is discarded, and when this tab no longer leads or the flow ends. */
  readonly signal: AbortSignal;
  /** Reports how many bytes have been uploaded. */
  readonly onProgress: (loaded: number) => void;
}

/** Where a file was uploaded to. */
export interface UploadedFile {
  /** The address from which the participant reads it: `https:`, `http:` or `data:`. */
  readonly url: string;
}

/** Puts files where participants can read them: object storage, a server, XMPP HTTP File Upload (XEP-0363). */
export interface FileUploader {
  /**
   * Uploads a file. Called again for a file whose upload failed or was interrupted. Rejects with a `TransportFailure`;
   * anything else that is thrown counts as a retryable failure 500.
   */
  upload(file: Blob, upload: FileUpload): Promise<UploadedFile>;
  /**
   * Opens an uploaded file for the local user if its address alone is not sufficient: a server may require a signed one.
   * Resolves with undefined for an address that the browser can read directly. Default: the browser can read all.
   */
  open?(url: string): Promise<OpenedFile | undefined>;
  /** The largest file that it accepts, in bytes. Default: no limit. */
  readonly maxFileBytes?: number | undefined;
}

/** Keeps files until they are uploaded, so that they survive a reload. Every method rejects when the device refuses. */
export interface FileStore {
  /** Stores a file. @param at the time of the call, in ms since the epoch. */
  put(conversation: string, id: string, file: Blob, at: number): Promise<void>;
  get(conversation: string, id: string): Promise<Blob | undefined>;
  delete(conversation: string, ids: readonly string[]): Promise<void>;
  /** The ids of the files of a conversation that were stored before a time. */
  list(conversation: string, before: number): Promise<readonly string[]>;
}

/** The details of a file besides its content. */
export interface FileDetails {
  /** Width and height of a picture or a video, in CSS pixels, 1 to 65,535. Either both or none. */
  readonly width?: number;
  readonly height?: number;
  /** Duration of audio or video, in ms. */
  readonly duration?: number;
  /** A small preview: a `data:` address of a PNG, JPEG, WebP or GIF picture, at most 16,384 characters. */
  readonly thumbnail?: string;
}

/** Why a file cannot be sent. */
export type FileRefusal =
  | { readonly reason: 'too-large'; readonly maxFileBytes: number }
  | { readonly reason: 'type-not-accepted'; readonly accept: string }
  | { readonly reason: 'empty' };

/** A file that can be shown. */
export interface OpenedFile {
  /** For `src` and `href`. */
  readonly url: string;
  /** The time after which to open the file again, since the address expires soon, in ms. Default: it does not expire. */
  readonly expiresIn?: number;
  /** Frees the address. To be called once, when the file is no longer shown. */
  close(): void;
}

/** The files of one flow: `flow.files`. */
export interface FlowFiles {
  /** Whether files can be sent; without an uploader they are only received. */
  readonly canSend: boolean;
  /** The accepted types, as in the attribute `accept` of `<input type="file">`. Empty: all. */
  readonly accept: string;
  /** The largest file, in bytes. Undefined: no limit. */
  readonly maxFileBytes: number | undefined;
  /** Returns why a file cannot be sent; undefined if it can. */
  check(file: Blob): FileRefusal | undefined;
  /** How much of the file of a message is uploaded, 0 to 1. Undefined while it is not being uploaded. */
  progressOf(id: string): number | undefined;
  /** Calls back with each change of `progressOf(id)`. Returns a function that unsubscribes. */
  subscribeToProgress(id: string, listener: () => void): () => void;
  /**
   * Opens the file of a message: from this device as long as it is not uploaded, otherwise from its address. Resolves
   * with undefined where there is none. Rejects with a `TransportFailure` when the uploader cannot open it.
   */
  open(id: string): Promise<OpenedFile | undefined>;
}

/** The files of a flow as the engine uses them. */
export interface AttachedFiles extends FlowFiles {
  /**
   * Describes a new file and stores it, one after another. Resolves with the body of its message. Rejects where the file
   * cannot be stored.
   */
  prepare(id: string, file: Blob, caption: string): Promise<string>;
  /** Deletes the file of a message that was not queued after `prepare`. */
  forget(id: string): void;
  /** Uploads the file of a message, for the first time or again. */
  upload(id: string): void;
  /** Stops all uploads and timers: a different tab leads, or the flow has ended. Each upload is requested again later. */
  stop(): void;
}

/** The interface of the engine to the files of a flow. */
export interface FileHost {
  readonly conversation: string;
  readonly remote: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The largest body that the transport accepts now, in bytes. Undefined: no limit. */
  maxMessageBytes(): number | undefined;
  /** The record of a message as this page knows it. */
  record(id: string): MessageRecord | undefined;
  /** The stored records with these ids; none without a storage. Rejects where the storage cannot be read. */
  stored(ids: readonly string[]): Promise<readonly MessageRecord[]>;
  /** Calls back with each change of the record of a message. */
  subscribe(id: string, listener: () => void): () => void;
  /** Whether there is a connection. */
  isOnline(): boolean;
  /** Calls back when there is a connection again. */
  onOnline(listener: () => void): void;
  /** Calls back when all changes of messages are stored. Never without a storage. */
  onStored(listener: () => void): void;
  /** The file is uploaded: the message is sent with this body. */
  uploaded(id: string, body: string): void;
  /** The upload failed finally, until the user retries. */
  failed(id: string, code: number): void;
  diagnose(code: string, message: string, cause: unknown): void;
}

/** How an application sends and receives files: the option `files` of a flow. Flows may share it. */
export interface FileTransfer {
  attach(host: FileHost): AttachedFiles;
}
