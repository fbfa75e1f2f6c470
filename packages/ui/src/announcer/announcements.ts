import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import type { Translations } from '../settings/translations.ts';

/** At most one polite sentence in this time, in ms. */
const PAUSE = 1_000;
/** A region is emptied first and filled after this time, in ms, so that the same sentence is read again. */
const REFILL = 50;
/** Typing is not said again within this time, in ms. */
const TYPING_PAUSE = 10_000;
/** How much of a message is read out, in characters. */
const LONGEST = 120;

/** How to say it. Asked when it is said, so that it is in the language of that moment. */
export interface Language {
  translations(): Translations;
  name(address: string): string;
  number(value: number): string;
  /** The text of a message, if it has any. */
  text(message: MessageRecord): string | undefined;
}

/**
 * Watches a flow and says what happens in it.
 *
 * @param write fills the live region of one kind.
 * @returns a function that stops it.
 */
export function announce(
  flow: InstantMessagingFlow,
  language: Language,
  write: (kind: 'polite' | 'assertive', text: string) => void,
): () => void {
  const timers: { polite?: Timer; assertive?: Timer; turn?: Timer } = {};
  // What waits for its turn.
  let received: MessageRecord[] = [];
  let connection: 'offline' | 'reconnected' | undefined;
  let olderFailed = false;
  let typists: readonly string[] = [];
  let typingSaid = Number.NEGATIVE_INFINITY;

  function say(kind: 'polite' | 'assertive', sentence: string): void {
    clearTimeout(timers[kind]);
    write(kind, '');
    timers[kind] = setTimeout(write, REFILL, kind, sentence);
  }

  function turn(): void {
    delete timers.turn;
    const sentence = nextSentence();
    if (sentence === undefined) return;
    say('polite', sentence);
    timers.turn = setTimeout(turn, PAUSE);
  }

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
    const last = received.at(-1);
    if (last) {
      const count = received.length;
      received = [];
      typists = [];
      const name = language.name(last.sender);
      // Who reads in the list hears the message there.
      const heard = count > 1 || document.activeElement?.closest('.imflow-viewport');
      const text = heard ? undefined : language.text(last);
      return text === undefined
        ? translations.announce.messages(count, language.number(count), name)
        : translations.announce.message(name, text.slice(0, LONGEST));
    }
    if (typists.length === 0 || performance.now() - typingSaid < TYPING_PAUSE) return undefined;
    typingSaid = performance.now();
    const names = typists.map((address) => language.name(address));
    typists = [];
    return translations.announce.typing(names, language.number(names.length));
  }

  function soon(): void {
    if (timers.turn === undefined) turn();
  }

  const stops = [
    flow.on('messageReceived', ({ message }) => {
      received.push(message);
      soon();
    }),
    flow.on('messageStatusChanged', ({ message }) => {
      const { failed, failedRetry, undeliverable } = language.translations().announce;
      if (message.status === 'failed') say('assertive', message.retryable === false ? failed : failedRetry);
      if (message.status === 'undeliverable') say('assertive', undeliverable);
    }),
    flow.store.subscribe((now, before) => {
      if (now.history.failed !== before.history.failed) {
        olderFailed = now.history.failed;
        if (olderFailed) soon();
      }
      if (now.remoteComposers !== before.remoteComposers) {
        typists = now.remoteComposers;
        if (typists.length > before.remoteComposers.length) soon();
      }
      if (now.state === 'active' && before.state === 'active' && now.connection !== before.connection) {
        if (now.connection === 'online') connection = 'reconnected';
        else if (before.connection === 'online') connection = 'offline';
        soon();
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const timer of Object.values(timers)) clearTimeout(timer);
  };
}

type Timer = ReturnType<typeof setTimeout>;
