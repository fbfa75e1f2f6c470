/** Letters that come within this time of one another are one beginning, in ms. */
const TOGETHER = 500;

/** What was typed of a name, and when the last letter came, in ms of the events' own clock. */
export interface Typed {
  readonly text: string;
  readonly at: number;
}

export const NOTHING_TYPED: Typed = { text: '', at: -Infinity };

/** What is typed once another letter has come. */
export function typeOn({ text, at }: Typed, letter: string, now: number): Typed {
  return { text: now - at > TOGETHER ? letter : text + letter, at: now };
}

/**
 * Which name is meant, as lists do it (ARIA Authoring Practices, Listbox): the next one that begins so, from the place where
 * the user is and around; one letter again and again goes through all that begin with it. -1: none.
 *
 * @param locale says which letters are the same: capitals always are, accents where they make no other letter of it.
 */
export function findTyped(text: string, names: readonly string[], here: number, locale: string): number {
  const collator = new Intl.Collator(locale, { sensitivity: 'base' });

  function next(beginning: string, from: number): number {
    const length = beginning.length;
    const order = names.map((_, step) => (from + step) % names.length);
    return order.find((index) => collator.compare(plain(names[index]).slice(0, length), beginning) === 0) ?? -1;
  }

  const beginning = plain(text);
  if (beginning === '') return -1;
  const [first = '', ...more] = beginning;
  // What goes on being typed may go on meaning the same.
  const found = next(beginning, more.length > 0 ? here : here + 1);
  return found < 0 && more.every((letter) => letter === first) ? next(first, here + 1) : found;
}

/** Without what cannot be seen, such as what isolates a direction; an accent is one with its letter. */
function plain(text = ''): string {
  return text
    .normalize()
    .replaceAll(/\p{Cf}/gu, '')
    .trimStart();
}
