import {
  type Clock,
  type Diagnostic,
  FlowError,
  type InstantMessagingFlow,
  type MessageRecord,
  type SendInstantMessageResult,
  type SentMessage,
  type ReplyTarget,
} from '@imflow/core';
import type { Counterpart } from './operations.ts';

/** The options of one direction of a bridge. */
export interface RelayOptions {
  readonly clock: Clock;
  /** How long the far side may take to report the outcome of a message, in ms. */
  readonly reportTimeout: number;
  /** Finds the target of a reply on the far side. */
  readonly counterpart: Counterpart;
  /** Receives a diagnostic for a reply that is forwarded as a plain message. It contains no message's body. */
  readonly onDropped: (diagnostic: Diagnostic) => void;
}

/** One direction of a bridge: forwards messages from one flow to the other. */
export interface Relay {
  /** How many messages await the far side's report. */
  readonly underWay: number;
  /** Returns the id of a message on the near side, by its id on the far side. */
  nearId(farId: string): string | undefined;
  /** Returns the id of a message on the far side, by its id on the near side. */
  farId(id: string): string | undefined;
  stop(): void;
}

/** The interval at which lasting composing is repeated, in ms; the far flow would end it after 30 s. */
const KEEP_COMPOSING = 10_000;
/** The number of forwarded messages that are remembered for their displayed receipts. */
const MAX_REMEMBERED = 1_000;

const BAD_REQUEST = 400;
const REQUEST_TIMEOUT = 408;
const TEMPORARILY_UNAVAILABLE = 480;
const SERVICE_UNAVAILABLE = 503;
const MESSAGE_TOO_LARGE = 513;

export function createRelay(from: InstantMessagingFlow, to: InstantMessagingFlow, options: RelayOptions): Relay {
  const { clock, reportTimeout, counterpart, onDropped } = options;
  /** The forwarded messages, by their ids on the far side. */
  const forwarded = new Map<string, { readonly id: string; readonly place: number }>();
  const waits = new Map<string, () => void>();
  /** The received messages without a report, with their places in the order of arrival; oldest first. */
  const unreported = new Map<string, number>();
  /** The messages that the far side has displayed, with their places, whose displayed receipts cannot be sent yet. */
  const displayed = new Map<string, number>();
  let received = 0;
  let stopComposing: (() => void) | undefined;

  function forward({ id, body, contentType, replyTo }: MessageRecord): void {
    unreported.set(id, received);
    received += 1;
    // A message that waited for a connection might arrive much too late, so it fails: the sender decides about a retry.
    if (to.store.getState().connection !== 'online') {
      report(id, SERVICE_UNAVAILABLE);
      return;
    }
    try {
      const sent = to.sendMessage(body, { contentType, ...replyThere(replyTo) });
      remember(sent.id, id);
      waits.set(
        sent.id,
        clock.setTimer(() => giveUp(sent.id, id), reportTimeout),
      );
      void reportOutcome(sent, id);
    } catch (error) {
      report(id, codeOf(error));
    }
  }

  /** The target of a reply on the far side. Without a target, the message is forwarded all the same. */
  function replyThere(replyTo: ReplyTarget | undefined): { readonly replyTo?: string } {
    if (replyTo === undefined) return {};
    const isSupported = to.operations.reply === true;
    const target = counterpart(replyTo.id);
    if (isSupported && target !== undefined && to.messages.get(target) !== undefined) return { replyTo: target };
    const reason = isSupported ? 'its message is not known there' : 'the other side does not support it';
    onDropped({ code: 'reply-dropped', message: `A reply was handed on as a message of its own: ${reason}.` });
    return {};
  }

  async function reportOutcome({ id: farId, settled }: SentMessage, id: string): Promise<void> {
    const result = await settled;
    if (end(farId)) report(id, outcomeOf(result));
  }

  function giveUp(farId: string, id: string): void {
    end(farId);
    try {
      to.discardMessage(farId);
    } catch {
      // The message was passed to the transport already, and may still arrive.
    }
    report(id, REQUEST_TIMEOUT);
  }

  /** Returns whether the message was still awaited. */
  function end(farId: string): boolean {
    waits.get(farId)?.();
    return waits.delete(farId);
  }

  function report(id: string, outcome: 'success' | number): void {
    try {
      if (outcome === 'success') from.sendSuccessDeliveryNotification(id);
      else from.sendFailureDeliveryNotification(id, outcome);
    } catch {
      // The engine has reported an outcome already: the time was over, or the flow has ended.
    }
    unreported.delete(id);
    markDisplayed();
  }

  /** Handles a displayed receipt of the far side, which implies that the message was delivered. */
  function noteDisplayed(farId: string): void {
    const entry = forwarded.get(farId);
    if (entry === undefined) return;
    displayed.set(entry.id, entry.place);
    if (end(farId)) report(entry.id, 'success');
    else markDisplayed();
  }

  /** Sends displayed receipts. One covers all earlier messages, and each of these needs a report before it. */
  function markDisplayed(): void {
    const [firstUnreported = Infinity] = unreported.values();
    const ready = Array.from(displayed).filter(([, place]) => place < firstUnreported);
    let last: readonly [string, number] | undefined;
    for (const entry of ready) {
      displayed.delete(entry[0]);
      if (last === undefined || entry[1] > last[1]) last = entry;
    }
    if (last !== undefined) from.markDisplayed(last[0]);
  }

  function remember(farId: string, id: string): void {
    forwarded.set(farId, { id, place: unreported.get(id) ?? received });
    const [oldest] = forwarded.keys();
    if (forwarded.size > MAX_REMEMBERED && oldest !== undefined) forwarded.delete(oldest);
  }

  function compose(): void {
    to.setLocalComposingState('composing');
    stopComposing?.();
    stopComposing = clock.setTimer(compose, KEEP_COMPOSING);
  }

  function composingEnded(): void {
    stopComposing?.();
    stopComposing = undefined;
    // If a message ended the composing state, that message is forwarded first, and implies the end.
    queueMicrotask(() => {
      if (stopComposing === undefined) to.setLocalComposingState('idle');
    });
  }

  const listening = [
    from.on('messageReceived', ({ message }) => forward(message)),
    from.on('remoteComposingStateChanged', ({ state }) => (state === 'composing' ? compose() : composingEnded())),
    from.on('remoteComposingRefreshed', compose),
    to.on('messageStatusChanged', ({ message }) => {
      if (message.status === 'displayed') noteDisplayed(message.id);
    }),
  ];

  return {
    get underWay() {
      return waits.size;
    },
    nearId: (farId) => forwarded.get(farId)?.id,
    farId: (id) => Array.from(forwarded).find(([, entry]) => entry.id === id)?.[0],
    stop() {
      for (const unsubscribe of listening) unsubscribe();
      for (const stopTimer of waits.values()) stopTimer();
      waits.clear();
      stopComposing?.();
    },
  };
}

/** A message that was accepted, and for which no report will follow, counts as delivered. */
function outcomeOf({ code, status, responseCode }: SendInstantMessageResult): 'success' | number {
  if (code === undefined && status !== 'failed') return 'success';
  if (responseCode !== undefined && responseCode >= 300 && responseCode <= 699) return responseCode;
  return code === 'timeout' ? REQUEST_TIMEOUT : TEMPORARILY_UNAVAILABLE;
}

/** The response code for an error that the far flow throws before it sends. */
function codeOf(error: unknown): number {
  if (!(error instanceof FlowError)) return SERVICE_UNAVAILABLE;
  if (error.code === 'out-of-range') return MESSAGE_TOO_LARGE;
  return error.code === 'invalid-argument' ? BAD_REQUEST : SERVICE_UNAVAILABLE;
}
