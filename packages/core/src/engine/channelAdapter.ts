/** Calls the transport for a flow: adds the frame sequence, and turns each of its exceptions into a result. */

import type { ComposingState } from '../ports/composing.ts';
import type { OutgoingOperation } from '../ports/operations.ts';
import type { PendingReceipt } from '../receipts/pendingReceipts.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { tryRead } from '../validation/guards.ts';
import {
  type Channel,
  type ChannelEvent,
  type HistoryMatches,
  type HistoryPage,
  type HistoryRequest,
  type HistorySearchRequest,
  type OutgoingNotification,
  type FrameSequence,
  type Transport,
  TransportFailure,
} from '../ports/transport.ts';
import { acquireTransport, releaseTransport } from '../lifecycle/transportRefCount.ts';
import { parseFailure, parseHistoryMatches, parseHistoryPage, parseSendResult } from '../validation/transportValues.ts';
import type { FlowInput } from './inputs.ts';
import type { PendingAck } from './state.ts';

/** The events that a transport emits. */
export interface ChannelListener {
  /** Unchecked; undefined where the transport threw. */
  status(status: unknown): void;
  /** Unchecked. */
  received(event: ChannelEvent): void;
  /** A part of a history page is invalid and was removed. */
  leftOut(name: string): void;
  /** The outcome of a call. */
  dispatch(input: FlowInput): void;
}

/**
 * The channel of a flow. Adds the frame sequence to each call, and turns each exception of the transport into a failure.
 */
export interface ChannelAdapter {
  /** Throws the exception of the transport; `close` then releases the opened resources. */
  open(): void;
  /** Never throws. */
  close(): void;
  sendMessage(record: MessageRecord, attempt: number): void;
  sendOperation(operation: OutgoingOperation): void;
  sendComposing(state: ComposingState, refresh: number | undefined): void;
  sendNotification(owed: PendingReceipt): void;
  /** Sends a notification without waiting for the result. */
  sendUnconfirmed(notification: OutgoingNotification): void;
  /** Tells the transport that a frame need not be delivered again. */
  ack(received: PendingAck): void;
  loadHistory(request: HistoryRequest): Promise<HistoryPage>;
  searchHistory(request: HistorySearchRequest): Promise<HistoryMatches>;
}

/** @param session names this run of the flow, which distinguishes late frames of an earlier run. */
export function createChannelAdapter(
  transport: Transport,
  remote: string,
  session: string,
  listener: ChannelListener,
): ChannelAdapter {
  let channel: Channel | undefined;
  const leaves: (() => void)[] = [];
  let sequence = 0;

  function nextSequence(): FrameSequence {
    sequence += 1;
    return { session, sequence };
  }

  function tellStatus(): void {
    listener.status(tryRead<unknown>(() => transport.getStatus(), undefined));
  }

  /** Calls the channel synchronously; an exception becomes a rejection. */
  async function call<T>(act: (open: Channel) => Promise<T>): Promise<T> {
    if (channel === undefined) throw new TransportFailure(503, 'The flow is not connected.', { retryable: true });
    return act(channel);
  }

  return {
    open() {
      const opened = transport.openChannel(remote, (event) => listener.received(event));
      if (opened?.send === undefined) throw new TypeError('transport.openChannel() must return a Channel.');
      channel = opened;
      leaves.push(() => opened.close());
      leaves.unshift(transport.subscribe(tellStatus));
      leaves.push(() => releaseTransport(transport));
      acquireTransport(transport);
      tellStatus();
    },
    close() {
      channel = undefined;
      // If releasing one of them throws, the others are released too.
      for (const leave of leaves.splice(0)) tryRead(leave, undefined);
    },
    sendMessage({ id, messageId, contentType, body, at, replyTo }, attempt) {
      const reply = replyTo === undefined ? {} : { replyTo };
      const head = { messageId, contentType, body, sentAt: at, ...reply };
      const message = { ...head, attempt, frameSequence: nextSequence() };
      call((open) => open.send(message)).then(
        (answer) => listener.dispatch({ type: 'sendSucceeded', id, answer: parseSendResult(answer) }),
        (error: unknown) => listener.dispatch({ type: 'sendFailed', id, attempt, failure: parseFailure(error) }),
      );
    },
    sendOperation(operation) {
      const { id, attempt } = operation;
      call(async (open) => {
        if (open.sendOperation !== undefined) return open.sendOperation(operation);
        throw new TransportFailure(501, 'The transport does not support operations.', { retryable: false });
      }).then(
        (result) => listener.dispatch({ type: 'sendSucceeded', id, answer: parseSendResult(result) }),
        (error: unknown) => listener.dispatch({ type: 'sendFailed', id, attempt, failure: parseFailure(error) }),
      );
    },
    sendComposing(state, refresh) {
      const notification = { state, ...(refresh === undefined ? {} : { refresh }), frameSequence: nextSequence() };
      call((open) => open.sendComposing(notification)).catch((error: unknown) =>
        listener.dispatch({ type: 'composingRejected', failure: parseFailure(error) }),
      );
    },
    sendNotification({ key, attempts, notification }) {
      call((open) => open.sendNotification(notification)).then(
        () => listener.dispatch({ type: 'receiptTaken', key }),
        (error: unknown) =>
          listener.dispatch({ type: 'receiptRejected', key, attempt: attempts, failure: parseFailure(error) }),
      );
    },
    sendUnconfirmed(notification) {
      call((open) => open.sendNotification(notification)).catch(() => undefined);
    },
    ack({ messageId, outcome }) {
      call(async (open) => open.acknowledge?.(messageId, outcome)).catch(() => undefined);
    },
    async loadHistory(request) {
      return parseHistoryPage(await call(async (open) => open.loadHistory?.(request)), (name) =>
        listener.leftOut(name),
      );
    },
    async searchHistory(request) {
      return parseHistoryMatches(await call(async (open) => open.searchHistory?.(request)));
    },
  };
}
