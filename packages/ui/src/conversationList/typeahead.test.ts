import { describe, expect, it } from 'vitest';
import { findTyped, NOTHING_TYPED, typeOn } from './typeahead.ts';

const NAMES = ['Ana', 'Bo', 'Aaron', 'Émile', 'Bruno', 'Ändu', 'News of the day'];

/** The name that is found from the first one on. */
const found = (text: string, from = 'Ana', locale = 'en'): string | undefined =>
  NAMES[findTyped(text, NAMES, NAMES.indexOf(from), locale)];

describe('what is typed in a list of names', () => {
  it('leads to the next one that begins so, and around', () => {
    expect(found('b')).toBe('Bo');
    expect(found('b', 'Bo')).toBe('Bruno');
    expect(found('b', 'Bruno')).toBe('Bo');
    expect(found('n', 'News of the day')).toBe('News of the day');
    expect(found('x')).toBeUndefined();
    expect(found(' ')).toBeUndefined();
    expect(findTyped('a', [], 0, 'en')).toBe(-1);
  });

  it('stays where more letters mean the same', () => {
    expect(found('br', 'Bo')).toBe('Bruno');
    expect(found('bru', 'Bruno')).toBe('Bruno');
    expect(found('news o')).toBe('News of the day');
    expect(found('an', 'Ana')).toBe('Ana');
  });

  it('goes on with each time that the same letter comes, unless a name begins with it twice', () => {
    expect(found('bb', 'Bo')).toBe('Bruno');
    expect(found('bbb', 'Bruno')).toBe('Bo');
    expect(found('aa', 'Ana')).toBe('Aaron');
    expect(found('bo', 'Bruno')).toBe('Bo');
  });

  it('asks the locale which letters are the same', () => {
    expect(found('E')).toBe('Émile');
    expect(found('e\u0301')).toBe('Émile');
    expect(found('a', 'Bruno', 'de')).toBe('Ändu');
    expect(found('a', 'Bruno', 'sv')).toBe('Ana');
    expect(found('ä', 'Ana', 'sv')).toBe('Ändu');
  });

  it('looks past what cannot be seen', () => {
    expect(findTyped('b', ['\u2068Ana\u2069', '\u2068Bo\u2069'], 0, 'en')).toBe(1);
  });

  it('belongs together for half a second after each letter', () => {
    const typed = typeOn(typeOn(NOTHING_TYPED, 'b', 0), 'r', 500);
    expect(typed.text).toBe('br');
    expect(typeOn(typed, 'u', 1_000).text).toBe('bru');
    expect(typeOn(typed, 'u', 1_001).text).toBe('u');
  });
});
