/** Decides which events of a flow are announced, and in which words. */

import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import { watchConnection } from '../connectionBanner/useConnectionBanner.ts';
import { isUnconfirmed } from '../deliveryTicks/tickState.ts';
import type { Politeness } from '../internal/announce.ts';
import { endedText } from '../internal/endedText.ts';
import { sliceText } from '../messageBody/excerpt.ts';
import type { Translations } from '../settings/translations.ts';
import { createLiveRegionWriter, type LiveRegionWriter } from './liveRegionWriter.ts';

/** Typing is not announced again within this time, in ms. */
const TYPING_PAUSE = 10_000;
/** The announced length of a message, in UTF-16 units. */
const MAX_LENGTH = 120;

/** The translations and names for announcements. They are read when a sentence is announced, so that they are current. */
export interface Language {
  translations(): Translations;
  name(address: string): string;
  number(value: number): string;
  /** The text of a message, if it has any. */
  text(message: MessageRecord): string | undefined;
}

/**
 * Subscribes to a flow and announces what happens in it.
 *
 * @param write fills the live region of one kind.
 * @param isReading whether the focus is in the list, where a screen reader reads messages anyway.
 * @returns the writer of the live regions; its `stop` also unsubscribes.
 */
export function announce(
  flow: InstantMessagingFlow,
  language: Language,
  write: (politeness: Politeness, sentence: string) => void,
  isReading: () => boolean,
): LiveRegionWriter {
  // The messages and typists that wait to be announced.
  let received: Received[] = [];
  let connection: 'offline' | 'reconnected' | undefined;
  let isOfflineSaid = false;
  let olderFailed = false;
  let typists: readonly string[] = [];
  let typingSaid = Number.NEGATIVE_INFINITY;
  const liveRegions = createLiveRegionWriter(write, nextSentence);

  function nextSentence(): string | undefined {
    const translations = language.translations();
    if (connection) {
      const sentence = translations.announce[connection];
      connection = undefined;
      return sentence;
    }
    if (olderFailed) {
      olderFailed = false;
      return translations.olderFailed;
    }
    if (received.length > 0) {
      const messages = asTheyAre(received);
      received = [];
      if (messages.length > 0) typists = [];
      const sentence = newMessages(messages, language, isReading());
      if (sentence !== undefined) return sentence;
    }
    if (typists.length === 0 || performance.now() - typingSaid < TYPING_PAUSE) return undefined;
    typingSaid = performance.now();
    const names = typists.map((address) => language.name(address));
    typists = [];
    return translations.announce.typing(names, language.number(names.length));
  }

  const stops = [
    flow.on('messageReceived', ({ message }) => {
      received.push({ flow, id: message.id });
      liveRegions.requestNext();
    }),
    flow.on('messageChanged', ({ change }) => change === 'retract' && liveRegions.clearPolite()),
    flow.on('messageStatusChanged', ({ message }) => {
      const { unconfirmed, failed, failedRetry, undeliverable } = language.translations().announce;
      if (message.status === 'failed') {
        const retry = message.retryable === false ? failed : failedRetry;
        liveRegions.announce('assertive', isUnconfirmed(message) ? unconfirmed : retry);
      }
      if (message.status === 'undeliverable') liveRegions.announce('assertive', undeliverable);
    }),
    flow.on('stateChanged', ({ state }) => {
      if (state !== 'terminated') return;
      connection = undefined;
      liveRegions.announce('assertive', endedText(flow.store.getState().error, language.translations()));
    }),
    watchConnection(flow, (phase) => {
      // The initial state is not announced: only a connection that was online can be lost.
      if (phase === 'outdated') liveRegions.announce('assertive', language.translations().outdated);
      const isGone = (phase === 'offline' || phase === 'reconnecting') && flow.store.getState().state === 'active';
      if (isGone === isOfflineSaid || (!isGone && phase !== 'reconnected')) return;
      isOfflineSaid = isGone;
      connection = isGone ? 'offline' : 'reconnected';
      liveRegions.requestNext();
    }),
    flow.store.subscribe((now, before) => {
      if (now.history.failed !== before.history.failed) {
        olderFailed = now.history.failed;
        if (olderFailed) liveRegions.requestNext();
      }
      if (now.remoteComposers !== before.remoteComposers) {
        typists = now.remoteComposers;
        if (typists.length > before.remoteComposers.length) liveRegions.requestNext();
      }
    }),
  ];
  return {
    ...liveRegions,
    stop() {
      for (const stop of stops) stop();
      liveRegions.stop();
    },
  };
}

/** A received message that is still to be announced. */
export interface Received {
  readonly flow: InstantMessagingFlow;
  readonly id: string;
}

/** The current text of messages: edited ones with their new text, without those that were retracted. */
export function asTheyAre(received: readonly Received[]): readonly MessageRecord[] {
  return received.flatMap(({ flow, id }) => {
    const message = flow.messages.get(id);
    return message && !message.retracted ? [message] : [];
  });
}

/**
 * Announces new messages in one sentence: a single one with its text, unless the screen reader reads it anyway; several
 * by their number.
 */
export function newMessages(
  messages: readonly MessageRecord[],
  language: Language,
  withoutText: boolean,
): string | undefined {
  const last = messages.at(-1);
  if (!last) return undefined;
  const { announce: translations, newMessages: fromSeveral } = language.translations();
  const count = messages.length;
  if (messages.some(({ sender }) => sender !== last.sender)) return fromSeveral(count, language.number(count));
  const name = language.name(last.sender);
  const text = count > 1 || withoutText ? undefined : language.text(last);
  return text === undefined
    ? translations.messages(count, language.number(count), name)
    : translations.message(name, sliceText(text, MAX_LENGTH));
}
