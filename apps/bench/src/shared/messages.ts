/** The status of an own message, as a tick shows it. */
export type Stage = 'sent' | 'delivered' | 'displayed';

/** A message as it is given to every contender. */
export interface BenchMessage {
  readonly id: string;
  readonly own: boolean;
  readonly body: string;
  /** In ms since the epoch. */
  readonly at: number;
  readonly status: Stage;
}

const WORDS =
  'the train leaves at seven so we meet under the clock bring water and something warm because the lake is cold in spring'.split(
    ' ',
  );

const SPACING = 90_000;

/** Messages of two people, the same each time: 1 to 40 words, every other run of three by the local user. */
export function conversation(count: number, prefix: string, until: number): BenchMessage[] {
  return Array.from({ length: count }, (_, index) =>
    message(`${prefix}${index}`, index, until - (count - index) * SPACING),
  );
}

/** One message. `index` determines its author and its text. */
export function message(id: string, index: number, at: number, own: boolean = index % 6 < 3): BenchMessage {
  const length = 1 + ((index * 7) % 11) * ((index * 3) % 5);
  const translations = Array.from({ length }, (_, place) => WORDS[(index + place * 3) % WORDS.length]);
  return { id, own, body: `${id}: ${translations.join(' ')}.`, at, status: own ? 'sent' : 'displayed' };
}
