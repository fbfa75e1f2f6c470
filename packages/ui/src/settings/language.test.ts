import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { directionOf, isolate, numberText, regional } from './language.ts';

describe('a locale', () => {
  it.each([
    ['en', 'ltr'],
    ['ar-EG', 'rtl'],
    ['he', 'rtl'],
    ['fa', 'rtl'],
    ['ur-Latn', 'ltr'],
    ['az-Arab', 'rtl'],
    ['ja', 'ltr'],
    ['zz', 'ltr'],
  ])('the locale %s runs %s', (locale, direction) => {
    expect(directionOf(locale)).toBe(direction);
  });

  it('an invalid locale throws an error that explains it', () => {
    expect(() => directionOf('de_DE')).toThrow('"de_DE" is not a valid locale');
    expect(() => directionOf('')).toThrow(RangeError);
  });

  it('the locale takes the region of the browser’s preferences, for the same language only', () => {
    vi.stubGlobal('navigator', { languages: ['de-AT', 'en-GB', 'en'] });
    expect(regional('en')).toBe('en-GB');
    expect(regional('de')).toBe('de-AT');
    expect(regional('ar')).toBe('ar');
    expect(regional('d')).toBe('d');
    vi.stubGlobal('navigator', undefined);
    expect(regional('en')).toBe('en');
    vi.unstubAllGlobals();
  });

  it.each([
    ['a POSIX locale', ['en-US@posix', 'C', 'en_US.UTF-8', '']],
    ['no languages', undefined],
    ['values that are no tags', [null, 7, { tag: 'en-GB' }]],
  ])('B233 the locale is that of the translations where the system asks for %s', (_, languages) => {
    vi.stubGlobal('navigator', { languages });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(regional('en')).toBe('en');
    expect(numberText(12_345, regional('en'))).toBe('12,345');
  });

  it('B233 the locale of the browser is used where the given one is no language tag', () => {
    vi.stubGlobal('navigator', { languages: ['en-US@posix', 'en-GB'] });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(regional('en')).toBe('en-GB');
  });

  it('the locale writes numbers in its own digits', () => {
    expect(numberText(12_345, 'en')).toBe('12,345');
    expect(numberText(12_345, 'de')).toBe('12.345');
    expect(numberText(12_345, 'ar-EG')).toBe('١٢٬٣٤٥');
    expect(numberText(7, 'ar-EG')).toBe('٧');
    expect(numberText(7, 'de-u-nu-deva')).toBe('७');
  });

  it('the locale writes small numbers as `Intl` does, in every language', () => {
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
    const pairs = letters.flatMap((one) => letters.map((other) => one + other));
    const tags = [...pairs, ...pairs.flatMap((pair) => letters.map((last) => pair + last))];
    const languages = Intl.NumberFormat.supportedLocalesOf(tags.flatMap((tag) => [tag, `${tag}-Latn`]));
    expect(languages.length).toBeGreaterThan(200);
    const wrong = languages.filter((tag) =>
      [0, 7, 99].some((value) => numberText(value, tag) !== new Intl.NumberFormat(tag).format(value)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a name in a sentence', () => {
  it('a name is isolated in a sentence of the opposite direction, and left unchanged elsewhere', () => {
    expect(isolate('Bo', 'ltr')).toBe('Bo');
    expect(isolate('بو', 'ltr')).toBe('\u2068بو\u2069');
    expect(isolate('بو', 'rtl')).toBe('بو');
    expect(isolate('Bo', 'rtl')).toBe('\u2068Bo\u2069');
    expect(isolate('بو 3', 'rtl')).toBe('\u2068بو 3\u2069');
    expect(isolate('ボー', 'ltr')).toBe('ボー');
  });
});
