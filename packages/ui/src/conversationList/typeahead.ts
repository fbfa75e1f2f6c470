/** Finds a list item by its first letters. */

/** Letters within this time of one another form one prefix, in ms. */
const TOGETHER = 500;

/**
 * Handles a typed letter at a time in ms. Returns the index of the matching name; -1: none.
 *
 * @param here the current index.
 * @param locale says which letters are the same: capitals always are, accents where they make no other letter of it.
 */
export type Typeahead = (letter: string, now: number, names: readonly string[], here: number, locale: string) => number;

/**
 * Finds names by their first letters (ARIA Authoring Practices, Listbox): the next name after the current one that begins
 * with them, and after the last name the first one. A repeated letter goes through all names that begin with it.
 */
export function createTypeahead(): Typeahead {
  let text = '';
  let last = 0;

  return (letter, now, names, here, locale) => {
    const { compare } = new Intl.Collator(locale, { sensitivity: 'base' });
    const next = now - last > TOGETHER ? letter : text + letter;

    function find(beginning: string, from: number): number {
      const begins = (name: string): boolean => compare(name.slice(0, beginning.length), beginning) === 0;
      const below = names.findIndex((name, index) => index >= from && begins(name));
      return below < 0 ? names.findIndex(begins) : below;
    }

    // More letters may still match the same name.
    let found = next === letter ? -1 : find(next, here);
    if (found < 0 && next.replaceAll(letter, '') === '') found = find(letter, here + 1);
    // A space that matches no name does not count as a letter.
    if (found >= 0 || letter !== ' ') {
      text = next;
      last = now;
    }
    return found;
  };
}
