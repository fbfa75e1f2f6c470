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

/** How one direction of a bridge behaves. */
export interface RelayOptions {
  readonly clock: Clock;
  /** How long the far side may take to say what became of a message, in ms. */
  readonly reportTimeout: number;
  /** Names the message on the far side that a reply is to. */
  readonly counterpart: Counterpart;
  /** Receives a diagnostic for a reply that goes out as a message of its own, without the body of any message. */
  readonly onDropped: (diagnostic: Diagnostic) => void;
}

/** One direction: what is received on one flow goes out on the other. */
export interface Relay {
  /** How many messages await the far side's word. */
  readonly underWay: number;
  /** The id that a message has here, by the one that it has on the far side. */
  nearId(farId: string): string | undefined;
  /** The id that a message has on the far side, by the one that it has here. */
  farId(id: string): string | undefined;
  stop(): void;
}

/** The interval at which lasting composing is repeated, in ms; the far flow would end it after 30 s. */
const KEEP_COMPOSING = 10_000;
/** So many messages are remembered for the news that they were displayed. */
const MAX_REMEMBERED = 1_000;

const BAD_REQUEST = 400;
const REQUEST_TIMEOUT = 408;
const TEMPORARILY_UNAVAILABLE = 480;
const SERVICE_UNAVAILABLE = 503;
const MESSAGE_TOO_LARGE = 513;

export function createRelay(from: InstantMessagingFlow, to: InstantMessagingFlow, options: RelayOptions): Relay {
  const { clock, reportTimeout, counterpart, onDropped } = options;
  /** By its id on the far side, a message that was received here and went out there. */
  const forwarded = new Map<string, { readonly id: string; readonly place: number }>();
  const waits = new Map<string, () => void>();
  /** What was received here and is not reported yet, with its place in the order of arrival; oldest first. */
  const unreported = new Map<string, number>();
  /** What was displayed over there, with its place, and cannot be said yet. */
  const displayed = new Map<string, number>();
  let received = 0;
  let stopComposing: (() => void) | undefined;

  function forward({ id, body, contentType, replyTo }: MessageRecord): void {
    unreported.set(id, received);
    received += 1;
    // A message that waits for a connection might arrive far too late: the sender decides about a retry.
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

  /** What a message replies to over there. It goes out in any case: a quote is worth less than the message. */
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
      // It was passed to the transport, and may still arrive.
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
      // The engine has answered already: the time was over, or the flow has ended.
    }
    unreported.delete(id);
    markDisplayed();
  }

  /** The far side has displayed a message, which says that it arrived there too. */
  function noteDisplayed(farId: string): void {
    const entry = forwarded.get(farId);
    if (entry === undefined) return;
    displayed.set(entry.id, entry.place);
    if (end(farId)) report(entry.id, 'success');
    else markDisplayed();
  }

  /** A mark covers what came before it, and a message has to be reported before it can be said to be displayed. */
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
    // Where a message ended it, that goes out first, and says it too.
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

/** A message that was taken, and of which nothing more will be said, counts as arrived: no better word will come. */
function outcomeOf({ code, status, responseCode }: SendInstantMessageResult): 'success' | number {
  if (code === undefined && status !== 'failed') return 'success';
  if (responseCode !== undefined && responseCode >= 300 && responseCode <= 699) return responseCode;
  return code === 'timeout' ? REQUEST_TIMEOUT : TEMPORARILY_UNAVAILABLE;
}

/** What the far flow would not even try. */
function codeOf(error: unknown): number {
  if (!(error instanceof FlowError)) return SERVICE_UNAVAILABLE;
  if (error.code === 'out-of-range') return MESSAGE_TOO_LARGE;
  return error.code === 'invalid-argument' ? BAD_REQUEST : SERVICE_UNAVAILABLE;
}
