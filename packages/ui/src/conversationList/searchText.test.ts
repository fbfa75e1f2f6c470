import { describe, expect, it } from 'vitest';
import { matches } from './searchText.ts';

describe('a search for conversations', () => {
  it.each([
    ['', ['Bo', 'bo@example.org']],
    ['  ', ['Bo']],
    ['BO', ['Bo', 'x']],
    ['zoe', ['Zoë Müller']],
    ['müll zoë', ['Zoe Muller']],
    ['example', ['Bo', 'bo@example.org']],
    ['Ｂｏ', ['Bo']],
    ['山', ['山田さん']],
  ])('B333 the search finds "%s", and ignores case, accents, widths and the order of words', (query, texts) => {
    expect(matches(query, texts, 'en')).toBe(true);
  });

  it.each([
    ['bob', ['Bo']],
    ['bo echo', ['Bo']],
  ])('B333 the search does not find "%s" where a word of it is missing', (query, texts) => {
    expect(matches(query, texts, 'en')).toBe(false);
  });
});
