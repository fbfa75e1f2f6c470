import { describe, expect, it } from 'vitest';
import { createTypeahead } from './typeahead.ts';

const NAMES = ['Ana', 'Bo', 'Aaron', 'Émile', 'Bruno', 'Ändu', 'News of the day', 'Nora'];

/** The selected name after each letter, from the first name on. `pause`: the time between letters, in ms. */
function selectedNames(letters: string, { from = 'Ana', locale = 'en', pause = 100 } = {}): (string | undefined)[] {
  const type = createTypeahead();
  let here = NAMES.indexOf(from);
  return Array.from(letters, (letter, index) => {
    const found = type(letter, index * pause, NAMES, here, locale);
    if (found >= 0) here = found;
    return NAMES[found];
  });
}

describe('typeahead', () => {
  it('typed letters lead to the next name that begins with them, and wrap around', () => {
    expect(selectedNames('bbbb', { pause: 501 })).toEqual(['Bo', 'Bruno', 'Bo', 'Bruno']);
    expect(selectedNames('e', { from: 'Émile' })).toEqual(['Émile']);
    expect(selectedNames('x')).toEqual([undefined]);
    expect(createTypeahead()('a', 0, [], 0, 'en')).toBe(-1);
  });

  it('the selection stays where more letters match the same name', () => {
    expect(selectedNames('bru')).toEqual(['Bo', 'Bruno', 'Bruno']);
    expect(selectedNames('an', { from: 'Nora' })).toEqual(['Ana', 'Ana']);
    expect(selectedNames('bx')).toEqual(['Bo', undefined]);
  });

  it('a repeated letter moves on each time, unless a name begins with it twice', () => {
    expect(selectedNames('bbb')).toEqual(['Bo', 'Bruno', 'Bo']);
    expect(selectedNames('aa', { from: 'Émile' })).toEqual(['Ändu', 'Aaron']);
  });

  it('a space counts as a letter only within a name', () => {
    expect(selectedNames('news o')).toEqual(Array.from('news o', () => 'News of the day'));
    expect(selectedNames(' b x')).toEqual([undefined, 'Bo', undefined, undefined]);
  });

  it('the locale decides which letters are equal', () => {
    expect(selectedNames('É')).toEqual(['Émile']);
    expect(selectedNames('a', { from: 'Bruno', locale: 'de' })).toEqual(['Ändu']);
    expect(selectedNames('a', { from: 'Bruno', locale: 'sv' })).toEqual(['Ana']);
    expect(selectedNames('ä', { locale: 'sv' })).toEqual(['Ändu']);
  });

  it('letters typed within half a second of each other form one prefix', () => {
    expect(selectedNames('bru', { pause: 500 })).toEqual(['Bo', 'Bruno', 'Bruno']);
    expect(selectedNames('bn', { pause: 501 })).toEqual(['Bo', 'News of the day']);
  });
});
