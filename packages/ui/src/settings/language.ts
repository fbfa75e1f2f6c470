/** Text direction, locale and bidirectional isolation. */

/** The direction of a text. */
export type Direction = 'ltr' | 'rtl';

/** Scripts that run from right to left. */
const RIGHT_TO_LEFT = String.raw`\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}`;
const SCRIPTS = /^(Arab|Hebr|Syrc|Thaa|Nkoo|Adlm|Rohg|Samr|Mand)$/;
const OTHER_WAY: Readonly<Record<Direction, RegExp>> = {
  ltr: new RegExp(`[${RIGHT_TO_LEFT}]`, 'u'),
  rtl: new RegExp(String.raw`(?![${RIGHT_TO_LEFT}])[\p{L}\p{N}]`, 'u'),
};

/**
 * Returns the direction of a language, by its script or its usual script.
 *
 * @throws {RangeError} if the tag is not a valid BCP 47 tag.
 */
export function directionOf(locale: string): Direction {
  return SCRIPTS.test(scriptOf(locale) ?? '') ? 'rtl' : 'ltr';
}

/** The script of a language: the given one, or the most common one. */
function scriptOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).maximize().script;
  } catch {
    throw new RangeError(`"${tag}" is not a valid locale: pass a BCP 47 tag, such as "de", "en-GB" or "zh-Hant".`);
  }
}

/**
 * Returns the tag with the region of the user's browser, if its language matches; the region determines the date
 * format.
 */
export function regional(language: string): string {
  return browserLanguages().find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

/**
 * The preferred languages of the browser, the best first. Only tags that `Intl` accepts: a system may name its locale
 * differently, such as "en-US@posix" or "C", and a web view may name none.
 */
function browserLanguages(): readonly string[] {
  const { languages } = (globalThis.navigator as Partial<Navigator> | undefined) ?? {};
  return Array.isArray(languages) ? languages.filter(isLocale) : [];
}

function isLocale(tag: unknown): tag is string {
  try {
    return typeof tag === 'string' && new Intl.Locale(tag).baseName !== '';
  } catch {
    return false;
  }
}

/**
 * Wraps a name in Unicode isolates (UAX 9), so that it keeps its direction inside a sentence. They are invisible, and
 * work in labels and titles, where markup cannot.
 */
export function isolate(name: string, around: Direction): string {
  return OTHER_WAY[around].test(name) ? `\u2068${name}\u2069` : name;
}

const formats = new Map<string, Intl.NumberFormat>();

/** A count in the digits of a locale, with its separators. */
export function numberText(value: number, locale: string): string {
  // The first format of a page costs 10 ms and more, and most counts are small. Languages that are mostly written in Latin
  // script have the same digits, unless the tag asks for others.
  if (value < 100 && !/-u-/i.test(locale) && scriptOf(locale.split('-', 1)[0] ?? '') === 'Latn') return String(value);
  let format = formats.get(locale);
  if (!format) formats.set(locale, (format = new Intl.NumberFormat(locale)));
  return format.format(value);
}
