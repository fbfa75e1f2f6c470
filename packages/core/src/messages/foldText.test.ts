import { describe, expect, it } from 'vitest';
import { foldText } from './foldText.ts';
import { createTextMatcher } from './searchText.ts';

describe('a folded text', () => {
  it.each([
    ['Straße', 'STRASSE'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['Ａｂｃ　１', 'abc 1'],
    ['ﾊﾟﾝ', 'パン'],
    ['İstanbul', 'istanbul'],
    ['مُحَمَّد', 'محمد'],
    ['שָׁלוֹם', 'שלום'],
    ['❤️', '❤'],
    ['so\u00ADft', 'soft'],
    ['한국', '한국'.normalize('NFD')],
    ['a\u00A0b', 'a b'],
  ])('B222 the text %s is found by the query %s', (text, query) => {
    expect(foldText(text)).toBe(foldText(query));
  });

  it.each([
    ['की', 'के'],
    ['ดี', 'ดู'],
    ['가', '각'],
    ['a', 'b'],
  ])('B222 the text %s is not found by the query %s', (one, other) => {
    expect(foldText(one)).not.toContain(foldText(other));
  });
});

describe('a text matcher', () => {
  it('B222 a text matcher accepts any value of a storage without throwing', () => {
    const matches = createTextMatcher('a');
    const html = { contentType: 'text/html', body: '<style>a</style><img alt="a">&#x110000;&#xzz;' };
    const gone = { contentType: 'text/plain', body: 'a', retracted: { at: 1 } };
    const odd = [gone, undefined, null, 1, 'a', {}, { body: 1 }, { body: 'a' }, { body: 'a', contentType: 7 }, html];
    expect(odd.map((record) => matches(record))).toEqual(odd.map(() => false));
    expect(matches({ contentType: 'TEXT/plain;charset=utf-8', body: 'A' })).toBe(true);
  });
});
